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

func console(title string) views.Frame {
	f := frame(title)
	f.Console, f.Owns, f.Operates = true, true, true
	f.Tabs = []views.Tab{{Text: "Console", URL: "/admin", Current: true}, {Text: "Authorisation", URL: "/admin/consent"}}
	return f
}

var (
	noon  = views.Moment{At: "2026-03-02T12:00:00Z", Text: "Mon 2 Mar 2026, 12:00 UTC"}
	asked = []views.AppPermission{
		{Name: "Calendars.ReadWrite", Words: "Read and write calendars in all mailboxes", May: "Read and write the events of every mailbox.",
			Feature: "Keep a given list of mailboxes in step", Why: "Finds the events that ask for a meeting.", State: "Granted", Tone: views.Good},
		{Name: "User.Read.All", Words: "Read all users' full profiles", May: "Read names and addresses.",
			Feature: "Find mailboxes", Why: "Finds the mailboxes you choose.", State: "Not needed", Tone: views.Plain},
	}
	cards = []views.Card{
		{ID: "microsoft", Name: "Microsoft 365", Subject: "Contoso", State: "Authorised", Tone: views.Good, Text: "2 permissions work.",
			MomentText: "Last checked", Moment: noon, Action: &views.Action{Text: "Permissions", URL: "/admin/consent"}},
		{ID: "webex", Name: "Webex", State: "Not connected", Tone: views.Wait, Text: "Each person's own Webex account is used.",
			Action: &views.Action{Text: "Connect Webex organisation", URL: "/admin/connect/webex", Main: true}},
		{ID: "chosen", Name: "Mailboxes", Subject: "Nobody", State: "None yet", Tone: views.Wait, Text: "Choose below.", Look: true},
	}
	options = []views.Option{
		{Value: "nobody", Text: "Nobody", Hint: "No calendar is opened.", Checked: true},
		{Value: "listed", Text: "These mailboxes", Hint: "One address a line."},
		{Value: "group", Text: "The members of a group", Hint: "Not possible without the permission GroupMember.Read.All.", Disabled: true},
		{Value: "everybody", Text: "Everybody with a licence", Hint: "People who join or leave are followed."},
	}
)

// pane says its keys instead of texts.
var pane = views.TaskPane{
	Lang: "en", Languages: []string{"en", "cs"}, Nonce: "n0nce", OfficeJS: "https://office.example/office.js", Style: "/static/pane.1/pane.css",
	Icon: "/static/icon.svg", Script: "/static/pane.1/pane.js", Modules: []string{"/static/pane.1/api.js"}, Texts: "/static/pane.1/text.en.json",
	Text: func(key string) string { return "<" + key + ">" },
}

// gallery is every page in every state that looks different.
var gallery = []struct {
	name string
	page templ.Component
}{
	{"account-start", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Own: true, Services: []views.Service{calendarConnected, {ID: "webex", Name: "Webex", State: "Not connected", Tone: views.Wait,
			Text: "Meetings are made with your own Webex account.", Action: &views.Action{Text: "Connect Webex", URL: "/connect/webex"}}},
		Steps: []views.Step{
			{Title: "Sign in with Microsoft", Text: "Your calendar is where everything happens.", Done: true},
			{Title: "Connect Webex", Text: "The button is above. Webex asks you once.", Now: true},
			{Title: "Type @webex as the location of an event", Text: "A moment later the event holds the join details."},
		},
	})},
	{"account-meetings", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Own: true, Services: []views.Service{calendarConnected, webexConnected},
		Meetings: []views.Meeting{
			{ID: "meeting-1", Title: "Budget review", Start: "2026-03-02T09:00:00Z", End: "2026-03-02T09:30:00Z",
				When: "Mon 2 Mar 2026, 09:00–09:30 UTC", State: "In step", Tone: views.Good, Join: "/m/abc"},
			{ID: "meeting-2", Title: "Interview <Ms & Mr O'Neill>", Start: "2026-03-02T11:00:00Z", End: "2026-03-02T12:00:00Z",
				When: "Mon 2 Mar 2026, 11:00–12:00 UTC", State: "On its way", Tone: views.Wait, Text: "The meeting is being made."},
			{ID: "meeting-3", Title: "Planning", Start: "2026-03-03T22:00:00Z", End: "2026-03-04T01:00:00Z",
				When: "Tue 3 Mar 2026, 22:00 – Wed 4 Mar 2026, 01:00 UTC", State: "Waiting", Tone: views.Wait, Join: "/m/def",
				Text: "The meeting is running. The change follows when it ends."},
			{ID: "meeting-4", Title: "Weekly round", Start: "2026-03-04T09:00:00Z", End: "2026-03-04T09:30:00Z", Repeats: true,
				When: "Wed 4 Mar 2026, 09:00–09:30 UTC", State: "In step", Tone: views.Good, Join: "/m/ghi",
				Text: "The first date, 2 March 2026, is too near to join this Webex series, so it has a Webex meeting of its own with its own link."},
		},
	})},
	{"account-problems", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Own: true, Services: []views.Service{calendarConnected, {ID: "webex", Name: "Webex", Subject: "jana@contoso.example",
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
	{"account-orphans", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Own: true, Services: []views.Service{calendarConnected, webexConnected}, Look: true, Empty: "No upcoming event has a Webex meeting at the moment.",
		Orphans: []views.Orphan{
			{Meeting: views.Meeting{ID: "orphan-1", Title: "Budget <review>", Start: "2026-03-02T09:00:00Z", End: "2026-03-02T09:30:00Z",
				When: "Mon 2 Mar 2026, 09:00–09:30 UTC"}, WebexID: "0a1b", EventName: "Budget, once more"},
			{Meeting: views.Meeting{ID: "orphan-2", Title: "Weekly round", Start: "2026-03-04T09:00:00Z", End: "2026-03-04T09:30:00Z", Repeats: true,
				When: "Wed 4 Mar 2026, 09:00–09:30 UTC"}, WebexID: "2c3d"},
			{Meeting: views.Meeting{ID: "orphan-3", Title: "Interview", Start: "2026-03-05T09:00:00Z", End: "2026-03-05T09:30:00Z",
				When: "Thu 5 Mar 2026, 09:00–09:30 UTC", State: "Being deleted", Tone: views.Wait}, WebexID: "4e5f", Decided: true},
		},
	})},
	{"account-no-calendar", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Own: true, Services: []views.Service{{ID: "microsoft", Name: "Microsoft 365 calendar", Subject: "jana@contoso.example",
			State: "Not connected", Tone: views.Wait, Text: "You are signed in, but your calendar is not connected.",
			Action: &views.Action{Text: "Connect calendar", URL: "/signin"}}, webexConnected},
	})},
	{"account-tenant", views.AccountPage(views.Account{
		Frame: func() views.Frame { f := frame("Your account"); f.Console = true; return f }(), Calendar: outlook, Permissions: allowed, Withdraw: lists,
		Services: []views.Service{
			{ID: "microsoft", Name: "Microsoft 365 calendar", Subject: "jana@contoso.example", State: "Connected by your organisation", Tone: views.Good, Text: "There is nothing for you to do."},
			{ID: "webex", Name: "Webex", Subject: "jana@webex.example", State: "Connected by your organisation", Tone: views.Good, Text: "Meetings are made for you."},
		},
		ByTenant: true,
	})},
	{"consent-never", views.ConsentPage(views.Consent{
		Frame:    frame("Authorise your organisation"),
		Standing: views.Standing{State: "Not authorised", Tone: views.Plain, Text: []string{"No calendar can be opened yet."}},
		Ask:      &views.Action{Text: "Ask Microsoft", URL: "/admin/consent/start"}, Permissions: asked, Redirect: "https://scheduler.example/admin/consent/callback",
		Certificates: []views.Certificate{{Thumbprint: "0F6CBD", Expires: noon, State: "Valid", Tone: views.Good}},
	})},
	{"account-waiting", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists, Own: true,
		Services: []views.Service{calendarConnected, webexConnected}, Look: true, Looked: noon, Show: "waiting",
		Filters: []views.Filter{{Text: "All", Count: "2", URL: "/account#meetings"}, {Text: "Waiting", Count: "1", URL: "/account?show=waiting#meetings", Current: true}},
		Meetings: []views.Meeting{{ID: "meeting-1", Title: "Budget", Start: "2026-03-02T13:00:00Z", End: "2026-03-02T13:30:00Z",
			When: "Mon 2 Mar 2026, 13:00–13:30 UTC", State: "Not saved yet", Tone: views.Wait, Text: "The meeting is there, and waits for its event to be saved in Outlook."}},
		Preferences: preferences(views.Preferences{Saved: true, LeaveOutPassword: true, Keywords: true, Codes: []views.Code{
			{ID: "tracking-0", Name: "Cost centre", Required: true, Value: "4711", Options: []views.Option{{Text: "None"}, {Value: "4711", Text: "4711", Checked: true}}},
			{ID: "tracking-1", Name: "Project", Value: "Mars", Known: []string{"Moon"}}, {ID: "tracking-2", Name: "Client <X>"},
		}}),
	})},
	{"account-preferences-refused", views.AccountPage(views.Account{
		Frame: frame("Your account"), Calendar: outlook, Permissions: allowed, Withdraw: lists, Own: true,
		Services: []views.Service{calendarConnected, webexConnected}, Empty: "No upcoming event has a Webex meeting at the moment.",
		Preferences: preferences(views.Preferences{Refused: "Not saved: lobby: want one of <these>.", KeywordsByTenant: true}),
	})},
	{"dialog", views.DialogPage(views.Dialog{Lang: "en", Title: "You are signed in", Text: "Back to Outlook.", Nonce: "nonce",
		Style: "/static/app.css", Icon: "/static/icon.svg", OfficeJS: "https://office.example/office.js", Script: "/static/pane/dialog.js",
		Message: `{"code":"x"}`, Origin: "https://scheduler.example"})},
	{"consent-no-certificate", views.ConsentPage(views.Consent{
		Frame:    frame("Authorise your organisation"),
		Standing: views.Standing{State: "Not authorised", Tone: views.Plain, Text: []string{"This server has no certificate."}}, Permissions: asked,
	})},
	{"consent-proving", views.ConsentPage(views.Consent{
		Frame: func() views.Frame { f := console("Authorise your organisation"); f.Refresh = "3"; return f }(),
		Standing: views.Standing{State: "Being checked", Tone: views.Wait, Working: true, Text: []string{"Each permission is tried until it works."},
			MomentText: "Waiting since", Moment: noon},
		Ask: &views.Action{Text: "Ask Microsoft", URL: "/admin/consent/start"}, Permissions: asked,
	})},
	{"consent-authorised", views.ConsentPage(views.Consent{
		Frame: console("Authorise your organisation"), Organisation: "Contoso <&> Co",
		Standing: views.Standing{State: "Authorised", Tone: views.Good, Text: []string{"The program reaches the calendars that its owners choose."}, MomentText: "Last checked", Moment: noon},
		Open:     &views.Action{Text: "Open the console", URL: "/admin"}, Ask: &views.Action{Text: "Ask Microsoft again", URL: "/admin/consent/start"},
		Permissions: asked, Excess: []string{"Mail.ReadWrite"},
	})},
	{"console-start", views.ConsolePage(views.Console{
		Frame: console("Contoso"), Cards: cards, Choice: views.ChoiceForm{Options: options},
		Offer: &views.Offer{Organisation: "Contoso <Webex>", Subject: "admin@webex.example", Tenant: "Contoso", Grant: "g1"},
		List:  views.MailboxList{Filters: []views.Filter{{Text: "All", Count: "0", URL: "/admin#mailboxes", Current: true}}, Empty: "No mailbox has been chosen yet."},
	})},
	{"console-working", views.ConsolePage(views.Console{
		Frame: console("Contoso"), Cards: cards,
		Notices: []views.Notice{
			{Tone: views.Wait, Text: "Paused.", Resume: true},
			{Tone: views.Bad, Text: "The server's certificate has expired.", Action: &views.Action{Text: "Certificates", URL: "/admin/consent#certificates"}},
		},
		Progress: &views.Progress{Text: "Reading the directory: 1,200 of 10,000", Done: 1200, Total: 10000, Since: noon},
		Choice:   views.ChoiceForm{Options: options, Addresses: "jana@contoso.example\npetr", Refused: "“petr” is not a mail address.", About: "addresses"},
		Hosts: views.Assignments{
			Rows: []views.Assignment{
				{Mailbox: "info@contoso.example", Kind: "shared mailbox", Host: "jana@contoso.example", URL: "/admin?q=info%40contoso.example#mailboxes"},
				{Mailbox: "petr@contoso.example", Host: "jana@contoso.example", URL: "/admin?q=petr%40contoso.example#mailboxes"},
			},
			Mailbox: "board@contoso.example", Host: "<nobody>@contoso.example", Refused: "Webex knows nobody.", About: "host",
		},
		Held:     []views.HeldRow{{Name: "Petr", UPN: "petr@contoso.example", URL: "/admin/mailboxes/p", Text: "30 meetings would be deleted", Release: "/admin/mailboxes/p/release"}},
		HeldMore: views.Action{Text: "Show all 60", URL: "/admin?state=held"},
		List: views.MailboxList{
			Filters: []views.Filter{{Text: "All", Count: "1,200", URL: "/admin#mailboxes"}, {Text: "No Webex host", Count: "1", URL: "/admin?state=no+host#mailboxes", Current: true}},
			Search:  "jan", State: "no host", Next: "/admin?after=x#mailboxes", First: "/admin#mailboxes",
			Rows: []views.MailboxRow{
				{Name: "Jana <Nováková>", UPN: "jana@contoso.example", URL: "/admin/mailboxes/j", State: "No Webex host", Tone: views.Bad, Why: "Nobody has one of its addresses.", Host: "–", Meetings: "3", Problems: "1", HasProblems: true},
			},
		},
	})},
	{"preview", views.PreviewPage(views.Preview{
		Frame: console("What would change"), Choice: "2 listed mailboxes", Who: "listed", Addresses: "a@contoso.example\nb@contoso.example",
		Begin: "2", End: "0", Stay: "1", Changes: true, Confirm: "Do this",
		Groups: []views.NameGroup{{ID: "group-1", Title: "2 mailboxes begin", Text: "Events get their meeting.", Tone: views.Good,
			Names: []views.Named{{Name: "A <b>", Address: "a@contoso.example"}, {Name: "b@contoso.example"}}, More: "and 7 more"}},
	})},
	{"mailbox", views.MailboxPage(views.Mailbox{
		Receipts: "/admin/mailboxes/j/receipts", History: "/admin/mailboxes/j/history",
		Frame: console("Jana"), Name: "Jana Nováková", UPN: "jana@contoso.example", Object: "j", State: "Waits for you", Tone: views.Bad, Why: "Unusually many.",
		Facts: []views.Fact{{Name: "Webex host", Text: "jana@webex.example"}, {Name: "Looked through", Text: "Not yet", Moment: noon}},
		Problems: []views.Meeting{{ID: "problem-1", Title: "Budget", Start: "2026-03-02T09:00:00Z", End: "2026-03-02T09:30:00Z",
			When: "Mon 2 Mar 2026, 09:00–09:30 UTC", State: "Problem", Tone: views.Bad, Text: "The event is gone.", Fix: "Look."}},
		Held: "30 meetings", Release: "/admin/mailboxes/j/release", LookAgain: "/admin/mailboxes/j/look", Decide: "/admin/mailboxes/j/orphans",
		Orphans: []views.Orphan{{Meeting: views.Meeting{ID: "orphan-1", Title: "Farewell", Start: "2026-03-02T09:00:00Z", End: "2026-03-02T09:30:00Z", When: "Mon 2 Mar 2026, 09:00–09:30 UTC"}, WebexID: "0a1b"}},
	})},
	{"settings", views.SettingsPage(views.Settings{
		Frame: console("Settings"), Saved: true, UsualTitle: "Private meeting", DryRun: true, BareIsRoom: true,
		Languages: []views.Option{{Value: "", Text: "As the profile says", Checked: true}, {Value: "cs", Text: "Čeština (Czech)"}},
	})},
	{"settings-reader", views.SettingsPage(views.Settings{
		Frame:     func() views.Frame { f := console("Settings"); f.Owns, f.Operates = false, false; return f }(),
		Languages: []views.Option{{Value: "", Text: "As the profile says", Checked: true}},
	})},
	{"settings-refused", views.SettingsPage(views.Settings{
		Frame: console("Settings"), Refused: "The title is too long.", PrivateTitle: "\"quoted\"", UsualTitle: "Private meeting", Paused: true,
		Languages: []views.Option{{Value: "", Text: "As the profile says", Checked: true}},
	})},
	{"owners", views.OwnersPage(views.Owners{
		Frame: console("Owners"), Typed: "petr", Refused: "Nobody is known here as “petr”.",
		Owners: []views.Owner{
			{Name: "jana@contoso.example", Object: "j", Role: "Owner", By: "Named in the server's settings", Self: true},
			{Name: "petr@contoso.example", Object: "p", Role: "Reader", By: "Appointed by jana@contoso.example", Since: noon, Removable: true},
		},
	})},
	{"receipts", views.ReceiptsPage(views.Receipts{
		Frame: console("Receipts"), Back: views.Action{Text: "The mailbox", URL: "/admin/mailboxes/j"},
		Rows: []views.Receipt{
			{When: noon, Service: "Webex", What: "create meeting", Why: "keyword", Result: "200", Who: "The program"},
			{When: noon, Service: "Console", What: "release deletions", Why: "administrator", Result: "asked", Who: "00000000-0000-4000-8000-000000000001"},
		},
	})},
	{"history-none", views.HistoryPage(views.History{Frame: frame("History"), Back: views.Action{Text: "Your account", URL: "/account"}, Told: "The event has a meeting, or is over.", Refused: true})},
	{"history", views.HistoryPage(views.History{
		Frame: frame("History"), Back: views.Action{Text: "Your account", URL: "/account"}, Told: "The event gets a Webex meeting again, in a moment.",
		Rows: []views.HistoryRow{
			{When: noon, Title: "Budget <review>", What: "Webex meeting deleted", Where: "Calendar", Why: "join details removed", Key: "abc"},
			{When: noon, Title: "Budget <review>", What: "Title changed", Was: "Budget", Became: "Budget <review>", Where: "Webex", Why: "meeting changed in Webex"},
			{When: noon, Title: "Weekly round", What: "Date moved", Was: "Mon 2 Mar 2026, 09:00–09:30 UTC", Became: "Mon 2 Mar 2026, 11:00–11:30 UTC", Where: "Calendar", Why: "event changed"},
			{When: noon, Title: "Interview", What: "Problem: Webex meetings last 23 hours and 59 minutes at most; this event is longer.", Where: "Calendar", Why: "too long"},
		},
	})},
	{"receipts-none", views.ReceiptsPage(views.Receipts{Frame: console("Receipts"), Back: views.Action{Text: "Your account", URL: "/account"}})},
	{"taskpane", views.TaskPanePage(pane)},
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

// preferences adds what the form offers.
func preferences(p views.Preferences) views.Preferences {
	p.Kinds = []views.Option{{Value: "meeting", Text: "A meeting of its own", Checked: true}, {Value: "personalRoom", Text: "The Personal Room"}}
	p.Choices = []views.Choice{{Name: "lobby", Label: "Guests join", Options: []views.Option{{Text: "As the Webex site does"}, {Value: "allowJoin", Text: "At once", Checked: true}}}}
	return p
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
