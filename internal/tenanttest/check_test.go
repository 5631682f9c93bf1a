package tenanttest

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// check looks whether anybody was forgotten, and whether anything is there
// twice.
func (r *run) check() {
	r.t.Helper()
	live := map[string]int{}
	for i := range *people {
		live[upn(i)] = len(r.Sandbox.Microsoft.Subscriptions(upn(i)))
	}
	for who, n := range live {
		if n != 1 {
			r.t.Errorf("%s has %d live subscriptions, want 1", who, n)
		}
	}
	if n := r.count("SELECT count(*) FROM (SELECT mailbox FROM subscriptions GROUP BY mailbox HAVING count(*) > 1) AS twice"); n != 0 {
		r.t.Errorf("%d mailboxes have more than one subscription of their own", n)
	}
	made := map[string]int{}
	for _, m := range r.wished() {
		made[m.Host]++
	}
	for i := range min(wishers, *people) {
		if who := upn(r.wisher(i)); made[who] != wishes {
			r.t.Errorf("%s has %d meetings, want %d", who, made[who], wishes)
		}
		delete(made, upn(r.wisher(i)))
	}
	if len(made) != 0 {
		r.t.Errorf("meetings that nobody wished: %v", made)
	}
	r.calls()
}

// calls counts what was asked of the services, and holds it to Graph's limits.
func (r *run) calls() {
	entries := r.Sandbox.Trace.Since(0)
	var graph, webex, refused, refusedByWebex, looks int
	var writes []time.Time
	for _, e := range entries {
		batch := strings.HasSuffix(e.Path, "/$batch")
		switch {
		case e.Time.Before(r.began) || batch:
		case e.Service == trace.Graph:
			graph++
			if e.Status == 429 {
				refused++
			}
			if strings.HasPrefix(e.Path, "/v1.0/subscriptions") && e.Method != "GET" {
				writes = append(writes, e.Time)
			}
			if strings.HasPrefix(e.Path, "/v1.0/users?") && strings.Contains(e.Path, "999") && !strings.Contains(e.Path, "skiptoken") {
				looks++
			}
		case e.Service == trace.Webex:
			webex++
			if e.Status == 429 {
				refusedByWebex++
			}
		}
	}
	r.table.count("calls to Graph", graph, "")
	r.table.count("… refused with 429", refused, "one in fifty by the sandbox's whim")
	r.table.count("writes of subscriptions", len(writes), "")
	r.table.count("… most in 20 s", most(writes, 20*time.Second), "5,000")
	r.table.count("looks through the directory", looks, "")
	r.table.count("calls to Webex", webex, "")
	r.table.count("… refused with 429", refusedByWebex, "one in forty by the sandbox's whim")
	r.table.count("machine's load at the end", load(), "")
}

// most is the largest number of times within a window.
func most(times []time.Time, window time.Duration) (n int) {
	slices.SortFunc(times, time.Time.Compare)
	from := 0
	for i, at := range times {
		for at.Sub(times[from]) >= window {
			from++
		}
		n = max(n, i-from+1)
	}
	return n
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// pages times the console, with everything else at rest.
func (r *run) pages() {
	r.t.Helper()
	u, _ := r.Sandbox.Microsoft.User(upn(0))
	middle, _ := r.Sandbox.Microsoft.User(upn(*people / 2))
	for _, page := range []struct{ name, path string }{
		{"`/admin`, counted anew", "/admin"},
		{"`/admin`", "/admin"},
		{"… the next page", "/admin?after=" + middle.ID},
		{"`/admin?state=in step`", "/admin?state=in+step"},
		{"`/admin?state=trouble`", "/admin?state=trouble"},
		{"`/admin?state=problems`", "/admin?state=problems"},
		{"`/admin?state=no host`", "/admin?state=no+host"},
		{"`/admin?q=…` (one fits)", "/admin?q=" + url.QueryEscape(fmt.Sprintf("person %05d", *people/2))},
		{"`/admin?q=…` (all fit)", "/admin?q=person"},
		{"one mailbox", "/admin/mailboxes/" + u.ID},
	} {
		var took []time.Duration
		for range 20 {
			if strings.HasSuffix(page.name, "anew") {
				r.clock.Advance(10 * time.Second) // counts of a large tenant are kept for a moment
				r.Rested(patience)
			}
			took = append(took, r.admin.Time(r.URL+page.path))
		}
		r.table.page(page.name, took)
	}
	if len(r.seenOnWay) > 0 {
		r.table.page("`/admin`, on the way", r.seenOnWay)
	}
}
