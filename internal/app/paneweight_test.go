package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"webex-scheduler/internal/app/apptest"
)

// TestPaneIsLight: what the pane loads from us before it can be used, how soon
// something is seen, and that nothing moves.
func TestPaneIsLight(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.NewEvent("Plans")
	// Other tests keep the machine busy, so the soonest of several counts, and from
	// the page's first byte: what was before is the browser's start of a frame.
	soonest := 1e9
	for try := 0; try < 25 && soonest >= 200; try++ {
		d.Pane.See("A Webex meeting in one click")
		d.Pane.Await("a first paint", "performance.getEntriesByName('first-contentful-paint').length")
		soonest = min(soonest, d.Pane.Number("performance.getEntriesByName('first-contentful-paint')[0].startTime - performance.getEntriesByType('navigation')[0].responseStart"))
		d.ClosePane()
		d.OpenPane()
	}
	t.Logf("first paint %.0f ms after the first byte", soonest)
	if soonest >= 200 {
		t.Errorf("first paint after %.0f ms at the soonest, want less than 200", soonest)
	}
	d.Pane.See("A Webex meeting in one click")
	d.Pane.Do(`window.shifted = 0; window.violated = [];
	  new PerformanceObserver((l) => l.getEntries().forEach((e) => { if (!e.hadRecentInput) shifted += e.value; })).observe({type: 'layout-shift', buffered: true});
	  new ReportingObserver((all) => violated.push(...all.map((r) => r.body.effectiveDirective + ' ' + r.body.blockedURL)), {types: ['csp-violation'], buffered: true}).observe();
	  document.addEventListener('securitypolicyviolation', (e) => violated.push(e.effectiveDirective + ' ' + e.blockedURI)); 0`)
	// As after the first minute: the browser has none of it yet.
	var loaded []struct {
		Name  string
		Bytes int
	}
	d.load(&loaded)
	total := 0
	for _, one := range loaded {
		total += one.Bytes
		t.Logf("%6d %s", one.Bytes, strings.TrimPrefix(one.Name, d.w.URL))
		if one.Bytes == 0 {
			t.Errorf("%s: nothing known of its size", one.Name)
		}
	}
	if total >= 50<<10 || len(loaded) < 5 {
		t.Errorf("the pane loads %d bytes in %d files, want less than 50 KB", total, len(loaded))
	}

	d.SignIn()
	d.Pane.See("Add a Webex meeting")
	d.Pane.Do("document.querySelector('summary').click()")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("This event has a Webex meeting")
	if got := d.Pane.Number("shifted"); got != 0 {
		t.Errorf("the layout shifts by %v, want not at all", got)
	}
	if got := d.Pane.Text("violated.join(', ')"); got != "" {
		t.Errorf("the policy was violated: %s", got)
	}
}

// load reads the compressed sizes of what came from us.
func (d *station) load(into any) {
	d.t.Helper()
	text := d.Pane.Text(`JSON.stringify([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
	  .filter((e) => e.name.startsWith(location.origin) && !e.name.includes('/api/')).map((e) => ({name: e.name, bytes: e.encodedBodySize})))`)
	if err := json.Unmarshal([]byte(text), into); err != nil {
		d.t.Fatal(err)
	}
}

// TestPaneHasNothingInline: each script has an address and a nonce, and no
// element has handlers or styles of its own.
func TestPaneHasNothingInline(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	for _, path := range []string{"/taskpane", "/taskpane/commands", "/taskpane/linked"} {
		resp, err := http.Get(w.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		policy := resp.Header.Get("Content-Security-Policy")
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "'nonce-") {
			t.Fatalf("%s: status %d, policy %q, %v", path, resp.StatusCode, policy, err)
		}
		page, err := html.Parse(strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		for n := range page.Descendants() {
			of := map[string]string{}
			for _, a := range n.Attr {
				of[a.Key] = a.Val
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				}
			}
			if n.Type == html.ElementNode && (n.Data == "style" || n.Data == "script" && (of["src"] == "" || !strings.Contains(policy, "'nonce-"+of["nonce"]+"'") || n.FirstChild != nil)) {
				t.Errorf("%s: <%s src=%q nonce=%q>", path, n.Data, of["src"], of["nonce"])
			}
		}
	}
}
