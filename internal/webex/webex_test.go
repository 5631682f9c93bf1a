package webex

import (
	"context"
	"fmt"
	"io"
	"net/http"
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
	"webex-scheduler/internal/sandbox/fakewebex"
)

const (
	bo    = "bo@contoso.example"
	grant = meeting.GrantID("grant of bo")
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// world is Webex with one host, and a client that holds the host's grant.
type world struct {
	*Client
	fake        *fakewebex.Server
	integration fakewebex.Integration
	scopes      []string

	mu    sync.Mutex
	token string
	fresh int // tokens given because one was refused
}

func setup(t *testing.T, change ...func(*fakewebex.Server)) *world {
	t.Helper()
	w := &world{
		fake: &fakewebex.Server{Clock: clockwork.NewFakeClockAt(now), Seed: 1, Calm: true,
			Unexpected: func(msg string) { t.Error(msg) }},
		scopes: []string{"meeting:schedules_read", "meeting:schedules_write", "meeting:preferences_read", "spark:people_read"},
	}
	for _, f := range change {
		f(w.fake)
	}
	w.fake.AddPerson(fakewebex.Person{ID: "a3c1", Email: bo, DisplayName: "Bo Beran", Sites: []string{"contoso.webex.com"}})
	w.integration = w.fake.AddIntegration(fakewebex.Integration{Scopes: w.scopes})
	w.token, _ = w.fake.IssueTokens(bo, w.integration.ClientID, w.scopes...)
	server := httptest.NewServer(w.fake)
	t.Cleanup(server.Close)
	w.Client = newClient(t, server.URL, w, w.fake.Clock)
	return w
}

func newClient(t *testing.T, base string, tokens Tokens, clock clockwork.Clock) *Client {
	t.Helper()
	// A server of another test that closes empties the default one's pool.
	pool := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(pool.CloseIdleConnections)
	c, err := New(Config{BaseURL: base, Tokens: tokens, Clock: clock, HTTP: pool})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Token implements Tokens.
func (w *world) Token(_ context.Context, id meeting.GrantID, refused meeting.Secret) (meeting.Secret, error) {
	if id != grant {
		return meeting.Secret{}, errs.New(errs.SignedOut, "no grant %q", id)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !refused.Empty() && refused.Reveal() == w.token {
		w.fresh++
		w.token, _ = w.fake.IssueTokens(bo, w.integration.ClientID, w.scopes...)
	}
	return meeting.NewSecret(w.token), nil
}

// fixed is a token for servers that take any.
type fixed struct{}

func (fixed) Token(context.Context, meeting.GrantID, meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret("t"), nil
}

// answering is a client of a server that always gives the same answer, and
// the calls that it received.
func answering(t *testing.T, status int, header http.Header, body string) (c *Client, calls func() []string) {
	t.Helper()
	var mu sync.Mutex
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		got = append(got, r.Method+" "+r.RequestURI)
		mu.Unlock()
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now)), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(got)
	}
}

func spec(title string) meeting.MeetingSpec {
	return meeting.MeetingSpec{Shape: meeting.Shape{
		Title: title, Zone: "Europe/Prague",
		Start: now.Add(24 * time.Hour), End: now.Add(25 * time.Hour),
		Invitees: []meeting.Invitee{{Email: "Ana@contoso.example", Name: "Ana"}},
	}, Tags: []string{"s1:nonce"}}
}

func create(t *testing.T, w *world, spec meeting.MeetingSpec) meeting.Meeting {
	t.Helper()
	m, err := w.CreateMeeting(t.Context(), host, spec)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMeetingsLife(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := create(t, w, spec("Plan"))
	real, ok := w.fake.Meeting(string(made.ID))
	if !ok {
		t.Fatalf("no meeting %q", made.ID)
	}
	want := meeting.Meeting{
		ID: meeting.MeetingID(real.ID), Title: "Plan", Start: now.Add(24 * time.Hour), End: now.Add(25 * time.Hour),
		State: "active", HostEmail: bo, SiteURL: "contoso.webex.com", Tags: []string{"s1:nonce"},
		Join: made.Join,
	}
	if diff := cmp.Diff(want, made, secrets); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	join := meeting.Join{
		WebLink: real.WebLink, Number: real.Number, AccessCode: made.Join.AccessCode, DialInIP: made.Join.DialInIP,
		Password: meeting.NewSecret(real.Password), PhonePassword: meeting.NewSecret(real.PhonePassword),
		SIPAddress: real.SIPAddress, CallIn: made.Join.CallIn,
	}
	if diff := cmp.Diff(join, made.Join, secrets); diff != "" {
		t.Errorf("join details (-want +got):\n%s", diff)
	}
	if made.Join.AccessCode == "" || len(made.Join.CallIn) == 0 || made.Join.CallIn[0].Number == "" {
		t.Errorf("no telephone: %+v", made.Join)
	}
	if real.TimeZone != "Europe/Prague" || len(real.Invitees) != 1 || real.Invitees[0].Email != "ana@contoso.example" {
		t.Errorf("in Webex: zone %q, invitees %v", real.TimeZone, real.Invitees)
	}

	read, err := w.Meeting(t.Context(), host, made.ID)
	if diff := cmp.Diff(made, read, secrets); err != nil || diff != "" {
		t.Errorf("read: %v (-created +read):\n%s", err, diff)
	}

	title, start, end := "Plan B", now.Add(48*time.Hour), now.Add(50*time.Hour)
	changed, err := w.UpdateMeeting(t.Context(), host, made.ID, meeting.MeetingPatch{Title: &title, Start: &start, End: &end, Zone: "Asia/Calcutta"})
	want.Title, want.Start, want.End = title, start, end
	if diff := cmp.Diff(want, changed, secrets); err != nil || diff != "" {
		t.Errorf("changed: %v (-want +got):\n%s", err, diff)
	}
	if changed, err = w.UpdateMeeting(t.Context(), host, made.ID, meeting.MeetingPatch{Title: &want.Title}); err != nil || !changed.Start.Equal(start) {
		t.Errorf("title alone: start is %v, %v, want %v", changed.Start, err, start)
	}

	for range 2 { // the second finds nothing
		if err := w.DeleteMeeting(t.Context(), host, made.ID); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := w.Meeting(t.Context(), host, made.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("read after delete: %v, want not found", err)
	}
	if mails := w.fake.Mails(); len(mails) != 0 {
		t.Errorf("Webex mailed %v", mails)
	}
}

// secrets compares them by value.
var secrets = cmp.Transformer("reveal", meeting.Secret.Reveal)

// TestTimesAcrossTheClockChange: each time needs the offset that its zone has
// then, or Webex refuses it.
func TestTimesAcrossTheClockChange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, zone string
		start, end time.Time
	}{
		{"clocks go back within the meeting", "Europe/Prague",
			time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC), time.Date(2027, 10, 31, 2, 30, 0, 0, time.UTC)},
		{"clocks go forward within the meeting", "America/New_York",
			time.Date(2027, 3, 14, 6, 30, 0, 0, time.UTC), time.Date(2027, 3, 14, 8, 30, 0, 0, time.UTC)},
		{"offset of a quarter of an hour", "Asia/Katmandu", now.Add(time.Hour), now.Add(2 * time.Hour)},
		{"UTC", "UTC", now.Add(time.Hour), now.Add(2 * time.Hour)},
		{"no zone known", "", now.Add(time.Hour), now.Add(2 * time.Hour)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			s := spec("Plan")
			s.Start, s.End, s.Zone = test.start, test.end, test.zone
			m := create(t, w, s)
			if !m.Start.Equal(test.start) || !m.End.Equal(test.end) {
				t.Errorf("answered %v to %v, want %v to %v", m.Start, m.End, test.start, test.end)
			}
			if real, _ := w.fake.Meeting(string(m.ID)); !real.Start.Equal(test.start) || !real.End.Equal(test.end) {
				t.Errorf("in Webex %v to %v, want %v to %v", real.Start, real.End, test.start, test.end)
			}
		})
	}
	w := setup(t)
	s := spec("Plan")
	s.Zone = "Local"
	if _, err := w.CreateMeeting(t.Context(), host, s); !errs.Is(err, errs.Invalid) {
		t.Errorf("the server's own zone: %v, want invalid", err)
	}
}

func TestLookUpByTag(t *testing.T) {
	t.Parallel()
	// Unpleasant: tiny pages, empty pages, members in any order.
	w := setup(t, func(s *fakewebex.Server) { s.Calm, s.RateLimit, s.CreateQuota = false, -1, -1 })
	patient := func(do func() error) {
		t.Helper()
		err := do()
		for errs.Is(err, errs.Throttled) { // one in 40 calls is refused so
			err = do()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[meeting.MeetingID]bool{}
	for i := range 7 {
		s := spec(fmt.Sprint("Plan ", i))
		s.Start, s.End = now.AddDate(0, i, 1), now.AddDate(0, i, 1).Add(time.Hour)
		patient(func() error {
			m, err := w.CreateMeeting(t.Context(), host, s)
			want[m.ID] = true
			delete(want, "")
			return err
		})
	}
	var found []meeting.Meeting
	patient(func() (err error) {
		found, err = w.MeetingsByTag(t.Context(), host, "s1:nonce", now, now.AddDate(1, 0, 0))
		return err
	})
	got := map[meeting.MeetingID]bool{}
	for _, m := range found {
		got[m.ID] = true
	}
	if diff := cmp.Diff(want, got); diff != "" || len(found) != 7 {
		t.Errorf("found %d (-want +got):\n%s", len(found), diff)
	}
	patient(func() (err error) {
		found, err = w.MeetingsByTag(t.Context(), host, "s1:other", now, now.AddDate(1, 0, 0))
		return err
	})
	if len(found) != 0 {
		t.Errorf("found %d with a tag of nobody's", len(found))
	}
}

func TestLookUpByLink(t *testing.T) {
	t.Parallel()
	w := setup(t)
	s := spec("Plan")
	s.Start, s.End = now.AddDate(0, 2, 0), now.AddDate(0, 2, 0).Add(time.Hour)
	made := create(t, w, s)
	found, err := w.MeetingByLink(t.Context(), host, made.Join.WebLink)
	if diff := cmp.Diff(made, found, secrets); err != nil || diff != "" {
		t.Errorf("found: %v (-want +got):\n%s", err, diff)
	}
	if _, err := w.MeetingByLink(t.Context(), host, made.Join.WebLink+"0"); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown link: %v, want not found", err)
	}
}

func TestInvitees(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *fakewebex.Server) { s.RateLimit = -1 })
	m := create(t, w, spec("Plan"))
	add := []meeting.Invitee{{Email: "ana@contoso.example"}, {Email: "Cy@contoso.example", Name: strings.Repeat("ž", 200)}, {Email: "cy@contoso.example"}}
	for i := range 150 {
		add = append(add, meeting.Invitee{Email: fmt.Sprintf("p%03d@contoso.example", i)})
	}
	for range 2 { // the second time all are there
		if err := w.AddInvitees(t.Context(), host, m.ID, add); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.Invitees(t.Context(), host, m.ID)
	if err != nil || len(all) != 152 {
		t.Fatalf("%d invitees, %v, want 152", len(all), err)
	}
	if all[0].Email != "ana@contoso.example" || all[1].Email != "cy@contoso.example" || all[1].Name != strings.Repeat("ž", 128) {
		t.Errorf("first two are %v", all[:2])
	}
	for range 2 { // the second finds nothing
		if err := w.RemoveInvitee(t.Context(), host, all[0].ID); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	if all, err = w.Invitees(t.Context(), host, m.ID); err != nil || len(all) != 151 {
		t.Errorf("%d invitees, %v, want 151", len(all), err)
	}
	if mails := w.fake.Mails(); len(mails) != 0 {
		t.Errorf("Webex mailed %d", len(mails))
	}
}

// TestInviteeWhoComesMeanwhile: the bulk is refused whole, without a name.
func TestInviteeWhoComesMeanwhile(t *testing.T) {
	t.Parallel()
	var w *world
	var m meeting.Meeting
	w = setup(t, func(s *fakewebex.Server) {
		s.OnRequest = func(r *http.Request) *fakewebex.Fault {
			if strings.HasSuffix(r.URL.Path, "/bulkInsert") {
				w.fake.EditMeeting(string(m.ID), func(m *fakewebex.Meeting) {
					m.Invitees = append(m.Invitees, fakewebex.Invitee{Email: "cy@contoso.example"})
				})
			}
			return nil
		}
	})
	m = create(t, w, spec("Plan"))
	err := w.AddInvitees(t.Context(), host, m.ID, []meeting.Invitee{{Email: "cy@contoso.example"}, {Email: "di@contoso.example"}})
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Invitees(t.Context(), host, m.ID)
	if err != nil || len(all) != 3 || all[2].Email != "di@contoso.example" {
		t.Errorf("invitees are %v, %v", all, err)
	}
	if mails := w.fake.Mails(); len(mails) != 0 {
		t.Errorf("Webex mailed %v", mails)
	}
}

func TestManyInviteesAtCreation(t *testing.T) {
	t.Parallel()
	w := setup(t)
	s := spec("Plan")
	s.Invitees = nil
	for i := range 1001 {
		s.Invitees = append(s.Invitees, meeting.Invitee{Email: fmt.Sprintf("p%04d@contoso.example", i)})
	}
	m := create(t, w, s)
	if real, _ := w.fake.Meeting(string(m.ID)); len(real.Invitees) != 1000 {
		t.Errorf("%d are invited, want 1000", len(real.Invitees))
	}
}

func TestRunningMeetingWaits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := create(t, w, spec("Plan"))
	if err := w.fake.StartMeeting(string(m.ID)); err != nil {
		t.Fatal(err)
	}
	title := "Plan B"
	if _, err := w.UpdateMeeting(t.Context(), host, m.ID, meeting.MeetingPatch{Title: &title}); !errs.Is(err, errs.InProgress) {
		t.Errorf("update: %v, want in progress", err)
	}
	if err := w.DeleteMeeting(t.Context(), host, m.ID); !errs.Is(err, errs.InProgress) {
		t.Errorf("delete: %v, want in progress", err)
	}
}

func TestEndedToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := create(t, w, spec("Plan"))
	w.fake.ExpireTokens(bo)
	if _, err := w.Meeting(t.Context(), host, m.ID); err != nil || w.fresh != 1 {
		t.Errorf("read: %v with %d fresh tokens, want success with one", err, w.fresh)
	}
	if _, err := w.Meeting(t.Context(), meeting.Host{Grant: "grant of nobody"}, m.ID); !errs.Is(err, errs.SignedOut) {
		t.Errorf("read without a grant: %v, want signed out", err)
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	w := setup(t)
	got, err := w.Me(t.Context(), meeting.NewSecret(w.token))
	if err != nil {
		t.Fatal(err)
	}
	want := meeting.Grant{Service: meeting.Webex, Subject: bo, SubjectID: got.SubjectID, OrgID: got.OrgID,
		Site: "contoso.webex.com", Aliases: []string{bo}}
	if diff := cmp.Diff(want, got); diff != "" || got.SubjectID == "" || got.OrgID == "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	bare, _ := w.fake.IssueTokens(bo, w.integration.ClientID, "spark:people_read")
	if got, err = w.Me(t.Context(), meeting.NewSecret(bare)); err != nil || got.Site != "" {
		t.Errorf("without leave to see sites: %q, %v, want none", got.Site, err)
	}
	if _, err := w.Me(t.Context(), meeting.NewSecret("worn")); !errs.Is(err, errs.SignedOut) {
		t.Errorf("refused token: %v, want signed out", err)
	}
}

// host is the person of the grant themself.
var host = meeting.Host{Grant: grant}
