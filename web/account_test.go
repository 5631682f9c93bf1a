package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestAccountServices(t *testing.T) {
	t.Parallel()
	liveOne := &meeting.Grant{State: meeting.GrantLive, Subject: "jana@webex.example", Site: "contoso.webex.com"}
	for _, c := range []struct {
		name             string
		microsoft, webex *meeting.Grant
		states           string // of both services
		actions          string // of both: text and address
		steps            string // x done, > now
	}{
		{"both connected", liveOne, liveOne, "Connected, Connected", "", "xx>"},
		{"just signed in", liveOne, nil, "Connected, Not connected", "Connect Webex /connect/webex", "x>-"},
		{"calendar refused", nil, nil, "Not connected, Not connected", "Connect calendar /signin, Connect Webex /connect/webex", ">--"},
		{"calendar signed out", &meeting.Grant{State: meeting.GrantDead, Reason: meeting.GrantExpired}, liveOne, "Signed out, Connected", "Sign in /signin", ">x-"},
		{"Webex signed out", liveOne, &meeting.Grant{State: meeting.GrantDead, Reason: "odd"}, "Connected, Signed out", "Connect Webex /connect/webex", "x>-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			props := accountProps(accountState{footing: footing{account: meeting.Account{UPN: "jana@contoso.example"}, microsoft: c.microsoft, webex: c.webex}, now: noon})
			var states, actions []string
			for _, s := range props.Services {
				states = append(states, s.State)
				if s.Text == "" || s.ID == "" {
					t.Errorf("service %+v", s)
				}
				if s.Action != nil {
					actions = append(actions, s.Action.Text+" "+s.Action.URL)
				}
			}
			var steps strings.Builder
			for _, s := range props.Steps {
				switch {
				case s.Done:
					steps.WriteByte('x')
				case s.Now:
					steps.WriteByte('>')
				default:
					steps.WriteByte('-')
				}
			}
			if got := strings.Join(states, ", "); got != c.states {
				t.Errorf("states = %s, want %s", got, c.states)
			}
			if got := strings.Join(actions, ", "); got != c.actions {
				t.Errorf("actions = %s, want %s", got, c.actions)
			}
			if got := steps.String(); got != c.steps {
				t.Errorf("steps = %s, want %s", got, c.steps)
			}
		})
	}
}

func TestAccountOfTheOrganisation(t *testing.T) {
	t.Parallel()
	own := &meeting.Grant{State: meeting.GrantLive, Subject: "jana@webex.example"}
	host := &meeting.Grant{State: meeting.GrantLive, HostEmail: "jana@webex.example"}
	kept := meeting.Mailbox{Connected: true, Authority: meeting.TenantWide}
	for _, c := range []struct {
		name    string
		mailbox meeting.Mailbox
		tenant  meeting.Tenant
		host    *meeting.Grant
		webex   *meeting.Grant
		states  string
		actions string
		own     bool
	}{
		{"all by the organisation", kept, meeting.Tenant{}, host, nil, "Connected by your organisation, Connected by your organisation", "", false},
		{"with a grant of the past", kept, meeting.Tenant{}, host, own, "Connected by your organisation, Connected by your organisation", "", true},
		{"the own Webex", kept, meeting.Tenant{}, own, own, "Connected by your organisation, Connected", "", true},
		{"no host", kept, meeting.Tenant{}, nil, nil, "Connected by your organisation, Not connected", "Connect Webex", false},
		{"the organisation's Webex is signed out", kept, meeting.Tenant{}, &meeting.Grant{State: meeting.GrantDead, HostEmail: "j@x"}, nil, "Connected by your organisation, Signed out", "", false},
		{"paused", kept, meeting.Tenant{Paused: true}, host, nil, "Paused, Connected by your organisation", "", false},
		{"withdrawn", kept, meeting.Tenant{State: meeting.TenantWithdrawn}, host, nil, "Stopped, Connected by your organisation", "", false},
		{"no mailbox", meeting.Mailbox{Connected: true, Authority: meeting.TenantWide, Trouble: meeting.ProblemNoMailbox}, meeting.Tenant{}, host, nil, "No mailbox, Connected by your organisation", "", false},
		{"not kept", meeting.Mailbox{Authority: meeting.TenantWide}, meeting.Tenant{}, host, nil, "Not connected, Not connected", "Connect calendar, Connect Webex", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			props := accountProps(accountState{footing: footing{mailbox: c.mailbox, tenant: c.tenant, host: c.host, webex: c.webex}, now: noon})
			var states, actions []string
			for _, s := range props.Services {
				states = append(states, s.State)
				if s.Action != nil {
					actions = append(actions, s.Action.Text)
				}
			}
			if got := strings.Join(states, ", "); got != c.states {
				t.Errorf("states = %s, want %s", got, c.states)
			}
			if got := strings.Join(actions, ", "); got != c.actions {
				t.Errorf("actions = %s, want %s", got, c.actions)
			}
			if props.Own != c.own {
				t.Errorf("something of the own to disconnect: %t, want %t", props.Own, c.own)
			}
		})
	}
	if text := organizationService(*host).Text; !strings.Contains(text, "Meetings are made for you by your organisation's Webex as jana@webex.example.") {
		t.Errorf("text = %q", text)
	}
}

func TestAccountMeetings(t *testing.T) {
	t.Parallel()
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	join := meeting.Join{WebLink: "https://contoso.webex.com/j"}
	live := &meeting.Grant{State: meeting.GrantLive}
	state := accountState{now: noon, footing: footing{microsoft: live, webex: live}, links: []meeting.Link{
		{Subject: "later", State: meeting.LinkLinked, Starts: at(5), Ends: at(6), Key: "k1", Join: join},
		{Subject: " ", State: meeting.LinkWished, Reason: meeting.ByKeyword, Starts: at(3), Ends: at(4), Join: join},
		{Subject: "running", State: meeting.LinkLinked, Reason: meeting.WaitInProgress, Starts: at(-1), Ends: at(1), Key: "k2", Join: join},
		{Subject: "over", State: meeting.LinkLinked, Starts: at(-2), Ends: at(0), Join: join},
		{Subject: "taken away", State: meeting.LinkEnded, Starts: at(5), Ends: at(6), Join: join},
		{Subject: "too long", State: meeting.LinkWished, Problem: meeting.ProblemTooLong, Starts: at(30), Ends: at(60)},
		{Subject: "too late", State: meeting.LinkWished, Problem: meeting.ProblemPast, Starts: at(-30), Ends: at(-29)},
		{Subject: "long past", State: meeting.LinkWished, Problem: meeting.ProblemPast, Starts: at(-24 * 8), Ends: at(-24 * 7)},
		{Subject: "other program", State: meeting.LinkLinked, Problem: meeting.ProblemTooManyWrites, Starts: at(2), Ends: at(3), Key: "k3", Join: join},
	}}
	props := accountProps(state)
	type row struct{ ID, Title, State, Join string }
	var got []row
	for _, m := range append(props.Problems, props.Meetings...) {
		got = append(got, row{m.ID, m.Title, m.State, m.Join})
	}
	want := []row{
		{"problem-1", "too late", "Problem", ""},
		{"problem-2", "other program", "Problem", "/m/k3"},
		{"problem-3", "too long", "Problem", ""},
		{"meeting-1", "running", "Waiting", "/m/k2"},
		{"meeting-2", "(no title)", "On its way", ""},
		{"meeting-3", "later", "In step", "/m/k1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	state.webex = nil
	for _, m := range accountProps(state).Meetings {
		if m.State != "Paused" {
			t.Errorf("without Webex %s is %s", m.Title, m.State)
		}
	}
	if len(props.Steps) != 0 {
		t.Error("first steps are told to somebody who took them")
	}
	if got, want := props.Problems[2].Fix, "Make the event shorter, or split it into several."; got != want {
		t.Errorf("fix = %q, want %q", got, want)
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		start, end time.Time
		want       string
	}{
		{"within a day", noon, noon.Add(30 * time.Minute), "Mon 2 Mar 2026, 12:00–12:30 UTC"},
		{"over midnight", noon.Add(10 * time.Hour), noon.Add(13 * time.Hour), "Mon 2 Mar 2026, 22:00 – Tue 3 Mar 2026, 01:00 UTC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := when(c.start, c.end); got != c.want {
				t.Errorf("when = %q, want %q", got, c.want)
			}
		})
	}
}

// Every problem, wait and end of a grant in the vocabulary has its sentence;
// a new one without is found here, not by the first person who meets it.
func TestEveryReasonHasASentence(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../internal/meeting/reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		name := spec.Names[0].Name
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		reason := meeting.Reason(value)
		switch {
		case strings.HasPrefix(name, "Problem"):
			found++
			if s := problems[reason]; s.What == "" || s.Fix == "" {
				t.Errorf("%s (%q) has no sentence or no fix", name, reason)
			}
		case strings.HasPrefix(name, "Wait"):
			found++
			if waits[reason].What == "" {
				t.Errorf("%s (%q) has no sentence", name, reason)
			}
		case strings.HasPrefix(name, "Grant"):
			found++
			if endings[reason] == "" {
				t.Errorf("%s (%q) has no sentence", name, reason)
			}
		}
		return true
	})
	if want := len(problems) + len(waits) + len(endings); found != want {
		t.Errorf("%d reasons in the vocabulary, %d sentences", found, want)
	}
}

func TestDescribed(t *testing.T) {
	t.Parallel()
	known := meeting.Account{ID: "t/o", UPN: "old@x", Name: "Old", Language: "en", KeywordsOff: true}
	for _, c := range []struct {
		name    string
		profile meeting.Account
		browser string
		want    meeting.Account
	}{
		{"no profile", meeting.Account{}, "de", known},
		{"everything", meeting.Account{ID: "evil/evil", UPN: "new@x", Name: "New", Mail: "m@x", Addresses: []string{"m@x"}, Language: "cs"}, "de",
			meeting.Account{ID: "t/o", UPN: "new@x", Name: "New", Mail: "m@x", Addresses: []string{"m@x"}, Language: "cs", KeywordsOff: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, described(known, c.profile, c.browser)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if got := described(meeting.Account{}, meeting.Account{}, "de").Language; got != "de" {
		t.Errorf("language = %q, want the browser's", got)
	}
}
