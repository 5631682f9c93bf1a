package fakems

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/sandbox/trace"
)

// hook is the program's side: it answers handshakes and keeps what comes.
type hook struct {
	*httptest.Server
	mu      sync.Mutex
	items   []reply // one for each item of value[]
	bodies  int
	refuse  int // deliveries of changes still to refuse with 503; negative: all
	answer  func(w http.ResponseWriter, token string)
	touched []string // paths of handshakes
}

func newHook(t *testing.T) *hook {
	h := &hook{answer: func(w http.ResponseWriter, token string) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, token)
	}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Server.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("validationToken") {
		h.mu.Lock()
		h.touched = append(h.touched, r.Method+" "+r.URL.Path)
		answer := h.answer
		h.mu.Unlock()
		answer(w, r.URL.Query().Get("validationToken"))
		return
	}
	var body struct{ Value []map[string]any }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bodies++
	if h.refuse != 0 && r.URL.Path == "/hooks/graph" {
		h.refuse--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	for _, item := range body.Value {
		h.items = append(h.items, reply{body: item})
	}
	w.WriteHeader(http.StatusAccepted)
}

// got is what came, as "created", "updated", …
func (h *hook) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []string
	for _, item := range h.items {
		if kind, ok := item.at("changeType").(string); ok {
			all = append(all, kind)
		} else {
			all = append(all, fmt.Sprint(item.at("lifecycleEvent")))
		}
	}
	return all
}

func (w *world) form(h *hook, change map[string]any) map[string]any {
	form := map[string]any{
		"changeType": "created,updated,deleted", "notificationUrl": h.URL + "/hooks/graph?k=1", "lifecycleNotificationUrl": h.URL + "/hooks/graph/lifecycle",
		"resource": "me/events", "clientState": "state", "expirationDateTime": w.clock.Now().Add(10_000 * time.Minute).Format(time.RFC3339),
	}
	maps.Copy(form, change)
	return form
}

func (w *world) quiet() {
	w.t.Helper()
	if err := w.AwaitQuiet(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func TestNotificationFormat(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	w.as(w.ana).with("Prefer", `IdType="ImmutableId"`).must(201, "POST", "/subscriptions", w.form(h, nil))
	sub := w.Subscriptions(w.ana.ID)[0]
	e := w.create(w.ana, meeting("Secret title", nine))
	w.quiet()
	resource := "Users/" + w.ana.ID + "/Events/" + e.ID
	want := map[string]any{
		"subscriptionId": sub.ID, "subscriptionExpirationDateTime": "2026-03-09T06:40:00+00:00", "changeType": "created",
		"resource": resource, "clientState": "state", "tenantId": w.contoso.ID,
		"resourceData": map[string]any{"@odata.type": "#Microsoft.Graph.Event", "@odata.id": resource, "@odata.etag": e.ETag, "id": e.ID},
	}
	if len(h.items) != 1 {
		t.Fatalf("%d items", len(h.items))
	}
	if diff := cmp.Diff(want, h.items[0].body); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	w.create(w.bo, meeting("Not ana's", nine))
	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Subject = "x" }); err != nil {
		t.Fatal(err)
	}
	w.as(w.ana).must(200, "PATCH", "/me/events/"+e.ID, map[string]any{"subject": "y"})
	if err := w.DeleteEvent(w.ana.ID, e.ID); err != nil {
		t.Fatal(err)
	}
	w.quiet()
	if diff := cmp.Diff([]string{"created", "updated", "updated", "deleted"}, h.got()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if last := h.items[len(h.items)-1]; last.at("resourceData", "id") != e.ID {
		t.Errorf("deleted names %v", last.at("resourceData", "id"))
	}
}

func TestNotificationsHaveDefaultIDsWithoutPrefer(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, map[string]any{"changeType": "created"}))
	e := w.create(w.ana, meeting("x", nine))
	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Subject = "y" }); err != nil {
		t.Fatal(err)
	}
	w.quiet()
	if got := h.got(); !slices.Equal(got, []string{"created"}) {
		t.Errorf("got %q, asked for created only", got)
	}
	if id := h.items[0].at("resourceData", "id").(string); id == e.ID || w.as(w.ana).must(200, "GET", "/me/events/"+id, nil).at("subject") != "y" {
		t.Errorf("id %s", id)
	}
}

func TestNotificationsAreRetried(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	h.refuse = 2
	mark := w.Log.Last()
	w.create(w.ana, meeting("x", nine))
	for range 2 {
		mark = w.retry(mark, 20*time.Second).Seq
	}
	w.quiet()
	if h.bodies != 3 || !slices.Equal(h.got(), []string{"created"}) {
		t.Errorf("%d deliveries brought %q", h.bodies, h.got())
	}
}

// failed waits for the next delivery that is not taken.
func (w *world) failed(mark int64) trace.Entry {
	w.t.Helper()
	entry, err := w.Log.Await(w.t.Context(), mark, func(e trace.Entry) bool {
		return e.Service == trace.Notification && (e.Status >= 300 || e.Fault != "")
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return entry
}

// retry is failed, and lets d pass once the timer of the next attempt is set.
func (w *world) retry(mark int64, d time.Duration) trace.Entry {
	w.t.Helper()
	entry := w.failed(mark)
	if err := w.clock.BlockUntilContext(w.t.Context(), 1); err != nil {
		w.t.Fatal(err)
	}
	w.clock.Advance(d)
	return entry
}

func TestNotificationsAreGivenUp(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	h.refuse = -1
	mark, began := w.Log.Last(), w.clock.Now()
	w.create(w.ana, meeting("x", nine))
	for w.clock.Now().Sub(began) <= 4*time.Hour {
		mark = w.retry(mark, 30*time.Minute).Seq
	}
	w.failed(mark) // the last attempt, after four hours and a half
	w.quiet()
	if got := h.got(); !slices.Equal(got, []string{"missed"}) {
		t.Errorf("got %q, want only the news that something was missed", got)
	}
}

func TestSlowEndpointIsRetriedWithMoreTime(t *testing.T) {
	t.Parallel()
	w := setup(t)
	slow := make(chan chan struct{})
	h := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if token := r.URL.Query().Get("validationToken"); token != "" {
			rw.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(rw, token)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		release := make(chan struct{})
		slow <- release
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(h.Close)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(&hook{Server: h}, nil))
	mark := w.Log.Last()
	w.create(w.ana, meeting("x", nine))
	<-slow
	w.clock.Advance(3 * time.Second)
	mark = w.retry(mark, 10*time.Second).Seq
	release := <-slow
	w.clock.Advance(9 * time.Second)
	close(release)
	w.quiet()
	for _, e := range w.Log.Since(mark) {
		if e.Service == trace.Notification && e.Status != 200 {
			t.Errorf("the retry: %+v", e)
		}
	}
}

func TestDroppedNotifications(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	w.DropNotifications(1)
	e := w.create(w.ana, meeting("x", nine))
	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Subject = "y" }); err != nil {
		t.Fatal(err)
	}
	w.DropNotifications(-1)
	w.create(w.ana, meeting("z", nine))
	w.create(w.ana, meeting("z", nine))
	w.DropNotifications(0)
	if err := w.DeleteEvent(w.ana.ID, e.ID); err != nil {
		t.Fatal(err)
	}
	w.quiet()
	if got := h.got(); !slices.Equal(got, []string{"updated", "deleted"}) {
		t.Errorf("got %q", got)
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	ana := w.as(w.ana)
	id := ana.must(201, "POST", "/subscriptions", w.form(h, nil)).at("id").(string)
	w.RevokeConsent(w.ana.ID)
	w.create(w.ana, meeting("unheard", nine))
	w.quiet()
	want := map[string]any{
		"subscriptionId": id, "subscriptionExpirationDateTime": "2026-03-09T06:40:00.0000000Z", "tenantId": w.contoso.ID,
		"clientState": "state", "lifecycleEvent": "reauthorizationRequired",
	}
	if len(h.items) != 1 || !cmp.Equal(any(want), any(h.items[0].body)) {
		t.Errorf("got %v, want %v", h.items, want)
	}
	w.refused(ana.do("POST", "/subscriptions/"+id+"/reauthorize", nil), 403, "ExtensionError")
	ana = w.as(w.ana)
	ana.must(204, "POST", "/subscriptions/"+id+"/reauthorize", nil)
	w.create(w.ana, meeting("heard", nine))
	w.quiet()
	w.SendLifecycle(id, SubscriptionRemoved)
	w.create(w.ana, meeting("unheard", nine))
	w.quiet()
	if got := h.got(); !slices.Equal(got, []string{"reauthorizationRequired", "created", "subscriptionRemoved"}) {
		t.Errorf("got %q", got)
	}
	w.refused(ana.do("GET", "/subscriptions/"+id, nil), 404, "ResourceNotFound")
}

func TestExpiredSubscriptionIsSilent(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	id := w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil)).at("id").(string)
	w.ExpireSubscription(id)
	w.create(w.ana, meeting("x", nine))
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	w.clock.Advance(7 * 24 * time.Hour)
	w.create(w.ana, meeting("y", nine))
	w.quiet()
	if got := h.got(); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

// Late, doubled, out of order, several in one body: but each change is told.
func TestUnpleasantNotifications(t *testing.T) {
	t.Parallel()
	w, h := setup(t, func(s *Server) { s.Calm = false; s.Seed = 3 }), newHook(t)
	for {
		if got := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`).do("POST", "/subscriptions", w.form(h, nil)); got.status == 201 {
			break
		}
	}
	var ids, order []string
	for range 12 {
		ids = append(ids, w.create(w.ana, meeting("x", nine)).ID)
	}
	if len(h.got()) != 0 {
		t.Error("something was told at once")
	}
	for w.pendingNow() > 0 {
		w.clock.Advance(10 * time.Millisecond)
		w.idle()
	}
	seen := map[string]int{}
	for _, item := range h.items {
		id := item.at("resourceData", "id").(string)
		if seen[id] == 0 {
			order = append(order, id)
		}
		seen[id]++
	}
	doubled := 0
	for _, id := range ids {
		if seen[id] < 2 {
			t.Errorf("told %d times", seen[id])
		}
		if seen[id] > 2 {
			doubled++
		}
	}
	if doubled == 0 || slices.Equal(ids, order) {
		t.Errorf("%d doubled, in order: %v", doubled, slices.Equal(ids, order))
	}
}

func (w *world) pendingNow() int {
	defer w.lock()()
	return w.work.pending
}

// idle waits until what is due has been carried.
func (w *world) idle() {
	w.t.Helper()
	err := w.await(w.t.Context(), func() bool {
		for _, c := range w.couriers {
			if c.busy || slices.ContainsFunc(c.notices, func(n *notice) bool { return !n.due.After(w.clock.Now()) }) {
				return false
			}
		}
		return true
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	w, h := setup(t, func(s *Server) { s.Delay = time.Hour }), newHook(t)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	w.create(w.ana, meeting("x", nine))
	w.Close()
	w.clock.Advance(2 * time.Hour)
	w.create(w.ana, meeting("y", nine))
	w.Close()
	if got := h.got(); len(got) != 0 {
		t.Errorf("got %q after Close", got)
	}
}
