package syncer_test

import (
	"context"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/syncer"
)

// shared is Ana's calendar, which Bo may write to or not.
type shared struct {
	role  meeting.CalendarRole
	asked int
}

func (s *shared) Shares(context.Context, meeting.AccountID) ([]meeting.Share, error) {
	s.asked++
	return []meeting.Share{{Address: "bo@contoso.example", Role: s.role}}, nil
}

func (s *shared) Address(context.Context, meeting.AccountID) (string, error) {
	return "bo@contoso.example", nil
}

// TestRightsEnd: a right that was taken away ends within five minutes, one that
// was given counts within seconds, and neither is asked for at every call.
func TestRightsEnd(t *testing.T) {
	t.Parallel()
	clock, calendar := clockwork.NewFakeClock(), &shared{role: meeting.RoleWrite}
	shares := &syncer.Shares{Calendar: calendar, Clock: clock}
	right := func(who meeting.AccountID) meeting.CalendarRight {
		t.Helper()
		got, _, err := shares.Right(t.Context(), "contoso/ana", who)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := func(when string, got, want meeting.CalendarRight) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d, want %d", when, got, want)
		}
	}
	want("shared", right("contoso/bo"), meeting.RightToWrite)
	calendar.role = "read"
	clock.Advance(5*time.Minute - time.Second)
	want("taken away, and not noticed yet", right("contoso/bo"), meeting.RightToWrite)
	if calendar.asked != 1 {
		t.Errorf("asked %d times in five minutes, want once", calendar.asked)
	}
	clock.Advance(time.Second)
	want("five minutes later", right("contoso/bo"), meeting.NoRight)
	calendar.role = meeting.RoleDelegatePrivate
	want("given, and not noticed yet", right("contoso/bo"), meeting.NoRight)
	clock.Advance(10 * time.Second)
	want("seconds later", right("contoso/bo"), meeting.RightToAll)
	asked := calendar.asked
	want("of another tenant", right("fabrikam/bo"), meeting.NoRight)
	if calendar.asked != asked {
		t.Error("another tenant's person had the calendar asked")
	}
}
