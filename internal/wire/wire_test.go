package wire

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func client(t *testing.T, base string, change ...func(*Config)) *Client {
	t.Helper()
	conf := Config{Service: "test", BaseURL: base, SentHeader: "client-request-id", GotHeader: "request-id", Clock: clockwork.NewFakeClockAt(now)}
	for _, f := range change {
		f(&conf)
	}
	c, err := New(conf)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func token(context.Context, meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret("token-1"), nil
}

func get(path string) Call { return Call{Op: "read", Method: "GET", URL: path, Token: token} }
func post(path string) Call {
	return Call{Op: "write", Method: "POST", URL: path, Token: token, Body: "x"}
}

func TestBaseAddress(t *testing.T) {
	t.Parallel()
	for base, ok := range map[string]bool{
		"https://graph.microsoft.com":      true,
		"https://graph.microsoft.com/":     true,
		"https://proxy.example/graph":      true,
		"http://localhost:8081":            true,
		"http://127.0.0.1:8081":            true,
		"http://[::1]:8081":                true,
		"http://graph.microsoft.com":       false,
		"http://localhost.evil.example":    false,
		"http://127.0.0.1.evil.example":    false,
		"ftp://localhost":                  false,
		"https://user@graph.microsoft.com": false,
		"https://graph.microsoft.com?x=1":  false,
		"graph.microsoft.com":              false,
		"https://":                         false,
		"":                                 false,
	} {
		_, err := New(Config{Service: "test", BaseURL: base, Clock: clockwork.NewFakeClock()})
		if ok != (err == nil) || !ok && !errs.Is(err, errs.Invalid) {
			t.Errorf("New(%q): %v, want accepted: %v", base, err, ok)
		}
	}
}

func TestTokenStaysAtItsServer(t *testing.T) {
	t.Parallel()
	thief := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) })
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	c := client(t, home.URL+"/v1.0")

	own := strings.TrimPrefix(home.URL, "http://")
	for _, link := range []string{
		thief.URL + "/next",
		"https://" + own + "/next",
		"http://x@" + own + "/next",
		"http://" + own + "@" + strings.TrimPrefix(thief.URL, "http://"),
		"ftp://" + own,
		home.URL + "0/next",
		"next",
		"://",
	} {
		if a, err := c.Do(t.Context(), get(link)); !errs.Is(err, errs.Internal) {
			t.Errorf("Do(%q): %d, %v, want it refused", link, a.Status, err)
		}
	}
	a, err := c.Do(t.Context(), get(home.URL+"/other?a=b"))
	if err != nil || a.Status != http.StatusTemporaryRedirect {
		t.Errorf("a link of the service's own: %d, %v, want its redirect, not followed", a.Status, err)
	}
	if e := c.Refusal(get("/"), a); e.Kind != errs.Internal {
		t.Errorf("a redirect is %q, want internal", e.Kind)
	}
}

func TestLinksAreFollowedVerbatim(t *testing.T) {
	t.Parallel()
	var got string
	home := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI })
	c := client(t, home.URL)
	const link = "/v1.0/users/a%2Fb/events?%24filter=x%20ge%202&$skiptoken=A%2bB+C%3D="
	if _, err := c.Do(t.Context(), get(home.URL+link)); err != nil || got != link {
		t.Errorf("asked for %s, %v, want %s", got, err, link)
	}
}

func TestRefusedToken(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		good      string // the token that the service takes
		want      int
		wantAsked int
		partially bool
	}{
		{name: "good", good: "token-1", want: 200, wantAsked: 1},
		{name: "ended since", good: "token-2", want: 200, wantAsked: 2},
		{name: "refused for good", good: "none", want: 401, wantAsked: 2},
		{name: "refused within an answer", good: "token-2", want: 200, wantAsked: 2, partially: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var bodies []string
			home := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				bodies = append(bodies, string(body))
				switch {
				case r.Header.Get("Authorization") == "Bearer "+test.good:
				case test.partially:
					io.WriteString(w, "refused")
				default:
					w.WriteHeader(http.StatusUnauthorized)
				}
			})
			call, asked := post("/"), 0
			call.Token = func(_ context.Context, refused meeting.Secret) (meeting.Secret, error) {
				if asked++; refused.Reveal() == "token-1" {
					return meeting.NewSecret("token-2"), nil
				}
				return meeting.NewSecret("token-1"), nil
			}
			call.Refused = func(a Answer) bool { return string(a.Body) == "refused" }
			a, err := client(t, home.URL).Do(t.Context(), call)
			if err != nil || a.Status != test.want || asked != test.wantAsked {
				t.Errorf("Do: %d, %v, after %d tokens, want %d after %d", a.Status, err, asked, test.want, test.wantAsked)
			}
			for _, body := range bodies {
				if body != `"x"` {
					t.Errorf("sent %q", body)
				}
			}
		})
	}
}

func TestTokenErrorsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	call := get("/")
	call.Token = func(context.Context, meeting.Secret) (meeting.Secret, error) {
		return meeting.Secret{}, errs.New(errs.SignedOut, "grant is dead")
	}
	if _, err := client(t, "http://localhost").Do(t.Context(), call); !errs.Is(err, errs.SignedOut) {
		t.Errorf("Do: %v, want signed out", err)
	}
}

// TestLostAnswers tells apart what certainly had no effect and what may have.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}
	half := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	}
	hang := func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	huge := func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxAnswer+1)) }
	for _, test := range []struct {
		name        string
		handler     http.HandlerFunc // nil: nobody listens
		read, write errs.Kind
	}{
		{"nobody listens", nil, errs.Unavailable, errs.Unavailable},
		{"cut before the answer", cut, errs.Unavailable, errs.Uncertain},
		{"cut within the answer", half, errs.Unavailable, errs.Uncertain},
		{"no answer in time", hang, errs.Unavailable, errs.Uncertain},
		{"answer too large", huge, errs.TooLarge, errs.Uncertain},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base := "http://" + closedPort(t)
			if test.handler != nil {
				base = serve(t, test.handler).URL
			}
			c := client(t, base, func(conf *Config) { conf.Timeout = time.Second })
			if _, err := c.Do(t.Context(), get("/people/ana@contoso.example")); !errs.Is(err, test.read) {
				t.Errorf("read: %v (%s), want %s", err, errs.KindOf(err), test.read)
			} else if strings.Contains(err.Error(), "ana") {
				t.Errorf("error names people: %v", err)
			}
			if _, err := c.Do(t.Context(), post("/")); !errs.Is(err, test.write) {
				t.Errorf("write: %v (%s), want %s", err, errs.KindOf(err), test.write)
			}
			call := post("/")
			call.ReadOnly = true
			if _, err := c.Do(t.Context(), call); !errs.Is(err, test.read) {
				t.Errorf("read by POST: %v (%s), want %s", err, errs.KindOf(err), test.read)
			}
		})
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestLostAnswerOfAnotherTransport is about transports that say nothing of
// connections: their writes may have had an effect.
func TestLostAnswerOfAnotherTransport(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	c := client(t, "http://localhost", func(conf *Config) {
		conf.HTTP = transport(func(r *http.Request) error { return &url.Error{Op: "Post", URL: r.URL.String(), Err: lost} })
	})
	_, err := c.Do(t.Context(), post("/people/ana@contoso.example"))
	if !errs.Is(err, errs.Uncertain) || !errors.Is(err, lost) {
		t.Errorf("Do: %v (%s), want uncertain", err, errs.KindOf(err))
	}
	if strings.Contains(err.Error(), "ana") {
		t.Errorf("error names people: %v", err)
	}
}

type transport func(*http.Request) error

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return nil, f(r) }

func TestCancelledCall(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	home := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := client(t, home.URL).Do(ctx, get("/"))
	if !errs.Is(err, errs.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("Do: %v (%s), want unavailable, by the cancelled context", err, errs.KindOf(err))
	}
}

func TestEachCallIsLoggedWithoutPeopleAndSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var observed string
	var sent atomic.Value
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent.Store(cmp.Or(r.Header.Get("client-request-id"), "none"))
		w.Header().Set("request-id", "7f3c")
		w.WriteHeader(http.StatusTeapot)
	})
	c := client(t, home.URL, func(conf *Config) {
		conf.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		conf.Observe = func(op string, status int, _ time.Duration) { observed = op + " " + http.StatusText(status) }
		conf.Random = bytes.NewReader(make([]byte, 16))
	})
	if _, err := c.Do(t.Context(), get("/people/ana@contoso.example?title=Secret+plan")); err != nil {
		t.Fatal(err)
	}
	if want := "service=test operation=read status=418 duration=0s request_id=7f3c"; !strings.Contains(log.String(), want) {
		t.Errorf("logged %q, want %q", log.String(), want)
	}
	for _, secret := range []string{"ana", "plan", "token-1"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("logged %q: %s", secret, log.String())
		}
	}
	if observed != "read I'm a teapot" {
		t.Errorf("observed %q", observed)
	}
	if got, want := sent.Load(), "00000000-0000-4000-8000-000000000000"; got != want {
		t.Errorf("sent id %q, want %q", got, want)
	}
}
