package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
)

// TestHistoryOfMyMeetings: a person reads their own, in words, and an owner that of
// each mailbox of the organisation.
func TestHistoryOfMyMeetings(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	wantText(t, b.get("/account/history"), "Nothing has happened yet.")
	tell := func(mailbox meeting.AccountID, what meeting.Happening, before, after string) {
		r.store.history = append(r.store.history, meeting.HistoryEntry{Mailbox: mailbox, Key: "k", Subject: "Review", At: noon, Side: meeting.InWebex, What: what, Before: before, After: after, Reason: meeting.MeetingChanged})
	}
	span := func(hour int) string {
		return meeting.FormatSpan(noon.Add(time.Duration(hour)*time.Hour), noon.Add(time.Duration(hour+1)*time.Hour))
	}
	tell(jana, meeting.TitleChanged, "Review", "Retro")
	tell(jana, meeting.TimesChanged, span(1), span(2))
	tell(jana, meeting.GuestsChanged, "", "bo@contoso.example\nmia@contoso.example")
	tell(jana, meeting.ProblemMet, "", string(meeting.ProblemTooLong))
	tell(jana, meeting.ProblemMet, string(meeting.ProblemTooLong), "")
	tell(petr, meeting.MeetingMade, "", "Salaries")
	page := text(t, b.get("/account/history"))
	for _, want := range []string{
		"Title changed", "<del>Review</del>", "<ins>Retro</ins>", "Mon 2 Mar 2026, 13:00–14:00 UTC", "Mon 2 Mar 2026, 14:00–15:00 UTC",
		"<del>nobody</del>", "bo@contoso.example, mia@contoso.example", "Problem: Webex meetings last 23 hours", "Problem solved", ">Webex<",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "Salaries") {
		t.Error("another person's meetings are told")
	}
	wantStatus(t, r.browser(t).get("/account/history"), http.StatusSeeOther)

	r.authorised(t)
	wantText(t, b.get("/admin/mailboxes/"+string(petr.Object())+"/history"), "Webex meeting made")
	wantStatus(t, b.get("/admin/mailboxes/"+string(omar.Object())+"/history"), http.StatusNotFound)
}

// TestBringBack: an event that lost its meeting gets one again, as it was asked for
// before, if the event is still there and to come.
func TestBringBack(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.client(t, jana) // both accounts are connected
	b := r.signedIn(t, jana)
	r.saved(jana, "item")
	r.items.events[jana]["immutable-item"] = r.items.events[jana]["item"]
	options := meeting.Options{JoinBeforeHost: "10"}
	link := func(key meeting.LinkKey, change func(*meeting.Link)) {
		l := meeting.Link{Mailbox: jana, Event: "immutable-item", Key: key, State: meeting.LinkEnded, Options: options, Starts: noon.Add(time.Hour), Ends: noon.Add(2 * time.Hour)}
		change(&l)
		r.store.links = append(r.store.links, l)
		r.store.history = append(r.store.history, meeting.HistoryEntry{Mailbox: l.Mailbox, Key: key, Subject: string(key), At: noon, What: meeting.MeetingEnded, Before: "x"})
	}
	link("lost", func(*meeting.Link) {})
	link("over", func(l *meeting.Link) { l.Ends = noon })
	link("live", func(l *meeting.Link) { l.State = meeting.LinkLinked })
	link("gone", func(l *meeting.Link) { l.Event = "deleted" })
	link("other", func(l *meeting.Link) { l.Mailbox = petr })
	if page := text(t, b.get("/account/history")); strings.Count(page, "Bring back") != 2 {
		t.Errorf("what can be brought back:\n%s", page)
	}
	before := len(r.store.links)
	for key, want := range map[string]int{"over": http.StatusConflict, "live": http.StatusConflict, "gone": http.StatusConflict, "other": http.StatusNotFound, "unknown": http.StatusNotFound} {
		wantStatus(t, b.send("/account/history/restore", "meeting", key), want)
	}
	wantText(t, b.send("/account/history/restore", "meeting", "gone"), "Restore it from Deleted Items")
	if len(r.store.links) != before {
		t.Fatal("something was asked for")
	}
	wantRedirect(t, b.send("/account/history/restore", "meeting", "lost"), "/account/history?restored=1")
	wantText(t, b.get("/account/history?restored=1"), "in a moment")
	i := slices.IndexFunc(r.store.links, func(l meeting.Link) bool { return l.Event.IsDraft() })
	if i < 0 || r.store.links[i].For != "immutable-item" || r.store.links[i].Open || !r.store.links[i].Options.Equal(options) {
		t.Errorf("asked for %+v", r.store.links)
	}
}
