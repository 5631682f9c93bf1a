package graph

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Answers that Graph is known, or free, to give and the sandbox does not.

const mailbox meeting.AccountID = "11111111-0000-4000-8000-000000000000/22222222-0000-4000-8000-000000000000"

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

type reply struct {
	status int // 0: 200
	header http.Header
	body   string
}

type request struct{ method, uri, body string }

// fixed is a token for servers that take any.
type fixed struct{}

func (fixed) Token(context.Context, meeting.AccountID, meeting.Authority, meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret("t"), nil
}

func (fixed) TenantToken(context.Context, meeting.TenantID, meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret("t"), nil
}

func (fixed) ForgetTenant(meeting.TenantID) {}

// answering is a client of a server that gives the replies one after another,
// the last again and again, and the requests that it received.
func answering(t *testing.T, replies ...reply) (c *Client, requests func() []request) {
	t.Helper()
	var mu sync.Mutex
	var got []request
	return serving(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			next := replies[min(len(got), len(replies)-1)]
			got = append(got, request{r.Method, r.RequestURI, string(body)})
			mu.Unlock()
			for name, values := range next.header {
				w.Header()[name] = values
			}
			w.WriteHeader(cmp.Or(next.status, 200))
			io.WriteString(w, next.body)
		}), func() []request {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(got)
		}
}

func serving(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
}

func newClient(t *testing.T, base string, tokens Tokens, clock clockwork.Clock) *Client {
	t.Helper()
	// A server of another test that closes empties the default one's pool.
	pool := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(pool.CloseIdleConnections)
	c, err := New(Config{
		BaseURL: base, Tokens: tokens, Clock: clock, HTTP: pool,
		NotificationURL: "http://127.0.0.1/hooks/graph", LifecycleURL: "http://127.0.0.1/hooks/graph/lifecycle",
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(n int) (all []meeting.EventID) {
	for i := range n {
		all = append(all, meeting.EventID(fmt.Sprintf("AAMk%02d=", i)))
	}
	return all
}

func eventJSON(id meeting.EventID) string {
	return fmt.Sprintf(`{"id":%q,"start":{"dateTime":"2026-03-02T09:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"}}`, id)
}

// batches answers each part of a $batch by itself, last one first.
func batches(part func(n int, url string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var req batchRequest
		json.NewDecoder(r.Body).Decode(&req)
		var parts []string
		for n, p := range req.Requests {
			if answer := part(n, p.URL); answer != "" {
				parts = append(parts, fmt.Sprintf(`{"id":%q,%s}`, p.ID, answer))
			}
		}
		slices.Reverse(parts)
		fmt.Fprintf(w, `{"responses":[%s]}`, strings.Join(parts, ","))
	}
}

func TestPartsOfABatch(t *testing.T) {
	t.Parallel()
	wanted := ids(7)
	c := serving(t, batches(func(n int, _ string) string {
		return []string{
			`"status":200,"headers":{},"body":` + eventJSON(wanted[0]),
			`"status":404,"body":{"error":{"code":"ErrorItemNotFound"}}`,
			`"status":429,"headers":{"Retry-After":"7"},"body":{"error":{"code":"ApplicationThrottled"}}`,
			`"status":429,"headers":{"retry-after":90},"body":"VG9v"`,
			`"status":503`,
			"", // no answer at all
			`"status":200,"body":{"id":"odd","start":"never"}`,
		}[n]
	}))
	seen, err := c.Events(t.Context(), mailbox, wanted)
	if err != nil || len(seen) != len(wanted) {
		t.Fatalf("%d sightings, %v", len(seen), err)
	}
	for i, want := range []struct {
		kind  errs.Kind
		code  string
		after time.Duration
	}{
		{}, {errs.NotFound, "ErrorItemNotFound", 0}, {errs.Throttled, "ApplicationThrottled", 7 * time.Second},
		{errs.Throttled, "", 90 * time.Second}, {errs.Unavailable, "", 0}, {errs.Unavailable, "", 0}, {errs.Internal, "", 0},
	} {
		s := seen[i]
		if s.ID != wanted[i] {
			t.Errorf("sighting %d is of %s, want %s", i, s.ID, wanted[i])
		}
		if i == 0 {
			if s.Err != nil || s.Event.ID != wanted[0] {
				t.Errorf("sighting 0: %+v", s)
			}
			continue
		}
		at, _ := errs.RetryAt(s.Err)
		if !errs.Is(s.Err, want.kind) || errs.CodeOf(s.Err) != want.code || want.after != 0 && !at.Equal(now.Add(want.after)) {
			t.Errorf("sighting %d: %v (%s), again at %v, want %+v", i, s.Err, errs.KindOf(s.Err), at, want)
		}
	}
}

func TestBatchesAreOfTwenty(t *testing.T) {
	t.Parallel()
	var sizes []int
	wanted := ids(41)
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			sizes = append(sizes, 1)
			io.WriteString(w, eventJSON(wanted[40]))
			return
		}
		size := 0
		batches(func(n int, url string) string {
			size++
			return `"status":200,"body":` + eventJSON(meeting.EventID(url[strings.LastIndex(url, "/")+1:strings.Index(url, "?")]))
		})(w, r)
		sizes = append(sizes, size)
	})
	seen, err := c.Events(t.Context(), mailbox, wanted)
	if err != nil || !slices.Equal(sizes, []int{20, 20, 1}) {
		t.Fatalf("batches of %v, %v, want 20, 20, 1", sizes, err)
	}
	for i, s := range seen {
		if s.ID != wanted[i] || s.Err != nil || s.Event.ID != wanted[i] {
			t.Errorf("sighting %d: %+v, want %s", i, s, wanted[i])
		}
	}
}

// TestFatEvent: one that no answer can hold must not hide its neighbours.
func TestFatEvent(t *testing.T) {
	t.Parallel()
	wanted := ids(5)
	fat := strings.Repeat("x", 11<<20)
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		body := func(url string) string {
			for _, id := range wanted {
				if strings.Contains(url, strings.TrimSuffix(string(id), "=")) && id != wanted[3] {
					return eventJSON(id)
				}
			}
			return `{"id":"` + fat + `"}`
		}
		if r.Method == http.MethodGet {
			io.WriteString(w, body(r.RequestURI))
			return
		}
		batches(func(_ int, url string) string { return `"status":200,"body":` + body(url) })(w, r)
	})
	seen, err := c.Events(t.Context(), mailbox, wanted)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range seen {
		if i == 3 && !errs.Is(s.Err, errs.TooLarge) || i != 3 && (s.Err != nil || s.Event.ID != wanted[i]) {
			t.Errorf("sighting %d: %v", i, s.Err)
		}
	}
}

func TestTokenThatEndsWithinABatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		calls int // until the token is taken
		want  errs.Kind
	}{{"fresh one is taken", 2, ""}, {"fresh one is refused too", 9, errs.SignedOut}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			call := 0
			c := serving(t, func(w http.ResponseWriter, r *http.Request) {
				call++
				batches(func(int, string) string {
					if call < test.calls {
						return `"status":401,"body":{"error":{"code":"InvalidAuthenticationToken"}}`
					}
					return `"status":200,"body":` + eventJSON("a")
				})(w, r)
			})
			seen, err := c.Events(t.Context(), mailbox, ids(2))
			if err != nil || call != 2 || seen[0].Err != nil != (test.want != "") || errs.KindOf(seen[0].Err) != test.want {
				t.Errorf("%+v, %v after %d calls, want %q after 2", seen, err, call, test.want)
			}
		})
	}
}

// TestWhatConcernsAllIsTheCallsError, and what Graph says of an event is its own.
func TestWhatConcernsAllIsTheCallsError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status     int
		one, batch errs.Kind
		inSighting bool
	}{
		{401, errs.SignedOut, errs.SignedOut, false},
		{404, errs.NotFound, errs.NotFound, true},
		{429, errs.Throttled, errs.Throttled, true},
		{503, errs.Unavailable, errs.Unavailable, true},
	} {
		c, _ := answering(t, reply{status: test.status})
		seen, err := c.Events(t.Context(), mailbox, ids(1))
		if test.inSighting && err == nil && len(seen) == 1 {
			err = seen[0].Err
		} else if test.inSighting {
			t.Errorf("%d to one: %v as the call's error", test.status, err)
		}
		if !errs.Is(err, test.one) {
			t.Errorf("%d to one: %v, want %s", test.status, err, test.one)
		}
		if _, err := c.Events(t.Context(), mailbox, ids(2)); !errs.Is(err, test.batch) {
			t.Errorf("%d to a batch: %v, want %s", test.status, err, test.batch)
		}
	}
	c, _ := answering(t, reply{})
	if _, err := c.Events(t.Context(), "nobody", ids(1)); !errs.Is(err, errs.Invalid) {
		t.Errorf("no mailbox: %v, want invalid", err)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	ref := `{"id":"a","iCalUId":"0400","end":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"}}`
	for _, test := range []struct {
		name string
		body string
		want errs.Kind
	}{
		{"page of another server", `{"value":[` + ref + `],"@odata.nextLink":"https://evil.example/v1.0/me/events"}`, errs.Internal},
		{"pages without end", `{"value":[],"@odata.nextLink":"/v1.0/round"}`, errs.Internal},
		{"item that cannot be read", `{"value":[` + ref + `,{"id":"b","end":7}]}`, errs.Internal},
		{"item without an id", `{"value":[{"iCalUId":"0400"}]}`, errs.Internal},
		{"no list", `[]`, errs.Internal},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := answering(t, reply{body: test.body})
			if refs, err := c.ChangedSince(t.Context(), mailbox, now); err == nil || !errs.Is(err, test.want) {
				t.Errorf("%d found, %v, want an error: half a list looks like deletions", len(refs), err)
			}
		})
	}
}

func TestAnswerOfAWriteThatCannotBeRead(t *testing.T) {
	t.Parallel()
	title := "Plan"
	for _, body := range []string{"", "<html>", "[]", "{}", `{"id":"a"}`} {
		c, _ := answering(t, reply{body: body})
		if _, err := c.WriteEvent(t.Context(), mailbox, "a", `W/"1"`, meeting.EventPatch{Subject: &title}); !errs.Is(err, errs.Uncertain) {
			t.Errorf("write, answered %q: %v (%s), want uncertain", body, err, errs.KindOf(err))
		}
		if _, _, err := c.Subscribe(t.Context(), mailbox, meeting.Individual, meeting.NewSecret("s"), now); !errs.Is(err, errs.Uncertain) {
			t.Errorf("subscribe, answered %q: %v (%s), want uncertain", body, err, errs.KindOf(err))
		}
	}
}

func TestWriteSendsOnlyThePatch(t *testing.T) {
	t.Parallel()
	empty, start := "", time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		patch meeting.EventPatch
		want  string
	}{
		{"location emptied", meeting.EventPatch{Location: &empty}, `{"location":{"displayName":""}}`},
		{"body", meeting.EventPatch{Body: &meeting.Body{HTML: true, Content: "<p>ž & c"}}, `{"body":{"contentType":"html","content":"<p>ž & c"}}`},
		{"text body", meeting.EventPatch{Body: &meeting.Body{Content: "a\r\nb"}}, `{"body":{"contentType":"text","content":"a\r\nb"}}`},
		{"start in its zone", meeting.EventPatch{Start: &start, Zone: "Europe/Prague"}, `{"start":{"dateTime":"2026-07-02T00:30:00","timeZone":"Europe/Prague"}}`},
		{"end without a zone", meeting.EventPatch{End: &start}, `{"end":{"dateTime":"2026-07-01T22:30:00","timeZone":"UTC"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, requests := answering(t, reply{body: eventJSON("a")})
			if _, err := c.WriteEvent(t.Context(), mailbox, "a", `W/"1"`, test.patch); err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal([]byte(requests()[0].body), &got); err != nil {
				t.Fatal(err)
			}
			json.Unmarshal([]byte(test.want), &want)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("sent %v, want %v", got, want)
			}
		})
	}
	c, requests := answering(t, reply{body: eventJSON("a")})
	if _, err := c.WriteEvent(t.Context(), mailbox, "a", "", meeting.EventPatch{Location: &empty}); !errs.Is(err, errs.Invalid) || len(requests()) != 0 {
		t.Errorf("without an etag: %v after %d calls, want invalid after none", err, len(requests()))
	}
}

func TestSubscriptionInTheWay(t *testing.T) {
	t.Parallel()
	const id = "5522bd62-0000-4000-8000-00b916f6151a"
	list := func(resource string) reply {
		return reply{body: `{"value":[{"id":"1","resource":"users/other/events"},{"id":"` + id + `","resource":"` + resource + `","expirationDateTime":null}]}`}
	}
	for _, test := range []struct {
		name    string
		as      meeting.Authority
		replies []reply
		want    string
	}{
		{"named in the message", meeting.Individual, []reply{{status: 409, body: `{"error":{"code":"Conflict","message":"Subscription Id <` + id + `> already exists for the requested combination","innerError":{"request-id":"99999999-0000-4000-8000-000000000000"}}}`}}, id},
		{"listed", meeting.Individual, []reply{{status: 409, body: `{"error":{"code":"ObjectIdentifierInUse","message":""}}`}, list("me/events")}, id},
		{"listed by the owner's id", meeting.Individual, []reply{{status: 409}, list("/Users/22222222-0000-4000-8000-000000000000/Events")}, id},
		{"not to be found", meeting.Individual, []reply{{status: 409}, list("me/messages")}, ""},
		{"of the program alone", meeting.TenantWide, []reply{{status: 409}, list("users/22222222-0000-4000-8000-000000000000/events")}, id},
		{"of the program alone, for another mailbox", meeting.TenantWide, []reply{{status: 409}, list("users/33333333-0000-4000-8000-000000000000/events")}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := answering(t, test.replies...)
			_, _, err := c.Subscribe(t.Context(), mailbox, test.as, meeting.NewSecret("row.secret"), now)
			if !errs.Is(err, errs.Conflict) || errs.CodeOf(err) != test.want {
				t.Errorf("%v with code %q, want a conflict with %q", err, errs.CodeOf(err), test.want)
			}
		})
	}
}

// TestSpaces: OData reads + as a plus.
func TestSpaces(t *testing.T) {
	t.Parallel()
	c, requests := answering(t, reply{body: `{"value":[]}`})
	if _, err := c.ChangedSince(t.Context(), mailbox, now); err != nil {
		t.Fatal(err)
	}
	if uri := requests()[0].uri; !strings.Contains(uri, "=lastModifiedDateTime%20ge%202026-11-23T10%3A00%3A00Z") {
		t.Errorf("asked %s", uri)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		mail  string
		proxy []string
		want  []string
	}{
		{"primary is the one in capitals", "", []string{"smtp:Bo@contoso.example", "SMTP:bo.beran@contoso.example"}, []string{"bo.beran@contoso.example", "bo@contoso.example"}},
		{"other kinds are no addresses", "", []string{"X500:/o=x", "SIP:bo@contoso.example", "smtp:", "smtp"}, nil},
		{"mail alone", "Bo@contoso.example", nil, []string{"bo@contoso.example"}},
	} {
		if got := addresses(user{Mail: test.mail, ProxyAddresses: test.proxy}); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestProfileOfAnotherPerson(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, reply{body: `{"id":"33333333-0000-4000-8000-000000000000"}`})
	if account, err := c.Profile(t.Context(), mailbox); !errs.Is(err, errs.Forbidden) {
		t.Errorf("%+v, %v, want forbidden", account, err)
	}
}

func TestProfileWithoutAddresses(t *testing.T) {
	t.Parallel()
	c, requests := answering(t, reply{status: 403, body: `{"error":{"code":"Authorization_RequestDenied"}}`},
		reply{body: `{"id":"22222222-0000-4000-8000-000000000000","mail":"Bo@contoso.example","userPrincipalName":"bo@contoso.onmicrosoft.example","preferredLanguage":null}`})
	account, err := c.Profile(t.Context(), mailbox)
	if err != nil || account.ID != mailbox || !slices.Equal(account.Addresses, []string{"bo@contoso.example"}) {
		t.Errorf("%+v, %v", account, err)
	}
	if sent := requests(); len(sent) != 2 || strings.Contains(sent[1].uri, "proxyAddresses") {
		t.Errorf("asked %v", sent)
	}
}

// carrying gives one token of the program alone.
type carrying struct {
	fixed
	token string
}

func (t carrying) TenantToken(context.Context, meeting.TenantID, meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret(t.token), nil
}

// TestNotFoundProvesLittle: a service that looks for the object first says so to
// everybody. The token may object, and never prove.
func TestNotFoundProvesLittle(t *testing.T) {
	t.Parallel()
	token := func(claims string) string { return "a." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c" }
	for _, test := range []struct {
		name, token, permission string
		status                  int
		want                    errs.Kind
		proven                  bool
	}{
		{"opaque", "opaque", meeting.CalendarsReadWrite, 404, "", true},
		{"named", token(`{"roles":["Calendars.ReadWrite"]}`), meeting.CalendarsReadWrite, 404, "", true},
		{"another one is named", token(`{"roles":["User.Read.All"]}`), meeting.CalendarsReadWrite, 404, errs.Forbidden, false},
		{"none is named", token(`{}`), meeting.CalendarsReadWrite, 404, errs.Forbidden, false},
		{"not named, and let in", token(`{}`), meeting.CalendarsReadWrite, 200, "", true},
		{"named, and refused", token(`{"roles":["Calendars.ReadWrite"]}`), meeting.CalendarsReadWrite, 403, errs.Forbidden, false},
		{"a wider one is named", token(`{"roles":["Directory.Read.All"]}`), meeting.GroupMemberReadAll, 404, "", true},
		{"no group permission is named", token(`{"roles":["Calendars.ReadWrite"]}`), meeting.GroupMemberReadAll, 404, errs.Forbidden, false},
		{"no such list", token(`{"roles":["User.Read.All"]}`), meeting.UserReadAll, 404, errs.NotFound, false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(test.status) }))
		c := newClient(t, server.URL, carrying{token: test.token}, clockwork.NewFakeClockAt(now))
		err := c.Prove(t.Context(), mailbox.Tenant(), test.permission, "")
		if test.proven != (err == nil) || err != nil && !errs.Is(err, test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
		server.Close()
	}
}
