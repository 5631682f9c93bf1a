package web_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func key(t *testing.T) meeting.LinkKey {
	t.Helper()
	k, err := meeting.NewLinkKey(rand.NewChaCha8([32]byte{7}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDetails(t *testing.T) {
	t.Parallel()
	const good = "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		name    string
		state   meeting.LinkState
		webLink string
		site    string
		to      string // empty: 404
	}{
		{"a meeting", meeting.LinkLinked, good, "", good},
		{"at webex.com itself", meeting.LinkLinked, "https://webex.com/j", "", "https://webex.com/j"},
		{"at the site that Webex named", meeting.LinkLinked, "https://meet.contoso.example/j", "meet.contoso.example", "https://meet.contoso.example/j"},
		{"under the site that Webex named", meeting.LinkLinked, "https://a.contoso.example/j", "Contoso.Example", "https://a.contoso.example/j"},
		{"capital letters", meeting.LinkLinked, "https://Contoso.WEBEX.com/j", "", "https://Contoso.WEBEX.com/j"},
		{"wished for", meeting.LinkWished, good, "", ""},
		{"ended", meeting.LinkEnded, good, "", ""},
		{"no address", meeting.LinkLinked, "", "", ""},
		{"elsewhere", meeting.LinkLinked, "https://evil.example/j", "", ""},
		{"elsewhere, with a site", meeting.LinkLinked, "https://evil.example/j", "contoso.webex.com", ""},
		{"a host that only ends alike", meeting.LinkLinked, "https://evilwebex.com/j", "", ""},
		{"a host that begins alike", meeting.LinkLinked, "https://webex.com.evil.example/j", "", ""},
		{"a name in front of the host", meeting.LinkLinked, "https://webex.com@evil.example/j", "", ""},
		{"a name in front of Webex", meeting.LinkLinked, "https://x@contoso.webex.com/j", "", ""},
		{"a backslash", meeting.LinkLinked, `https://evil.example\.webex.com/j`, "", ""},
		{"a port", meeting.LinkLinked, "https://contoso.webex.com:8443/j", "", ""},
		{"not encrypted", meeting.LinkLinked, "http://contoso.webex.com/j", "", ""},
		{"a script", meeting.LinkLinked, "javascript:alert(1)", "", ""},
		{"no scheme", meeting.LinkLinked, "//contoso.webex.com/j", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.store.links = []meeting.Link{{Key: key(t), Mailbox: jana, State: c.state, Subject: "Secret plan", SiteURL: c.site,
				Join: meeting.Join{WebLink: c.webLink, Password: meeting.NewSecret("hunter2")}}}
			for _, k := range []string{string(key(t)), strings.ToUpper(string(key(t)))} {
				res := r.browser(t).get("/m/" + k)
				for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"} {
					if got := res.Header.Get(name); got != want {
						t.Errorf("%s = %q, want %q", name, got, want)
					}
				}
				if c.to != "" {
					if to := wantRedirect(t, res, ""); to.String() != c.to {
						t.Errorf("leads to %s, want %s", to, c.to)
					}
					continue
				}
				wantStatus(t, res, http.StatusNotFound)
				page := text(t, res)
				if !strings.Contains(page, "There is no Webex meeting at this address") {
					t.Errorf("page = %s", page)
				}
				for _, secret := range []string{"Secret plan", "hunter2", "evil"} {
					if strings.Contains(page, secret) {
						t.Errorf("the page holds %q", secret)
					}
				}
			}
		})
	}
}

func TestDetailsOfUnknownKeys(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for _, k := range []string{string(key(t)), "x", strings.Repeat("a", 32), "..%2faccount"} {
		wantStatus(t, r.browser(t).get("/m/"+k), http.StatusNotFound)
	}
	r.store.links = []meeting.Link{{Key: key(t)}}
	r.store.fail = errs.New(errs.Busy, "no database")
	wantStatus(t, r.browser(t).get("/m/"+string(key(t))), http.StatusServiceUnavailable)
	if strings.Contains(r.log.String(), string(key(t))) {
		t.Error("the key is in the log")
	}
}
