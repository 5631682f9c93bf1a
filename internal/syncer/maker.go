package syncer

import (
	"context"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// maker returns the grant that a meeting of the mailbox was made with, the zero
// value if it is gone.
func (r *round) maker(ctx context.Context, id meeting.GrantID) (meeting.Grant, error) {
	if id == r.host.ID || id == "" {
		return r.host, nil
	}
	if g, known := r.makers[id]; known {
		return g, nil
	}
	g, err := r.Store.GrantByID(ctx, id)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return g, err
	}
	r.makers[id] = g
	return g, nil
}

// payer returns whose budget a call is taken from.
func (r *round) payer(host meeting.Host) meeting.Grant {
	if g, ok := r.makers[host.Grant]; ok && host.Email == "" && g.SubjectID != "" {
		return g
	}
	return r.host
}

// actsFor reports whether the mailbox's host is the same Webex person as made
// something with another grant, for hostEmail if that is not empty. Meetings
// belong to the person: whoever may act for the person sees and changes them.
func (r *round) actsFor(ctx context.Context, made meeting.Host) (bool, error) {
	if r.host.State != meeting.GrantLive || made.Grant == "" {
		return false, nil
	}
	if made.Email != "" {
		return slices.Contains(r.host.Aliases, strings.ToLower(made.Email)), nil
	}
	g, err := r.maker(ctx, made.Grant)
	if err != nil {
		return false, err
	}
	if g.ID == "" { // deleted since: its id says whose it was
		return made.Grant == meeting.NewGrantID(r.claim.Mailbox, meeting.Webex, r.host.Person()), nil
	}
	return g.Person() == r.host.Person(), nil
}

// holdsMeeting reports whether the link's meeting is the mailbox's present
// host's, whoever it was made for. In an organisation an address says little:
// who was renamed in Webex keeps the meetings, and the old address may be
// nobody's. So Webex is asked whose the meeting is.
func (t *turn) holdsMeeting(ctx context.Context) (bool, error) {
	same, err := t.actsFor(ctx, t.made())
	if err != nil || same || t.made().Email == "" || t.link.Grant != t.host.ID || t.host.State != meeting.GrantLive {
		return same, err
	}
	if t.Clock.Since(t.link.WroteAt) < meeting.WebexLag {
		return false, nil // a read may show whose it was before
	}
	m, err := t.webex.MeetingByLink(ctx, t.host.Host(), t.link.Join.WebLink)
	if err != nil {
		return false, nil // as far as can be known now; the next change, or sweep, asks again
	}
	return m.ID == t.link.Meeting && slices.Contains(t.host.Aliases, strings.ToLower(m.HostEmail)), nil
}

// takeOver gives the link's meeting to the mailbox's present host if that is the
// same Webex person: who connected before the administrator did, goes on alone
// afterwards or was renamed loses no meeting.
func (t *turn) takeOver(ctx context.Context) error {
	l := t.link
	if l == nil || l.Meeting == "" || l.Moving != "" || t.made() == t.host.Host() {
		return nil
	}
	same, err := t.holdsMeeting(ctx)
	if err != nil || !same {
		return err
	}
	l.Grant, l.Host, l.HostKept = t.host.ID, t.host.HostEmail, ""
	switch l.Problem {
	case meeting.ProblemUnseen, meeting.ProblemSignedOut, meeting.ProblemForbidden: // said to who it was before
		l.Problem = ""
	}
	t.did = append(t.did, "take over")
	return t.save(ctx, "")
}

// own returns the person's own grant that made the link's meeting, if it is not
// the host's: it stays good for that meeting.
func (t *turn) own(ctx context.Context) (meeting.Grant, error) {
	if t.link == nil || t.link.Meeting == "" || t.link.Grant == t.host.ID {
		return meeting.Grant{}, nil
	}
	g, err := t.maker(ctx, t.link.Grant)
	if err != nil || g.Account != t.claim.Mailbox {
		return meeting.Grant{}, err
	}
	return g, nil
}
