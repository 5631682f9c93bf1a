package views_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/htmltest"
	"webex-scheduler/views"
)

var update = flag.Bool("update", false, "write the golden files anew; look at what changed")

func frame(title string) views.Frame {
	return views.Frame{
		Title: title, Style: "/static/app.css", Icon: "/static/icon.svg",
		Scripts: []string{"/static/local-time.js"}, Person: "Jana Nováková",
	}
}

var (
	outlook = views.Action{Text: "Open calendar", URL: "https://outlook.office.com/calendar/", Outside: true}
	lists   = []views.Action{
		{Text: "Microsoft: My Apps", URL: "https://myapps.microsoft.com", Outside: true},
		{Text: "Webex: authorised apps", URL: "https://idbroker.webex.com/idb/profile#/tokens", Outside: true},
	}
	allowed = []views.Permission{
		{Service: "Microsoft 365", Name: "Calendars.ReadWrite", May: "Read and write the events of your calendar.",
			Why: "Finds the events that ask for a meeting, notices changes, and writes join details and location. Other events are left alone."},
		{Service: "Webex", Name: "meeting:schedules_write", May: "Make, change and delete your meetings.",
			Why: "Makes a meeting for an event, moves it along and takes it away again."},
	}
	calendarConnected = views.Service{ID: "microsoft", Name: "Microsoft 365 calendar", Subject: "jana@contoso.example",
		State: "Connected", Tone: views.Good, Text: "Changes to your events are noticed as they happen."}
	webexConnected = views.Service{ID: "webex", Name: "Webex", Subject: "jana@contoso.example",
		State: "Connected", Tone: views.Good, Text: "Meetings are made on contoso.webex.com."}
)

// gallery is every page in every state that looks different.
var gallery = []struct {
	name string
	page templ.Component
}{
	{"account-start", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Services: []views.Service{calendarConnected, {ID: "webex", Name: "Webex", State: "Not connected", Tone: views.Wait,
			Text: "Meetings are made with your own Webex account.", Action: &views.Action{Text: "Connect Webex", URL: "/connect/webex"}}},
		Steps: []views.Step{
			{Title: "Sign in with Microsoft", Text: "Your calendar is where everything happens.", Done: true},
			{Title: "Connect Webex", Text: "The button is above. Webex asks you once.", Now: true},
			{Title: "Type @webex as the location of an event", Text: "A moment later the event holds the join details."},
		},
	})},
	{"account-meetings", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Services: []views.Service{calendarConnected, webexConnected},
		Meetings: []views.Meeting{
			{ID: "meeting-1", Title: "Budget review", Start: "2026-03-02T09:00:00Z", End: "2026-03-02T09:30:00Z",
				When: "Mon 2 Mar 2026, 09:00–09:30 UTC", State: "In step", Tone: views.Good, Join: "/m/abc"},
			{ID: "meeting-2", Title: "Interview <Ms & Mr O'Neill>", Start: "2026-03-02T11:00:00Z", End: "2026-03-02T12:00:00Z",
				When: "Mon 2 Mar 2026, 11:00–12:00 UTC", State: "On its way", Tone: views.Wait, Text: "The meeting is being made."},
			{ID: "meeting-3", Title: "Planning", Start: "2026-03-03T22:00:00Z", End: "2026-03-04T01:00:00Z",
				When: "Tue 3 Mar 2026, 22:00 – Wed 4 Mar 2026, 01:00 UTC", State: "Waiting", Tone: views.Wait, Join: "/m/def",
				Text: "The meeting is running. The change follows when it ends."},
		},
	})},
	{"account-problems", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Services: []views.Service{calendarConnected, {ID: "webex", Name: "Webex", Subject: "jana@contoso.example",
			State: "Signed out", Tone: views.Bad,
			Text:   "The connection was ended, for example by a new password. Meetings don't follow your events until you connect again.",
			Action: &views.Action{Text: "Connect Webex", URL: "/connect/webex"}}},
		Problems: []views.Meeting{
			{ID: "problem-1", Title: "Yearly workshop", Start: "2026-03-02T09:00:00Z", End: "2026-03-05T09:30:00Z",
				When: "Mon 2 Mar 2026, 09:00 – Thu 5 Mar 2026, 09:30 UTC", State: "Problem", Tone: views.Bad,
				Text: "Webex meetings last 23 hours and 59 minutes at most; this event is longer.",
				Fix:  "Make the event shorter, or split it into several."},
		},
	})},
	{"account-no-calendar", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Services: []views.Service{{ID: "microsoft", Name: "Microsoft 365 calendar", Subject: "jana@contoso.example",
			State: "Not connected", Tone: views.Wait, Text: "You are signed in, but your calendar is not connected.",
			Action: &views.Action{Text: "Connect calendar", URL: "/signin"}}, webexConnected},
	})},
	{"not-found", views.MessagePage(views.Message{
		Frame:   views.Frame{Title: "Not found", Style: "/static/app.css", Icon: "/static/icon.svg"},
		Text:    []string{"There is nothing at this address. It may have moved, or it was never here."},
		Actions: []views.Action{{Text: "Go to your account", URL: "/account"}},
	})},
	{"our-fault", views.MessagePage(views.Message{
		Frame:     views.Frame{Title: "Something went wrong", Style: "/static/app.css", Icon: "/static/icon.svg"},
		Text:      []string{"This is our fault, not yours, and it has been noted. Please try again."},
		Actions:   []views.Action{{Text: "Go to your account", URL: "/account"}},
		RequestID: "0123456789abcdef",
	})},
	{"disconnected", views.MessagePage(views.Message{
		Frame: views.Frame{Title: "You are disconnected", Style: "/static/app.css", Icon: "/static/icon.svg"},
		Text: []string{
			"Your calendar is no longer watched, and what you allowed is forgotten here. Meetings already made stay as they are.",
			"To withdraw the consent itself, remove this program from your lists at Microsoft and Webex.",
		},
		Actions: append(slices.Clone(lists), views.Action{Text: "Sign in again", URL: "/signin"}),
	})},
}

func TestGallery(t *testing.T) {
	t.Parallel()
	for _, c := range gallery {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := c.page.Render(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			htmltest.Check(t, b.String())
			got := strings.ReplaceAll(b.String(), "><", ">\n<") + "\n"
			golden := filepath.Join("testdata", c.name+".html")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTextIsEscaped(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>`
	page := views.AccountPage(views.Account{
		Frame:    views.Frame{Title: evil, Person: evil},
		Services: []views.Service{{ID: "a", Name: evil, Subject: evil, State: evil, Text: evil, Action: &views.Action{Text: evil, URL: "javascript:alert(1)"}}},
		Meetings: []views.Meeting{{ID: "m", Title: evil, When: evil, Text: evil, Fix: evil, State: evil, Join: "javascript:alert(1)"}},
		Calendar: views.Action{Text: evil, URL: "javascript:alert(1)", Outside: true},
	})
	var b bytes.Buffer
	if err := page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script>", "javascript:"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the page holds %q:\n%s", bad, b.String())
		}
	}
}
