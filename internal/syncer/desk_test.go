package syncer_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/syncer"
)

const ana = meeting.AccountID("contoso/ana")

// desk is one mailbox with one event, and all that the syncer needs of others.
// What a test does not speak of is not there: calling it panics.
type desk struct {
	syncer.Store
	syncer.Calendar
	syncer.Meetings
	t     *testing.T
	clock *clockwork.FakeClock
	*syncer.Syncer

	claim    meeting.Claim
	host     meeting.Grant
	grants   map[meeting.GrantID]meeting.Grant
	settings meeting.Settings
	event    meeting.Event
	link     *meeting.Link
	rows     []meeting.Subscription
	work     []meeting.Work

	refuse  error    // of the calendar
	stuck   error    // of Unsubscribe
	inWay   string   // the subscription that Subscribe finds there
	calls   []string // to Webex and of subscriptions
	spent   []string
	looks   int // at the tenant
	waiting []meeting.Reason
	trouble meeting.Reason
	next    time.Time // when subscriptions want attention
}

// newDesk is a mailbox of a tenant whose organisation's grant acts for Ana.
func newDesk(t *testing.T) *desk {
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	d := &desk{t: t, clock: clock, grants: map[meeting.GrantID]meeting.Grant{}}
	d.claim = meeting.Claim{Mailbox: ana, Lease: 1, Until: clock.Now().Add(time.Minute), Authority: meeting.TenantWide}
	d.host = organisation()
	start := clock.Now().Add(24 * time.Hour)
	d.event = meeting.Event{ID: "event", ICalUID: "uid", Type: meeting.SingleInstance, Subject: "Review", IsOrganizer: true,
		Start: start, End: start.Add(time.Hour), Zone: "UTC", Location: "@webex"}
	d.Syncer = syncer.New(syncer.Config{
		Store: d, Calendar: d, Subscriber: d, Meetings: d, PublicURL: "https://s.example", Installation: "test",
		SweepInterval: 15 * time.Minute, Lease: time.Minute, Clock: clock, Random: new(counter), Log: slog.New(slog.DiscardHandler),
	})
	return d
}

// counter is random enough for keys and nonces.
type counter byte

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		*c++
		b[i] = byte(*c)
	}
	return len(b), nil
}

func organisation() meeting.Grant {
	return meeting.Grant{
		ID: "organisation", Account: meeting.TenantAccount("contoso"), Service: meeting.Webex, SubjectID: "admin", State: meeting.GrantLive,
		HostEmail: "ana@contoso.example", HostID: "webex-ana", Aliases: []string{"ana@contoso.example", "a@contoso.example"},
	}
}

// own is the grant that the person of a Webex account gave for the mailbox.
func own(person string) meeting.Grant {
	return meeting.Grant{
		ID: meeting.NewGrantID(ana, meeting.Webex, person), Account: ana, Service: meeting.Webex, SubjectID: person, State: meeting.GrantLive,
		Aliases: []string{"ana@contoso.example", "a@contoso.example"},
	}
}

// linked has the event linked to a meeting that the grant made, and shown in it.
func (d *desk) linked(g meeting.Grant) {
	key, _ := meeting.NewLinkKey(new(counter))
	join := meeting.Join{WebLink: "https://contoso.webex.com/j"}
	d.event.Body, _ = block.Put(meeting.Body{}, block.Content{Key: key, PublicURL: "https://s.example", Join: join})
	d.event.Location = join.WebLink
	shape, _ := meeting.ShapeOf(d.event, meeting.Account{}, nil, "")
	d.link = &meeting.Link{
		Mailbox: ana, Event: "event", Key: key, Join: join, State: meeting.LinkLinked, Meeting: "meeting", Grant: g.ID, Host: g.HostEmail,
		Wanted: shape, Got: shape, ShownAt: d.clock.Now(), Starts: d.event.Start, Ends: d.event.End, UpdatedAt: d.clock.Now(), CreatedAt: d.clock.Now(),
	}
}

// look works the mailbox once, with its event marked.
func (d *desk) look() {
	d.t.Helper()
	d.work = []meeting.Work{{Mailbox: ana, Event: "event", Generation: 1}}
	d.turn()
}

func (d *desk) turn() {
	d.t.Helper()
	if err := d.Round(d.t.Context(), d.claim); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) called() string { return strings.Join(d.calls, ", ") }

func (d *desk) call(format string, args ...any) {
	d.calls = append(d.calls, fmt.Sprintf(format, args...))
}

// The store.

func (d *desk) Account(context.Context, meeting.AccountID) (meeting.Account, error) {
	return meeting.Account{ID: ana}, nil
}

func (d *desk) Host(context.Context, meeting.AccountID) (meeting.Grant, error) {
	if d.host.ID == "" {
		return d.host, errs.New(errs.NotFound, "nobody")
	}
	return d.host, nil
}

func (d *desk) GrantByID(_ context.Context, id meeting.GrantID) (meeting.Grant, error) {
	g, ok := d.grants[id]
	if !ok {
		return g, errs.New(errs.NotFound, "deleted")
	}
	return g, nil
}

func (d *desk) Preferences(context.Context, meeting.AccountID) (meeting.Preferences, error) {
	return meeting.Preferences{}, nil
}

func (d *desk) Settings(_ context.Context, tenant meeting.TenantID) (meeting.Settings, error) {
	if tenant != "contoso" {
		d.t.Errorf("settings of %q", tenant)
	}
	return d.settings, nil
}

func (d *desk) LookAtTenant(context.Context, meeting.TenantID) error { d.looks++; return nil }

func (d *desk) Bite(context.Context, meeting.Claim, int) ([]meeting.Work, error) {
	work := d.work
	d.work = nil
	return work, nil
}

func (d *desk) Done(context.Context, meeting.Claim, meeting.Work) error { return nil }

func (d *desk) Postpone(_ context.Context, _ meeting.Claim, w meeting.Work, _ bool) error {
	d.waiting = append(d.waiting, w.Reason)
	return nil
}

func (d *desk) Links(context.Context, meeting.AccountID, []meeting.EventID) ([]meeting.Link, error) {
	if d.link == nil {
		return nil, nil
	}
	return []meeting.Link{*d.link}, nil
}

func (d *desk) SaveLink(_ context.Context, _ meeting.Claim, l meeting.Link, _ string, _ ...meeting.HistoryEntry) error {
	d.link = &l
	return nil
}

func (d *desk) Intents(context.Context, meeting.AccountID, meeting.EventID) ([]meeting.Intent, error) {
	return nil, nil
}

func (d *desk) SaveIntent(context.Context, meeting.Claim, meeting.Intent) error { return nil }

func (d *desk) DeleteIntent(context.Context, meeting.Claim, string) error { return nil }

func (d *desk) Spend(_ context.Context, identity string, calls, creates, quota int) error {
	d.spent = append(d.spent, fmt.Sprintf("%s: %d, %d of %d", identity, calls, creates, quota))
	return nil
}

func (d *desk) Subscriptions(context.Context, meeting.AccountID) ([]meeting.Subscription, error) {
	return d.rows, nil
}

func (d *desk) SaveSubscription(_ context.Context, _ meeting.Claim, s meeting.Subscription, _ meeting.Secret) error {
	_ = d.DeleteSubscription(context.Background(), d.claim, s.ID)
	d.rows = append(d.rows, s)
	return nil
}

func (d *desk) DeleteSubscription(_ context.Context, _ meeting.Claim, id string) error {
	var left []meeting.Subscription
	for _, s := range d.rows {
		if s.ID != id {
			left = append(left, s)
		}
	}
	d.rows = left
	return nil
}

func (d *desk) SubscriptionWork(_ context.Context, _ meeting.Claim, next time.Time, _ bool) error {
	d.next, d.claim.SubscriptionDue = next, time.Time{}
	return nil
}

func (d *desk) SubscriptionTrouble(_ context.Context, _ meeting.Claim, why meeting.Reason) error {
	d.trouble = why
	return nil
}

func (d *desk) Closed(context.Context, meeting.Claim) error { d.call("closed"); return nil }

func (d *desk) LiveLinks(context.Context, meeting.AccountID, time.Time) ([]meeting.Link, error) {
	return d.Links(context.Background(), ana, nil)
}

func (d *desk) Drafts(context.Context, meeting.AccountID) ([]meeting.Link, error) { return nil, nil }

func (d *desk) Swept(_ context.Context, _ meeting.Claim, _ time.Time, marks []meeting.Mark, _ time.Time) error {
	d.claim.SweepDue = time.Time{}
	for _, m := range marks {
		d.call("mark %s", m.Event)
	}
	return nil
}

// Microsoft.

func (d *desk) Events(context.Context, meeting.AccountID, []meeting.EventID) ([]meeting.Sighting, error) {
	if d.refuse != nil {
		return nil, d.refuse
	}
	return []meeting.Sighting{{ID: "event", Event: &d.event}}, nil
}

func (d *desk) ChangedSince(context.Context, meeting.AccountID, time.Time) ([]meeting.EventRef, error) {
	return nil, d.refuse
}

func (d *desk) View(context.Context, meeting.AccountID, time.Time, time.Time) ([]meeting.EventRef, error) {
	ref := meeting.EventRef{ID: "event", End: d.event.End}
	if d.link != nil {
		ref.ChangeKey = d.link.ChangeKey
	}
	return []meeting.EventRef{ref}, nil
}

func (d *desk) EndingAfter(context.Context, meeting.AccountID, time.Time) ([]meeting.EventRef, error) {
	return nil, nil
}

func (d *desk) WriteEvent(_ context.Context, _ meeting.AccountID, _ meeting.EventID, _ string, patch meeting.EventPatch) (meeting.Event, error) {
	d.call("write event")
	if patch.Body != nil {
		d.event.Body = *patch.Body
	}
	if patch.Location != nil {
		d.event.Location = *patch.Location
	}
	return d.event, nil
}

func (d *desk) Subscribe(_ context.Context, _ meeting.AccountID, as meeting.Authority, _ meeting.Secret, until time.Time) (string, time.Time, error) {
	d.call("subscribe as %s", as)
	if d.inWay != "" {
		return "", time.Time{}, &errs.Error{Kind: errs.Conflict, Code: d.inWay, Message: "there is one"}
	}
	return "new", until, d.refuse
}

func (d *desk) RenewSubscription(_ context.Context, s meeting.Subscription, until time.Time) (time.Time, error) {
	d.call("renew as %s", s.Authority)
	return until, d.refuse
}

func (d *desk) ReauthorizeSubscription(context.Context, meeting.Subscription) error { return nil }

func (d *desk) Subscription(_ context.Context, s meeting.Subscription) (time.Time, error) {
	return s.ExpiresAt, nil
}

func (d *desk) Unsubscribe(_ context.Context, s meeting.Subscription) error {
	d.call("unsubscribe %s as %s", s.GraphID, s.Authority)
	if d.stuck == nil && s.GraphID == d.inWay {
		d.inWay = ""
	}
	return d.stuck
}

// Webex.

func (d *desk) CreateMeeting(_ context.Context, h meeting.Host, spec meeting.MeetingSpec) (meeting.Meeting, error) {
	d.call("create with %s", name(h))
	return meeting.Meeting{ID: "made", Title: spec.Title, Start: spec.Start, End: spec.End, Join: meeting.Join{WebLink: "https://contoso.webex.com/j"}}, nil
}

func (d *desk) UpdateMeeting(_ context.Context, h meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (meeting.Meeting, error) {
	d.call("update with %s", name(h))
	return meeting.Meeting{ID: id, Title: *patch.Title, Start: d.event.Start, End: d.event.End}, nil
}

// name is a host in words.
func name(h meeting.Host) string {
	for _, person := range []string{"webex-ana", "webex-other"} {
		if h.Grant == own(person).ID {
			return person
		}
	}
	return string(h.Grant) + " for " + h.Email
}

func (d *desk) Orphans(context.Context, meeting.AccountID) ([]meeting.Orphan, error) { return nil, nil }

// MeetingsBetween lists what is as it is known.
func (d *desk) MeetingsBetween(context.Context, meeting.Host, time.Time, time.Time) (all []meeting.Meeting, err error) {
	if l := d.link; l != nil {
		all = append(all, meeting.Meeting{ID: l.Meeting, Title: l.Got.Title, Start: l.Got.Start, End: l.Got.End})
	}
	return all, nil
}
