package apptest

import (
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"
)

// Contoso is the tenant of Ana, who administers it, and of most people.
const Contoso = "c0a70500-0000-4000-8000-000000000001"

// Authorise lets upn, who administers a tenant and its Webex organisation, say
// yes for all of it, to both, and waits until the calls prove it. The browser
// then shows /admin; nobody's mailbox is chosen yet.
func (w *World) Authorise(upn string) *Browser {
	w.t.Helper()
	b := w.AuthoriseMicrosoft(upn)
	w.AuthoriseWebex(b, upn)
	return b
}

// AuthoriseWebex is the second half of Authorise.
func (w *World) AuthoriseWebex(b *Browser, upn string) {
	w.t.Helper()
	w.Offer(b, upn)
	b.Click("Connect them")
	if b.URL.String() != w.URL+"/admin" {
		w.t.Fatalf("the Webex organisation is not connected: at %s\n%s", b.URL, b.Text())
	}
}

// AuthoriseMicrosoft is the first half of Authorise.
func (w *World) AuthoriseMicrosoft(upn string) *Browser {
	w.t.Helper()
	b := w.Browser()
	b.Open(w.URL + "/admin")
	w.answer(b, upn, "/admin/consent")
	w.Consent(b, upn)
	b.Open(w.URL + "/admin")
	return b
}

// Offer links upn's Webex organisation without taking it into use, and returns
// the grant that the console's form names. The browser then shows /admin.
func (w *World) Offer(b *Browser, upn string) string {
	w.t.Helper()
	b.Open(w.URL + "/admin/connect/webex")
	w.answer(b, upn, "/admin")
	for n := range b.Page.Descendants() {
		if n.DataAtom == atom.Input && attr(n, "name") == "grant" {
			return attr(n, "value")
		}
	}
	w.t.Fatalf("no Webex organisation is offered:\n%s", b.Text())
	return ""
}

// Consent says yes for a tenant as upn, from the page of it that b shows, and
// waits until the calls were tried.
func (w *World) Consent(b *Browser, upn string) {
	w.t.Helper()
	b.Click("Ask Microsoft")
	w.answer(b, upn, "/admin/consent")
	w.AwaitRest()
}

// Admin signs upn in to the console.
func (w *World) Admin(upn string) *Browser {
	w.t.Helper()
	b := w.Browser()
	b.Open(w.URL + "/admin")
	w.answer(b, upn, "/admin")
	return b
}

// Choose has the mailboxes of a choice kept in step: who, and group or addresses.
func (w *World) Choose(b *Browser, who string, more ...string) {
	w.t.Helper()
	form := url.Values{"who": {who}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	b.Post(w.URL+"/admin/mailboxes", form)
	if b.Status != 200 || b.URL.Path != "/admin" {
		w.t.Fatalf("choosing %s: status %d at %s\n%s", who, b.Status, b.URL, b.Text())
	}
	w.AwaitRest()
}

// answer says yes as upn to what Microsoft or Webex ask, until the browser is
// back at path, or at any page of ours if path is empty.
func (w *World) answer(b *Browser, upn, path string) {
	w.t.Helper()
	for range 9 {
		switch {
		case b.URL.String() == w.URL+path, path == "" && strings.HasPrefix(b.URL.String(), w.URL+"/"):
			return
		case strings.HasPrefix(b.URL.String(), w.URL+"/"):
			w.t.Fatalf("ended at %s (status %d), want %s:\n%s", b.URL, b.Status, path, b.Text())
		case strings.Contains(b.Text(), "Use another account") && !strings.Contains(b.Text(), upn):
			b.Click("Use another account") // the program hinted at the person's own
		case strings.Contains(b.Text(), "Accept"):
			b.Click("Accept")
		default:
			b.Click(upn)
		}
	}
	w.t.Fatalf("still at %s, want %s:\n%s", b.URL, path, b.Text())
}
