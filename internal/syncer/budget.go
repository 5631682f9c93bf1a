package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// frugal is Meetings within the budget of one Webex identity, which all
// processes and all mailboxes of that identity share: a refusal with an hour
// stops it once, not every mailbox one by one.
type frugal struct {
	Meetings
	budgets  Budgets
	identity string
	now      func() time.Time
	holds    func() error // the lease still runs
	wrote    func(error)  // is told of each write and its end
}

// unnamedBlock is how long a 429 without a time stops the identity.
const unnamedBlock = 10 * time.Second

// spend makes one call within the budget.
func (f frugal) spend(ctx context.Context, creates int, call func() error) error {
	if err := f.budgets.Spend(ctx, f.identity, 1, creates); err != nil {
		return err
	}
	if err := f.holds(); err != nil {
		return err
	}
	err := call()
	if errs.Is(err, errs.Throttled) {
		until, named := errs.RetryAt(err)
		if !named {
			until = f.now().Add(unnamedBlock)
		}
		if blocked := f.budgets.BlockIdentity(ctx, f.identity, until); blocked != nil {
			return blocked
		}
	}
	return err
}

// write makes one call that changes something.
func (f frugal) write(ctx context.Context, creates int, call func() error) error {
	return f.spend(ctx, creates, func() error {
		err := call()
		f.wrote(err)
		return err
	})
}

func (f frugal) CreateMeeting(ctx context.Context, host meeting.Host, spec meeting.MeetingSpec) (m meeting.Meeting, err error) {
	err = f.write(ctx, 1, func() error { m, err = f.Meetings.CreateMeeting(ctx, host, spec); return err })
	return m, err
}

func (f frugal) UpdateMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (m meeting.Meeting, err error) {
	err = f.write(ctx, 0, func() error { m, err = f.Meetings.UpdateMeeting(ctx, host, id, patch); return err })
	return m, err
}

func (f frugal) DeleteMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) error {
	return f.write(ctx, 0, func() error { return f.Meetings.DeleteMeeting(ctx, host, id) })
}

func (f frugal) MeetingsByTag(ctx context.Context, host meeting.Host, tag string, from, to time.Time) (list []meeting.Meeting, err error) {
	err = f.spend(ctx, 0, func() error { list, err = f.Meetings.MeetingsByTag(ctx, host, tag, from, to); return err })
	return list, err
}

func (f frugal) MeetingByLink(ctx context.Context, host meeting.Host, link string) (m meeting.Meeting, err error) {
	err = f.spend(ctx, 0, func() error { m, err = f.Meetings.MeetingByLink(ctx, host, link); return err })
	return m, err
}

func (f frugal) Invitees(ctx context.Context, host meeting.Host, id meeting.MeetingID) (list []meeting.Invitee, err error) {
	err = f.spend(ctx, 0, func() error { list, err = f.Meetings.Invitees(ctx, host, id); return err })
	return list, err
}

func (f frugal) AddInvitees(ctx context.Context, host meeting.Host, id meeting.MeetingID, add []meeting.Invitee) error {
	return f.write(ctx, 0, func() error { return f.Meetings.AddInvitees(ctx, host, id, add) })
}

func (f frugal) RemoveInvitee(ctx context.Context, host meeting.Host, invitee string) error {
	return f.write(ctx, 0, func() error { return f.Meetings.RemoveInvitee(ctx, host, invitee) })
}
