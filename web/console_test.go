package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestConsole(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	res := b.get("/admin")
	wantStatus(t, res, http.StatusOK)
	wantText(t, res, "<h1>Contoso</h1>", "Authorised", "Jana Nováková", "jana@webex.example", "30 meetings would be deleted",
		`action="/admin/mailboxes/33333333-3333-3333-3333-333333333333/release"`,
		`href="/admin?state=held#mailboxes"`, `formaction="/admin/mailboxes/preview"`,
		"Not possible without the permission GroupMember.Read.All.")
	if page := text(t, b.get("/admin?q=JANA")); strings.Contains(page, `scope="row" class="wraps"><a href="/admin/mailboxes/33333333`) || !strings.Contains(page, `value="JANA"`) {
		t.Errorf("the search finds others, or forgets what was typed:\n%s", page)
	}
	if page := text(t, b.get("/admin?state=in+step")); strings.Contains(page, `class="wraps"><a href="/admin/mailboxes/33333333`) {
		t.Errorf("the filter shows others:\n%s", page)
	}
	wantText(t, b.get("/admin?q=nobody"), "No mailbox fits.")
	wantStatus(t, b.get("/admin?state=made-up&after=x%2Fy"), http.StatusOK)
}

// TestConsolePages: each mailbox is on one page, and the way leads to all.
func TestConsolePages(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	r.store.mailboxes = nil
	for i := range 120 {
		id := meeting.NewAccountID(contoso, meeting.ObjectID(fmt.Sprintf("person+%03d@contoso.example", i)))
		r.store.mailboxes = append(r.store.mailboxes, meeting.ConsoleMailbox{Account: id, UPN: string(id.Object()), State: meeting.MailboxInStep})
	}
	b := r.signedIn(t, jana)
	address, seen, pages := "/admin?q=person", map[string]bool{}, 0
	for address != "" {
		pages++
		page := text(t, b.get(address))
		for line := range strings.SplitSeq(page, `href="/admin/mailboxes/`) {
			seen[strings.SplitN(line, `"`, 2)[0]] = true
		}
		address = ""
		if before, _, ok := strings.Cut(page, `">Next</a>`); ok {
			address = strings.ReplaceAll(before[strings.LastIndex(before, `"`)+1:], "&amp;", "&")
			address, _, _ = strings.Cut(address, "#")
		}
	}
	delete(seen, "<!doctype html><html lang=")
	if pages != 3 || len(seen) != 120 {
		t.Errorf("%d mailboxes on %d pages, want 120 on 3", len(seen), pages)
	}
	wantStatus(t, b.get("/admin/mailboxes/person+007@contoso.example"), http.StatusOK)
}

func TestChooseMailboxes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		form   []string
		status int
		want   meeting.Choice // as kept
		text   string         // on the page, if it is refused
	}{
		{"everybody", []string{"who", "everybody"}, 303, meeting.Choice{Who: meeting.Everybody}, ""},
		{"nobody", []string{"who", "nobody", "addresses", "left over"}, 303, meeting.Choice{Who: meeting.Nobody}, ""},
		{"a list", []string{"who", "listed", "addresses", "Jana@contoso.example\npetr@contoso.example"}, 303,
			meeting.Choice{Who: meeting.Listed, Addresses: []string{"jana@contoso.example", "petr@contoso.example"}}, ""},
		{"a group", []string{"who", "group", "group", " 66666666-6666-6666-6666-66666666666A "}, 303,
			meeting.Choice{Who: meeting.Group, Group: "66666666-6666-6666-6666-66666666666a"}, ""},
		{"no address", []string{"who", "listed", "addresses", "jana@contoso.example\npetr <b>"}, 400, meeting.Choice{}, "“b” is not a mail address."},
		{"what was typed is kept", []string{"who", "listed", "addresses", "jana@contoso.example\npetr"}, 400, meeting.Choice{}, "jana@contoso.example\npetr</textarea>"},
		{"no group", []string{"who", "group", "group", "sales"}, 400, meeting.Choice{}, "object id"},
		{"nothing chosen", nil, 400, meeting.Choice{}, "Choose one of these."},
		{"something made up", []string{"who", "all"}, 400, meeting.Choice{}, "Choose one of these."},
		{"far too much", []string{"who", "listed", "addresses", strings.Repeat("x", 1<<20)}, 413, meeting.Choice{}, "Too large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			tenant := r.store.tenants[contoso]
			tenant.Granted = append(tenant.Granted, meeting.GroupMemberReadAll)
			r.store.tenants[contoso] = tenant
			b := r.signedIn(t, jana)
			res := b.send("/admin/mailboxes", c.form...)
			wantStatus(t, res, c.status)
			if got := res.Header.Get("Location"); c.status == 303 && got != "/admin" {
				t.Errorf("leads to %s", got)
			}
			if c.text != "" {
				wantText(t, res, c.text)
			}
			if diff := cmp.Diff(c.want, r.store.tenants[contoso].Choice); diff != "" {
				t.Errorf("choice (-want +got)\n%s", diff)
			}
		})
	}
}

// TestChoiceWithoutItsPermission: a form of the past, or one made by hand.
func TestChoiceWithoutItsPermission(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	tenant := r.store.tenants[contoso]
	tenant.Granted = []string{meeting.CalendarsReadWrite}
	r.store.tenants[contoso] = tenant
	b := r.signedIn(t, jana)
	for address, form := range map[string][]string{
		"/admin/mailboxes":         {"who", "everybody"},
		"/admin/mailboxes/preview": {"who", "group", "group", "66666666-6666-6666-6666-666666666666"},
	} {
		res := b.send(address, form...)
		wantStatus(t, res, http.StatusForbidden)
		wantText(t, res, "Not possible without the permission "+map[string]string{"everybody": "User.Read.All", "group": "GroupMember.Read.All"}[form[1]]+".")
	}
	if r.store.tenants[contoso].Choice.Who != "" || len(r.rehearsal.asked) != 0 {
		t.Error("it is done all the same")
	}
	wantRedirect(t, b.send("/admin/mailboxes", "who", "listed", "addresses", "a@contoso.example"), "/admin")
}

func TestPreview(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	person := func(name string) meeting.Member {
		return meeting.Member{Person: meeting.Person{Name: name, UPN: name + "@contoso.example"}}
	}
	guest, hostless := person("Guest"), person("Hostless")
	guest.Standing, hostless.HostTrust = meeting.LeftGuest, meeting.HostNone
	r.rehearsal.preview = meeting.Preview{Stay: 7, Begin: []meeting.Member{person("Beginner"), hostless}, End: []meeting.Member{person("Ender")},
		LeftOut: []meeting.Member{guest}, NoHost: []meeting.Member{hostless}}
	b := r.signedIn(t, jana)
	res := b.send("/admin/mailboxes/preview", "who", "listed", "addresses", "B <b@contoso.example>;a@contoso.example")
	wantStatus(t, res, http.StatusOK)
	wantText(t, res, "2 mailboxes begin", "Beginner", "1 mailbox ends", "Ender", "<dd>7</dd>", "A guest of your organisation.",
		"Nobody in your Webex organisation has one of its addresses.", `action="/admin/mailboxes"`, `value="listed"`, "b@contoso.example\na@contoso.example</textarea>")
	if r.store.tenants[contoso].Choice.Who != "" {
		t.Error("the look changes something")
	}

	for _, c := range []struct {
		name   string
		fail   error
		status int
		want   string
	}{
		{"no such group", errs.New(errs.NotFound, "secret thought"), 400, "no group with this object id"},
		{"a permission that was taken back", errs.New(errs.Forbidden, "secret thought"), 403, "See which permissions are granted."},
		{"an authorisation that was", errs.New(errs.SignedOut, "secret thought"), 403, "no longer lets the program in"},
		{"Microsoft away", errs.New(errs.Unavailable, "secret thought"), 503, "Please try again in a few seconds."},
	} {
		r.rehearsal.fail = c.fail
		res := b.send("/admin/mailboxes/preview", "who", "everybody")
		if page := text(t, res); res.StatusCode != c.status || !strings.Contains(page, c.want) || strings.Contains(page, "secret") {
			t.Errorf("%s: status %d\n%s", c.name, res.StatusCode, page)
		}
	}
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	r.store.mailbox = meeting.Mailbox{Account: petr, Connected: true, Authority: meeting.TenantWide}
	r.store.links = []meeting.Link{
		{Mailbox: petr, Subject: "Budget", State: meeting.LinkLinked, Starts: noon, Ends: noon.AddDate(0, 0, 1), Key: "k", Join: meeting.Join{WebLink: "https://contoso.webex.com/j"}},
		{Mailbox: petr, Subject: "Sale", State: meeting.LinkWished, Problem: meeting.ProblemNoHost, Starts: noon, Ends: noon.AddDate(0, 0, 1)},
	}
	b := r.signedIn(t, jana)
	res := b.get("/admin/mailboxes/" + strings.ToUpper(string(petr.Object())))
	wantStatus(t, res, http.StatusOK)
	page := text(t, res)
	for _, want := range []string{"Petr Secret", "Budget", "Sale", "nobody who could host", "Your organisation", "30 meetings"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "/m/k") {
		t.Error("the page leads into a meeting of somebody else")
	}
	to := wantRedirect(t, b.send("/admin/mailboxes/"+string(petr.Object())+"/release"), "/admin/mailboxes/")
	if diff := cmp.Diff([]meeting.AccountID{petr}, r.store.lifted); diff != "" || to.Path != "/admin/mailboxes/"+string(petr.Object()) {
		t.Errorf("leads to %s, lifted (-want +got)\n%s", to, diff)
	}
	for _, address := range []string{"/admin/mailboxes/" + string(omar.Object()), "/admin/mailboxes/preview", "/admin/mailboxes/x"} {
		wantStatus(t, b.get(address), http.StatusNotFound)
	}
	wantStatus(t, b.send("/admin/mailboxes/"+string(omar.Object())+"/release"), http.StatusNotFound)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	wantStatus(t, b.get("/admin/settings"), http.StatusOK)
	to := wantRedirect(t, b.send("/admin/settings", "keywords", "off", "bare", "room", "copies", "own",
		"private_title", "  Confidential \t talk ", "language", "cs", "dry_run", "on"), "/admin/settings")
	want := meeting.Settings{KeywordsOff: true, BareIsRoom: true, CopyReceived: true, PrivateTitle: "Confidential talk", Language: "cs", DryRun: true}
	if diff := cmp.Diff(want, r.store.tenants[contoso].Settings); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	page := text(t, b.get(to.String()))
	for _, want := range []string{"Saved.", `value="off" checked`, `value="room" checked`, `value="own" checked`, `value="cs" selected`, `value="on" checked`, `value="Confidential talk"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	res := b.send("/admin/settings", "private_title", strings.Repeat("x", 101), "language", "xx")
	wantStatus(t, res, http.StatusBadRequest)
	wantText(t, res, "100 characters", strings.Repeat("x", 101))
	if r.store.tenants[contoso].Settings != want {
		t.Error("what was refused is kept")
	}
	wantRedirect(t, b.send("/admin/settings", "keywords", "on", "bare", "meeting", "copies", "keep", "private_title", "Private meeting", "language", "klingon"), "/admin/settings")
	if got := r.store.tenants[contoso].Settings; got != (meeting.Settings{DryRun: true}) {
		t.Errorf("settings = %+v, want the usual ones, and what the form did not say as it was", got)
	}
	wantRedirect(t, b.send("/admin/settings", "dry_run", "off"), "/admin/settings") // as a browser sends the empty box
	if got := r.store.tenants[contoso].Settings; got != (meeting.Settings{}) {
		t.Errorf("settings = %+v, want the usual ones", got)
	}
}

func TestPauseAndLook(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	wantRedirect(t, b.send("/admin/pause", "paused", "true"), "/admin")
	if !r.store.tenants[contoso].Paused {
		t.Error("not paused")
	}
	wantText(t, b.get("/admin"), "Paused: no mailbox is begun any more. What is in hand is finished.", ">Go on</button>")
	wantStatus(t, b.send("/admin/pause"), http.StatusBadRequest)
	wantRedirect(t, b.send("/admin/pause", "paused", "false"), "/admin")
	if r.store.tenants[contoso].Paused {
		t.Error("still paused")
	}
	wantRedirect(t, b.send("/admin/look"), "/admin")
	if diff := cmp.Diff([]meeting.TenantID{contoso}, r.store.looks); diff != "" {
		t.Errorf("looks (-want +got)\n%s", diff)
	}
}

// TestForeignForms: nothing of the console is changed from another site.
func TestForeignForms(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	for _, step := range walk {
		if step.method == http.MethodGet {
			continue
		}
		form := url.Values{}
		for i := 0; i < len(step.form); i += 2 {
			form.Set(step.form[i], step.form[i+1])
		}
		res := b.do(http.MethodPost, step.address, form.Encode(), "Content-Type", "application/x-www-form-urlencoded",
			"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
		wantStatus(t, res, http.StatusForbidden)
		r.untouched(t)
	}
}
