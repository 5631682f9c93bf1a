package web

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
)

const (
	patientTries = 4
	patientPause = 3 * time.Second // longer than this nobody is kept waiting
)

// patient makes a read again while the service asks for a short pause: a
// person who has just consented is not sent round again for a busy second.
func (s *Server) patient(ctx context.Context, read func() error) error {
	for try := 1; ; try++ {
		err := read()
		if try == patientTries || !errs.Is(err, errs.Throttled) && !errs.Is(err, errs.Unavailable) {
			return err
		}
		pause := time.Duration(try) * 250 * time.Millisecond
		if at, ok := errs.RetryAt(err); ok {
			pause = at.Sub(s.Clock.Now())
		}
		if pause > patientPause {
			return err
		}
		timer := s.Clock.NewTimer(pause)
		select {
		case <-timer.Chan():
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}
