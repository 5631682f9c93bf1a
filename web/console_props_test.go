package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
)

func TestOrganizationCard(t *testing.T) {
	t.Parallel()
	live := &meeting.Grant{ID: "g", State: meeting.GrantLive, Subject: "admin@webex.example"}
	for _, c := range []struct {
		name         string
		tenant       meeting.Tenant
		newest       *meeting.Grant
		state, says  string
		action       string
		offerSubject string // empty: no offer
	}{
		{"nothing", meeting.Tenant{}, nil, "Not connected", "own Webex account", "Connect Webex", ""},
		{"offered", meeting.Tenant{WebexOffered: "g", WebexWaiting: "X"}, live, "Not connected", "own Webex account", "Connect Webex", "admin@webex.example"},
		{"in use", meeting.Tenant{WebexGrant: "g", WebexName: "X"}, live, "Connected", "admin@webex.example", "Connect another", ""},
		{"in use, another offered", meeting.Tenant{WebexGrant: "old", WebexName: "X", WebexOffered: "g"}, live, "Connected", "of this organisation", "Connect another", "admin@webex.example"},
		{"signed out", meeting.Tenant{WebexGrant: "g", WebexName: "X"}, &meeting.Grant{ID: "g", State: meeting.GrantDead, Reason: meeting.GrantRevoked}, "Signed out", "The connection was ended", "Connect again", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			state := consoleState{tenant: c.tenant, webex: c.newest, now: noon}
			card, subject := organizationCard(state), ""
			if o := offer(state); o != nil {
				subject = o.Subject
			}
			if card.State != c.state || !strings.Contains(card.Text, c.says) || card.Action.Text != c.action || subject != c.offerSubject {
				t.Errorf("card %+v, action %+v, offered by %q", card, card.Action, subject)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12034: "12,034", 1000007: "1,000,007"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		p    meeting.Progress
		want string
	}{
		{"nothing", meeting.Progress{Done: 3, Total: 3}, ""},
		{"just begun", meeting.Progress{Doing: "reading the directory"}, "Reading the directory"},
		{"without an end in sight", meeting.Progress{Doing: "reading the directory", Done: 1200}, "Reading the directory: 1,200"},
		{"on the way", meeting.Progress{Doing: "looking up hosts", Done: 12, Total: 10000}, "Looking up hosts: 12 of 10,000"},
		{"more than thought", meeting.Progress{Doing: "looking up hosts", Done: 12, Total: 10}, "Looking up hosts: 10 of 10"},
	} {
		got := ""
		if p := progressProps(c.p, noon); p != nil {
			got = p.Text
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, diff)
		}
	}
}

// TestPreviewNames: fifty are named, all are counted, reasons are told apart.
func TestPreviewNames(t *testing.T) {
	t.Parallel()
	var p meeting.Preview
	for range 53 {
		p.Begin = append(p.Begin, meeting.Member{Person: meeting.Person{UPN: "a@contoso.example"}})
	}
	p.LeftOut = []meeting.Member{{Standing: meeting.LeftGuest}, {Standing: meeting.LeftUnlicensed}, {Standing: meeting.LeftUnlicensed}}
	props := previewProps(p, meeting.Choice{Who: meeting.Everybody})
	var got []string
	for _, g := range props.Groups {
		got = append(got, g.Title+" "+strconv.Itoa(len(g.Names))+" "+g.More+" "+g.Text)
	}
	want := []string{
		"53 mailboxes begin 50 and 3 more Events with a keyword get their meeting.",
		"2 left out 2  No licence.",
		"1 left out 1  A guest of your organisation.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Every state of a mailbox, and every reason for one, has its words.
func TestEveryStateHasWords(t *testing.T) {
	t.Parallel()
	for _, s := range meeting.MailboxStates {
		if mailboxStates[s].name == "" || mailboxStates[s].tone == "" {
			t.Errorf("%q has no words", s)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../internal/meeting/member.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		value, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		name := spec.Names[0].Name
		switch {
		case strings.HasPrefix(name, "Left"):
			found++
			if leftOut[meeting.Reason(value)] == "" {
				t.Errorf("%s has no words", name)
			}
		case name == "HostFound" || name == "HostLost": // changes, not states
		case strings.HasPrefix(name, "Host"):
			found++
			if hostless[meeting.Reason(value)] == "" {
				t.Errorf("%s has no words", name)
			}
		case strings.HasPrefix(name, "Owner"):
			found++
			if madeOwner[meeting.OwnerBy(value)] == "" {
				t.Errorf("%s has no words", name)
			}
		}
		return true
	})
	if found < 12 {
		t.Errorf("%d reasons found in the vocabulary", found)
	}
}
