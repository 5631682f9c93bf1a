package syncer

import (
	"context"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// reassign gives the link's meeting to the mailbox's present host, and reads it
// back. Nothing is noted beforehand: to give it once more, after a crash, changes
// nothing. Where Webex says no the meeting stays whose it is. What it showed
// before the call counts for nothing: a read may lag behind an earlier change of
// the host.
func (t *turn) reassign(ctx context.Context) (outcome, bool, error) {
	l, host := t.link, t.host.Host()
	err := t.webex.ReassignHost(ctx, host, l.SiteURL, l.Meeting)
	no := errs.Is(err, errs.Forbidden) || errs.Is(err, errs.Invalid) || errs.Is(err, errs.NotFound) || errs.Is(err, errs.Gone)
	switch {
	case errs.Is(err, errs.SignedOut):
		t.host.State, t.refusal = meeting.GrantDead, err
		return outcome{}, true, nil
	case err != nil && !no:
		return t.failed(err), false, nil
	}
	m, unread := t.webex.Meeting(ctx, host, l.Meeting)
	switch {
	case unread == nil && slices.Contains(t.host.Aliases, strings.ToLower(m.HostEmail)):
		t.holdFor(m)
		return outcome{}, true, t.save(ctx, "")
	case no:
		t.refusal, l.HostKept = err, host.Email
		return outcome{}, true, t.save(ctx, "")
	case unread == nil || errs.Is(unread, errs.NotFound):
		unread = errs.New(errs.Unavailable, "the reassigned meeting is not shown yet")
	}
	return t.failed(unread), false, nil
}

// holdFor gives the link's meeting to the present host. The event is written to
// only if its join details are others now.
func (t *turn) holdFor(m meeting.Meeting) {
	l := t.link
	l.Grant, l.Host, l.HostKept = t.host.ID, t.host.HostEmail, ""
	if m.Join.WebLink != "" {
		l.Join = m.Join
	}
	if m.SiteURL != "" {
		l.SiteURL = m.SiteURL
	}
	l.WroteAt = t.Clock.Now()
	l.Glance, t.seen = nil, nil // of the former host's
	switch l.Problem {
	case meeting.ProblemUnseen, meeting.ProblemSignedOut, meeting.ProblemForbidden, meeting.ProblemHostKept:
		l.Problem = ""
	}
}
