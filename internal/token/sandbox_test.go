package token_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/signin"
	"webex-scheduler/internal/token"
)

// entra is the strict Microsoft with one tenant, and what the program has of it.
type entra struct {
	*fakems.Server
	clock  *clockwork.FakeClock
	tenant meeting.TenantID
	app    string
	bo     meeting.ObjectID
	graph  *graph.Client
	asked  func() int // calls of the token endpoint
}

func newEntra(t *testing.T, change func(*fakems.Tenant)) *entra {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	e := &entra{clock: clock, Server: &fakems.Server{Clock: clock, Seed: 1, Calm: true, Unexpected: func(msg string) { t.Error(msg) }}}
	tokens := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/"+string(e.tenant)+"/oauth2/v2.0/token" {
			tokens++
		}
		e.Server.ServeHTTP(w, r)
	}))
	// Keep-alive connections would outlive the test.
	pool := &http.Transport{}
	t.Cleanup(func() { pool.CloseIdleConnections(); server.Close(); e.Server.Close() })
	e.BaseURL, e.asked = server.URL, func() int { return tokens }
	contoso := fakems.Tenant{Name: "Contoso", Domain: "contoso.example"}
	if change != nil {
		change(&contoso)
	}
	e.tenant = meeting.TenantID(e.AddTenant(contoso).ID)
	e.bo = meeting.ObjectID(e.AddUser(fakems.User{TenantID: string(e.tenant), UserPrincipalName: "bo@contoso.example"}).ID)

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: clock.Now().Add(-time.Hour), NotAfter: clock.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	e.app = e.AddApp(fakems.App{Name: "Scheduler", Certificates: []*x509.Certificate{leaf}}).ClientID
	microsoft, err := signin.NewMicrosoft(signin.MicrosoftConfig{
		LoginURL: server.URL, GraphURL: server.URL, ClientID: e.app, Clock: clock, Random: rand.Reader,
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, HTTP: &http.Client{Transport: pool},
	})
	if err != nil {
		t.Fatal(err)
	}
	source := token.New(token.Config{Tenants: microsoft, Clock: clock})
	if e.graph, err = graph.New(graph.Config{BaseURL: server.URL, Tokens: source.Mailboxes(), Clock: clock, HTTP: pool}); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestConsentThatTakesItsTime: for a while after the administrator's yes the
// token endpoint does not know us, then misses our principal, then gives tokens
// without the permission. None of that is a mistake of ours.
func TestConsentThatTakesItsTime(t *testing.T) {
	t.Parallel()
	e := newEntra(t, func(c *fakems.Tenant) { c.Replication = 90 * time.Second })
	e.GrantTenant(string(e.tenant), e.app, meeting.UserReadAll)
	var seen []string
	for range 5 {
		e.graph.Forget(e.tenant)
		err := e.graph.Prove(t.Context(), e.tenant, meeting.UserReadAll, "")
		seen = append(seen, fmt.Sprint(errs.KindOf(err), " ", signin.ReasonOf(err), " ", errs.CodeOf(err)))
		e.clock.Advance(25 * time.Second)
	}
	unknown, unlinked := fmt.Sprint(errs.SignedOut, " ", meeting.GrantWithdrawn, " AADSTS700016"), fmt.Sprint(errs.SignedOut, " ", meeting.GrantWithdrawn, " AADSTS7000229")
	want := []string{unknown, unknown, unlinked, fmt.Sprint(errs.Forbidden, "  Authorization_RequestDenied"), "  "}
	for i := range want {
		if seen[i] != want[i] {
			t.Errorf("look %d: %q, want %q", i+1, seen[i], want[i])
		}
	}
}

// TestTokensThatEndBeforeTheirTime are replaced without a word.
func TestTokensThatEndBeforeTheirTime(t *testing.T) {
	t.Parallel()
	e := newEntra(t, nil)
	e.GrantTenant(string(e.tenant), e.app, meeting.CalendarsReadWrite)
	for range 3 {
		if _, err := e.graph.CalendarOwner(t.Context(), e.tenant, e.bo); err != nil {
			t.Fatal(err)
		}
		e.clock.Advance(time.Minute)
	}
	if e.asked() != 1 {
		t.Errorf("%d tokens for three calls", e.asked())
	}
	e.ExpireTenantTokens(string(e.tenant))
	if _, err := e.graph.CalendarOwner(t.Context(), e.tenant, e.bo); err != nil || e.asked() != 2 {
		t.Errorf("%v with %d tokens", err, e.asked())
	}
}

// TestProgramThrownOut: its tokens are refused at once, and there are no others.
// However many mailboxes find out, the token endpoint is asked once a minute.
func TestProgramThrownOut(t *testing.T) {
	t.Parallel()
	e := newEntra(t, nil)
	e.GrantTenant(string(e.tenant), e.app, meeting.CalendarsReadWrite)
	if _, err := e.graph.CalendarOwner(t.Context(), e.tenant, e.bo); err != nil {
		t.Fatal(err)
	}
	e.WithdrawTenant(string(e.tenant), e.app)
	for range 10 {
		if _, err := e.graph.CalendarOwner(t.Context(), e.tenant, e.bo); !errs.Is(err, errs.SignedOut) {
			t.Errorf("%v, want signed out", err)
		}
	}
	if e.asked() != 2 {
		t.Errorf("asked for %d tokens, want the first and one more", e.asked())
	}
}
