package app_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// border looks at every call the program makes to Microsoft and Webex.
type border struct {
	calls atomic.Int64
	t     *testing.T
}

func (b *border) RoundTrip(r *http.Request) (*http.Response, error) {
	b.calls.Add(1)
	if store.InTransaction(r.Context()) {
		b.t.Errorf("%s %s inside a database transaction", r.Method, r.URL.Path)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestNoTransactionAcrossARemoteCall: a slow answer must never hold a database
// transaction, or with it everybody else.
func TestNoTransactionAcrossARemoteCall(t *testing.T) {
	border := &border{t: t}
	w := apptest.Start(t, apptest.Options{Transport: border})
	browser := w.Connect(apptest.Ana)
	e := create(t, w, review())
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Retro" })
	if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, e.ID); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	browser.Open(w.URL + "/account")
	browser.Click("Disconnect")
	w.AwaitRest()
	if n := border.calls.Load(); n < 15 {
		t.Errorf("%d calls seen: the test looked at too little", n)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestDisconnectTakesTheSubscriptionDown(t *testing.T) {
	w := apptest.Start(t, apptest.Options{})
	browser := w.Connect(apptest.Ana)
	if _, err := w.Sandbox.Microsoft.AwaitSubscription(w.Context(), apptest.Ana); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	e := create(t, w, review())
	browser.Open(w.URL + "/account")
	browser.Click("Disconnect")
	w.AwaitRest()
	if subs := w.Sandbox.Microsoft.Subscriptions(apptest.Ana); len(subs) != 0 {
		t.Errorf("%d subscriptions are left at Graph", len(subs))
	}
	one(t, w) // meetings already made stay
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Retro" })
	if m := one(t, w); m.Title != "Review of plans" {
		t.Errorf("a disconnected mailbox is still followed: %q", m.Title)
	}

	// Connected again: what changed meanwhile is found.
	w.Connect(apptest.Ana)
	w.AwaitRest()
	if m := one(t, w); m.Title != "Retro" {
		t.Errorf("after connecting again the title is %q, want that of the event", m.Title)
	}
}
