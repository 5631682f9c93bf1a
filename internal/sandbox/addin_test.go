package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/sandbox"
)

// addin is a program whose pages do in Office.js what a test says, under a
// strict policy and on another site than the sandbox.
type addin struct {
	*world
	*browsertest.Browser
	t      *testing.T
	server *httptest.Server

	mu    sync.Mutex
	steps []string               // code, by number
	todo  map[string]chan int    // numbers, by the page's path and query
	done  map[int]chan []byte    // results
	heads map[string]http.Header // more headers of a page
}

// startAddin opens the calendar of a person with that query and an add-in in
// its event form.
func startAddin(t *testing.T, query string) *addin {
	t.Helper()
	a := &addin{t: t, todo: map[string]chan int{}, done: map[int]chan []byte{}, heads: map[string]http.Header{}}
	for _, page := range []string{"/taskpane", "/taskpane/commands", "/dialog", "/dialog?there", "/dialog?back"} {
		a.todo[page] = make(chan int, 10)
	}
	a.server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.server.Close)

	clock := clockwork.NewFakeClockAt(wednesday)
	s := sandbox.New(sandbox.Config{Clock: clock, Seed: 1, Calm: true, ControlToken: control, SchedulerURL: a.server.URL})
	server := httptest.NewServer(s.Handler())
	a.world = &world{Sandbox: s, t: t, clock: clock, url: strings.Replace(server.URL, "127.0.0.1", "localhost", 1)}
	s.SetBaseURL(a.url)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	a.Browser = browsertest.Start(t)
	a.Open(a.url + "/?" + query)
	return a
}

const driver = `
const ask = (fn, ...args) => new Promise((done) => fn(...args, done));
const item = () => Office.context.mailbox.item;
async function step(n, work) {
  let result;
  try { result = {value: await work()}; } catch (error) { result = {error: String(error)}; }
  await fetch('/result?n=' + n, {method: 'POST', body: JSON.stringify(result)});
}
(async () => {
  for (;;) {
    const n = await (await fetch('/next?page=' + encodeURIComponent(location.pathname + location.search))).text();
    await new Promise((done) => {
      const script = document.createElement('script');
      script.src = '/step?n=' + n;
      script.onload = done;
      document.head.append(script);
    });
  }
})();
`

func (a *addin) serve(w http.ResponseWriter, r *http.Request) {
	switch p := r.URL.Path; p {
	case "/driver.js":
		w.Header().Set("Content-Type", "text/javascript")
		io.WriteString(w, driver)
	case "/next":
		select {
		case n := <-a.todo[r.FormValue("page")]:
			fmt.Fprint(w, n)
		case <-r.Context().Done():
		}
	case "/step":
		a.mu.Lock()
		defer a.mu.Unlock()
		var n int
		fmt.Sscan(r.FormValue("n"), &n)
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(w, "step(%d, async () => {%s})", n, a.steps[n])
	case "/result":
		var n int
		fmt.Sscan(r.FormValue("n"), &n)
		b, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		done := a.done[n]
		a.mu.Unlock()
		done <- b
	case "/taskpane", "/taskpane/commands", "/dialog":
		for name, values := range a.heads[p] {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+a.url+"; connect-src 'self'; frame-ancestors "+a.url)
		fmt.Fprintf(w, `<!doctype html><title>Add-in</title><script src="%s/sandbox/office.js"></script><script src="/driver.js"></script>`, a.url)
	default:
		http.NotFound(w, r)
	}
}

// run runs code, the body of an async function, in a page of the add-in and
// decodes what it returns.
func (a *addin) run(page, code string, into any) {
	a.t.Helper()
	done := make(chan []byte, 1)
	a.mu.Lock()
	n := len(a.steps)
	a.steps = append(a.steps, code)
	a.done[n] = done
	a.mu.Unlock()
	a.todo[page] <- n
	ctx, cancel := context.WithTimeout(a.t.Context(), 20*time.Second)
	defer cancel()
	select {
	case b := <-done:
		var result struct {
			Value json.RawMessage
			Error string
		}
		if err := json.Unmarshal(b, &result); err != nil || result.Error != "" {
			a.t.Fatalf("%s\n%s: %s", code, result.Error, b)
		}
		if into != nil && len(result.Value) > 0 {
			if err := json.Unmarshal(result.Value, into); err != nil {
				a.t.Fatalf("%s\n%s: %v", code, result.Value, err)
			}
		}
	case <-ctx.Done():
		a.t.Fatalf("%s does not answer:\n%s", page, code)
	}
}

// js is run in the pane, once it is ready.
func (a *addin) js(code string) string {
	a.t.Helper()
	var got any
	a.run("/taskpane", "await Office.onReady(); "+code, &got)
	if text, ok := got.(string); ok {
		return text
	}
	b, _ := json.Marshal(got)
	return string(b)
}

// newEvent opens the form of a new event and the pane beside it.
func (a *addin) newEvent() {
	a.t.Helper()
	a.Click("button", "New event")
	a.Click("button", "Webex")
}
