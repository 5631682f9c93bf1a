package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestPreferencesForm(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	r.store.preferences[jana] = meeting.Preferences{Options: meeting.Options{Kind: meeting.OwnKind, Template: "t", Audio: "VoIP"}}
	res := b.send("/account/preferences", "kind", "personalRoom", "join_before_host", "10", "lobby", "", "entry_tone", "beep",
		"leave_out_password", "off", "leave_out_password", "on", "keywords", "off")
	if to := wantRedirect(t, res, "/account"); to.String() != "/account?saved=1#preferences" {
		t.Errorf("leads to %s", to)
	}
	want := meeting.Options{Kind: meeting.RoomKind, Audio: "VoIP", JoinBeforeHost: "10", EntryTone: "beep", LeaveOutPassword: true}
	if got := r.store.preferences[jana]; !got.Options.Equal(want) || !got.KeywordsOff {
		t.Errorf("kept %+v, want %+v", got, want)
	}
	page := text(t, b.get("/account?saved=1"))
	for _, want := range []string{`value="personalRoom" checked`, `<option value="10" selected>`, `<option value="beep" selected>`, `name="leave_out_password" value="on" checked`, "Saved."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, `name="keywords" value="on" checked`) {
		t.Error("keywords still seem on")
	}

	before := r.store.preferences[jana]
	res = b.send("/account/preferences", "lobby", "anything")
	wantStatus(t, res, http.StatusBadRequest)
	wantText(t, res, "Not saved: lobby: want one of allowJoin")
	if got := r.store.preferences[jana]; !got.Options.Equal(before.Options) {
		t.Errorf("kept %+v", got)
	}
}

// TestTrackingCodesForm: the site is asked only for people whose meetings lack one, or
// who use some.
func TestTrackingCodesForm(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	r.store.hosts[jana] = meeting.Grant{ID: "grant", State: meeting.GrantLive}
	r.sites.offer.TrackingCodes = []meeting.TrackingCode{
		{Name: "Cost centre", Options: []string{"4711", "4712"}, Input: meeting.SelectInput, Required: true},
		{Name: "Project", Options: []string{"Moon"}, Input: meeting.EditableSelectInput},
	}
	if page := text(t, b.get("/account")); strings.Contains(page, "Tracking codes") {
		t.Error("everybody is asked for tracking codes")
	}
	r.store.links = []meeting.Link{{Mailbox: jana, Event: "1", State: meeting.LinkWished, Problem: meeting.ProblemTrackingCode, Subject: "Lacks one", Starts: noon.Add(time.Hour), Ends: noon.Add(2 * time.Hour)}}
	wantText(t, b.get("/account"), "Your Webex site wants a tracking code", "required by your Webex site", `<option value="4711">`, `<option value="Moon">`)
	wantRedirect(t, b.send("/account/preferences", "tracking_name", "Cost centre", "tracking_value", "4712", "tracking_name", "Project", "tracking_value", ""), "/account")
	if got := r.store.preferences[jana].Options; !got.Equal(meeting.Options{Kind: meeting.OwnKind, TrackingCodes: map[string]string{"Cost centre": "4712"}}) {
		t.Errorf("kept %+v", got)
	}
	wantRedirect(t, b.send("/account/preferences", "lobby", "allowJoin"), "/account")
	r.store.links = nil
	wantText(t, b.get("/account"), `<option value="4712" selected>`)
	r.sites.fail = errs.New(errs.Unavailable, "away")
	wantText(t, b.get("/account"), `name="tracking_value" value="4712"`)
}

func TestLookAgain(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.mailbox = meeting.Mailbox{Connected: true, SweptAt: noon.Add(-time.Minute)}
	b := r.signedIn(t, jana)
	wantText(t, b.get("/account"), "Look again", "Your calendar was last looked through:", "11:59 UTC")
	wantRedirect(t, b.post("/account/look"), "/account#meetings")
	if len(r.store.swept) != 1 || r.store.swept[0] != jana {
		t.Errorf("swept %v", r.store.swept)
	}
	r.store.unkept = true
	wantRedirect(t, b.post("/account/look"), "/account#meetings")
	r.store.unkept, r.store.fail = false, errs.New(errs.Busy, "away")
	wantStatus(t, b.post("/account/look"), http.StatusServiceUnavailable)
	r = setup(t)
	if page := text(t, r.signedIn(t, jana).get("/account")); strings.Contains(page, "Look again") {
		t.Error("a calendar that is not kept in step may be looked through")
	}
}

func TestAccountFilters(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	for _, service := range []meeting.Service{meeting.Microsoft, meeting.Webex} {
		r.store.grants[string(jana)+string(service)] = meeting.Grant{State: meeting.GrantLive}
	}
	at := func(name string, hours int, l meeting.Link) {
		l.Mailbox, l.Subject, l.Starts, l.Ends = jana, name, noon.Add(time.Duration(hours)*time.Hour), noon.Add(time.Duration(hours+1)*time.Hour)
		r.store.links = append(r.store.links, l)
	}
	at("Kept", 1, meeting.Link{Event: "1", State: meeting.LinkLinked})
	at("Typed", 2, meeting.Link{Event: "draft:x", State: meeting.LinkLinked})
	at("Asked", 3, meeting.Link{Event: "3", State: meeting.LinkLinked, Asked: meeting.Asked{Revision: 1}})
	at("Going", 4, meeting.Link{Event: "4", State: meeting.LinkLinked, Asked: meeting.Asked{Revision: 1, Remove: true}})
	at("Broken", 5, meeting.Link{Event: "5", State: meeting.LinkWished, Problem: meeting.ProblemTooLong})
	at("Yesterday", -24, meeting.Link{Event: "6", State: meeting.LinkLinked})
	at("Last month", -24*20, meeting.Link{Event: "7", State: meeting.LinkLinked})
	all := []string{"Kept", "Typed", "Asked", "Going", "Broken", "Yesterday", "Last month"}
	for _, c := range []struct {
		query, current string
		wants          []string
	}{
		{"", "All", []string{"Kept", "Typed", "Asked", "Going", "Broken"}},
		{"?show=attention", "Needs attention", []string{"Broken"}},
		{"?show=waiting", "Waiting", []string{"Typed", "Asked", "Going"}},
		{"?show=past", "Past", []string{"Yesterday"}},
		{"?show=anything", "All", []string{"Kept", "Typed", "Asked", "Going", "Broken"}},
	} {
		page := text(t, b.get("/account"+c.query))
		for _, name := range all {
			wanted := false
			for _, want := range c.wants {
				wanted = wanted || want == name
			}
			if strings.Contains(page, ">"+name+"</h3>") != wanted {
				t.Errorf("%q: %s is shown: %t", c.query, name, !wanted)
			}
		}
		if strings.Count(page, `aria-current="true"`) != 1 || !strings.Contains(page, `aria-current="true">`+c.current+" ") {
			t.Errorf("%q: %s is not marked", c.query, c.current)
		}
	}
	wantText(t, b.get("/account"), "Not saved yet", "Being changed", "Being removed")
}
