package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// standing reads gauges when it is scraped. A database that is away leaves them
// out and says so.
type standing struct{ read Read }

// scrapeTime is how long a scrape may wait for the database.
const scrapeTime = 3 * time.Second

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

var (
	waiting       = gauge("work_events", "Marked events, those that wait for a time or a person among them.")
	due           = gauge("work_due_events", "Marked events that are due now.")
	oldest        = gauge("work_oldest_age_seconds", "For how long the oldest due event has been due.")
	mailboxes     = gauge("mailboxes", "Mailboxes kept in step.")
	subscriptions = gauge("subscriptions", "Mailboxes by what Microsoft Graph tells of them (live, none).", "state")
	readable      = gauge("database_up", "Whether the database answered this scrape.")
)

// Describe implements prometheus.Collector.
func (s *standing) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{waiting, due, oldest, mailboxes, subscriptions, readable} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (s *standing) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	is, err := s.read(ctx)
	put := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	if err != nil {
		put(readable, 0)
		return
	}
	put(readable, 1)
	put(waiting, float64(is.Waiting))
	put(due, float64(is.Due))
	put(oldest, is.Oldest.Seconds())
	put(mailboxes, float64(is.Mailboxes))
	for state, n := range is.Subscriptions {
		put(subscriptions, float64(n), state)
	}
}
