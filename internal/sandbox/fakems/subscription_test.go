package fakems

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSubscriptionLife(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	ana, bo := w.as(w.ana), w.as(w.bo)
	made := ana.with("Prefer", `IdType="ImmutableId"`).must(201, "POST", "/subscriptions", w.form(h, nil))
	id := made.at("id").(string)
	if made.at("clientState") != "state" || made.at("creatorId") != w.ana.ID || made.at("applicationId") != w.app.ClientID || made.at("expirationDateTime") != "2026-03-09T06:40:00Z" {
		t.Errorf("made %s", made.raw)
	}
	if want := []string{"POST /hooks/graph", "POST /hooks/graph/lifecycle"}; !slices.Equal(h.touched, want) {
		t.Errorf("handshakes %q, want %q", h.touched, want)
	}
	if sub, err := w.AwaitSubscription(t.Context(), w.ana.ID); err != nil || sub.ID != id || !sub.ImmutableIDs {
		t.Errorf("awaited %+v, %v", sub, err)
	}

	twin := ana.do("POST", "/subscriptions", w.form(h, map[string]any{"resource": "users/" + w.ana.ID + "/events", "changeType": "deleted,created,updated"}))
	w.refused(twin, 409, "Conflict")
	if want := "Subscription Id " + id + " already exists for the requested combination"; twin.at("error", "message") != want {
		t.Errorf("message %v, want %s", twin.at("error", "message"), want)
	}
	if got := ana.must(200, "GET", "/subscriptions/"+id, nil); got.at("clientState") != nil {
		t.Error("a read shows the client state")
	}
	if got := ana.must(200, "GET", "/subscriptions", nil); got.at("value", 0, "id") != id || got.at("value", 1) != nil {
		t.Errorf("list %s", got.raw)
	}
	if got := bo.must(200, "GET", "/subscriptions", nil); got.at("value", 0) != nil {
		t.Errorf("bo's list %s", got.raw)
	}
	for _, method := range []string{"GET", "DELETE"} {
		w.refused(bo.do(method, "/subscriptions/"+id, nil), 404, "ResourceNotFound")
	}
	w.refused(bo.do("PATCH", "/subscriptions/"+id, map[string]any{}), 404, "ResourceNotFound")

	w.clock.Advance(6 * 24 * time.Hour)
	ana = w.as(w.ana)
	renewed := ana.must(200, "PATCH", "/subscriptions/"+id, map[string]any{"expirationDateTime": w.clock.Now().Add(48 * time.Hour).Format(time.RFC3339)})
	if renewed.at("expirationDateTime") != "2026-03-10T08:00:00Z" {
		t.Errorf("renewed %s", renewed.raw)
	}
	ana.must(204, "POST", "/subscriptions/"+id+"/reauthorize", nil)
	w.clock.Advance(48 * time.Hour)
	ana = w.as(w.ana)
	w.refused(ana.do("GET", "/subscriptions/"+id, nil), 404, "ResourceNotFound")
	w.refused(ana.do("PATCH", "/subscriptions/"+id, map[string]any{"expirationDateTime": w.clock.Now().Add(time.Hour).Format(time.RFC3339)}), 404, "ResourceNotFound")

	id = ana.must(201, "POST", "/subscriptions", w.form(h, nil)).at("id").(string)
	ana.must(204, "DELETE", "/subscriptions/"+id, nil)
	if left := w.Subscriptions(w.ana.ID); len(left) != 0 {
		t.Errorf("left %+v", left)
	}
}

func TestSubscriptionExpiry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		asked   time.Duration
		longest time.Duration
		granted time.Duration // 0: refused
	}{
		{"as asked", 10_000 * time.Minute, 0, 10_000 * time.Minute},
		{"the cap", 10_070 * time.Minute, 0, 10_070 * time.Minute},
		{"the documented 10 080 minutes are too many", 10_080 * time.Minute, 0, 0},
		{"raised to 45 minutes", time.Minute, 0, 45 * time.Minute},
		{"less than asked", 10_000 * time.Minute, 4230 * time.Minute, 4230 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, h := setup(t, func(s *Server) { s.SubscriptionLifetime = c.longest }), newHook(t)
			got := w.as(w.ana).do("POST", "/subscriptions", w.form(h, map[string]any{"expirationDateTime": w.clock.Now().Add(c.asked).Format(time.RFC3339Nano)}))
			if c.granted == 0 {
				w.refused(got, 400, "ExtensionError")
				return
			}
			if want := w.clock.Now().Add(c.granted).Format(time.RFC3339); got.at("expirationDateTime") != want {
				t.Errorf("got %d %s, want %s", got.status, got.raw, want)
			}
		})
	}
}

func TestSubscriptionRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(w *world) map[string]any
		status int
		code   string
		about  string
	}{
		{"a colleague's mailbox", func(w *world) map[string]any { return map[string]any{"resource": "users/" + w.bo.ID + "/events"} }, 403, "ExtensionError", ""},
		{"another resource", func(*world) map[string]any { return map[string]any{"resource": "me/messages"} }, 400, "InvalidRequest", "me/messages"},
		{"unknown change", func(*world) map[string]any { return map[string]any{"changeType": "created,moved"} }, 400, "InvalidRequest", "moved"},
		{"http beyond loopback", func(*world) map[string]any { return map[string]any{"notificationUrl": "http://app.example/hook"} }, 400, "InvalidRequest", "https"},
		{"long client state", func(*world) map[string]any { return map[string]any{"clientState": strings.Repeat("x", 129)} }, 400, "InvalidRequest", "128"},
		{"no expiry", func(*world) map[string]any { return map[string]any{"expirationDateTime": ""} }, 400, "InvalidRequest", "expirationDateTime"},
		{"unknown property", func(*world) map[string]any { return map[string]any{"includeResourceData": true} }, 400, "InvalidRequest", "includeResourceData"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, h := setup(t), newHook(t)
			w.refused(w.as(w.ana).do("POST", "/subscriptions", w.form(h, c.change(w))), c.status, c.code)
			if c.about != "" {
				w.surprised(c.about)
			}
		})
	}
	t.Run("no permission", func(t *testing.T) {
		w, h := setup(t), newHook(t)
		w.refused(w.as(w.ana, "User.Read").do("POST", "/subscriptions", w.form(h, nil)), 403, "ErrorAccessDenied")
	})
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter, token string)
	}{
		{"another status", func(w http.ResponseWriter, token string) {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, token)
		}},
		{"HTML", func(w http.ResponseWriter, token string) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, token)
		}},
		{"a newline more", func(w http.ResponseWriter, token string) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, token+"\n")
		}},
		{"still encoded", func(w http.ResponseWriter, token string) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, url.QueryEscape(token))
		}},
		{"decoded twice", func(w http.ResponseWriter, token string) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, strings.ReplaceAll(token, "+", " "))
		}},
		{"a redirect", func(w http.ResponseWriter, _ string) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, h := setup(t), newHook(t)
			h.answer = c.answer
			w.refused(w.as(w.ana).do("POST", "/subscriptions", w.form(h, nil)), 400, "ValidationError")
			if len(w.Subscriptions(w.ana.ID)) != 0 {
				t.Error("a subscription was made all the same")
			}
		})
	}
	t.Run("slower than ten seconds", func(t *testing.T) {
		t.Parallel()
		w, h := setup(t), newHook(t)
		asked, done := make(chan struct{}), make(chan struct{})
		h.answer = func(http.ResponseWriter, string) { close(asked); <-done }
		result := make(chan reply)
		ana, form := w.as(w.ana), w.form(h, nil)
		go func() { result <- ana.do("POST", "/subscriptions", form) }()
		<-asked
		w.clock.Advance(10 * time.Second)
		got := <-result
		close(done)
		w.refused(got, 400, "ValidationError")
		if got.at("error", "message") != "Subscription validation request timed out." {
			t.Errorf("message %v", got.at("error", "message"))
		}
	})
}
