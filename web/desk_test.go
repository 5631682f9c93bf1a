package web_test

import (
	"context"
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// desk is what memory keeps of the pane: its codes and tokens, what people ask
// for, and the syncer that answers them.
type desk struct {
	mu          sync.Mutex
	codes       map[string]paneCode
	paneTokens  map[string]paneToken
	preferences map[meeting.AccountID]meeting.Preferences
	swept       []meeting.AccountID
	asked       []meeting.Asked
	marked      []meeting.EventID
	unkept      bool // no mailbox is kept in step

	// The syncer: what becomes of a draft, and of a link that something was
	// asked of, before the next look; nil: nothing yet. An empty key: it is gone.
	drafted, answers func(meeting.Link) meeting.Link
}

type paneCode struct {
	challenge, session string
	account            meeting.AccountID
	until              time.Time
}

type paneToken struct {
	session string
	account meeting.AccountID
	until   time.Time
}

func newDesk() desk {
	return desk{codes: map[string]paneCode{}, paneTokens: map[string]paneToken{}, preferences: map[meeting.AccountID]meeting.Preferences{}}
}

// ready is the syncer that makes a meeting at once.
func ready(l meeting.Link) meeting.Link {
	l.State, l.Meeting, l.Grant = meeting.LinkLinked, "wx-"+meeting.MeetingID(l.Key[:4]), "grant"
	l.Join = meeting.Join{WebLink: "https://contoso.webex.com/j/" + string(l.Key[:8]), Number: "25512345678", Password: meeting.NewSecret("Secret-Pa55"),
		PhonePassword: meeting.NewSecret("73217321"), SIPAddress: "25512345678@contoso.webex.com", AccessCode: "25512345678",
		CallIn: []meeting.CallIn{{Label: "Prague", Number: "+420 228 882 912"}}}
	return l
}

// obeys is the syncer that does what is asked.
func obeys(l meeting.Link) meeting.Link {
	l.Served = l.Asked.Revision
	if l.Asked.Remove {
		return meeting.Link{}
	}
	l.Options = l.Asked.Options
	return l
}

func (m *memory) find(match func(meeting.Link) bool) (int, error) {
	for i := len(m.links) - 1; i >= 0; i-- {
		if match(m.links[i]) {
			return i, nil
		}
	}
	return 0, errs.New(errs.NotFound, "no link")
}

// turn lets the syncer have its turn with a link.
func (m *memory) turn(i int, work func(meeting.Link) meeting.Link) {
	if work == nil {
		return
	}
	if m.links[i] = work(m.links[i]); m.links[i].Key == "" {
		m.links = append(m.links[:i], m.links[i+1:]...)
	}
}

func (m *memory) SaveDraft(_ context.Context, draft meeting.Link) (meeting.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.unkept {
		return meeting.Link{}, errs.New(errs.NotFound, "not kept")
	}
	i, err := m.find(func(l meeting.Link) bool { return l.Mailbox == draft.Mailbox && l.ClientKey == draft.ClientKey })
	if err == nil {
		return m.links[i], m.fail
	}
	m.links = append(m.links, draft)
	m.turn(len(m.links)-1, m.drafted)
	return draft, m.fail
}

func (m *memory) MailboxLink(_ context.Context, mailbox meeting.AccountID, key meeting.LinkKey) (meeting.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, err := m.find(func(l meeting.Link) bool { return l.Mailbox == mailbox && l.Key == key })
	if err != nil {
		return meeting.Link{}, err
	}
	return m.links[i], m.fail
}

func (m *memory) EventLink(_ context.Context, mailbox meeting.AccountID, event meeting.EventID) (meeting.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, err := m.find(func(l meeting.Link) bool {
		return l.Mailbox == mailbox && l.State != meeting.LinkEnded && (l.Event == event || l.Event.IsDraft() && l.For == event)
	})
	if err != nil {
		return meeting.Link{}, err
	}
	return m.links[i], m.fail
}

func (m *memory) Ask(_ context.Context, mailbox meeting.AccountID, key meeting.LinkKey, asked meeting.Asked) (meeting.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, err := m.find(func(l meeting.Link) bool { return l.Mailbox == mailbox && l.Key == key })
	if err != nil {
		return meeting.Link{}, err
	}
	asked.Revision = m.links[i].Asked.Revision + 1
	m.links[i].Asked = asked
	m.asked = append(m.asked, asked)
	was := m.links[i]
	m.turn(i, m.answers)
	return was, m.fail
}

func (m *memory) MarkEvent(_ context.Context, _ meeting.AccountID, event meeting.EventID) error {
	m.marked = append(m.marked, event)
	return m.fail
}

func (m *memory) SweepMailbox(_ context.Context, account meeting.AccountID) error {
	if m.unkept {
		return errs.New(errs.NotFound, "not kept")
	}
	m.swept = append(m.swept, account)
	return m.fail
}

func (m *memory) Preferences(_ context.Context, account meeting.AccountID) (meeting.Preferences, error) {
	return m.preferences[account], m.fail
}

func (m *memory) SavePreferences(_ context.Context, account meeting.AccountID, p meeting.Preferences) error {
	if _, ok := m.accounts[account]; !ok {
		return errs.New(errs.NotFound, "nobody")
	}
	m.preferences[account] = p
	return m.fail
}

func (m *memory) SaveCode(_ context.Context, code meeting.Secret, challenge string, session meeting.Secret, account meeting.AccountID) error {
	m.codes[code.Reveal()] = paneCode{challenge, "hash of " + session.Reveal(), account, m.clock.Now().Add(time.Minute)}
	return m.fail
}

func (m *memory) TakeCode(_ context.Context, code meeting.Secret, challenge string) (meeting.AccountID, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.codes[code.Reveal()]
	delete(m.codes, code.Reveal())
	if !ok || c.challenge != challenge || !m.clock.Now().Before(c.until) {
		return "", "", errs.New(errs.NotFound, "no code")
	}
	return c.account, c.session, m.fail
}

func (m *memory) SavePaneToken(_ context.Context, token meeting.Secret, account meeting.AccountID, session string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.paneTokens[token.Reveal()] = paneToken{session, account, m.clock.Now().Add(time.Hour)}
	return m.fail
}

func (m *memory) PaneToken(_ context.Context, token meeting.Secret) (meeting.AccountID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.paneTokens[token.Reveal()]
	if !ok || !m.clock.Now().Before(t.until) {
		return "", errs.New(errs.NotFound, "no token")
	}
	return t.account, m.fail
}

func (m *memory) EndPaneToken(_ context.Context, token meeting.Secret) error {
	t := m.paneTokens[token.Reveal()]
	delete(m.paneTokens, token.Reveal())
	m.endPane(t.session)
	for id := range m.sessions {
		if "hash of "+id == t.session {
			delete(m.sessions, id)
		}
	}
	return m.fail
}

// endPane ends what the pane got through a session; all of it for "".
func (m *memory) endPane(session string) {
	for token, t := range m.paneTokens {
		if session == "" || t.session == session {
			delete(m.paneTokens, token)
		}
	}
	for code, c := range m.codes {
		if session == "" || c.session == session {
			delete(m.codes, code)
		}
	}
}

// items finds the events of mailboxes.
type items struct {
	events map[meeting.AccountID]map[string]meeting.Event
	fail   error
	asked  []meeting.AccountID
}

func (i *items) Item(_ context.Context, mailbox meeting.AccountID, id string) (meeting.Event, error) {
	i.asked = append(i.asked, mailbox)
	if i.fail != nil {
		return meeting.Event{}, i.fail
	}
	e, ok := i.events[mailbox][id]
	if !ok {
		return e, errs.New(errs.NotFound, "no item")
	}
	return e, nil
}

// sites is the Webex site.
type sites struct {
	offer meeting.Offer
	fail  error
	host  meeting.Host
}

func (s *sites) Offer(context.Context, meeting.Grant, string) (meeting.Offer, error) {
	return s.offer, s.fail
}

func (s *sites) StartLink(_ context.Context, host meeting.Host, _ meeting.MeetingID) (start, join string, err error) {
	s.host = host
	return "https://contoso.webex.com/start-secret", "https://contoso.webex.com/join", s.fail
}

// blocks writes a block that is easy to see.
type blocks struct{ language string }

func (b *blocks) Put(body meeting.Body, link meeting.Link, language string) (meeting.Body, bool) {
	b.language = language
	body.Content += "[" + string(link.Key) + "]"
	return body, true
}

func (b *blocks) Remove(body meeting.Body) (meeting.Body, bool) { return body, false }

// access checks what scripts present: a token a.b.c is Jana's.
type access map[string]error

func (a access) CheckAccess(_ context.Context, token string) (meeting.Identity, error) {
	if token == "jana.access.token" {
		return meeting.Identity{Account: jana, UPN: "jana@contoso.example", Name: "Jana Nováková"}, nil
	}
	if err, ok := a[token]; ok {
		return meeting.Identity{}, err
	}
	return meeting.Identity{}, errs.New(errs.SignedOut, "no token of ours")
}
