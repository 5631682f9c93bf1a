package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/trace"
)

// TestOrganisationSignedOutOfWebex: the administrator's grant ends. It is told,
// nothing is lost, and connecting again makes up for what was missed.
func TestOrganisationSignedOutOfWebex(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	d := deskOf(t, w, freja)
	made := d.one("Release call")
	w.Sandbox.Webex.RevokeGrant(apptest.Ana)
	e := d.event("Release call")
	d.rename(e.ID, "Release")
	other := d.put("Retro")
	lookLater(w)
	d.one("Release call")
	b.Open(w.URL + "/admin")
	b.Shows("Signed out", "Meetings don't follow the events until it is connected again")
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, freja))
	b.Shows("Retro")

	w.Offer(b, apptest.Ana)
	b.Click("Connect them")
	w.AwaitRest()
	w.Advance(time.Minute)
	d.has("Release", "Retro")
	for _, m := range d.meetings() {
		if m.Title == "Release" && m.ID != made.ID {
			t.Error("another meeting after Webex was connected again")
		}
	}
	d.remove(other.ID)
	d.one("Release")
}

// TestPause: an owner stops everything, and lets it go on.
func TestPause(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	d := deskOf(t, w, freja)
	b.Open(w.URL + "/admin")
	b.Post(w.URL+"/admin/pause", url.Values{"paused": {"true"}})
	b.Shows("Paused")
	w.AwaitRest()
	seq := w.Sandbox.Trace.Last()
	e := d.event("Release call")
	d.rename(e.ID, "Release")
	w.Advance(2 * time.Hour)
	d.one("Release call")
	for _, call := range w.Sandbox.Trace.Since(seq) {
		if call.Service == trace.Webex || call.Service == trace.Graph && call.Write && strings.HasPrefix(call.Path, "/v1.0/") ||
			call.Service == trace.Graph && strings.Contains(call.Path, "/events") {
			t.Errorf("in a pause: %s %s %s", call.Actor, call.Method, call.Path)
		}
	}
	b.Post(w.URL+"/admin/pause", url.Values{"paused": {"false"}})
	w.AwaitRest()
	w.Advance(10 * time.Second)
	d.one("Release")
}

// TestDryRun: what would be done is told and not done, until the owner has seen
// enough.
func TestDryRun(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	b.Open(w.URL + "/admin/settings")
	b.Post(w.URL+"/admin/settings", url.Values{"dry_run": {"on"}})
	b.Post(w.URL+"/admin/mailboxes/preview", url.Values{"who": {"everybody"}})
	b.Shows("Freja Nielsen", "Nora Lindqvist", "Nobody in your Webex organisation has one of its addresses.")
	w.AwaitRest()
	if subs := deskOf(t, w, freja).subscriptions(); len(subs) != 0 {
		t.Errorf("a look at what would be begun it: %+v", subs)
	}
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	if all := hostedMeetings(w); len(all) > 0 {
		t.Errorf("meetings in a dry run: %q", all)
	}
	d := deskOf(t, w, freja)
	if got := d.event("Release call").Location.DisplayName; got != "@webex Room Kronborg" {
		t.Errorf("written to an event in a dry run: %q", got)
	}
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, freja))
	b.Shows("Release call", "Would get a meeting")
	b.Post(w.URL+"/admin/settings", url.Values{"dry_run": {""}})
	w.AwaitRest()
	lookLater(w)
	d.one("Release call")
}

// TestOwnerReleasesHeldDeletions: too many at once wait, and an owner may say yes
// for a mailbox.
func TestOwnerReleasesHeldDeletions(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "listed", "addresses", freja)
	w.Advance(10 * time.Second)
	d := deskOf(t, w, freja)
	d.remove(d.event("Release call").ID)
	var ids []string
	for i := range 12 {
		ids = append(ids, d.put(fmt.Sprint("Review ", i)).ID)
	}
	for _, id := range ids {
		d.remove(id)
	}
	held := len(d.meetings())
	if held == 0 || held == 12 {
		t.Fatalf("%d meetings are left, want some held", held)
	}
	b.Open(w.URL + "/admin")
	b.Shows(freja, fmt.Sprint(held, " meetings"))
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, freja))
	b.Post(w.URL+"/admin/mailboxes/"+object(t, w, freja)+"/release", url.Values{})
	w.AwaitRest()
	d.has()
}

// TestOrganisationInUnpleasantWeather: tiny pages, throttling, doubled and late
// notifications end the same.
func TestOrganisationInUnpleasantWeather(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) {
			t.Parallel()
			w := apptest.Start(t, apptest.Options{Unpleasant: true, Seed: seed + 1})
			b := w.Authorise(apptest.Ana)
			w.Choose(b, "group", "group", productGroup)
			want := fmt.Sprint([]string{
				"alzbeta@contoso.example: Roadmap with sales", "chiara@contoso-design.example: Critique",
				"freja@contoso.example: Release call",
			})
			for fmt.Sprint(hostedMeetings(w)) != want {
				if _, err := w.Sandbox.Trace.Await(w.Context(), w.Sandbox.Trace.Last(), func(trace.Entry) bool { return true }); err != nil {
					t.Fatalf("meetings: %q, want %s", hostedMeetings(w), want)
				}
			}
			if mails := w.Sandbox.Webex.Mails(); len(mails) > 0 {
				t.Errorf("Webex mailed: %+v", mails)
			}
		})
	}
}
