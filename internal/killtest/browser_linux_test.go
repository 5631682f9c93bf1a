//go:build killtest

package killtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// browser presses what is on pages, as a person without JavaScript would.
type browser struct {
	t      testing.TB
	w      *world
	client *http.Client
	at     *url.URL
	page   *html.Node
}

func (w *world) newBrowser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{t: w.t, w: w, client: &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}}
}

func (b *browser) open(address string) { b.t.Helper(); b.load(http.MethodGet, address, nil) }

func (b *browser) load(method, address string, form url.Values) {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", b.at.Scheme+"://"+b.at.Host)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	b.at = res.Request.URL
	if b.page, err = html.Parse(res.Body); err != nil {
		b.t.Fatal(err)
	}
}

// click presses the first button or link that says so.
func (b *browser) click(name string) {
	b.t.Helper()
	for n := range b.page.Descendants() {
		if !strings.Contains(text(n), name) {
			continue
		}
		switch n.DataAtom {
		case atom.A:
			b.open(b.resolve(attr(n, "href")))
			return
		case atom.Button:
			b.submit(n)
			return
		}
	}
	b.t.Fatalf("no button or link %q on %s:\n%s\n%s", name, b.at, text(b.page), b.w.about(b.at.Path))
}

func (b *browser) submit(button *html.Node) {
	b.t.Helper()
	form := button.Parent
	for form.DataAtom != atom.Form {
		form = form.Parent
	}
	values := url.Values{}
	for n := range form.Descendants() {
		if n.DataAtom == atom.Input {
			values.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	if name := attr(button, "name"); name != "" {
		values.Set(name, attr(button, "value"))
	}
	target := b.resolve(attr(form, "action"))
	if strings.EqualFold(attr(form, "method"), http.MethodPost) {
		b.load(http.MethodPost, target, values)
		return
	}
	target, _, _ = strings.Cut(target, "?")
	b.open(target + "?" + values.Encode())
}

func (b *browser) resolve(reference string) string {
	b.t.Helper()
	u, err := b.at.Parse(reference)
	if err != nil {
		b.t.Fatal(err)
	}
	return u.String()
}

func text(n *html.Node) string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words = append(words, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(words, " ")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
