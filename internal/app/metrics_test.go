package app_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
)

// TestMetrics: an event gets a meeting and is renamed while Webex is short of
// breath; an operator sees that at /metrics, and nothing of whose it was.
func TestMetrics(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{Settings: map[string]string{"METRICS_LISTEN": "127.0.0.1:0"}})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Salary talks")
	ana.rename(e.ID, "Salary talks, postponed")
	m := ana.one("Salary talks, postponed")
	w.Advance(time.Minute)

	found := regexp.MustCompile(`msg=metrics address=(\S+)`).FindStringSubmatch(w.Log.String())
	if found == nil {
		t.Fatal("the log does not tell where the metrics are")
	}
	get := func(path string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+found[1]+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	status, text := get("/metrics")
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	for _, line := range []string{
		`webex_scheduler_remote_calls_total{operation="create meeting",service="webex",status="200"} 1`,
		`webex_scheduler_remote_calls_total{operation="update meeting",service="webex",status="200"} 1`,
		`webex_scheduler_change_to_meeting_seconds_count 2`,
		`webex_scheduler_subscriptions{state="live"} 1`, `webex_scheduler_subscriptions{state="none"} 0`,
		`webex_scheduler_mailboxes 1`, `webex_scheduler_work_due_events 0`, `webex_scheduler_work_oldest_age_seconds 0`,
		`webex_scheduler_database_up 1`, `webex_scheduler_throttled_total{service="webex"} 0`,
		`webex_scheduler_notifications_total{result="failed",service="microsoft"} 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("there is no %s", line)
		}
	}
	for _, least := range []string{
		`webex_scheduler_notifications_total{result="marked",service="microsoft"} [1-9]`,
		`webex_scheduler_sync_duration_seconds_count{outcome="done",reason="keyword"} 1`,
	} {
		if !regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(least), `\[1-9\]`, `[1-9]`)).MatchString(text) {
			t.Errorf("there is no %s", least)
		}
	}
	for _, secret := range []string{"ana", "contoso", "Salary", m.ID, e.ID} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics tell of %s", secret)
		}
	}
	if status, _ := get("/account"); status != http.StatusNotFound {
		t.Errorf("a page at the metrics' address: status %d", status)
	}
	b := w.Browser()
	if b.Open(w.URL + "/metrics"); b.Status != http.StatusNotFound {
		t.Errorf("the metrics at the public address: status %d", b.Status)
	}
}
