package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Browser reads pages and presses what is on them, as a person without
// JavaScript would.
type Browser struct {
	t      testing.TB
	client *http.Client

	URL    *url.URL // of the page shown
	Status int
	Page   *html.Node
}

// NewBrowser opens a fresh profile that calls through transport; nil is
// http.DefaultTransport.
func NewBrowser(t testing.TB, transport http.RoundTripper) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, client: &http.Client{Jar: jar, Transport: transport}}
}

// Browser opens a fresh profile.
func (w *World) Browser() *Browser { return NewBrowser(w.t, nil) }

// Open shows a page.
func (b *Browser) Open(address string) {
	b.t.Helper()
	b.do("GET", address, nil)
}

// Time tells how long a page takes until its last byte.
func (b *Browser) Time(address string) time.Duration {
	b.t.Helper()
	began := time.Now()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: status %d, %v", address, resp.StatusCode, err)
	}
	return time.Since(began)
}

// Post sends a form as a page of the same site would.
func (b *Browser) Post(address string, form url.Values) {
	b.t.Helper()
	b.do("POST", address, form)
}

func (b *Browser) do(method, address string, form url.Values) {
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
		req.Header.Set("Origin", b.URL.Scheme+"://"+b.URL.Host)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	b.URL, b.Status = resp.Request.URL, resp.StatusCode
	if b.Page, err = html.Parse(resp.Body); err != nil {
		b.t.Fatal(err)
	}
}

// Click presses the button or follows the link whose text contains name.
func (b *Browser) Click(name string) {
	b.t.Helper()
	for n := range b.Page.Descendants() {
		if n.Type != html.ElementNode || !strings.Contains(Text(n), name) {
			continue
		}
		switch n.DataAtom {
		case atom.A:
			target, err := b.URL.Parse(attr(n, "href"))
			if err != nil {
				b.t.Fatal(err)
			}
			b.Open(target.String())
			return
		case atom.Button:
			b.submit(n)
			return
		}
	}
	b.t.Fatalf("no button or link %q on %s (status %d):\n%s", name, b.URL.Path, b.Status, b.Text())
}

func (b *Browser) submit(button *html.Node) {
	b.t.Helper()
	form := button.Parent
	for form != nil && form.DataAtom != atom.Form {
		form = form.Parent
	}
	if form == nil {
		b.t.Fatalf("the button %q is in no form", Text(button))
	}
	values := url.Values{}
	for n := range form.Descendants() {
		if n.DataAtom == atom.Input && attr(n, "name") != "" &&
			(attr(n, "type") != "radio" && attr(n, "type") != "checkbox" || has(n, "checked")) {
			values.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	if name := attr(button, "name"); name != "" {
		values.Set(name, attr(button, "value"))
	}
	target, err := b.URL.Parse(attr(form, "action"))
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.EqualFold(attr(form, "method"), "post") {
		b.do("POST", target.String(), values)
		return
	}
	target.RawQuery = values.Encode()
	b.Open(target.String())
}

// Text returns what the page says.
func (b *Browser) Text() string { return Text(b.Page) }

// Shows fails the test unless the page says all of it.
func (b *Browser) Shows(parts ...string) {
	b.t.Helper()
	for _, part := range parts {
		if !strings.Contains(b.Text(), part) {
			b.t.Fatalf("%s (status %d) does not show %q:\n%s", b.URL, b.Status, part, b.Text())
		}
	}
}

// Connect signs upn in and links the Webex account of the same address; the
// browser then shows /account.
func (w *World) Connect(upn string) *Browser {
	w.t.Helper()
	return w.ConnectAs(upn, upn)
}

// ConnectAs is Connect with the Webex account of another address.
func (w *World) ConnectAs(upn, webex string) *Browser {
	w.t.Helper()
	b := w.SignIn(upn)
	b.Click("Connect Webex")
	w.allow(b, webex)
	return b
}

// SignIn signs upn in, with consent to the calendar.
func (w *World) SignIn(upn string) *Browser {
	w.t.Helper()
	b := w.Browser()
	b.Open(w.URL + "/")
	w.allow(b, upn)
	return b
}

// SignInAt opens an address of the program that asks upn to sign in, and goes on
// until the browser is back, wherever that is.
func (w *World) SignInAt(address, upn string) *Browser {
	w.t.Helper()
	b := w.Browser()
	b.Open(address)
	w.answer(b, upn, "")
	return b
}

// allow answers what Microsoft or Webex asks, as upn, until the browser is back
// at /account. Consent that was given is not asked for again.
func (w *World) allow(b *Browser, upn string) {
	w.t.Helper()
	w.answer(b, upn, "/account")
}

// Text is what a person reads in n.
func Text(n *html.Node) string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
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

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
