package metrics_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"webex-scheduler/internal/metrics"
)

func TestNamesAreInOrder(t *testing.T) {
	t.Parallel()
	m := metrics.New("v1", func(context.Context) (metrics.Standing, error) {
		return metrics.Standing{Subscriptions: map[string]int{"live": 2, "none": 1}}, nil
	})
	m.Call("webex")("create meeting", 200, time.Second)
	m.Synced("done", "keyword", time.Millisecond)
	m.Followed(time.Second)
	problems, err := testutil.GatherAndLint(m.Registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestCallsAreCounted(t *testing.T) {
	t.Parallel()
	m := metrics.New("v1", func(context.Context) (metrics.Standing, error) { return metrics.Standing{}, errors.New("away") })
	call := m.Call("webex")
	call("create meeting", 200, time.Second)
	call("create meeting", 429, time.Second)
	call("create meeting", 0, time.Second)
	want := `
# HELP webex_scheduler_database_up Whether the database answered this scrape.
# TYPE webex_scheduler_database_up gauge
webex_scheduler_database_up 0
# HELP webex_scheduler_remote_calls_total Calls to a service, by operation and HTTP status; none: there was no answer.
# TYPE webex_scheduler_remote_calls_total counter
webex_scheduler_remote_calls_total{operation="create meeting",service="webex",status="200"} 1
webex_scheduler_remote_calls_total{operation="create meeting",service="webex",status="429"} 1
webex_scheduler_remote_calls_total{operation="create meeting",service="webex",status="none"} 1
# HELP webex_scheduler_throttled_total Calls that a service answered with 429.
# TYPE webex_scheduler_throttled_total counter
webex_scheduler_throttled_total{service="microsoft"} 0
webex_scheduler_throttled_total{service="webex"} 1
`
	err := testutil.GatherAndCompare(m.Registry(), strings.NewReader(want),
		"webex_scheduler_remote_calls_total", "webex_scheduler_throttled_total", "webex_scheduler_database_up", "webex_scheduler_work_events")
	if err != nil {
		t.Error(err)
	}
}
