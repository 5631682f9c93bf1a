package sandbox_test

import (
	"testing"
	"time"

	"webex-scheduler/internal/sandbox"
)

func TestStaleReadsOfWebex(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var made struct{ ID string }
	with := object{"integrationTags": []string{"tag"}, "invitees": []object{{"email": bo}}}
	for k, v := range webexMeeting {
		with[k] = v
	}
	w.as(t.Context(), ana, "POST", "/v1/meetings", with).into(t, &made)
	one, invitees := "/v1/meetings/"+made.ID, "/v1/meetingInvitees?meetingId="+made.ID
	list := "/v1/meetings?from=2026-03-01&to=2026-03-10&meetingType=meetingSeries"
	reads := func(path string) string {
		got := w.as(t.Context(), ana, "GET", path, nil)
		if got.status == 404 {
			return "nothing"
		}
		var answer struct {
			Title string
			Items []struct{ Title, Email string }
		}
		got.into(t, &answer)
		for _, i := range answer.Items {
			answer.Title += i.Title + i.Email
		}
		return answer.Title
	}
	w.breaks(sandbox.Break{Fault: sandbox.WebexStale, Times: 3})
	for _, path := range []string{one, list, invitees} {
		if got := reads(path); got != "" && got != "nothing" {
			t.Errorf("%s, made just now: %q", path, got)
		}
	}
	if got := reads(one); got != "Chess" {
		t.Errorf("after three stale reads: %q", got)
	}

	w.clock.Advance(11 * time.Minute)
	w.as(t.Context(), ana, "PATCH", one, object{"title": "Checkers", "sendEmail": false})
	w.breaks(sandbox.Break{Fault: sandbox.WebexStale, Who: ana})
	w.clock.Advance(9 * time.Minute)
	if got := reads(one); got != "Chess" {
		t.Errorf("nine minutes after the change: %q", got)
	}
	w.clock.Advance(time.Minute)
	if got := reads(one); got != "Checkers" {
		t.Errorf("ten minutes after the change: %q", got)
	}
	w.Calm()

	w.breaks(sandbox.Break{Fault: sandbox.WebexTagLag, Wait: 30 * time.Minute})
	if got := reads(list + "&integrationTag=tag"); got != "" {
		t.Errorf("by its tag, not indexed yet: %q", got)
	}
	if got := reads(list); got != "Checkers" {
		t.Errorf("the list without a tag: %q", got)
	}
	w.clock.Advance(10 * time.Minute)
	if got := reads(list + "&integrationTag=tag"); got != "Chess" {
		t.Errorf("by its tag, indexed as it was: %q", got)
	}
}
