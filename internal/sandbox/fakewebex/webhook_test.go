package fakewebex

import (
	"testing"
	"time"
)

// A hundred failures within five minutes disable a webhook; for five minutes
// after it was enabled again a single one does.
// https://developer.webex.com/docs/api/guides/webhooks
func TestWebhookIsDisabled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	h := &webhook{}
	for range 99 {
		h.fail(now)
	}
	if h.Inactive {
		t.Error("disabled after 99 failures")
	}
	h.fail(now.Add(6 * time.Minute))
	if h.Inactive {
		t.Error("disabled by failures of six minutes")
	}
	for range 99 {
		h.fail(now.Add(6 * time.Minute))
	}
	if !h.Inactive {
		t.Error("not disabled after 100 failures")
	}
	for after, disabled := range map[time.Duration]bool{4 * time.Minute: true, 6 * time.Minute: false} {
		again := &webhook{disabled: true, enabled: now}
		if again.fail(now.Add(after)); again.Inactive != disabled {
			t.Errorf("a failure %v after it was enabled again: disabled %v", after, again.Inactive)
		}
	}
}
