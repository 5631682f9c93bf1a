package webex

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

const root = "root@contoso.example"

// forBo is the administrator's grant, used for Bo.
var forBo = meeting.Host{Grant: grant, Email: bo}

// setupAdmin is setup where the grant is that of Bo's administrator.
func setupAdmin(t *testing.T, change ...func(*fakewebex.Server)) *world {
	t.Helper()
	w := setup(t, append(change, func(s *fakewebex.Server) { s.Log = &trace.Log{} })...)
	w.fake.AddPerson(fakewebex.Person{Email: root, Sites: []string{"contoso.webex.com"}, Roles: []fakewebex.Role{fakewebex.FullAdmin}})
	w.token, _ = w.fake.IssueTokens(root, w.integration.ClientID, "meeting:admin_schedule_read", "meeting:admin_schedule_write",
		"meeting:admin_preferences_read", "spark-admin:people_read", "spark-admin:organizations_read", "spark:people_read")
	return w
}

// TestHostIsNamedWhereWebexLooks: each call of the client acts for Bo. What is
// in the wrong place the fake ignores, and tells the test.
func TestHostIsNamedWhereWebexLooks(t *testing.T) {
	t.Parallel()
	ana := meeting.Invitee{Email: "ana@contoso.example"}
	for _, test := range []struct {
		name string
		do   func(ctx context.Context, w *world, m meeting.Meeting) error
		want []string
	}{
		{"create", func(ctx context.Context, w *world, _ meeting.Meeting) error {
			_, err := w.CreateMeeting(ctx, forBo, spec("Plan B"))
			return err
		}, []string{"POST /v1/meetings"}},
		{"read", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, err := w.Meeting(ctx, forBo, m.ID)
			return err
		}, []string{"GET /v1/meetings/"}},
		{"update", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, err := w.UpdateMeeting(ctx, forBo, m.ID, meeting.MeetingPatch{Title: new("Plan B")})
			return err
		}, []string{"PATCH /v1/meetings/"}},
		{"delete", func(ctx context.Context, w *world, m meeting.Meeting) error {
			return w.DeleteMeeting(ctx, forBo, m.ID)
		}, []string{"DELETE /v1/meetings/"}},
		{"find by tag", func(ctx context.Context, w *world, m meeting.Meeting) error {
			found, err := w.MeetingsByTag(ctx, forBo, m.Tags[0], now, now.AddDate(1, 0, 0))
			if err == nil && len(found) != 1 {
				t.Errorf("found %d by tag", len(found))
			}
			return err
		}, []string{"GET /v1/meetings"}},
		{"find by link", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, err := w.MeetingByLink(ctx, forBo, m.Join.WebLink)
			return err
		}, []string{"GET /v1/meetings"}},
		{"list invitees", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, err := w.Invitees(ctx, forBo, m.ID)
			return err
		}, []string{"GET /v1/meetingInvitees"}},
		{"add invitees", func(ctx context.Context, w *world, m meeting.Meeting) error {
			return w.AddInvitees(ctx, forBo, m.ID, []meeting.Invitee{{Email: "di@contoso.example"}})
		}, []string{"GET /v1/meetingInvitees", "POST /v1/meetingInvitees/bulkInsert"}},
		{"add an invitee", func(ctx context.Context, w *world, m meeting.Meeting) error {
			return w.addSingly(ctx, forBo, m.ID, []invitee{{Email: "di@contoso.example", SendEmail: new(false)}})
		}, []string{"POST /v1/meetingInvitees"}},
		{"make an invitee a cohost", func(ctx context.Context, w *world, m meeting.Meeting) error {
			return w.AddInvitees(ctx, forBo, m.ID, []meeting.Invitee{{Email: ana.Email, CoHost: true}})
		}, []string{"GET /v1/meetingInvitees", "PUT /v1/meetingInvitees/"}},
		{"room", func(ctx context.Context, w *world, m meeting.Meeting) error {
			room, err := w.Room(ctx, forBo)
			if err == nil && room.Join.WebLink != "https://contoso.webex.com/meet/bo" {
				t.Errorf("the room is %+v", room)
			}
			return err
		}, []string{"GET /v1/meetingPreferences/"}},
		{"joined", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, err := w.Joined(ctx, forBo, m.ID)
			return err
		}, []string{"GET /v1/meetings/", "GET /v1/meetings"}},
		{"start link", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, _, err := w.StartLink(ctx, forBo, m.ID)
			return err
		}, []string{"POST /v1/meetings/"}},
		{"offer", func(ctx context.Context, w *world, m meeting.Meeting) error {
			_, err := w.Offer(ctx, meeting.Grant{ID: grant, HostEmail: bo}, "en-US")
			return err
		}, []string{"GET /v1/meetings/", "GET /v1/meetingPreferences/", "GET /v1/meetings/", "GET /v1/meetingPreferences/"}},
		{"remove an invitee", func(ctx context.Context, w *world, m meeting.Meeting) error {
			all, err := w.Invitees(ctx, forBo, m.ID)
			if err != nil || len(all) != 1 || all[0].Email != ana.Email {
				t.Errorf("invitees are %v, %v", all, err)
				return err
			}
			return w.RemoveInvitee(ctx, forBo, all[0].ID)
		}, []string{"GET /v1/meetingInvitees", "DELETE /v1/meetingInvitees/"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setupAdmin(t)
			m, err := w.CreateMeeting(t.Context(), forBo, spec("Plan"))
			if err != nil || m.HostEmail != bo {
				t.Fatalf("created for %q, %v", m.HostEmail, err)
			}
			before := w.fake.Log.Last()
			if err := test.do(t.Context(), w, m); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range w.fake.Log.Since(before) {
				path, _, _ := strings.Cut(e.Path, "?")
				if parts := strings.Split(path, "/"); len(parts) == 4 && parts[3] != "bulkInsert" {
					path = strings.TrimSuffix(path, parts[3]) // an id
				}
				got = append(got, e.Method+" "+path)
				if e.Actor != root || !strings.HasPrefix(e.Note, "for "+bo) {
					t.Errorf("not for Bo: %+v", e)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if mails := w.fake.Mails(); len(mails) != 0 {
				t.Errorf("Webex mailed %v", mails)
			}
		})
	}
}

// TestHostWhoIsNotThere: the meeting of somebody who was renamed is not gone.
func TestHostWhoIsNotThere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		edit func(*fakewebex.Person)
		want errs.Kind
	}{
		{"renamed", func(p *fakewebex.Person) { p.Email = "bea@contoso.example" }, errs.Forbidden},
		{"renamed, with the old address as an alias", func(p *fakewebex.Person) { p.Email, p.Aliases = "bea@contoso.example", []string{bo} }, errs.Forbidden},
		{"still there", func(*fakewebex.Person) {}, errs.Internal},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setupAdmin(t)
			m, err := w.CreateMeeting(t.Context(), forBo, spec("Plan"))
			if err != nil {
				t.Fatal(err)
			}
			all, err := w.Invitees(t.Context(), forBo, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.fake.EditPerson(bo, test.edit); err != nil {
				t.Fatal(err)
			}
			_, read := w.Meeting(t.Context(), forBo, m.ID)
			_, found := w.MeetingByLink(t.Context(), forBo, m.Join.WebLink)
			_, invitees := w.Invitees(t.Context(), forBo, m.ID)
			_, updated := w.UpdateMeeting(t.Context(), forBo, m.ID, meeting.MeetingPatch{Title: new("Plan B")})
			removed := w.RemoveInvitee(t.Context(), forBo, all[0].ID)
			deleted := w.DeleteMeeting(t.Context(), forBo, m.ID)
			for name, err := range map[string]error{"read": read, "find": found, "invitees": invitees, "update": updated, "remove": removed, "delete": deleted} {
				if errs.KindOf(err) != test.want || (err == nil) != (test.want == errs.Internal) {
					t.Errorf("%s: %v (%s), want %q", name, err, errs.KindOf(err), test.want)
				}
			}
			if _, there := w.fake.Meeting(string(m.ID)); there != (test.want == errs.Forbidden) {
				t.Errorf("the meeting is there: %v", there)
			}
		})
	}
}

// TestMeetingThatIsGone: the host is there, so the meeting is what is missing.
func TestMeetingThatIsGone(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t)
	m, err := w.CreateMeeting(t.Context(), forBo, spec("Plan"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.fake.DeleteMeeting(string(m.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Meeting(t.Context(), forBo, m.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("read: %v, want not found", err)
	}
	if err := w.DeleteMeeting(t.Context(), forBo, m.ID); err != nil {
		t.Errorf("delete: %v", err)
	}
}

// TestDoubtAboutTheHost: while it cannot be asked who is there, nothing is gone.
func TestDoubtAboutTheHost(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t, func(s *fakewebex.Server) {
		s.OnRequest = func(r *http.Request) *fakewebex.Fault {
			if r.URL.Path == "/v1/people" {
				return &fakewebex.Fault{Status: 429, RetryAfter: time.Hour}
			}
			return nil
		}
	})
	if err := w.DeleteMeeting(t.Context(), forBo, "0123456789abcdef0123456789abcdef"); !errs.Is(err, errs.Throttled) {
		t.Errorf("delete: %v, want throttled", err)
	}
}

func TestFindHost(t *testing.T) {
	t.Parallel()
	// Unpleasant: flags as strings, empty pages.
	w := setupAdmin(t, func(s *fakewebex.Server) { s.Calm, s.RateLimit = false, -1 })
	for _, p := range []fakewebex.Person{
		{Email: "ana@contoso.example", Aliases: []string{"Ana.Novak@contoso.example"}, Sites: []string{"contoso.webex.com", "lab.webex.com"}, Attends: []string{"fair.webex.com"}},
		{Email: "cy@contoso.example", Attends: []string{"contoso.webex.com"}},
		{Email: "di@contoso.example", Sites: []string{"contoso.webex.com"}, InvitePending: true},
		{Email: "ed@contoso.example", Sites: []string{"contoso.webex.com"}, LoginDisabled: true},
		{Email: "fay@contoso.example"},
		{Email: "mia@fabrikam.example", Sites: []string{"fabrikam.webex.com"}, Org: "fab"},
	} {
		w.fake.AddPerson(p)
	}
	contoso := []string{"contoso.webex.com"}
	for _, test := range []struct {
		name, address string
		want          meeting.WebexPerson
	}{
		{"primary address, in capitals", "BO@contoso.example", meeting.WebexPerson{Email: bo, Aliases: []string{bo}, Sites: contoso, MayHost: true}},
		{"alias", "ana.novak@contoso.example", meeting.WebexPerson{Email: "ana@contoso.example",
			Aliases: []string{"ana@contoso.example", "ana.novak@contoso.example"}, Sites: []string{"contoso.webex.com", "lab.webex.com"}, MayHost: true}},
		{"attendee only", "cy@contoso.example", meeting.WebexPerson{Email: "cy@contoso.example", Aliases: []string{"cy@contoso.example"}}},
		{"invited only", "di@contoso.example", meeting.WebexPerson{Email: "di@contoso.example", Aliases: []string{"di@contoso.example"}, Sites: contoso}},
		{"somebody who left", "ed@contoso.example", meeting.WebexPerson{Email: "ed@contoso.example", Aliases: []string{"ed@contoso.example"}, Sites: contoso}},
		{"nothing", " ", meeting.WebexPerson{}},
		{"no site", "fay@contoso.example", meeting.WebexPerson{Email: "fay@contoso.example", Aliases: []string{"fay@contoso.example"}, MayHost: true}},
		{"nobody", "zoe@contoso.example", meeting.WebexPerson{}},
		{"other organisation", "mia@fabrikam.example", meeting.WebexPerson{}},
		{"address with a plus", "bo+x@contoso.example", meeting.WebexPerson{}},
	} {
		for range 4 { // in several tempers
			got, err := w.FindHost(t.Context(), grant, test.address)
			if errs.Is(err, errs.Throttled) {
				continue
			}
			if test.want.Email == "" {
				if !errs.Is(err, errs.NotFound) {
					t.Errorf("%s: %v, %v, want not found", test.name, got, err)
				}
				continue
			}
			test.want.ID = got.ID
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" || got.ID == "" {
				t.Errorf("%s: %v (-want +got):\n%s", test.name, err, diff)
			}
		}
	}
}

// TestAnswersAboutOthers: a server that does not know the parameter lists
// everybody, and a bot is nobody's host.
func TestAnswersAboutOthers(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, 200, nil, `{"items":[
		{"id":"1","emails":["ana@contoso.example"],"siteUrls":["contoso.webex.com"],"type":"person"},
		{"id":"2","emails":["bo@contoso.example"],"siteUrls":["contoso.webex.com"],"type":"bot"},
		{"id":"3","emails":[],"siteUrls":null}]}`)
	if got, err := c.FindHost(t.Context(), grant, bo); !errs.Is(err, errs.NotFound) {
		t.Errorf("found %v, %v, want nobody", got, err)
	}
	got, err := c.FindHost(t.Context(), grant, "ana@contoso.example")
	if err != nil || got.ID != "1" || !got.MayHost || !slices.Equal(got.Sites, []string{"contoso.webex.com"}) {
		t.Errorf("found %v, %v", got, err)
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t)
	w.fake.AddOrganization(fakewebex.Organization{Name: "Contoso"})
	id, name, err := w.Organization(t.Context(), meeting.NewSecret(w.token))
	if err != nil || name != "Contoso" {
		t.Errorf("got %q, %v", name, err)
	}
	if me, err := w.Me(t.Context(), meeting.NewSecret(w.token)); err != nil || me.OrgID != id || me.Subject != root {
		t.Errorf("the grant is of %q at %q, want at %q; %v", me.Subject, me.OrgID, id, err)
	}
	bare, _ := w.fake.IssueTokens(bo, w.integration.ClientID, "spark:people_read")
	if got, name, err := w.Organization(t.Context(), meeting.NewSecret(bare)); err != nil || got != id || name != "" {
		t.Errorf("without leave to see the name: %q %q, %v", got, name, err)
	}
	if _, _, err := w.Organization(t.Context(), meeting.NewSecret("worn")); !errs.Is(err, errs.SignedOut) {
		t.Errorf("refused token: %v, want signed out", err)
	}
}
