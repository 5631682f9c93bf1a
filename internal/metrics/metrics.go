// Package metrics counts what the program does, in Prometheus' conventions. No
// label names a mailbox, a tenant or an event: their values are words of the
// program.
// https://prometheus.io/docs/practices/naming/
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const namespace = "webex_scheduler"

// Metrics are those of one process.
type Metrics struct {
	registry      *prometheus.Registry
	notifications *prometheus.CounterVec
	calls         *prometheus.HistogramVec
	answers       *prometheus.CounterVec
	throttled     *prometheus.CounterVec
	syncs         *prometheus.HistogramVec
	followed      prometheus.Histogram
}

// Standing is what the database says of work and subscriptions, over all
// processes.
type Standing struct {
	Waiting       int           // marked events
	Due           int           // of them those that wait for nothing but us
	Oldest        time.Duration // since when the oldest of those is due
	Mailboxes     int           // kept in step
	Subscriptions map[string]int
}

// Read reads a Standing.
type Read func(context.Context) (Standing, error)

// New makes the metrics of a program of that version. read is asked at each scrape.
func New(version string, read Read) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		notifications: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "notifications_total",
			Help: "Notifications and webhooks received, by service (microsoft, webex) and result (marked, ignored, failed)."}, []string{"service", "result"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "remote_call_duration_seconds",
			Help: "Duration of calls to a service (microsoft, webex), by operation.", Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 9)}, []string{"service", "operation"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "remote_calls_total",
			Help: "Calls to a service, by operation and HTTP status; none: there was no answer."}, []string{"service", "operation", "status"}),
		throttled: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "throttled_total",
			Help: "Calls that a service answered with 429."}, []string{"service"}),
		syncs: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "sync_duration_seconds",
			Help: "Duration of one event's turn, by outcome (done, waits, failed) and reason.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"outcome", "reason"}),
		followed: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "change_to_meeting_seconds",
			Help: "From the word of a change in the calendar to the acknowledged write at Webex.", Buckets: prometheus.ExponentialBuckets(0.05, 2, 14)}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: "build_info",
		Help: "1; the label has the program's version.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.notifications, m.calls, m.answers, m.throttled, m.syncs, m.followed, build, &standing{read: read},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, service := range []string{"microsoft", "webex"} { // an alert on what never was is silent
		m.throttled.WithLabelValues(service)
		for _, result := range []string{"marked", "ignored", "failed"} {
			m.notifications.WithLabelValues(service, result)
		}
	}
	return m
}

// Registry has them all.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// Call returns what is told of each call to a service.
func (m *Metrics) Call(service string) func(op string, status int, d time.Duration) {
	return func(op string, status int, d time.Duration) {
		code := "none"
		if status != 0 {
			code = strconv.Itoa(status)
		}
		m.calls.WithLabelValues(service, op).Observe(d.Seconds())
		m.answers.WithLabelValues(service, op, code).Inc()
		if status == http.StatusTooManyRequests {
			m.throttled.WithLabelValues(service).Inc()
		}
	}
}

// Notified counts n notifications of a service.
func (m *Metrics) Notified(service, result string, n int) {
	m.notifications.WithLabelValues(service, result).Add(float64(n))
}

// Synced is told of the end of an event's turn.
func (m *Metrics) Synced(outcome, reason string, d time.Duration) {
	m.syncs.WithLabelValues(outcome, reason).Observe(d.Seconds())
}

// Followed is told how long a change took to reach Webex.
func (m *Metrics) Followed(d time.Duration) { m.followed.Observe(d.Seconds()) }
