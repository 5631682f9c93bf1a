package fakewebex

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// What a person does in Webex itself is seen through the API and sends no
// mail that a test about the program would count.
func TestPersonInWebex(t *testing.T) {
	t.Parallel()
	b := setup(t)
	start := noon.Add(24 * time.Hour)
	m, err := b.AddMeeting(Meeting{Host: anna, Title: "By hand", Start: start, End: start.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	err = b.EditMeeting(m.ID, func(m *Meeting) {
		m.ID, m.Title, m.Start = "another", "Moved", start.Add(30*time.Minute)
		m.Invitees = append(m.Invitees, Invitee{Email: "Bob@contoso.com"})
	})
	if err != nil {
		t.Fatal(err)
	}
	a := b.as(bob).do("GET", "/v1/meetings/"+m.ID, "")
	if a.body["title"] != "Moved" || a.body["start"] != "2026-03-05T12:30:00Z" {
		t.Errorf("Bob reads %d %s", a.status, a.raw)
	}
	if err := b.EditMeeting(m.ID, func(m *Meeting) { m.End = m.Start }); err == nil {
		t.Error("a meeting without duration was accepted")
	}
	if err := b.EndMeeting(m.ID); err == nil {
		t.Error("a meeting that is not in progress was ended")
	}
	if err := b.DeleteMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.DeleteMeeting(m.ID); err == nil {
		t.Error("a deleted meeting was deleted")
	}
	if got := b.do("GET", "/v1/meetings/"+m.ID, "").status; got != 404 || len(b.Meetings("")) != 0 || len(b.Mails()) != 0 {
		t.Errorf("afterwards: %d, %d meetings, %d mails", got, len(b.Meetings("")), len(b.Mails()))
	}
}

// One date of a series is changed in Webex as far as its neighbours leave room,
// and a webhook names it.
func TestPersonChangesADate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	series := b.weekly("")
	now := b.Clock.Now()
	dates := b.Occurrences(series, now, now.AddDate(0, 2, 0))
	second := dates[1]
	later := func(by time.Duration) error {
		return b.EditOccurrence(second.ID, func(o *Occurrence) { o.Title, o.Start, o.End = "Once", o.Start.Add(by), o.End.Add(by) })
	}
	if later(7*24*time.Hour) == nil || later(-30*time.Hour) == nil {
		t.Error("a date was moved beyond its neighbours")
	}
	if err := later(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := b.DeleteOccurrence(dates[2].ID); err != nil {
		t.Fatal(err)
	}
	if b.DeleteOccurrence(dates[2].ID) == nil || b.EditOccurrence(dates[2].ID, func(*Occurrence) {}) == nil {
		t.Error("a deleted date was changed")
	}
	if b.EditOccurrence(series, func(*Occurrence) {}) == nil || b.DeleteOccurrence("none_20260312T100000Z") == nil {
		t.Error("what is no date was changed")
	}
	a := b.do("GET", "/v1/meetings/"+second.ID, "")
	if a.body["title"] != "Once" || a.body["start"] != second.Start.Add(2*time.Hour).Format(time.RFC3339) || a.body["isModified"] != true {
		t.Errorf("the date reads %d %s", a.status, a.raw)
	}
	if got := b.do("GET", "/v1/meetings/"+dates[2].ID, "").status; got != 404 {
		t.Errorf("the deleted date reads %d, want 404", got)
	}
	if got := b.do("GET", "/v1/meetings/"+series, "").body["title"]; got == "Once" {
		t.Error("the series was renamed with its date")
	}
}

func TestUnpleasant(t *testing.T) {
	t.Parallel()
	b := setup(t, func(s *Server) { s.Calm = false })
	_, refresh := b.IssueTokens(anna, b.client.ClientID, allScopes...)
	life, orders, refused := map[any]bool{}, map[string]bool{}, 0
	for range 100 {
		a := b.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
		if life[a.body["expires_in"]] = true; !strings.Contains(a.body["scope"].(string), "spark:kms") {
			t.Fatalf("scope is %v", a.body["scope"])
		}
		switch a := b.do("GET", "/v1/meetingPreferences/sites", ""); a.status {
		case 200:
			orders[a.raw] = true
		case 429:
			refused++
		default:
			t.Fatal(a.status)
		}
	}
	if len(life) != 2 || len(orders) < 2 || refused == 0 || refused > 10 {
		t.Errorf("%d lifetimes, %d orders of members, %d sudden 429s of 100", len(life), len(orders), refused)
	}
}
