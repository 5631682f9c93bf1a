package app_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// operation is one that the program was asked to use.
type operation struct {
	name   string // as docs/graph.md has it
	yes    string // on whose yes: administrator, person, either
	method string
	path   string // a pattern of the whole path, and of the query where one is told
	redeem string // what a token request redeems
}

const tenantPath = `/c0a70500-0000-4000-8000-000000000001/oauth2/v2\.0/token`

var operations = []operation{
	{"POST /v1.0/subscriptions", "either", "POST", `/v1\.0/subscriptions`, ""},
	{"GET /v1.0/subscriptions/{id}", "either", "GET", `/v1\.0/subscriptions/[^/]+`, ""},
	{"PATCH /v1.0/subscriptions/{id}", "either", "PATCH", `/v1\.0/subscriptions/[^/]+`, ""},
	{"DELETE /v1.0/subscriptions/{id}", "either", "DELETE", `/v1\.0/subscriptions/[^/]+`, ""},
	{"POST /{tid}/oauth2/v2.0/token, client_credentials", "administrator", "POST", tenantPath, "client_credentials"},
	{"POST /{tid}/oauth2/v2.0/token, refresh_token", "person", "POST", tenantPath, "refresh_token"},
	{"GET /v1.0/users/{id}/events/{id}", "either", "GET", `/v1\.0/(users/[^/]+|me)/events/[^/]+`, ""},
	{"GET /v1.0/users/{id}/events/{id}?$expand=exceptionOccurrences", "either", "GET", `/v1\.0/(users/[^/]+|me)/events/[^/]+\?.*\$expand=exceptionOccurrences.*`, ""},
	{"GET /v1.0/users/{id}/events/{id}/instances", "either", "GET", `/v1\.0/(users/[^/]+|me)/events/[^/]+/instances`, ""},
	{"GET /v1.0/users/{id}/events", "either", "GET", `/v1\.0/(users/[^/]+|me)/events`, ""},
	{"GET /v1.0/users?$filter=… proxyAddresses/any(…)", "administrator", "GET", `/v1\.0/users\?.*proxyAddresses/any\(.*`, ""},
	{"GET /v1.0/me", "person", "GET", `/v1\.0/me`, ""},
	{"GET /v1.0/users/{upn}", "administrator", "GET", `/v1\.0/users/[^/?]+@[^/?]+`, ""},
	{"GET /v1.0/organization", "administrator", "GET", `/v1\.0/organization`, ""},
}

// seen reports whether the log has the operation with success, done on the yes
// of an administrator or of a person.
func (o operation) seen(entries []trace.Entry, by string) bool {
	pattern := regexp.MustCompile("^" + o.path + "$")
	return slices.ContainsFunc(entries, func(e trace.Entry) bool {
		path := e.Path
		if !strings.Contains(o.path, `\?`) {
			path, _, _ = strings.Cut(path, "?")
		}
		person := strings.Contains(e.Actor, "@")
		return (e.Service == trace.Graph || e.Service == trace.Entra) && e.Method == o.method && pattern.MatchString(path) &&
			(o.redeem == "" || e.Note == o.redeem) && person == (by == "person") && e.Status >= 200 && e.Status < 300
	})
}

// TestOperations runs both ways of authorising and finds each operation of
// docs/graph.md in the sandbox's log.
func TestOperations(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	deepas := w.Connect(apptest.Deepa)
	b := w.Authorise(apptest.Ana)
	w.Choose(b, "listed", "addresses", strings.Join([]string{freja, "betka@contoso.example"}, "\n"))
	w.Advance(10 * time.Second)
	people := []desk{deskOf(t, w, apptest.Deepa), deskOf(t, w, freja)}
	var events []string
	for _, d := range people {
		events = append(events, d.put("Plan").ID)
		d.change(d.put("Daily").ID, func(e *fakems.Event) {
			day, _, _ := strings.Cut(e.Start.DateTime, "T")
			e.Recurrence = &fakems.Recurrence{Pattern: fakems.Pattern{Type: "daily", Interval: 1}, Range: fakems.Range{Type: "noEnd", StartDate: day}}
		})
	}
	w.Sandbox.Microsoft.DropNotifications(-1)
	for i, d := range people {
		d.rename(events[i], "Plan B")
	}
	w.Advance(16 * time.Minute)
	w.Sandbox.Microsoft.DropNotifications(0)
	w.Advance(4 * 24 * time.Hour)

	deepas.Open(w.URL + "/account") // the session is over by now
	deepas = w.SignIn(apptest.Deepa)
	deepas.Click("Disconnect")
	b = w.Admin(apptest.Ana)
	w.Choose(b, "nobody")
	w.Advance(10 * time.Second)

	entries := w.Sandbox.Trace.Since(0)
	for _, o := range operations {
		for _, by := range []string{"administrator", "person"} {
			if (o.yes == by || o.yes == "either") && !o.seen(entries, by) {
				t.Errorf("%s was not asked on the yes of the %s", o.name, by)
			}
		}
	}
	var wants []string
	for _, o := range operations {
		wants = append(wants, o.name+" | "+o.yes)
	}
	slices.Sort(wants)
	if diff := cmp.Diff(wants, documented(t)); diff != "" {
		t.Errorf("docs/graph.md has other operations than are checked here (-checked +documented):\n%s", diff)
	}
}

// documented lists the operations of the table.
func documented(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/graph.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 4 || !strings.HasPrefix(cells[0], "| `") {
			continue
		}
		name := strings.ReplaceAll(strings.TrimPrefix(cells[0], "| "), "`", "")
		rows = append(rows, name+" | "+cells[1])
	}
	slices.Sort(rows)
	return rows
}
