package web

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	meetingWait = 5 * time.Second
	meetingLook = 50 * time.Millisecond // between two looks at the row
)

// await looks at a link until done holds of it, and returns it as it is then,
// or as it is when the wait is over. A link that is gone has ended. The work is
// done elsewhere, perhaps by another process, so that the row is all there is to
// look at; people wait by the real clock.
func (s *Server) await(ctx context.Context, link meeting.Link, done func(meeting.Link) bool) (meeting.Link, error) {
	if done(link) {
		return link, nil
	}
	over := time.NewTimer(s.Wait)
	defer over.Stop()
	look := time.NewTicker(meetingLook)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return link, ctx.Err()
		case <-over.C:
			return link, nil
		case <-look.C:
		}
		now, err := s.Store.MailboxLink(ctx, link.Mailbox, link.Key)
		switch {
		case errs.Is(err, errs.NotFound):
			link.State = meeting.LinkEnded
			return link, nil
		case err != nil:
			return link, err
		}
		if link = now; done(link) {
			return link, nil
		}
	}
}

// made holds of a link that has its meeting, or will not get one by itself.
func made(link meeting.Link) bool { return link.State != meeting.LinkWished || link.Problem != "" }

// answered holds of a link of which nothing more is asked than was answered.
func answered(revision int64) func(meeting.Link) bool {
	return func(link meeting.Link) bool { return link.Served >= revision || link.State == meeting.LinkEnded }
}
