package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// TestDecideOrphan: a person decides on meetings without an event, of their own
// mailbox alone, and by words that the program knows.
func TestDecideOrphan(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	if strings.Contains(text(t, b.get("/account")), "without an event") {
		t.Error("the page speaks of what is not there")
	}
	at := noon.Add(time.Hour)
	r.store.orphans = []meeting.Orphan{
		{Mailbox: jana, Meeting: "m1", Title: "Review", Start: at, End: at.Add(time.Hour), Event: "e", Subject: "Retro"},
		{Mailbox: jana, Meeting: "m2", Start: noon.Add(-2 * time.Hour), End: noon.Add(-time.Hour), Title: "Over"},
		{Mailbox: jana, Meeting: "m3", Start: noon.Add(-2 * time.Hour), End: noon.Add(-time.Hour), Repeats: true},
		{Mailbox: "contoso/other", Meeting: "m4", Title: "Secret", Start: at, End: at.Add(time.Hour)},
	}
	page := text(t, b.get("/account"))
	for want, n := range map[string]int{"Review": 1, "Add to “Retro”": 1, "Add to": 1, "Repeats, first": 1, "(no title)": 1, "Delete in Webex": 2, "Over": 0, "Secret": 0} {
		if got := strings.Count(page, want); got != n {
			t.Errorf("%q is on the page %d times, want %d:\n%s", want, got, n, page)
		}
	}
	decide := func(id, do string) *http.Response { return b.send("/account/orphans", "meeting", id, "do", do) }
	wantRedirect(t, decide("m1", "adopt"), "/account#orphans")
	wantText(t, b.get("/account"), "Being added")
	wantRedirect(t, decide("m1", "keep"), "/account#orphans")
	wantRedirect(t, decide("m3", "delete"), "/account#orphans")
	wantRedirect(t, decide("m4", "delete"), "/account#orphans")
	wantRedirect(t, decide("gone", "delete"), "/account#orphans")
	wantStatus(t, decide("m2", "destroy"), http.StatusBadRequest)
	page = text(t, b.get("/account"))
	if strings.Contains(page, "Review") || !strings.Contains(page, "Being deleted") {
		t.Errorf("after it was left as it is, and another to be deleted:\n%s", page)
	}
	for i, want := range []meeting.OrphanWish{meeting.KeepOrphan, "", meeting.DeleteOrphan, ""} {
		if got := r.store.orphans[i].Wish; got != want {
			t.Errorf("wish for %s is %q, want %q", r.store.orphans[i].Meeting, got, want)
		}
	}
	r.store.fail = errs.New(errs.Busy, "away")
	wantStatus(t, decide("m1", "keep"), http.StatusServiceUnavailable)
}

// TestDecideOrphanOf: so does whoever looks after the mailbox, and it is written down.
func TestDecideOrphanOf(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	r.store.mailbox = meeting.Mailbox{Connected: true, Authority: meeting.TenantWide}
	r.store.orphans = []meeting.Orphan{{Mailbox: petr, Meeting: "m1", Title: "Of a leaver", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)}}
	b := r.signedIn(t, jana)
	page := "/admin/mailboxes/" + string(petr.Object())
	wantText(t, b.get(page), "Of a leaver", "Delete in Webex", "Look again")
	wantRedirect(t, b.send(page+"/orphans", "meeting", "m1", "do", "delete"), page+"#orphans")
	wantRedirect(t, b.send(page+"/look"), page)
	wantStatus(t, b.send(page+"/orphans", "meeting", "m1", "do", "destroy"), http.StatusBadRequest)
	wantStatus(t, b.send("/admin/mailboxes/"+string(omar.Object())+"/orphans", "meeting", "m1", "do", "delete"), http.StatusNotFound)
	if r.store.orphans[0].Wish != meeting.DeleteOrphan || len(r.store.swept) != 1 || r.store.swept[0] != petr {
		t.Errorf("wish %q, swept %v", r.store.orphans[0].Wish, r.store.swept)
	}
	wantText(t, b.get(page+"/receipts"), "meeting without an event: delete", "look through again")
}
