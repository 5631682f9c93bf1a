package sandbox_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/trace"
)

const faults = "/sandbox/faults"

type brokenAnswer struct {
	ID, Times, Left, Code                        int
	Fault, Who, Call, For, Wait, Sentence, Error string
	Ends                                         time.Time
}

type catalogueAnswer struct {
	Broken []brokenAnswer
	Faults []struct {
		Fault, Group, Sentence, Wait string
		Calls, AtOnce                bool
	}
}

func TestFaultsOverAPI(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var made brokenAnswer
	status := w.do("POST", faults, object{"fault": "webex-reset-after", "who": bo, "call": "POST /v1/meetings", "times": 3, "for": "10m"}, &made)
	want := brokenAnswer{ID: 1, Times: 3, Left: 3, Fault: "webex-reset-after", Who: bo, Call: "POST /v1/meetings", For: "10m0s",
		Ends: wednesday.Add(10 * time.Minute), Sentence: "The next 3 Webex calls are cut off, but were done, within 10 minutes (POST /v1/meetings; Bo Larsen)"}
	if diff := cmp.Diff(want, made); status != 201 || diff != "" {
		t.Errorf("status %d (-want +got)\n%s", status, diff)
	}
	if got := w.as(t.Context(), bo, "POST", "/v1/meetings", webexMeeting); got.status != 0 || len(w.Webex.Meetings(bo)) != 1 {
		t.Errorf("answered %d, %d meetings", got.status, len(w.Webex.Meetings(bo)))
	}
	w.clock.Advance(8*time.Minute + time.Second)
	var all catalogueAnswer
	w.do("GET", faults, nil, &all)
	if len(all.Broken) != 1 || all.Broken[0].Left != 2 ||
		all.Broken[0].Sentence != "The next 2 Webex calls are cut off, but were done, within 2 minutes (POST /v1/meetings; Bo Larsen)" {
		t.Errorf("broken: %+v", all.Broken)
	}
	if status := w.do("DELETE", faults+"/1", nil, nil); status != 204 {
		t.Errorf("mend: %d", status)
	}
	if status := w.do("DELETE", faults+"/1", nil, nil); status != 404 {
		t.Errorf("mend again: %d", status)
	}
	w.do("POST", faults, object{"fault": "graph-503"}, nil)
	w.do("POST", faults, object{"fault": "webex-stale"}, nil)
	if status := w.do("DELETE", faults, nil, nil); status != 204 || len(w.Broken()) != 0 {
		t.Errorf("calm: %d, %+v", status, w.Broken())
	}
	var verbs []string
	for _, e := range w.Trace.Since(0) {
		if e.Service == trace.Fault {
			verbs = append(verbs, e.Method+" "+e.Fault)
		}
	}
	if diff := cmp.Diff([]string{"begins webex-reset-after", "mended ", "begins graph-503", "begins webex-stale", "calm "}, verbs); diff != "" {
		t.Errorf("log (-want +got)\n%s", diff)
	}
}

// Whatever the catalogue has can be broken by its name alone, and has its
// effect on the call that it is about.
func TestWholeCatalogueOverAPI(t *testing.T) {
	t.Parallel()
	w, _, form := listening(t)
	var all catalogueAnswer
	w.do("GET", faults, nil, &all)
	if len(all.Faults) < 40 {
		t.Fatalf("%d faults", len(all.Faults))
	}
	for _, f := range all.Faults {
		if f.Sentence == "" || strings.Contains(f.Sentence, "{") {
			t.Errorf("%s: %q", f.Fault, f.Sentence)
		}
		if len(w.Microsoft.Subscriptions(ana)) == 0 { // one of the faults may have ended it
			if got := w.subscribe(form); got.status != 201 {
				t.Fatalf("subscribe: %d %s", got.status, got.body)
			}
		}
		in := object{"fault": f.Fault}
		if !f.AtOnce {
			in["times"] = 1
		}
		var made brokenAnswer
		if status := w.do("POST", faults, in, &made); status != 201 || (made.ID == 0) != f.AtOnce {
			t.Errorf("%s: %d %+v", f.Fault, status, made)
		}
		if f.Calls && !strings.Contains(f.Fault, "hang") && f.Fault != "graph-429-part" {
			switch {
			case strings.HasPrefix(f.Fault, "graph"):
				w.as(t.Context(), ana, "GET", "/v1.0/me/events", nil)
			case strings.HasPrefix(f.Fault, "entra"):
				w.refreshMicrosoft(ana)
			default:
				w.as(t.Context(), ana, "GET", "/v1/meetings", nil)
			}
			if left := w.Broken(); len(left) != 0 {
				t.Errorf("%s met no call", f.Fault)
			}
		}
		w.Calm()
	}
}

func TestFaultRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, c := range []struct {
		name string
		in   object
	}{
		{"no fault", object{}},
		{"unknown fault", object{"fault": "graph-418"}},
		{"unknown person", object{"fault": "graph-503", "who": "x@y.example"}},
		{"misspelt property", object{"fault": "graph-503", "time": 3}},
		{"negative times", object{"fault": "graph-503", "times": -1}},
		{"negative length", object{"fault": "graph-503", "for": "-1m"}},
		{"length that is none", object{"fault": "graph-503", "for": "soon"}},
		{"wait without meaning", object{"fault": "graph-503", "wait": "1m"}},
		{"code without meaning", object{"fault": "graph-503", "code": 50173}},
		{"unknown code", object{"fault": "microsoft-refresh-refused", "code": 1}},
		{"more lag than is remembered", object{"fault": "webex-stale", "wait": "2h"}},
		{"lifetime under a minute", object{"fault": "subscription-lifetime", "wait": "59s"}},
		{"lifetime over seven days", object{"fault": "subscription-lifetime", "wait": "169h"}},
		{"call of a fault that has none", object{"fault": "notice-lost", "call": "/v1.0/"}},
		{"call of the other service", object{"fault": "graph-503", "call": "GET /v1/meetings"}},
		{"times of what happens at once", object{"fault": "webex-grant-revoked", "times": 2}},
		{"a person's secret", object{"fault": "webex-secret-refused", "who": ana}},
		{"nobody's Webex account", object{"fault": "webex-grant-revoked", "who": "mia_fabrikam.example#EXT#@contoso.example"}},
		{"no subscription", object{"fault": "subscription-vanishes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var no brokenAnswer
			if status := w.do("POST", faults, c.in, &no); status != 400 || no.Error == "" {
				t.Errorf("status %d, %+v", status, no)
			}
		})
	}
	if status := w.send(w.request("POST", faults, object{"fault": "graph-503"}), nil); status != 401 {
		t.Errorf("without a token: %d", status)
	}
	if status := w.send(w.request("DELETE", faults, nil), nil); status != 401 {
		t.Errorf("calm without a token: %d", status)
	}
	if left := w.Broken(); len(left) != 0 {
		t.Errorf("broken all the same: %+v", left)
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, c := range []struct {
		broken sandbox.Break
		want   string
	}{
		{sandbox.Break{Fault: sandbox.WebexThrottled}, "All Webex calls answer 429, Retry-After 5 seconds"},
		{sandbox.Break{Fault: sandbox.WebexThrottled, Times: 1, Wait: time.Hour}, "The next Webex call answers 429, Retry-After 1 hour"},
		{sandbox.Break{Fault: sandbox.WebexThrottled, Times: 3, Wait: 90 * time.Second}, "The next 3 Webex calls answer 429, Retry-After 90 seconds"},
		{sandbox.Break{Fault: sandbox.NoticeLost, For: time.Minute}, "For 1 minute all notifications are lost"},
		{sandbox.Break{Fault: sandbox.ShortSubscription, Wait: 7 * 24 * time.Hour, Who: ana}, "All subscriptions are granted 7 days (Ana Nováková)"},
		{sandbox.Break{Fault: sandbox.MicrosoftRefresh, Times: 1, Code: 50076}, "The next token refresh at Microsoft is refused with AADSTS50076"},
		{sandbox.Break{Fault: sandbox.WebexGrantGone, Who: ana}, "Revoke the grant at Webex (Ana Nováková)"},
	} {
		if got := w.breaks(c.broken).Sentence; got != c.want {
			t.Errorf("%s: %q, want %q", c.broken.Fault, got, c.want)
		}
	}
}

func TestIconIsNothingUnexpected(t *testing.T) {
	t.Parallel()
	w := setup(t)
	got := w.exchange(w.request("GET", "/favicon.ico", nil))
	if got.status != 200 || got.header.Get("Content-Type") != "image/svg+xml" || got.header.Get("Content-Length") != strconv.Itoa(len(got.body)) {
		t.Errorf("%d %v", got.status, got.header)
	}
}
