package graph

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakems"
)

const bo = "bo@contoso.example"

// world is Graph with one mailbox, and a client that holds its owner's grant.
type world struct {
	*Client
	fake    *fakems.Server
	clock   *clockwork.FakeClock
	app     fakems.App
	mailbox meeting.AccountID

	mu    sync.Mutex
	token string
	fresh int // tokens given because one was refused

	tenantWide bool // mailboxes are kept on the tenant's yes
	forgotten  []meeting.TenantID
}

func setup(t *testing.T, change ...func(*fakems.Server)) *world {
	t.Helper()
	w := &world{clock: clockwork.NewFakeClockAt(now)}
	w.fake = &fakems.Server{Clock: w.clock, Seed: 1, Calm: true, Unexpected: func(msg string) { t.Error(msg) }}
	for _, f := range change {
		f(w.fake)
	}
	tenant := w.fake.AddTenant(fakems.Tenant{Name: "Contoso", Domain: "contoso.example"})
	user := w.fake.AddUser(fakems.User{TenantID: tenant.ID, UserPrincipalName: bo, DisplayName: "Bo Beran", Mail: "Bo.Beran@contoso.example",
		ProxyAddresses: []string{"smtp:Bo@contoso.example", "SMTP:Bo.Beran@contoso.example", "X500:/o=x"}, PreferredLanguage: "cs-CZ"})
	w.mailbox = meeting.NewAccountID(meeting.TenantID(tenant.ID), meeting.ObjectID(user.ID))
	w.app = w.fake.AddApp(fakems.App{Name: "Scheduler"})
	w.issue()
	server := httptest.NewServer(w.fake)
	t.Cleanup(w.fake.Close)
	t.Cleanup(server.Close)
	w.Client = newClient(t, server.URL, w, w.clock)
	return w
}

func (w *world) issue() {
	w.token, _ = w.fake.IssueTokens(bo, w.app.ClientID, "Calendars.ReadWrite", "User.Read", "offline_access")
}

// Token implements Tokens.
func (w *world) Token(ctx context.Context, id meeting.AccountID, as meeting.Authority, refused meeting.Secret) (meeting.Secret, error) {
	if as == meeting.TenantWide || as == "" && w.tenantWide {
		return w.TenantToken(ctx, id.Tenant(), refused)
	}
	if id != w.mailbox {
		return meeting.Secret{}, errs.New(errs.SignedOut, "no grant for %s", id)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !refused.Empty() && refused.Reveal() == w.token {
		w.fresh++
		w.issue()
	}
	return meeting.NewSecret(w.token), nil
}

// TenantToken is a new token of the app alone each time, with what is granted by now.
func (w *world) TenantToken(_ context.Context, tenant meeting.TenantID, _ meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret(w.fake.IssueAppToken(string(tenant), w.app.ClientID)), nil
}

func (w *world) ForgetTenant(tenant meeting.TenantID) { w.forgotten = append(w.forgotten, tenant) }

// create makes an event as a person does in Outlook.
func (w *world) create(t *testing.T, subject string, start time.Time, change ...func(*fakems.Event)) fakems.Event {
	t.Helper()
	e := fakems.Event{
		Subject: subject, Start: fakems.At(start, "W. Europe Standard Time"), End: fakems.At(start.Add(time.Hour), "W. Europe Standard Time"),
		Location: fakems.Location{DisplayName: "@webex"}, Body: fakems.ItemBody{ContentType: "html", Content: "<p>Agenda</p>"},
	}
	for _, f := range change {
		f(&e)
	}
	made, err := w.fake.CreateEvent(bo, e)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (w *world) read(t *testing.T, id string) meeting.Event {
	t.Helper()
	seen, err := w.Events(t.Context(), w.mailbox, []meeting.EventID{meeting.EventID(id)})
	if err != nil || len(seen) != 1 || seen[0].Err != nil {
		t.Fatalf("read: %+v, %v", seen, err)
	}
	return *seen[0].Event
}

func TestReadEvent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.create(t, "Plan", now.Add(24*time.Hour), func(e *fakems.Event) {
		e.Attendees = []fakems.Attendee{
			{EmailAddress: fakems.EmailAddress{Name: "Ana", Address: "ana@fabrikam.example"}},
			{Type: "resource", EmailAddress: fakems.EmailAddress{Name: "Room", Address: "room@contoso.example"}},
		}
		e.Sensitivity = "private"
	})
	got := w.read(t, made.ID)
	want := meeting.Event{
		ID: meeting.EventID(made.ID), ETag: made.ETag, ChangeKey: made.ChangeKey, ICalUID: made.ICalUID, Type: meeting.SingleInstance,
		Subject: "Plan", Start: now.Add(24 * time.Hour), End: now.Add(25 * time.Hour), Zone: "Europe/Berlin",
		IsOrganizer: true, Private: true, Organizer: "Bo.Beran@contoso.example", Location: "@webex",
		Attendees:  []meeting.Attendee{{Address: "ana@fabrikam.example", Name: "Ana"}, {Address: "room@contoso.example", Name: "Room", Resource: true}},
		Body:       meeting.Body{HTML: true, Content: made.Body.Content},
		ModifiedAt: made.LastModifiedDateTime,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	allDay := w.create(t, "Holiday", now, func(e *fakems.Event) {
		e.IsAllDay = true
		e.Start = fakems.DateTimeTimeZone{DateTime: "2026-12-24T00:00:00", TimeZone: "Tokyo Standard Time"}
		e.End = fakems.DateTimeTimeZone{DateTime: "2026-12-26T00:00:00", TimeZone: "Tokyo Standard Time"}
	})
	got = w.read(t, allDay.ID)
	if day := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC); !got.AllDay || !got.Start.Equal(day) || !got.End.Equal(day.AddDate(0, 0, 2)) || got.Zone != "Asia/Tokyo" {
		t.Errorf("all day: %v to %v in %q", got.Start, got.End, got.Zone)
	}
}

func TestReadEventsInABatch(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var wanted []meeting.EventID
	for i := range 23 {
		wanted = append(wanted, meeting.EventID(w.create(t, fmt.Sprint("Plan ", i), now.Add(time.Hour)).ID))
	}
	if err := w.fake.DeleteEvent(bo, string(wanted[7])); err != nil {
		t.Fatal(err)
	}
	wanted[8] = "no/id+of=graph"
	seen, err := w.Events(t.Context(), w.mailbox, wanted)
	if err != nil || len(seen) != len(wanted) {
		t.Fatalf("%d sightings, %v", len(seen), err)
	}
	for i, s := range seen {
		switch {
		case s.ID != wanted[i]:
			t.Errorf("sighting %d is of %s, want %s", i, s.ID, wanted[i])
		case i == 7 && (!errs.Is(s.Err, errs.NotFound) || errs.CodeOf(s.Err) != "ErrorItemNotFound"):
			t.Errorf("deleted: %v, want ErrorItemNotFound", s.Err)
		case i == 8 && (!errs.Is(s.Err, errs.Invalid) || errs.CodeOf(s.Err) != "ErrorInvalidIdMalformed"):
			t.Errorf("malformed: %v, want ErrorInvalidIdMalformed", s.Err)
		case i != 7 && i != 8 && (s.Err != nil || s.Event.ID != wanted[i] || s.Event.Subject != fmt.Sprint("Plan ", i)):
			t.Errorf("sighting %d: %v, %v", i, s.Event, s.Err)
		}
	}
	alone, err := w.Events(t.Context(), w.mailbox, wanted[7:8])
	if err != nil || len(alone) != 1 || errs.CodeOf(alone[0].Err) != "ErrorItemNotFound" {
		t.Errorf("deleted, alone: %+v, %v", alone, err)
	}
}

func TestListEvents(t *testing.T) {
	t.Parallel()
	// Unpleasant: pages of two or three, answers in any order, sudden 429s.
	w := setup(t, func(s *fakems.Server) { s.Calm = false })
	var made []fakems.Event
	for i := range 12 {
		w.clock.Advance(time.Minute)
		made = append(made, w.create(t, "Plan", now.AddDate(0, 0, i)))
	}
	idsOf := func(events []fakems.Event) (all []meeting.EventID) {
		for _, e := range events {
			all = append(all, meeting.EventID(e.ID))
		}
		slices.Sort(all)
		return all
	}
	for _, test := range []struct {
		name string
		list func() ([]meeting.EventRef, error)
		want []fakems.Event
	}{
		{"view", func() ([]meeting.EventRef, error) {
			return w.View(t.Context(), w.mailbox, now.AddDate(0, 0, 2), now.AddDate(0, 0, 9))
		}, made[2:9]},
		{"changed", func() ([]meeting.EventRef, error) {
			return w.ChangedSince(t.Context(), w.mailbox, now.Add(4*time.Minute))
		}, made[3:]},
		{"coming", func() ([]meeting.EventRef, error) {
			return w.EndingAfter(t.Context(), w.mailbox, now.AddDate(0, 0, 5))
		}, made[5:]},
	} {
		refs, err := test.list()
		for errs.Is(err, errs.Throttled) {
			refs, err = test.list()
		}
		var got []meeting.EventID
		for _, ref := range refs {
			got = append(got, ref.ID)
		}
		slices.Sort(got)
		if diff := cmp.Diff(idsOf(test.want), got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.name, err, diff)
		}
	}
}

func TestReferencesOfEvents(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.create(t, "Plan", now.Add(time.Hour))
	want := []meeting.EventRef{{ID: meeting.EventID(made.ID), ICalUID: made.ICalUID, Type: meeting.SingleInstance,
		ChangeKey: made.ChangeKey, Location: "@webex", End: now.Add(2 * time.Hour)}}
	got, err := w.View(t.Context(), w.mailbox, now, now.Add(24*time.Hour))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("view: %v (-want +got):\n%s", err, diff)
	}
	found, err := w.EventsByICalUID(t.Context(), w.mailbox, made.ICalUID)
	if err != nil || len(found) != 1 || cmp.Diff(w.read(t, made.ID), found[0]) != "" {
		t.Errorf("by iCalUId: %+v, %v", found, err)
	}
	if found, err = w.EventsByICalUID(t.Context(), w.mailbox, "it's' nobody's"); err != nil || len(found) != 0 {
		t.Errorf("by nobody's iCalUId: %+v, %v", found, err)
	}
}

func TestWriteEvent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.create(t, "Plan", now.Add(24*time.Hour))
	before := w.read(t, made.ID)
	body, place := meeting.Body{HTML: true, Content: strings.Replace(before.Body.Content, "Agenda", "Agenda ž & more", 1)}, ""
	after, err := w.WriteEvent(t.Context(), w.mailbox, before.ID, before.ETag, meeting.EventPatch{Body: &body, Location: &place})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.read(t, made.ID), after); diff != "" {
		t.Errorf("answer differs from what is there (-read +answered):\n%s", diff)
	}
	if after.Location != "" || !strings.Contains(after.Body.Content, "Agenda ž &amp; more") || after.Subject != "Plan" || after.ETag == before.ETag {
		t.Errorf("written: %+v", after)
	}
	if _, err := w.WriteEvent(t.Context(), w.mailbox, before.ID, before.ETag, meeting.EventPatch{Location: &place}); !errs.Is(err, errs.Conflict) {
		t.Errorf("with an older etag: %v (%s), want conflict", err, errs.KindOf(err))
	}
	start, end := time.Date(2027, 3, 27, 23, 30, 0, 0, time.UTC), time.Date(2027, 3, 28, 1, 30, 0, 0, time.UTC)
	moved, err := w.WriteEvent(t.Context(), w.mailbox, before.ID, after.ETag, meeting.EventPatch{Start: &start, End: &end, Zone: "Europe/Berlin"})
	if err != nil || !moved.Start.Equal(start) || !moved.End.Equal(end) || moved.Zone != "Europe/Berlin" {
		t.Errorf("moved to %v to %v in %q, %v", moved.Start, moved.End, moved.Zone, err)
	}
	if _, err := w.WriteEvent(t.Context(), w.mailbox, "AAMkAG=", after.ETag, meeting.EventPatch{Location: &place}); err == nil {
		t.Error("wrote to an event of nobody's")
	}
}

func TestEndedToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.create(t, "Plan", now.Add(24*time.Hour))
	w.clock.Advance(2 * time.Hour)
	if w.read(t, made.ID); w.fresh != 1 {
		t.Errorf("%d fresh tokens, want one", w.fresh)
	}
	if _, err := w.View(t.Context(), mailbox, now, now.Add(time.Hour)); !errs.Is(err, errs.SignedOut) {
		t.Errorf("without a grant: %v, want signed out", err)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	w := setup(t)
	got, err := w.Profile(t.Context(), w.mailbox)
	want := meeting.Account{ID: w.mailbox, UPN: bo, Name: "Bo Beran", Mail: "Bo.Beran@contoso.example", Language: "cs-CZ",
		Addresses: []string{"bo.beran@contoso.example", "bo@contoso.example"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
