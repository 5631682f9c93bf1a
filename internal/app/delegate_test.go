package app_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
)

var update = flag.Bool("update", false, "write docs/delegates.md")

const delegatesPage = "../../docs/delegates.md"

// Who may be the delegate, or the owner, in the matrix.
const (
	connected = "connected both accounts"
	calendar  = "connected the calendar alone"
	nothing   = "never signed in here"
	chosen    = "chosen by the administrator"
	unchosen  = "not chosen"
)

// What becomes of a wish for a meeting in another's calendar.
const (
	made    = "meeting: the owner hosts, the delegate is cohost"
	closed  = "404: as if the calendar weren't there"
	unknown = "403: sign in once"
	asked   = "422: ask the owner"
)

// matrix is stated by hand: mode, owner, delegate, right in the calendar, and
// what becomes of an ordinary and of a private event.
var matrix = []struct{ mode, owner, delegate, right, ordinary, private string }{
	{"individual", connected, connected, "none", closed, closed},
	{"individual", connected, connected, "freeBusyRead", closed, closed},
	{"individual", connected, connected, "read", closed, closed},
	{"individual", connected, connected, "write", made, closed},
	{"individual", connected, connected, "delegateWithoutPrivateEventAccess", made, closed},
	{"individual", connected, connected, "delegateWithPrivateEventAccess", made, made},
	{"individual", connected, calendar, "delegateWithPrivateEventAccess", made, made},
	{"individual", connected, nothing, "delegateWithPrivateEventAccess", unknown, unknown},
	{"individual", calendar, connected, "delegateWithPrivateEventAccess", asked, asked},
	{"individual", nothing, connected, "delegateWithPrivateEventAccess", closed, closed},
	{"tenant", chosen, chosen, "none", closed, closed},
	{"tenant", chosen, chosen, "read", closed, closed},
	{"tenant", chosen, chosen, "write", made, closed},
	{"tenant", chosen, chosen, "delegateWithoutPrivateEventAccess", made, closed},
	{"tenant", chosen, chosen, "delegateWithPrivateEventAccess", made, made},
	{"tenant", chosen, unchosen, "delegateWithPrivateEventAccess", unknown, unknown},
	{"tenant", chosen, calendar, "delegateWithPrivateEventAccess", made, made},
	{"tenant", unchosen, chosen, "delegateWithPrivateEventAccess", closed, closed},
}

// TestDelegates asks, as each kind of delegate, for meetings in the calendar of
// each kind of owner.
func TestDelegates(t *testing.T) {
	t.Parallel()
	for _, row := range matrix {
		t.Run(strings.Join([]string{row.mode, row.owner, row.delegate, row.right}, "/"), func(t *testing.T) {
			t.Parallel()
			var w *apptest.World
			join := func(upn, how string) {}
			if row.mode == "individual" {
				w = apptest.Start(t, apptest.Options{})
			} else {
				var b *apptest.Browser
				w, b = organisation(t, apptest.Options{})
				list := []string{}
				join = func(upn, how string) {
					if how == chosen {
						list = append(list, upn)
						w.Choose(b, "listed", "addresses", strings.Join(list, "\n"))
					}
				}
			}
			for upn, how := range map[string]string{freja: row.owner, haruki: row.delegate} {
				switch join(upn, how); how {
				case connected:
					w.Connect(upn)
				case calendar:
					w.SignIn(upn)
				}
			}
			w.AwaitRest()
			w.Sandbox.Microsoft.ShareCalendar(freja, haruki, row.right)
			ordinary, private := forFreja(t, w, ""), forFreja(t, w, "private")
			s := scriptOf(t, w, haruki)
			for _, e := range []struct {
				fakems.Event
				want string
			}{{ordinary, row.ordinary}, {private, row.private}} {
				got := outcomeOf(t, w, s, e.Event)
				if got != e.want {
					t.Errorf("%s event: %s, want %s", e.Sensitivity, got, e.want)
				}
			}
		})
	}
}

func forFreja(t *testing.T, w *apptest.World, sensitivity string) fakems.Event {
	t.Helper()
	e, err := w.Sandbox.Microsoft.CreateEvent(freja, review(func(e *fakems.Event) {
		e.Location.DisplayName, e.Sensitivity, e.Attendees = "", sensitivity, nil
		e.Subject = strings.TrimSpace("Delegated " + sensitivity)
	}))
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	return e
}

// outcomeOf asks for a meeting for Freja's event, and looks at all of what the
// delegate may do with it.
func outcomeOf(t *testing.T, w *apptest.World, s *script, e fakems.Event) string {
	t.Helper()
	const behalf = "?mailbox=" + freja
	key := fmt.Sprintf("delegate-%016d", len(e.Subject))
	a := s.call("POST", "/api/v1/meetings"+behalf, fmt.Sprintf(`{"clientKey":%q,"item":{"id":%q}}`, key, e.ID))
	item := s.call("GET", "/api/v1/meetings"+behalf+"&item="+url.QueryEscape(e.ID), "")
	if a.status/100 != 2 {
		if left := w.Sandbox.Webex.Meetings(freja); len(left) > 0 && left[len(left)-1].Title == e.Subject {
			t.Errorf("refused, and made all the same: %+v", left)
		}
		if a.status == http.StatusNotFound && item.status != http.StatusNotFound {
			t.Errorf("the item's meetings: %d", item.status)
		}
		switch a.status {
		case http.StatusNotFound:
			return closed
		case http.StatusForbidden:
			return unknown
		case http.StatusUnprocessableEntity:
			return asked
		}
		return a.text
	}
	w.AwaitRest()
	title := e.Subject
	if e.Sensitivity == "private" {
		title = "Private meeting"
	}
	for _, m := range w.Sandbox.Webex.Meetings(freja) {
		if m.Title != title {
			continue
		}
		if len(m.Invitees) != 1 || m.Invitees[0].Email != haruki || !m.Invitees[0].CoHost {
			return fmt.Sprintf("invitees %+v", m.Invitees)
		}
		if shown, _ := w.Sandbox.Microsoft.Event(freja, e.ID); !strings.Contains(shown.Body.Content, m.WebLink) {
			return "not in the event"
		}
		s.call("GET", a.location, "").want(t, http.StatusOK)
		own, _, _ := strings.Cut(a.location, "?")
		s.call("GET", own, "").want(t, http.StatusNotFound) // it is not the delegate's own
		if start := s.call("POST", own+"/start"+behalf, "").want(t, http.StatusOK); strings.Contains(start.text, "startLink\":\"\"") {
			t.Errorf("start = %s", start.text)
		}
		return made
	}
	return "no meeting: " + a.text
}

// TestDelegatesPage compares docs/delegates.md with the matrix.
func TestDelegatesPage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`# Delegates

Who may add a meeting in another's calendar, through the pane or the API (` + "`?mailbox=`" + `, the owner's address), and what
becomes of it. Each row is a test. The right is that of the owner's calendar in Outlook, in Graph's words; it is read
on the owner's behalf and believed for five minutes. The delegate needs no Webex account here: one grant does, where
Cisco's own wants two. An event with a keyword gets the owner's meeting whoever typed it: Exchange does not say who did.

| mode | owner | delegate | right in the calendar | ordinary event | private event |
| --- | --- | --- | --- | --- | --- |
`)
	for _, row := range matrix {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", row.mode, row.owner, row.delegate, row.right, row.ordinary, row.private)
	}
	b.WriteString(`
A delegate sees one event's meeting at a time, never the owner's list, and joins as cohost: the host's start link stays the
owner's. With "My Organization" allowed to write, nobody becomes a delegate by that.
`)
	if *update {
		if err := os.WriteFile(delegatesPage, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(delegatesPage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(page)); diff != "" {
		t.Errorf("docs/delegates.md is stale; go test ./internal/app -run DelegatesPage -args -update (-want +got):\n%s", diff)
	}
}
