package wire

import (
	"net/http"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
)

func TestStatusAsKind(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status      int
		read, write errs.Kind
	}{
		{302, errs.Internal, errs.Internal},
		{400, errs.Invalid, errs.Invalid},
		{401, errs.SignedOut, errs.SignedOut},
		{403, errs.Forbidden, errs.Forbidden},
		{404, errs.NotFound, errs.NotFound},
		{405, errs.Invalid, errs.Invalid},
		{408, errs.Unavailable, errs.Uncertain},
		{409, errs.Conflict, errs.Conflict},
		{410, errs.Gone, errs.Gone},
		{412, errs.Conflict, errs.Conflict},
		{415, errs.Invalid, errs.Invalid},
		{423, errs.Throttled, errs.Throttled},
		{429, errs.Throttled, errs.Throttled},
		{500, errs.Unavailable, errs.Uncertain},
		{503, errs.Unavailable, errs.Uncertain},
		{509, errs.Throttled, errs.Throttled},
	} {
		if got := kindOf(test.status, false); got != test.read {
			t.Errorf("%d to a read is %q, want %q", test.status, got, test.read)
		}
		if got := kindOf(test.status, true); got != test.write {
			t.Errorf("%d to a write is %q, want %q", test.status, got, test.write)
		}
	}
}

func TestRefusalTellsWhen(t *testing.T) {
	t.Parallel()
	c := client(t, "http://localhost")
	a := Answer{Status: 429, Header: http.Header{"Retry-After": {"30"}, "Request-Id": {"7f3c"}}}
	e := c.Refusal(get("/"), a)
	if got, want := e.Error(), "throttled: status 429, request 7f3c"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
	if want := now.Add(30 * time.Second); !e.RetryAt.Equal(want) {
		t.Errorf("again at %v, want %v", e.RetryAt, want)
	}
	if e := c.Refusal(get("/"), Answer{Status: 400, Header: a.Header}); !e.RetryAt.IsZero() {
		t.Errorf("a bad request may come again at %v", e.RetryAt)
	}
	a.Header.Set("Request-Id", "two\nlines")
	if got, want := c.Refusal(get("/"), a).Error(), "throttled: status 429"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
}

func TestRetryAt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		header string
		want   time.Duration // from now; negative: no time
	}{
		{"30", 30 * time.Second},
		{" 30 ", 30 * time.Second},
		{"0", 0},
		{"1.5", 2 * time.Second},
		{"3600", time.Hour},
		{"999999999999999999999999", 24 * time.Hour},
		{"Mon, 23 Nov 2026 10:05:00 GMT", 5 * time.Minute},
		{"Mon, 23 Nov 2026 09:00:00 GMT", 0},
		{"Sun, 23 Nov 2036 10:00:00 GMT", 24 * time.Hour},
		{"", -1},
		{"-5", -1},
		{"soon", -1},
		{"NaN", -1},
	} {
		got := RetryAt(test.header, now)
		if test.want < 0 && !got.IsZero() || test.want >= 0 && !got.Equal(now.Add(test.want)) {
			t.Errorf("RetryAt(%q) = %v, want %v from now", test.header, got, test.want)
		}
	}
}

func FuzzRetryAt(f *testing.F) {
	for _, seed := range []string{"30", "1e300", "-1", "0x1p-2", "Inf", "Mon, 23 Nov 2026 10:05:00 GMT", "Mon, 23-Nov-26"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		at := RetryAt(header, now)
		if !at.IsZero() && (at.Before(now) || at.After(now.Add(24*time.Hour))) {
			t.Errorf("RetryAt(%q) = %v, want within a day of %v", header, at, now)
		}
	})
}
