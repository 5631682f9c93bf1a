package webex

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/roster"
	"webex-scheduler/internal/sandbox/fakewebex"
)

var _ roster.Hosts = (*Client)(nil)

func TestEverybodyInAnOrganization(t *testing.T) {
	t.Parallel()
	// Unpleasant: short pages, empty ones, flags as strings.
	w := setupAdmin(t, func(s *fakewebex.Server) { s.Calm, s.RateLimit = false, -1 })
	want := []string{bo, root}
	for i := range 20 {
		p := w.fake.AddPerson(fakewebex.Person{Email: fmt.Sprintf("p%02d@contoso.example", i), Sites: []string{"contoso.webex.com"}, InvitePending: i == 7})
		want = append(want, p.Email)
	}
	w.fake.AddPerson(fakewebex.Person{Email: "mia@fabrikam.example", Sites: []string{"fabrikam.webex.com"}, Org: "fab"})
	for range 5 { // in several tempers
		of, pages := map[string]meeting.WebexPerson{}, 0
		before := w.fake.Log.Last()
		err := w.Hosts(t.Context(), grant, func(some []meeting.WebexPerson) error {
			pages++
			for _, p := range some {
				if _, twice := of[p.Email]; twice {
					t.Errorf("%s came twice", p.Email)
				}
				of[p.Email] = p
			}
			return nil
		})
		if errs.Is(err, errs.Throttled) || errs.Is(err, errs.Unavailable) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, email := range want {
			p := of[email]
			if p.ID == "" || p.MayHost != (email != "p07@contoso.example") || !slices.Equal(p.Aliases, []string{email}) {
				t.Errorf("%s is %+v", email, p)
			}
		}
		if len(of) != len(want) {
			t.Errorf("%d people, want %d", len(of), len(want))
		}
		if calls := len(w.fake.Log.Since(before)); pages != calls {
			t.Errorf("%d pages were told of for %d calls: the budget would not know", pages, calls)
		}
	}
}

func TestListsOfPeopleThatEndEarly(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	next := http.Header{"Link": {`</v1/people?cursor=x>; rel="next"`}}
	c, calls := answering(t, 200, next, `{"items":[{"id":"1","emails":["bo@contoso.example"],"type":"bot"}]}`)
	told := 0
	err := c.Hosts(t.Context(), grant, func(some []meeting.WebexPerson) error {
		if told++; len(some) > 0 {
			t.Errorf("a bot is a host: %v", some)
		}
		if told == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || len(calls()) != 3 {
		t.Errorf("%v after %d calls, want to stop after three", err, len(calls()))
	}
	for status, want := range map[int]errs.Kind{401: errs.SignedOut, 403: errs.Forbidden, 429: errs.Throttled, 502: errs.Unavailable} {
		c, _ := answering(t, status, nil, `<html>`)
		if err := c.Hosts(t.Context(), grant, nil); !errs.Is(err, want) {
			t.Errorf("answered %d: %v, want %s", status, err, want)
		}
	}
	c, calls = answering(t, 200, http.Header{"Link": {`<https://evil.example/v1/people>; rel="next"`}}, `{"items":[]}`)
	if err := c.Hosts(t.Context(), grant, func([]meeting.WebexPerson) error { return nil }); err == nil || len(calls()) != 1 {
		t.Errorf("followed to another server: %v", err)
	}
}

// TestSiteOfAMappedHost: without a site of its own Webex takes the host's
// preferred one, and not the administrator's.
func TestSiteOfAMappedHost(t *testing.T) {
	t.Parallel()
	for _, site := range []string{"", "contoso.webex.com"} {
		var sent []byte
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { sent, _ = io.ReadAll(r.Body) }))
		s := spec("Plan")
		s.Site = site
		_, _ = newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now)).CreateMeeting(t.Context(), forBo, s)
		server.Close()
		if len(sent) == 0 || strings.Contains(string(sent), "siteUrl") != (site != "") {
			t.Errorf("for site %q sent %s", site, sent)
		}
	}
}
