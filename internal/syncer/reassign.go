package syncer

import (
	"context"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// reassign gives the link's meeting to the mailbox's present host, and reads it
// back. What is begun is noted first, as for update: until Webex shows whose the
// meeting is, that nobody sees it is no sign of a deletion. To give it once more,
// after a crash, changes nothing. Where Webex says no it stays whose it is.
func (t *turn) reassign(ctx context.Context) (outcome, bool, error) {
	l, host, before, now := t.link, t.host.Host(), t.link.Moving, t.Clock.Now()
	var no error
	if before != host.Email || l.Host != host.Email || now.Sub(l.WroteAt) >= meeting.WebexLag { // else Webex said yes, and does not show it yet
		l.Moving = host.Email
		if err := t.save(ctx, ""); err != nil {
			return outcome{}, false, err
		}
		no = t.webex.ReassignHost(ctx, host, l.SiteURL, l.Meeting)
		switch {
		case no == nil:
			l.Host, l.WroteAt = host.Email, now
			if err := t.save(ctx, ""); err != nil {
				return outcome{}, false, err
			}
		case errs.Is(no, errs.Uncertain):
			return t.failed(no), false, nil
		case errs.Is(no, errs.Forbidden), errs.Is(no, errs.Invalid), errs.Is(no, errs.NotFound), errs.Is(no, errs.Gone):
		default: // had no effect
			l.Moving = before
			if errs.Is(no, errs.SignedOut) {
				t.host.State, t.refusal = meeting.GrantDead, no
				return outcome{}, true, t.save(ctx, "")
			}
			return t.failed(no), false, t.save(ctx, "")
		}
	}
	m, shown, err := t.shownFor(ctx, host)
	switch {
	case shown:
		t.holdFor(m)
	case no == nil:
		return t.failed(err), false, nil
	default:
		if _, theirs, _ := t.shownFor(ctx, meeting.Host{Grant: host.Grant, Email: before}); theirs && before != "" {
			l.Host = before
		}
		t.refusal, l.HostKept, l.Moving = no, host.Email, ""
	}
	return outcome{}, true, t.save(ctx, "")
}

// shownFor reads the link's meeting as somebody's, and reports whether it is.
func (t *turn) shownFor(ctx context.Context, host meeting.Host) (m meeting.Meeting, theirs bool, err error) {
	if host.Email == "" {
		return m, false, nil
	}
	m, err = t.webex.Meeting(ctx, host, t.link.Meeting)
	email := strings.ToLower(m.HostEmail)
	if err == nil && (email == host.Email || host == t.host.Host() && slices.Contains(t.host.Aliases, email)) {
		return m, true, nil
	}
	if err == nil || errs.Is(err, errs.NotFound) {
		err = errs.New(errs.Unavailable, "the reassigned meeting is not shown yet")
	}
	return m, false, err
}

// holdFor gives the link's meeting to the present host. The event is written to
// only if its join details are others now.
func (t *turn) holdFor(m meeting.Meeting) {
	l := t.link
	l.Grant, l.Host, l.HostKept, l.Moving = t.host.ID, t.host.HostEmail, "", ""
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
