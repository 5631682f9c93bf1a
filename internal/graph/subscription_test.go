package graph

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakems"
)

// hooks answers handshakes and passes on what Graph posts.
func hooks(t *testing.T) (base string, changes, lifecycle chan []byte) {
	t.Helper()
	changes, lifecycle = make(chan []byte, 10), make(chan []byte, 10)
	receive := func(into chan []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if token := r.URL.Query().Get("validationToken"); token != "" {
				w.Header().Set("Content-Type", "text/plain")
				io.WriteString(w, token)
				return
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			into <- body
			w.WriteHeader(http.StatusAccepted)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/hooks/graph", receive(changes))
	mux.Handle("/hooks/graph/lifecycle", receive(lifecycle))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL, changes, lifecycle
}

func TestSubscriptionsLife(t *testing.T) {
	t.Parallel()
	base, changes, lifecycle := hooks(t)
	w := setup(t)
	w.notificationURL, w.lifecycleURL = base+"/hooks/graph", base+"/hooks/graph/lifecycle"
	ctx, state := t.Context(), meeting.NewSecret("row.secret")

	until := now.Add(10_000 * time.Minute)
	id, expires, err := w.Subscribe(ctx, w.mailbox, meeting.Individual, state, until)
	if err != nil || !expires.Equal(until) {
		t.Fatalf("subscribed %q until %v, %v, want %v", id, expires, err, until)
	}
	sub := meeting.Subscription{Mailbox: w.mailbox, GraphID: id, Authority: meeting.Individual}
	subs := w.fake.Subscriptions(bo)
	if len(subs) != 1 || subs[0].ID != id || !subs[0].ImmutableIDs || subs[0].ChangeType != "created,updated,deleted" || subs[0].TLSVersion != "v1_2" {
		t.Fatalf("Graph has %+v", subs)
	}
	if _, _, err := w.Subscribe(ctx, w.mailbox, meeting.Individual, state, until); !errs.Is(err, errs.Conflict) || errs.CodeOf(err) != id {
		t.Errorf("again: %v with code %q, want a conflict with %q", err, errs.CodeOf(err), id)
	}

	made := w.create(t, "Plan", now.Add(time.Hour))
	one := func(body []byte) meeting.Notification {
		t.Helper()
		items, err := ParseNotifications(body)
		if err != nil || len(items) != 1 {
			t.Fatalf("notifications %s: %v", body, err)
		}
		return items[0]
	}
	want := meeting.Notification{Subscription: id, ClientState: state, Tenant: w.mailbox.Tenant(), Event: meeting.EventID(made.ID)}
	if got := one(<-changes); got != want {
		t.Errorf("created: %+v, want %+v", got, want)
	}
	if err := w.fake.DeleteEvent(bo, made.ID); err != nil {
		t.Fatal(err)
	}
	want.Deleted = true
	if got := one(<-changes); got != want {
		t.Errorf("deleted: %+v, want %+v", got, want)
	}
	w.fake.SendLifecycle(id, fakems.ReauthorizationRequired)
	want.Event, want.Deleted, want.Lifecycle = "", false, meeting.ReauthorizationRequired
	if got := one(<-lifecycle); got != want {
		t.Errorf("lifecycle: %+v, want %+v", got, want)
	}

	if err := w.ReauthorizeSubscription(ctx, sub); err != nil {
		t.Errorf("reauthorize: %v", err)
	}
	if expires, err = w.RenewSubscription(ctx, sub, now.Add(time.Hour)); err != nil || !expires.Equal(now.Add(time.Hour)) {
		t.Errorf("renewed until %v, %v, want %v", expires, err, now.Add(time.Hour))
	}
	for range 2 { // the second finds nothing
		if err := w.Unsubscribe(ctx, sub); err != nil {
			t.Errorf("unsubscribe: %v", err)
		}
	}
	if _, err := w.RenewSubscription(ctx, sub, until); !errs.Is(err, errs.NotFound) {
		t.Errorf("renew what is gone: %v, want not found", err)
	}
	if err := w.ReauthorizeSubscription(ctx, sub); !errs.Is(err, errs.NotFound) {
		t.Errorf("reauthorize what is gone: %v, want not found", err)
	}
}

// TestHandshakeThatFails: a wrong public address is a problem of ours to show.
func TestHandshakeThatFails(t *testing.T) {
	t.Parallel()
	w := setup(t)
	closed := httptest.NewServer(http.NotFoundHandler())
	defer closed.Close()
	w.notificationURL = closed.URL + "/hooks/graph"
	if _, _, err := w.Subscribe(t.Context(), w.mailbox, meeting.Individual, meeting.NewSecret("s"), now.Add(time.Hour)); !errs.Is(err, errs.Invalid) {
		t.Errorf("subscribe: %v (%s), want invalid", err, errs.KindOf(err))
	}
}
