package web_test

import (
	"regexp"
	"strings"
	"testing"

	"webex-scheduler/web"
)

func TestManifest(t *testing.T) {
	t.Parallel()
	r := setup(t, func(c *web.Config) { c.Version = "v2.3.4" })
	res := r.browser(t).get("/manifest.xml")
	wantStatus(t, res, 200)
	if got := res.Header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
		t.Errorf("Content-Type = %q", got)
	}
	manifest := text(t, res)
	for _, want := range []string{`"` + public + `/taskpane"`, "<AppDomain>" + public + "</AppDomain>", "<Version>2.3.4.0</Version>"} {
		if !strings.Contains(manifest, want) {
			t.Errorf("no %s in the manifest", want)
		}
	}

	// Outlook draws a placeholder for a picture that it must not keep.
	icons := regexp.MustCompile(public+`(/manifest/[^"]+)`).FindAllStringSubmatch(manifest, -1)
	if len(icons) < 14 {
		t.Fatalf("%d icons", len(icons))
	}
	for _, icon := range icons {
		res := r.browser(t).get(icon[1])
		wantStatus(t, res, 200)
		if got := res.Header.Get("Content-Type"); got != "image/png" {
			t.Errorf("%s: Content-Type = %q", icon[1], got)
		}
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=86400" {
			t.Errorf("%s: Cache-Control = %q", icon[1], got)
		}
	}
}
