package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
)

const delivery = `{"value":[]}`

func TestHookHandshake(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"/hooks/graph", "/hooks/graph/lifecycle"} {
		for _, c := range []struct {
			name, query string
			status      int
			want        string
		}{
			{"a token as Graph sends it", "validationToken=Validation%3A+Testing+client%20application%2Breachability%3A%2F%3D", 200, "Validation: Testing client application+reachability:/="},
			{"a token that would be a page", "validationToken=" + url.QueryEscape("<script>alert(1)</script>"), 200, "<script>alert(1)</script>"},
			{"a token after a query of ours", "a=b&validationToken=x", 200, "x"},
			{"4 KiB", "validationToken=" + strings.Repeat("x", 4096), 200, strings.Repeat("x", 4096)},
			{"over 4 KiB", "validationToken=" + strings.Repeat("x", 4097), 400, ""},
			{"an empty token", "validationToken=", 400, ""},
			{"a query that does not parse", "validationToken=%zz", 400, ""},
		} {
			t.Run(address+" "+c.name, func(t *testing.T) {
				t.Parallel()
				r := setup(t)
				r.store.fail = errs.New(errs.Busy, "no database") // not needed
				res := r.browser(t).do(http.MethodPost, address+"?"+c.query, "", "Content-Type", "text/plain; charset=utf-8")
				wantStatus(t, res, c.status)
				if len(r.intake.notifications)+len(r.intake.lifecycle) != 0 {
					t.Error("the intake was asked")
				}
				if got := res.Header.Get("X-Content-Type-Options"); got != "nosniff" {
					t.Errorf("X-Content-Type-Options = %q", got)
				}
				if c.status != 200 {
					return
				}
				if got := text(t, res); got != c.want {
					t.Errorf("body = %q, want %q", got, c.want)
				}
				if got := res.Header.Get("Content-Type"); got != "text/plain" {
					t.Errorf("Content-Type = %q", got)
				}
			})
		}
	}
}

func TestHookDelivery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, media, body string
		fail                      error
		status                    int
		taken                     bool
	}{
		{"a delivery", "POST", "application/json", delivery, nil, 202, true},
		{"with a charset", "POST", "application/json; charset=utf-8", delivery, nil, 202, true},
		{"exactly 1 MiB", "POST", "application/json", strings.Repeat(" ", 1<<20), nil, 202, true},
		{"not JSON", "POST", "application/json", "{", errs.New(errs.Invalid, "graph: parse"), 400, true},
		{"another type", "POST", "text/plain", delivery, nil, 415, false},
		{"no type", "POST", "", delivery, nil, 415, false},
		{"over 1 MiB", "POST", "application/json", strings.Repeat(" ", 1<<20+1), nil, 413, false},
		{"queue full", "POST", "application/json", delivery, errs.New(errs.Busy, "queue full"), 503, true},
		{"database away", "POST", "application/json", delivery, errs.New(errs.Unavailable, "no connection"), 503, true},
		{"a bug of ours is no success", "POST", "application/json", delivery, errs.New(errs.Internal, "secret thought"), 500, true},
		{"another method", "GET", "", "", nil, 405, false},
		{"yet another method", "PUT", "application/json", delivery, nil, 405, false},
		{"a browser of another site", "POST", "application/json", delivery, nil, 202, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.intake.fail = c.fail
			b := r.browser(t)
			for _, address := range []string{"/hooks/graph", "/hooks/graph/lifecycle"} {
				res := b.do(c.method, address, c.body, "Content-Type", c.media, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
				if res.StatusCode != c.status {
					t.Errorf("%s: status %d, want %d", address, res.StatusCode, c.status)
				}
				if got := res.Header.Get("Retry-After"); (got == "5") != (c.status == 503) {
					t.Errorf("%s: Retry-After = %q", address, got)
				}
				body := text(t, res)
				if strings.Contains(body, "secret thought") || (c.status == 202 && body != "") {
					t.Errorf("%s: body = %q", address, body)
				}
			}
			want := 0
			if c.taken {
				want = 1
			}
			if len(r.intake.notifications) != want || len(r.intake.lifecycle) != want {
				t.Errorf("%d notifications and %d lifecycle notifications taken, want %d of each", len(r.intake.notifications), len(r.intake.lifecycle), want)
			}
		})
	}
}
