package syncer_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/syncer"
)

// front is Webex and the store of Sites.
type front struct {
	offers  int
	err     error
	spent   map[string]int
	refuse  error // of the budget
	blocked time.Time
}

func (f *front) Offer(_ context.Context, grant meeting.Grant, language string) (meeting.Offer, error) {
	f.offers++
	return meeting.Offer{Templates: []meeting.Template{{ID: string(grant.ID) + grant.HostEmail, Name: language}}}, f.err
}

func (f *front) StartLink(_ context.Context, host meeting.Host, id meeting.MeetingID) (start, join string, err error) {
	return "start " + host.Email + string(id), "join", f.err
}

func (f *front) GrantByID(_ context.Context, id meeting.GrantID) (meeting.Grant, error) {
	if id == "gone" {
		return meeting.Grant{}, errs.New(errs.NotFound, "no grant")
	}
	return meeting.Grant{ID: id, SubjectID: "subject of " + string(id)}, nil
}

func (f *front) Spend(_ context.Context, identity string, calls, creates, _ int) error {
	if f.refuse == nil && creates == 0 {
		f.spent[identity] += calls
	}
	return f.refuse
}

func (f *front) BlockIdentity(_ context.Context, _ string, until time.Time) error {
	f.blocked = until
	return nil
}

func TestSites(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	f := &front{spent: map[string]int{}}
	s := &syncer.Sites{Webex: f, Store: f, Clock: clock}
	bo := meeting.Grant{ID: "g", SubjectID: "admin", HostEmail: "bo@contoso.example"}
	offer := func(g meeting.Grant, language, want string) {
		t.Helper()
		got, err := s.Offer(t.Context(), g, language)
		if err != nil || len(got.Templates) != 1 || got.Templates[0].ID != want || got.Templates[0].Name != language {
			t.Errorf("offer: %+v, %v, want %s in %s", got, err, want, language)
		}
	}
	for range 3 {
		offer(bo, "en", "gbo@contoso.example")
	}
	cy := bo
	cy.HostEmail = "cy@contoso.example"
	offer(cy, "en", "gcy@contoso.example")
	offer(bo, "cs", "gbo@contoso.example")
	if f.offers != 3 {
		t.Errorf("asked Webex %d times, want once for each host and language", f.offers)
	}
	clock.Advance(5 * time.Minute)
	offer(bo, "en", "gbo@contoso.example")
	if f.offers != 4 {
		t.Errorf("asked Webex %d times, want anew after five minutes", f.offers)
	}
	start, join, err := s.StartLink(t.Context(), meeting.Host{Grant: "g", Email: "bo@contoso.example"}, "m")
	if start != "start bo@contoso.examplem" || join != "join" || err != nil {
		t.Errorf("links: %q %q %v", start, join, err)
	}
	if diff := cmp.Diff(map[string]int{"admin": 24, "subject of g": 1}, f.spent); diff != "" {
		t.Errorf("spent (-want +got):\n%s", diff)
	}
	if _, _, err := s.StartLink(t.Context(), meeting.Host{Grant: "gone"}, "m"); !errs.Is(err, errs.NotFound) {
		t.Errorf("without a grant: %v", err)
	}
}

func TestSitesWhenWebexHasEnough(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	until := clock.Now().Add(time.Hour)
	f := &front{spent: map[string]int{}, err: &errs.Error{Kind: errs.Throttled, RetryAt: until}}
	s := &syncer.Sites{Webex: f, Store: f, Clock: clock}
	for range 2 { // a failure is not kept
		if _, err := s.Offer(t.Context(), meeting.Grant{ID: "g"}, "en"); !errs.Is(err, errs.Throttled) || !f.blocked.Equal(until) {
			t.Errorf("offer: %v, blocked until %v", err, f.blocked)
		}
	}
	if f.offers != 2 {
		t.Errorf("asked %d times", f.offers)
	}
	f.refuse = errs.New(errs.Throttled, "nothing left")
	if _, err := s.Offer(t.Context(), meeting.Grant{ID: "g"}, "en"); !errs.Is(err, errs.Throttled) || f.offers != 2 {
		t.Errorf("without a budget: %v, asked %d times", err, f.offers)
	}
}
