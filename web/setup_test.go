package web_test

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/htmltest"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/signin"
	"webex-scheduler/web"
)

const (
	public = "https://scheduler.example"
	jana   = meeting.AccountID("11111111-1111-1111-1111-111111111111/22222222-2222-2222-2222-222222222222")
	petr   = meeting.AccountID("11111111-1111-1111-1111-111111111111/33333333-3333-3333-3333-333333333333")
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// rig is a server with everything around it played by the test.
type rig struct {
	*web.Server
	store     *memory
	microsoft *microsoft
	webex     *webex
	profiles  profiles
	rehearsal rehearsal
	intake    *intake
	items     *items
	sites     *sites
	blocks    *blocks
	access    access
	clock     *clockwork.FakeClock
	log       *buffer
}

func setup(t *testing.T, change ...func(*web.Config)) *rig {
	t.Helper()
	clock := clockwork.NewFakeClockAt(noon)
	r := &rig{
		store: newMemory(clock), microsoft: &microsoft{who: jana}, webex: &webex{}, intake: &intake{}, clock: clock, log: &buffer{},
		items: &items{events: map[meeting.AccountID]map[string]meeting.Event{}}, sites: &sites{}, blocks: &blocks{}, access: access{},
		profiles: profiles{account: meeting.Account{Mail: "jana@contoso.example", Addresses: []string{"jana@contoso.example"}, Language: "cs-CZ"}},
	}
	config := web.Config{
		PublicURL: public, LoginURL: "https://login.example/", Clock: clock,
		Random: rand.NewChaCha8([32]byte{1}),
		Log:    slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Store:  r.store,
		Items:  r.items, Sites: r.sites, Blocks: r.blocks, AccessTokens: r.access, Wait: 200 * time.Millisecond,
		Microsoft: r.microsoft, Webex: r.webex, Profiles: &r.profiles, People: r.webex, Intake: r.intake, Hooks: refusing{},
		Rehearsal: &r.rehearsal, Certificates: []web.Certificate{{Thumbprint: "0F6CBD115EA30C3B5E", Expires: noon.AddDate(1, 0, 0)}},
		Refusal: func(service meeting.Service, word, _ string) error {
			return &errs.Error{Kind: errs.Forbidden, Message: "Refused at " + string(service) + "."}
		},
	}
	for _, c := range change {
		c(&config)
	}
	var err error
	if r.Server, err = web.New(config); err != nil {
		t.Fatal(err)
	}
	return r
}

// browser keeps cookies, follows nothing, and behaves as ours do: what it sends
// comes from our own pages.
type browser struct {
	t       *testing.T
	server  http.Handler
	cookies map[string]*http.Cookie
}

func (r *rig) browser(t *testing.T) *browser {
	return &browser{t: t, server: r.Server, cookies: map[string]*http.Cookie{}}
}

// signedIn is a browser in which account is signed in.
func (r *rig) signedIn(t *testing.T, account meeting.AccountID) *browser {
	t.Helper()
	id := strings.Repeat("s", 42) + string(account[len(account)-1])
	r.store.accounts[account] = meeting.Account{ID: account, UPN: "jana@contoso.example", Name: "Jana Nováková", Language: "cs-CZ"}
	r.store.sessions[id] = account
	b := r.browser(t)
	b.cookies["__Host-session"] = &http.Cookie{Name: "__Host-session", Value: id}
	return b
}

func (b *browser) get(address string, headers ...string) *http.Response {
	return b.do(http.MethodGet, address, "", headers...)
}

func (b *browser) post(address string, headers ...string) *http.Response {
	return b.do(http.MethodPost, address, "", append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
}

// send posts a form of ours.
func (b *browser) send(address string, pairs ...string) *http.Response {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, address, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

func (b *browser) do(method, address, body string, headers ...string) *http.Response {
	b.t.Helper()
	req := httptest.NewRequest(method, address, strings.NewReader(body))
	req.Host = "scheduler.example"
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.cookies {
		req.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.server.ServeHTTP(rec, req)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && rec.Body.Len() > 0 && res.Header.Get("Content-Encoding") == "" {
		htmltest.Check(b.t, rec.Body.String())
	}
	return res
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// wantRedirect checks for a 303 and returns where it leads.
func wantRedirect(t *testing.T, res *http.Response, prefix string) *url.URL {
	t.Helper()
	to, err := res.Location()
	if err != nil || res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.String(), prefix) {
		t.Fatalf("status %d to %v, want 303 to %s…\n%s", res.StatusCode, to, prefix, text(t, res))
	}
	return to
}

func wantStatus(t *testing.T, res *http.Response, want int) {
	t.Helper()
	if res.StatusCode != want {
		t.Fatalf("status %d, want %d\n%s", res.StatusCode, want, text(t, res))
	}
}

func wantText(t *testing.T, res *http.Response, wants ...string) {
	t.Helper()
	page := text(t, res)
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// memory is web.Store without a database.
type memory struct {
	clock        clockwork.Clock
	flows        map[string]meeting.Flow
	accounts     map[meeting.AccountID]meeting.Account
	sessions     map[string]meeting.AccountID
	grants       map[string]meeting.Grant
	tokens       map[string]meeting.Tokens
	links        []meeting.Link
	mailbox      meeting.Mailbox
	hosts        map[meeting.AccountID]meeting.Grant
	lifted       []meeting.AccountID
	orphans      []meeting.Orphan
	history      []meeting.HistoryEntry
	connected    []meeting.AccountID
	disconnected []meeting.AccountID
	erased       []meeting.AccountID
	fail         error // answer to everything
	receipts     []receipt.Row
	failReceipts error
	panics       bool
	console
	desk
}

func newMemory(clock clockwork.Clock) *memory {
	return &memory{
		clock: clock, flows: map[string]meeting.Flow{}, accounts: map[meeting.AccountID]meeting.Account{},
		sessions: map[string]meeting.AccountID{}, grants: map[string]meeting.Grant{}, tokens: map[string]meeting.Tokens{},
		hosts: map[meeting.AccountID]meeting.Grant{}, console: newConsole(), desk: newDesk(),
	}
}

func (m *memory) SaveFlow(_ context.Context, flow meeting.Flow) error {
	m.flows[flow.State.Reveal()] = flow
	return m.fail
}

func (m *memory) TakeFlow(_ context.Context, kind meeting.FlowKind, state, browser meeting.Secret) (meeting.Flow, error) {
	flow, ok := m.flows[state.Reveal()]
	if !ok || flow.Kind != kind || flow.Browser != browser || !m.clock.Now().Before(flow.ExpiresAt) {
		return meeting.Flow{}, errs.New(errs.NotFound, "no flow")
	}
	delete(m.flows, state.Reveal())
	return flow, m.fail
}

func (m *memory) SaveAccount(_ context.Context, a meeting.Account) error {
	m.accounts[a.ID] = a
	return m.fail
}

func (m *memory) Account(_ context.Context, id meeting.AccountID) (meeting.Account, error) {
	a, ok := m.accounts[id]
	if !ok {
		return a, errs.New(errs.NotFound, "no account")
	}
	return a, m.fail
}

func (m *memory) AccountByAddress(_ context.Context, tenant meeting.TenantID, address string) (meeting.AccountID, error) {
	for _, a := range m.accounts {
		if a.ID.Tenant() == tenant && a.Has(address) {
			return a.ID, m.fail
		}
	}
	return "", errs.New(errs.NotFound, "no account")
}

func (m *memory) CreateSession(_ context.Context, id meeting.Secret, account meeting.AccountID) error {
	m.sessions[id.Reveal()] = account
	return m.fail
}

func (m *memory) Session(_ context.Context, id meeting.Secret) (meeting.Session, error) {
	if m.panics {
		panic("secret thought")
	}
	account, ok := m.sessions[id.Reveal()]
	if !ok {
		return meeting.Session{}, errs.New(errs.NotFound, "no session")
	}
	return meeting.Session{Account: account}, m.fail
}

func (m *memory) EndSession(_ context.Context, id meeting.Secret) error {
	delete(m.sessions, id.Reveal())
	m.endPane("hash of " + id.Reveal())
	return m.fail
}

func (m *memory) Grant(_ context.Context, account meeting.AccountID, service meeting.Service) (meeting.Grant, error) {
	g, ok := m.grants[string(account)+string(service)]
	if !ok {
		return g, errs.New(errs.NotFound, "no grant")
	}
	return g, m.fail
}

func (m *memory) SaveGrant(_ context.Context, g meeting.Grant, tokens meeting.Tokens) (meeting.GrantID, error) {
	m.grants[string(g.Account)+string(g.Service)] = g
	m.tokens[string(g.Account)+string(g.Service)] = tokens
	return "grant", m.fail
}

func (m *memory) Connect(_ context.Context, account meeting.AccountID) (bool, error) {
	m.connected = append(m.connected, account)
	return true, m.fail
}

func (m *memory) Erase(_ context.Context, account meeting.AccountID) error {
	if m.mailbox.Authority == meeting.TenantWide {
		return errs.New(errs.Conflict, "kept for its tenant")
	}
	m.erased = append(m.erased, account)
	return m.fail
}

func (m *memory) KeptLinks(ctx context.Context, account meeting.AccountID) ([]meeting.Link, error) {
	return m.AccountLinks(ctx, account)
}

func (m *memory) EachReceipt(_ context.Context, chain receipt.Chain, take func(receipt.Row) error) error {
	for _, r := range m.receipts {
		if r.Chain == chain {
			if err := take(r); err != nil {
				return err
			}
		}
	}
	return m.fail
}

func (m *memory) Disconnect(_ context.Context, account meeting.AccountID) error {
	m.disconnected = append(m.disconnected, account)
	clear(m.sessions)
	m.endPane("")
	return m.fail
}

func (m *memory) Mailbox(context.Context, meeting.AccountID) (meeting.Mailbox, error) {
	return m.mailbox, m.fail
}

func (m *memory) Host(_ context.Context, mailbox meeting.AccountID) (meeting.Grant, error) {
	g, ok := m.hosts[mailbox]
	if !ok {
		return g, errs.New(errs.NotFound, "no host")
	}
	return g, m.fail
}

func (m *memory) LiftHold(_ context.Context, account meeting.AccountID) error {
	m.lifted = append(m.lifted, account)
	return m.fail
}

func (m *memory) History(_ context.Context, mailbox meeting.AccountID, limit int) ([]meeting.HistoryEntry, error) {
	own := slices.DeleteFunc(slices.Clone(m.history), func(h meeting.HistoryEntry) bool { return h.Mailbox != mailbox })
	return own[:min(limit, len(own))], m.fail
}

func (m *memory) Orphans(_ context.Context, account meeting.AccountID) ([]meeting.Orphan, error) {
	return slices.DeleteFunc(slices.Clone(m.orphans), func(o meeting.Orphan) bool { return o.Mailbox != account }), m.fail
}

func (m *memory) WishOrphan(_ context.Context, account meeting.AccountID, id meeting.MeetingID, wish meeting.OrphanWish) error {
	for i := range m.orphans {
		if o := &m.orphans[i]; o.Mailbox == account && o.Meeting == id {
			o.Wish = wish
			return m.fail
		}
	}
	return errs.New(errs.NotFound, "none")
}

func (m *memory) AccountLinks(_ context.Context, account meeting.AccountID) ([]meeting.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var own []meeting.Link
	for _, l := range m.links {
		if l.Mailbox == account {
			own = append(own, l)
		}
	}
	return own, m.fail
}

func (m *memory) LinkByKey(_ context.Context, key meeting.LinkKey) (meeting.Link, error) {
	for _, l := range m.links {
		if l.Key == key {
			return l, m.fail
		}
	}
	return meeting.Link{}, errs.New(errs.NotFound, "no link")
}

func (m *memory) Ready(context.Context) error { return m.fail }

func (m *memory) KeepReceipt(_ context.Context, chain receipt.Chain, entry receipt.Entry) error {
	if err := cmp.Or(m.fail, m.failReceipts); err != nil {
		return err
	}
	m.receipts = append(m.receipts, receipt.Row{Chain: chain, Entry: entry})
	return nil
}

func (m *memory) KeepReceipts(ctx context.Context, chain receipt.Chain) error {
	for _, entry := range receipt.BookOf(ctx).Take() {
		m.receipts = append(m.receipts, receipt.Row{Chain: chain, Entry: entry})
	}
	return nil
}

func (m *memory) Receipts(_ context.Context, chain receipt.Chain, limit int) (rows []receipt.Row, _ error) {
	for _, row := range m.receipts {
		if row.Chain == chain && len(rows) < limit {
			rows = append(rows, row)
		}
	}
	return rows, m.fail
}

// microsoft signs in whoever the test says.
type microsoft struct {
	who, consents meeting.AccountID // consents: if it is another person
	upn           string            // empty: Jana's
	guest         bool
	roles         []string
	signedIn      time.Time // of who signs in; zero: the token does not say
	fail          error
	hint          string
}

func (m *microsoft) SigninURL(_ context.Context, flow meeting.Flow, hint string) (string, error) {
	m.hint = hint
	return "https://login.example/organizations?state=" + flow.State.Reveal(), m.fail
}

func (m *microsoft) ConsentURL(_ context.Context, flow meeting.Flow, hint string) (string, error) {
	m.hint = hint
	return "https://login.example/" + string(flow.Account.Tenant()) + "?state=" + flow.State.Reveal(), m.fail
}

func (m *microsoft) FinishSignin(_ context.Context, flow meeting.Flow, code string) (meeting.Identity, error) {
	if m.fail != nil {
		return meeting.Identity{}, m.fail
	}
	return meeting.Identity{
		Account: m.who, UPN: cmp.Or(m.upn, "jana@contoso.example"), Name: "Jana Nováková",
		Guest: m.guest, Roles: m.roles, AuthTime: m.signedIn, IssuedAt: noon,
	}, nil
}

func (m *microsoft) FinishConsent(_ context.Context, flow meeting.Flow, code string) (meeting.Identity, meeting.Tokens, []string, error) {
	if m.fail != nil {
		return meeting.Identity{}, meeting.Tokens{}, nil, m.fail
	}
	who := m.who
	if m.consents != "" {
		who = m.consents
	}
	return meeting.Identity{Account: who}, meeting.Tokens{Access: meeting.NewSecret("ms-token")}, []string{"Calendars.ReadWrite"}, nil
}

func (m *microsoft) AdminConsentURL(_ context.Context, flow meeting.Flow) (string, error) {
	return "https://login.example/adminconsent?state=" + flow.State.Reveal(), m.fail
}

func (m *microsoft) AdminConsentRefused(flow meeting.Flow, query url.Values) error {
	return new(signin.Microsoft).AdminConsentRefused(flow, query)
}

func (m *microsoft) ProveURL(_ context.Context, flow meeting.Flow, hint string) (string, error) {
	m.hint = hint
	return "https://login.example/prove?state=" + flow.State.Reveal(), m.fail
}

// webex is both the linking and the question whose token it is.
type webex struct {
	fail, nameless error
	hint           string
	kind           meeting.FlowKind // last asked for
	busy           func() error     // answer to the first Me; nil: none
	unnamed        bool             // Webex does not tell the organisation's name
}

func (w *webex) LinkURL(flow meeting.Flow, hint string) string {
	w.hint, w.kind = hint, flow.Kind
	return "https://webex.example/authorize?state=" + flow.State.Reveal()
}

func (w *webex) FinishLink(context.Context, meeting.Flow, string) (meeting.Tokens, []string, error) {
	return meeting.Tokens{Access: meeting.NewSecret("wx-token")}, []string{"meeting:schedules_write"}, w.fail
}

func (w *webex) Me(_ context.Context, token meeting.Secret) (meeting.Grant, error) {
	if busy := w.busy; busy != nil {
		w.busy = nil
		return meeting.Grant{}, busy()
	}
	return meeting.Grant{Subject: "jana@webex.example", SubjectID: "wx-jana", Site: "contoso.webex.com"}, w.nameless
}

func (w *webex) Organization(context.Context, meeting.Secret) (id, name string, err error) {
	if w.unnamed {
		return "org", "", w.nameless
	}
	return "org", "Contoso Webex", w.nameless
}

type profiles struct {
	account meeting.Account
	fail    error
	busy    func() error // answer to the first call; nil: none
}

func (p *profiles) Profile(context.Context, meeting.AccountID) (meeting.Account, error) {
	if busy := p.busy; busy != nil {
		p.busy = nil
		return meeting.Account{}, busy()
	}
	return p.account, p.fail
}

// timePasses moves the clock for whoever waits for it.
func (r *rig) timePasses(t *testing.T) {
	ctx := t.Context()
	go func() {
		for r.clock.BlockUntilContext(ctx, 1) == nil {
			r.clock.Advance(time.Second)
		}
	}()
}

// intake remembers what was delivered.
type intake struct {
	notifications, lifecycle []string
	fail                     error
}

func (i *intake) Receive(_ context.Context, body []byte) error {
	i.notifications = append(i.notifications, string(body))
	return i.fail
}

func (i *intake) ReceiveLifecycle(_ context.Context, body []byte) error {
	i.lifecycle = append(i.lifecycle, string(body))
	return i.fail
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// refusing takes no delivery of Webex's for signed.
type refusing struct{}

func (refusing) ReceiveHook(context.Context, string, string, string, []byte) error {
	return errs.New(errs.SignedOut, "not signed")
}
