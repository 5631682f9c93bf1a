package browsertest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/chromedp/chromedp"
)

// Axe is the source of axe-core, which `make scripts` installs. Without it the
// test is left out; in CI it fails.
func Axe(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	source, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../static/check/node_modules/axe-core/axe.min.js"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("axe-core is not installed, and CI=true")
		}
		t.Skip("left out: axe-core is not installed (make scripts)")
	}
	return string(source)
}

// Violations lists what axe finds wrong with the page, or with the frame;
// frames in it are looked at apart. https://github.com/dequelabs/axe-core
func (b *Browser) Violations(axe string) []string {
	b.t.Helper()
	if !run(b, chromedp.Evaluate[bool]("!!window.axe")) {
		b.Do(axe + ";0")
	}
	b.Do(`window.axed = null;
	  axe.run(document, {iframes: false, resultTypes: ['violations']}).then((r) => {
	    window.axed = r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html.slice(0, 160) + ' – ' + n.failureSummary.replace(/\s+/g, ' ')));
	  }, (e) => { window.axed = [String(e)]; }); 0`)
	b.Await("what axe finds", "window.axed")
	return run(b, chromedp.Evaluate[[]string]("window.axed"))
}
