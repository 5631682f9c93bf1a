package app_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// TestChangedInWebex: title and time that the host changes in Webex itself come
// into the event, in one write; the next change in the calendar goes out as ever.
func TestChangedInWebex(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	if hooks := w.Sandbox.Webex.Webhooks(); len(hooks) != 5 {
		t.Errorf("%d webhooks, want one an event", len(hooks))
	}
	m := ana.one("Plan")
	start := m.Start.Add(72 * time.Hour)
	ana.change(e.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(start, "UTC"), fakems.At(start.Add(time.Hour), "UTC")
	})
	w.Advance(16 * time.Minute) // until then Webex may show the times of before
	err := w.Sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) {
		m.Title, m.Start, m.End = "Plan B", start.Add(2*time.Hour), start.Add(3*time.Hour)
	})
	if err != nil {
		t.Fatal(err)
	}
	mails := len(w.Sandbox.Microsoft.Mails())
	w.Advance(2 * time.Minute)
	got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID)
	if begins, err := got.Start.Time(); err != nil || got.Subject != "Plan B" || !begins.Equal(start.Add(2*time.Hour)) {
		t.Errorf("the event is %q at %v, want what was changed in Webex", got.Subject, got.Start)
	}
	if n := len(w.Sandbox.Microsoft.Mails()) - mails; n > 1 {
		t.Errorf("%d mails, want one at the most", n)
	}
	seq := w.Sandbox.Trace.Last()
	w.Advance(time.Hour)
	for _, e := range w.Sandbox.Trace.Since(seq) {
		if e.Write && !strings.Contains(e.Path, "subscriptions") {
			t.Errorf("not at rest: %s %s", e.Method, e.Path)
		}
	}
	ana.rename(e.ID, "Plan C")
	ana.one("Plan C")
}

// TestDeletedInWebex: the host deletes the meeting in Webex; join details and
// location go, and no new meeting is made. One that merely cannot be read
// changes nothing.
func TestDeletedInWebex(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	m := ana.one("Plan")
	later := m.Start.Add(72 * time.Hour)
	ana.change(e.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(later, "UTC"), fakems.At(later.Add(time.Hour), "UTC")
	})
	if err := w.Sandbox.Webex.DeleteMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	ana.has()
	got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID)
	if strings.Contains(got.Body.Content, "webex.com") || got.Location.DisplayName != "" || got.Subject != "Plan" {
		t.Errorf("the event still shows it: %q, %s", got.Location.DisplayName, got.Body.Content)
	}
	w.Advance(26 * time.Hour)
	ana.has()
}

// TestWebhooksAreLost: what no webhook told is found by the daily list, and what
// Webex disabled or lost is enabled and registered again.
func TestWebhooksAreLost(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	m := ana.one("Plan")
	start := m.Start.Add(240 * time.Hour)
	ana.change(e.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(start, "UTC"), fakems.At(start.Add(time.Hour), "UTC")
	})
	rename := func(title string) {
		t.Helper()
		if err := w.Sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) { m.Title = title }); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(title string) {
		t.Helper()
		if got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID); got.Subject != title {
			t.Errorf("the event is %q, want %q", got.Subject, title)
		}
	}
	w.Advance(20 * time.Minute)
	w.Sandbox.Webex.DropWebhooks(-1)
	rename("Plan B")
	w.Advance(5 * time.Minute)
	shows("Plan")
	w.Advance(26 * time.Hour)
	shows("Plan B")
	w.Sandbox.Webex.DropWebhooks(0)

	w.Sandbox.Webex.DisableWebhooks()
	w.Advance(26 * time.Hour)
	for _, h := range w.Sandbox.Webex.Webhooks() {
		if h.Inactive {
			t.Errorf("the webhook for %s is still disabled", h.Event)
		}
	}
	w.Sandbox.Webex.ForgetWebhooks()
	w.Advance(26 * time.Hour)
	rename("Plan C")
	w.Advance(2 * time.Minute)
	shows("Plan C")
}

// TestStaleReadsRevertNothing: Webex shows for ten minutes what was. An edit in
// the calendar stands, and one in Webex comes over once it can be seen.
func TestStaleReadsRevertNothing(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	m := ana.one("Plan")
	start := m.Start.Add(240 * time.Hour)
	ana.change(e.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(start, "UTC"), fakems.At(start.Add(time.Hour), "UTC")
	})
	w.Advance(time.Hour)
	w.Sandbox.Webex.SetLag(9*time.Minute, 0)
	ana.rename(e.ID, "Plan B")
	w.Advance(time.Minute)
	ana.rename(e.ID, "Plan C")
	for range 20 {
		w.Advance(time.Minute)
		if got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID); got.Subject != "Plan C" {
			t.Fatalf("the event went back to %q", got.Subject)
		}
	}
	w.Advance(time.Hour)
	if err := w.Sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) { m.Title = "Plan D" }); err != nil {
		t.Fatal(err)
	}
	w.Advance(12 * time.Minute)
	if got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID); got.Subject != "Plan D" {
		t.Errorf("the event is %q, want what was changed in Webex", got.Subject)
	}
}

// TestDisconnectTakesWebhooksDown: nothing is left at Webex.
func TestDisconnectTakesWebhooksDown(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	b := w.Connect(apptest.Ana)
	w.AwaitRest()
	if n := len(w.Sandbox.Webex.Webhooks()); n != 5 {
		t.Fatalf("%d webhooks", n)
	}
	b.Open(w.URL + "/account")
	b.Click("Disconnect")
	w.Advance(time.Minute)
	if n := len(w.Sandbox.Webex.Webhooks()); n != 0 {
		t.Errorf("%d webhooks are left", n)
	}
}

// TestForgedWebhook: a delivery counts only with the signature of its webhook,
// and once that was SHA-256, with nothing less.
func TestForgedWebhook(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	ana.put("Plan")
	m := ana.one("Plan")
	hooks := w.Sandbox.Webex.Webhooks()
	if len(hooks) != 5 {
		t.Fatalf("%d webhooks", len(hooks))
	}
	hook, other := hooks[0], hooks[1]
	body := `{"resource":"meetings","event":"deleted","data":{"id":"` + m.ID + `"}}`
	sum := func(h func() hash.Hash, secret, body string) string {
		mac := hmac.New(h, []byte(secret))
		mac.Write([]byte(body))
		return hex.EncodeToString(mac.Sum(nil))
	}
	post := func(target, body string, headers ...string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	const spark, strong = "X-Spark-Signature", "X-Webex-Signature"
	weak := sum(sha1.New, hook.Secret, body)
	for name, test := range map[string]struct {
		target  string
		body    string
		headers []string
		want    int
	}{
		"unsigned":                {hook.TargetURL, body, nil, 401},
		"signed by another":       {hook.TargetURL, body, []string{spark, sum(sha1.New, other.Secret, body)}, 401},
		"for an unknown webhook":  {w.URL + "/hooks/webex?h=unknown", body, []string{spark, weak}, 401},
		"for none":                {w.URL + "/hooks/webex", body, []string{spark, weak}, 401},
		"another body":            {hook.TargetURL, body + " ", []string{spark, weak}, 401},
		"no digits":               {hook.TargetURL, body, []string{spark, "signature"}, 401},
		"signed with nothing":     {hook.TargetURL, body, []string{spark, sum(sha1.New, "", body)}, 401},
		"the stronger is wrong":   {hook.TargetURL, body, []string{spark, weak, strong, "SHA-256=" + weak}, 401},
		"signed":                  {hook.TargetURL, body, []string{spark, weak}, 204},
		"signed, not Webex's":     {hook.TargetURL, "{", []string{spark, sum(sha1.New, hook.Secret, "{")}, 400},
		"signed, unknown meeting": {hook.TargetURL, strings.Replace(body, m.ID, "0", 1), []string{spark, sum(sha1.New, hook.Secret, strings.Replace(body, m.ID, "0", 1))}, 204},
	} {
		if got := post(test.target, test.body, test.headers...); got != test.want {
			t.Errorf("%s: status %d, want %d", name, got, test.want)
		}
	}
	if got := post(hook.TargetURL, body, strong, "SHA-512=00, SHA-256="+sum(sha256.New, hook.Secret, body)); got != 204 {
		t.Errorf("signed more strongly: status %d", got)
	}
	if got := post(hook.TargetURL, body, spark, weak); got != 401 {
		t.Errorf("weakly signed after strongly: status %d, want 401", got)
	}
	w.Advance(time.Hour)
	ana.one("Plan") // a webhook's word alone deletes nothing that is there
}

// TestSessionsOfAMeeting: the account page tells that it runs, and that it has
// ended; a change that had to wait follows at once then.
func TestSessionsOfAMeeting(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	b := w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	m := ana.one("Plan")
	shows := func(text string) {
		t.Helper()
		b.Open(w.URL + "/account")
		b.Shows(text)
	}
	shows("In step")
	if err := w.Sandbox.Webex.StartMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	shows("Somebody is in the meeting.")
	ana.rename(e.ID, "Plan B")
	ana.one("Plan")
	w.Advance(20 * time.Second)
	if err := w.Sandbox.Webex.EndMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	ana.one("Plan B")
	shows("The meeting has ended.")
}

// TestWhatCannotBeSeenChangesNothing: another Webex account, a grant that may
// read less, a site that removes what has ended. Not one event is written to.
func TestWhatCannotBeSeenChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		happens func(w *apptest.World, m fakewebex.Meeting)
		ahead   time.Duration // start of the event
	}{
		"another Webex account is linked": {func(w *apptest.World, _ fakewebex.Meeting) {
			b := w.SignIn(apptest.Ana)
			b.Open(w.URL + "/account")
			b.Click("Disconnect")
			w.Advance(time.Minute)
			w.ConnectAs(apptest.Ana, apptest.Deepa)
		}, 240 * time.Hour},
		"the grant may read no meetings": {func(w *apptest.World, m fakewebex.Meeting) {
			w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
				switch {
				case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/v1/meetings/"):
					return &fakewebex.Fault{Status: http.StatusNotFound}
				case r.Method == http.MethodGet && r.URL.Path == "/v1/meetings":
					return &fakewebex.Fault{Status: http.StatusForbidden}
				}
				return nil
			}
			if err := w.Sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) { m.Title = "Unseen" }); err != nil {
				w.Log.Write([]byte(err.Error()))
			}
		}, 240 * time.Hour},
		"the site removes what has ended": {func(w *apptest.World, m fakewebex.Meeting) {
			w.Advance(3 * time.Hour)
			if err := w.Sandbox.Webex.DeleteMeeting(m.ID); err != nil {
				w.Log.Write([]byte(err.Error()))
			}
		}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := moving(t, apptest.Options{})
			w.Connect(apptest.Ana)
			ana := deskOf(t, w, apptest.Ana)
			e := ana.put("Plan")
			start := w.Now().Add(test.ahead).Truncate(time.Minute)
			ana.change(e.ID, func(e *fakems.Event) {
				e.Start, e.End = fakems.At(start, "UTC"), fakems.At(start.Add(time.Hour), "UTC")
			})
			m := ana.one("Plan")
			w.Advance(16 * time.Minute)
			seq := w.Sandbox.Trace.Last()
			test.happens(w, m)
			for range 4 {
				w.Advance(13 * time.Hour)
			}
			for _, entry := range w.Sandbox.Trace.Since(seq) {
				if entry.Service == trace.Graph && entry.Method == http.MethodPatch && strings.Contains(entry.Path, "/events/") {
					t.Errorf("written to: %s %d", entry.Path, entry.Status)
				}
			}
			if got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID); !strings.Contains(body(got), m.WebLink) {
				t.Error("the event lost its join details")
			}
		})
	}
}

// TestALookThatFailedIsOwed: Webex asks for a pause each time that it is time to
// look at what the host renamed there; the name comes into the event all the same,
// soon after the pause and long before the daily list.
func TestALookThatFailedIsOwed(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	w.Advance(time.Hour)
	if _, err := w.Sandbox.Break(sandbox.Break{Fault: sandbox.WebexThrottled, Call: "GET /v1/meetings", For: 15 * time.Minute, Wait: 10 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	if err := w.Sandbox.Webex.EditMeeting(ana.one("Plan").ID, func(m *fakewebex.Meeting) { m.Title = "Plan B" }); err != nil {
		t.Fatal(err)
	}
	w.Advance(12 * time.Minute)
	if got := show(t, w, e.ID); got.Subject != "Plan" {
		t.Fatalf("the event is %q: the test shows nothing", got.Subject)
	}
	w.Advance(20 * time.Minute)
	if got := show(t, w, e.ID); got.Subject != "Plan B" {
		t.Errorf("the event is %q half an hour later, want Plan B", got.Subject)
	}
}

// TestMovedInWebexBeforeAWriteOfOurs: the answer to a change that renames a
// meeting shows the time that the host has just given it in Webex: that comes into
// the event too, though all word of it was lost.
func TestMovedInWebexBeforeAWriteOfOurs(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	w.Advance(time.Hour)
	m := ana.one("Plan")
	start := m.Start.Add(3 * time.Hour)
	w.Sandbox.Webex.DropWebhooks(-1)
	if err := w.Sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) { m.Start, m.End = start, start.Add(time.Hour) }); err != nil {
		t.Fatal(err)
	}
	ana.rename(e.ID, "Plan B")
	w.Advance(15 * time.Minute)
	got := show(t, w, e.ID)
	if begins, err := got.Start.Time(); err != nil || !begins.Equal(start) {
		t.Errorf("the event begins at %v, want %v as in Webex", got.Start, start)
	}
	if m := ana.one("Plan B"); !m.Start.Equal(start) {
		t.Errorf("the meeting begins at %v, want %v", m.Start, start)
	}
}
