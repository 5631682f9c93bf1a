package sandbox_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/trace"
)

// eventByID reads an event as the program does; empty: it is not found.
func (w *world) eventByID(id string) string {
	w.t.Helper()
	got := w.as(w.t.Context(), ana, "GET", "/v1.0/me/events/"+id, nil, "Prefer", `IdType="ImmutableId"`)
	if got.status == 404 {
		return ""
	}
	var e struct{ Subject string }
	got.into(w.t, &e)
	return e.Subject
}

// listed are the titles that a list with a filter finds.
func (w *world) listed(filter string) []string {
	w.t.Helper()
	var list struct{ Value []struct{ Subject string } }
	w.as(w.t.Context(), ana, "GET", "/v1.0/me/events?$top=100&$filter="+url.QueryEscape(filter), nil).into(w.t, &list)
	var titles []string
	for _, e := range list.Value {
		titles = append(titles, e.Subject)
	}
	return titles
}

func TestDeletedEventIsReadableOrNot(t *testing.T) {
	t.Parallel()
	w, p := subscribed(t)
	e := w.make(ana, object{"attendees": []string{bo}})
	if err := w.Microsoft.DeleteEvent(ana, e.ID); err != nil {
		t.Fatal(err)
	}
	p.heard()
	if got := w.eventByID(e.ID); got != "" {
		t.Errorf("found %q", got)
	}
	b := w.breaks(sandbox.Break{Fault: sandbox.BinReadable, Who: ana})
	if got := w.eventByID(e.ID); got != "Chess" {
		t.Errorf("not found: %q", got)
	}
	if got := w.listed("subject eq 'Chess'"); len(got) != 0 {
		t.Errorf("the list shows %q", got)
	}
	// Whoever writes to it reaches nobody.
	mails := len(w.Microsoft.Mails())
	if got := w.as(t.Context(), ana, "PATCH", "/v1.0/me/events/"+e.ID, object{"subject": "Gone"}); got.status != 200 {
		t.Errorf("patch: %d %s", got.status, got.body)
	}
	if got := p.heard(); len(got) != 0 || len(w.Microsoft.Mails()) != mails {
		t.Errorf("a write in Deleted Items is told: %q, %d mails", got, len(w.Microsoft.Mails())-mails)
	}
	w.Mend(b.ID)
	if got := w.eventByID(e.ID); got != "" {
		t.Errorf("mended, but found %q", got)
	}
}

func TestRestoredEvent(t *testing.T) {
	t.Parallel()
	w, p := subscribed(t)
	e := w.make(ana, nil)
	deleted := "/sandbox/calendar/deleted?user=" + ana
	restore := events + "/" + e.ID + "/restore?user=" + ana
	if status := w.do("POST", restore, nil, nil); status != 404 {
		t.Errorf("restore of what is there: %d", status)
	}
	before, _ := w.Microsoft.Event(ana, e.ID)
	w.do("DELETE", events+"/"+e.ID+"?user="+ana, nil, nil)
	p.heard()
	var bin []event
	if w.do("GET", deleted, nil, &bin); len(bin) != 1 || bin[0].ID != e.ID {
		t.Errorf("Deleted Items: %+v", bin)
	}
	var back event
	if status := w.do("POST", restore, nil, &back); status != 200 || back.ID != e.ID {
		t.Errorf("restore: %d, %+v", status, back)
	}
	if got := p.heard(); !slices.Equal(got, []string{"created Chess"}) {
		t.Errorf("heard %q", got)
	}
	after, _ := w.Microsoft.Event(ana, e.ID)
	if after.ICalUID != before.ICalUID || after.ChangeKey == before.ChangeKey {
		t.Errorf("iCalUId %s, then %s; changeKey %s, then %s", before.ICalUID, after.ICalUID, before.ChangeKey, after.ChangeKey)
	}
	if w.do("GET", deleted, nil, &bin); len(bin) != 0 || w.eventByID(e.ID) != "Chess" {
		t.Errorf("Deleted Items: %+v", bin)
	}
}

func TestCancelledByOrganiser(t *testing.T) {
	t.Parallel()
	w, p := subscribed(t)
	e := w.make(ana, object{"attendees": []string{bo}})
	p.heard()
	if status := w.do("POST", events+"/"+e.ID+"/cancel?user="+ana, nil, nil); status != 204 {
		t.Fatalf("cancel: %d", status)
	}
	if got := p.heard(); !slices.Equal(got, []string{"deleted"}) {
		t.Errorf("heard %q", got)
	}
	mails := w.Microsoft.Mails()
	if last := mails[len(mails)-1]; last.Kind != "cancellation" || !slices.Equal(last.To, []string{bo}) {
		t.Errorf("last mail %+v", last)
	}
	theirs := w.find(bo, "Canceled: Chess")
	if status := w.do("POST", events+"/"+theirs.ID+"/cancel?user="+bo, nil, nil); status != 400 {
		t.Errorf("an attendee cancels: %d", status)
	}
	var back struct{ Cancelled, Own bool }
	if w.do("POST", events+"/"+e.ID+"/restore?user="+ana, nil, &back); !back.Cancelled || !back.Own {
		t.Errorf("restored: %+v", back)
	}
	// Nobody hears of a cancelled meeting again.
	w.do("PATCH", events+"/"+e.ID+"?user="+ana, object{"title": "Still off"}, nil)
	w.do("DELETE", events+"/"+e.ID+"?user="+ana, nil, nil)
	if n := len(w.Microsoft.Mails()); n != len(mails) {
		t.Errorf("%d further mails", n-len(mails))
	}
}

func TestEditsThatListsMiss(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.make(ana, nil)
	w.clock.Advance(time.Hour)
	since := "lastModifiedDateTime ge " + w.clock.Now().Format(time.RFC3339)
	w.breaks(sandbox.Break{Fault: sandbox.EditUnlisted, Times: 1, Who: ana})
	var e event
	w.do("PATCH", events+"/"+made.ID+"?user="+ana, object{"title": "Checkers"}, &e)
	if got := w.listed(since); len(got) != 0 {
		t.Errorf("the list shows %q", got)
	}
	if e.Version == made.Version || w.eventByID(made.ID) != "Checkers" {
		t.Errorf("version %s, title %q", e.Version, w.eventByID(made.ID))
	}
	w.do("PATCH", events+"/"+made.ID+"?user="+ana, object{"title": "Go"}, nil)
	if got := w.listed(since); !slices.Equal(got, []string{"Go"}) {
		t.Errorf("the next edit is listed as %q", got)
	}
	last := w.Trace.Since(0)
	if !slices.ContainsFunc(last, func(e trace.Entry) bool {
		return e.Fault == string(sandbox.EditUnlisted) && strings.Contains(e.Path, made.ID)
	}) {
		t.Error("the log does not tell")
	}
}
