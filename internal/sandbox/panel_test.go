package sandbox_test

import (
	"slices"
	"testing"
	"time"

	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/sandbox"
)

func TestPanelBreaksAndMends(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.make(ana, nil)
	if err := w.Microsoft.DeleteEvent(ana, e.ID); err != nil {
		t.Fatal(err)
	}
	_, refresh := w.Webex.IssueTokens(ana, w.WebexClientID, "spark:people_read")
	b := browsertest.Start(t)
	b.Resize(1440, 900)
	b.Open(w.url)
	b.See("Live")
	b.Click("button", "Break things")

	b.Click("button", "The next 3 Webex calls answer 429, Retry-After 5 seconds")
	b.See("The next 3 Webex calls answer 429, Retry-After 5 seconds ×")
	if got := w.as(t.Context(), ana, "GET", "/v1/meetings", nil); got.status != 429 || got.header.Get("Retry-After") != "5" {
		t.Errorf("Webex answered %d", got.status)
	}
	b.See("The next 2 Webex calls answer 429") // nobody has touched the page

	b.Fill("How long", "For 10 minutes")
	b.Fill("Whose", ana)
	b.Number(`document.querySelector('[data-fault="subscription-lifetime"] + select').value = '168h0m0s', 1`)
	b.Number(`document.querySelector('[data-fault="subscription-lifetime"] + select').dispatchEvent(new Event('change', {bubbles: true})), 1`)
	b.Click("button", "For 10 minutes all subscriptions are granted 7 days")
	b.See("For 10 minutes all subscriptions are granted 7 days (Ana Nováková) ×")
	want := sandbox.Break{Fault: sandbox.ShortSubscription, Who: ana, For: 10 * time.Minute, Wait: 7 * 24 * time.Hour}
	if !slices.ContainsFunc(w.Broken(), func(b sandbox.Broken) bool { return b.Break == want }) {
		t.Errorf("broken: %+v", w.Broken())
	}
	b.Click("button", "For 10 minutes all uses of the client secret at Webex are refused") // nobody's, not Ana's
	b.See("all uses of the client secret at Webex are refused ×")

	b.Click("button", "Revoke the grant at Webex")
	b.See("Revoke the grant at Webex (Ana Nováková)")
	w.Mend(w.Broken()[0].ID) // the 429
	b.Miss("The next 2 Webex calls answer 429, Retry-After 5 seconds ×")
	b.Click("button", "Restore Chess")
	b.See("Nothing is there.")
	b.Click("button", "Close")

	b.Click("button", "Mend: For 10 minutes all uses of the client secret")
	b.Miss("client secret at Webex are refused ×")
	if got := w.refresh("/v1/access_token", w.WebexClientID, w.WebexClientSecret, refresh); got.status != 400 {
		t.Errorf("the revoked grant: %d", got.status)
	}
	b.Click("button", "Calm again")
	b.Miss("all subscriptions are granted 7 days (Ana Nováková) ×")
	if left := w.Broken(); len(left) != 0 {
		t.Errorf("after Calm again: %+v", left)
	}
}

func TestPanelIsUsable(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, f := range []sandbox.Fault{sandbox.WebexThrottled, sandbox.GraphResetAfter, sandbox.MicrosoftRefresh, sandbox.WebexStale} {
		w.breaks(sandbox.Break{Fault: f, Times: 3, Call: map[bool]string{true: "POST /v1/meetings"}[f == sandbox.WebexThrottled]})
	}
	b := browsertest.Start(t)
	for _, size := range [][2]int64{{1440, 900}, {1000, 700}, {360, 740}} {
		b.Resize(size[0], size[1])
		b.Open(w.url)
		b.See("Live")
		b.Click("button", "Break things")
		b.See("Deleted Items of")
		if problems := b.Problems(); len(problems) > 0 {
			t.Errorf("%d wide: %q", size[0], problems)
		}
		if n := b.Number(`document.getElementById('break').getAttribute('aria-expanded') === 'true' ? 1 : 0`); n != 1 {
			t.Error("the button does not tell that the panel is open")
		}
		b.Number(`document.getElementById('faults').dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true})), 1`)
		b.Miss("Deleted Items of")
		if n := b.Number(`document.activeElement.id === 'break' ? 1 : 0`); n != 1 {
			t.Error("the focus is lost when the panel closes")
		}
	}
}
