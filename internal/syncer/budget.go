package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// frugal is Meetings within the budgets of Webex identities, which all processes
// and all mailboxes of an identity share: a refusal with an hour stops it once,
// not every mailbox one by one. An organisation's grant is one identity: its
// administrator's.
type frugal struct {
	Meetings
	budgets Budgets
	payer   func(meeting.Host) meeting.Grant // whose budget a call is taken from
	now     func() time.Time
	holds   func() error // the lease still runs
	wrote   func(error)  // is told of each write and its end
}

// Creates of a day, failed ones included; some room is left for what people do
// elsewhere.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
const (
	personCreates = 98   // of 100
	adminCreates  = 2950 // of 3000
	hostCreates   = 790  // of 800, for one host of an administrator
)

// unnamedBlock is how long a 429 without a time stops the identity.
const unnamedBlock = 10 * time.Second

// spend makes a call that counts as so many within the budget.
func (f frugal) spend(ctx context.Context, host meeting.Host, calls, creates int, call func() error) error {
	payer := f.payer(host)
	if err := f.take(ctx, payer, calls, creates); err != nil {
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
		if blocked := f.budgets.BlockIdentity(ctx, payer.SubjectID, until); blocked != nil {
			return blocked
		}
	}
	return err
}

func (f frugal) take(ctx context.Context, payer meeting.Grant, calls, creates int) error {
	if payer.HostEmail == "" {
		return f.budgets.Spend(ctx, payer.SubjectID, calls, creates, personCreates)
	}
	if err := f.budgets.Spend(ctx, payer.SubjectID, calls, creates, adminCreates); err != nil || creates == 0 {
		return err
	}
	return f.budgets.Spend(ctx, payer.SubjectID+" for "+payer.HostID, 0, creates, hostCreates)
}

// write makes one call that changes something.
func (f frugal) write(ctx context.Context, host meeting.Host, creates int, call func() error) error {
	return f.spend(ctx, host, 1, creates, func() error {
		err := call()
		f.wrote(err)
		return err
	})
}

func (f frugal) CreateMeeting(ctx context.Context, host meeting.Host, spec meeting.MeetingSpec) (m meeting.Meeting, err error) {
	err = f.write(ctx, host, 1, func() error { m, err = f.Meetings.CreateMeeting(ctx, host, spec); return err })
	return m, err
}

func (f frugal) UpdateMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (m meeting.Meeting, err error) {
	err = f.write(ctx, host, 0, func() error { m, err = f.Meetings.UpdateMeeting(ctx, host, id, patch); return err })
	return m, err
}

func (f frugal) ReassignHost(ctx context.Context, host meeting.Host, site string, id meeting.MeetingID) error {
	return f.write(ctx, host, 0, func() error { return f.Meetings.ReassignHost(ctx, host, site, id) })
}

func (f frugal) DeleteMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) error {
	return f.write(ctx, host, 0, func() error { return f.Meetings.DeleteMeeting(ctx, host, id) })
}

func (f frugal) Meeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) (m meeting.Meeting, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { m, err = f.Meetings.Meeting(ctx, host, id); return err })
	return m, err
}

func (f frugal) MeetingsBetween(ctx context.Context, host meeting.Host, from, to time.Time) (list []meeting.Meeting, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { list, err = f.Meetings.MeetingsBetween(ctx, host, from, to); return err })
	return list, err
}

func (f frugal) MeetingsByTag(ctx context.Context, host meeting.Host, tag string, from, to time.Time) (list []meeting.Meeting, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { list, err = f.Meetings.MeetingsByTag(ctx, host, tag, from, to); return err })
	return list, err
}

func (f frugal) MeetingByLink(ctx context.Context, host meeting.Host, link string) (m meeting.Meeting, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { m, err = f.Meetings.MeetingByLink(ctx, host, link); return err })
	return m, err
}

// Occurrences of a year fit on a few pages, which count as one call.
func (f frugal) Occurrences(ctx context.Context, host meeting.Host, series meeting.MeetingID, from, to time.Time) (list []meeting.WebexOccurrence, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { list, err = f.Meetings.Occurrences(ctx, host, series, from, to); return err })
	return list, err
}

func (f frugal) Invitees(ctx context.Context, host meeting.Host, id meeting.MeetingID) (list []meeting.Invitee, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { list, err = f.Meetings.Invitees(ctx, host, id); return err })
	return list, err
}

func (f frugal) AddInvitees(ctx context.Context, host meeting.Host, id meeting.MeetingID, add []meeting.Invitee) error {
	return f.write(ctx, host, 0, func() error { return f.Meetings.AddInvitees(ctx, host, id, add) })
}

func (f frugal) RemoveInvitee(ctx context.Context, host meeting.Host, invitee string) error {
	return f.write(ctx, host, 0, func() error { return f.Meetings.RemoveInvitee(ctx, host, invitee) })
}

func (f frugal) TrackingCodes(ctx context.Context, host meeting.Host, site string) (codes []meeting.TrackingCode, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { codes, err = f.Meetings.TrackingCodes(ctx, host, site); return err })
	return codes, err
}

func (f frugal) Room(ctx context.Context, host meeting.Host) (m meeting.Meeting, err error) {
	err = f.spend(ctx, host, 1, 0, func() error { m, err = f.Meetings.Room(ctx, host); return err })
	return m, err
}

// Joined is two calls: the meeting, and its sessions.
func (f frugal) Joined(ctx context.Context, host meeting.Host, id meeting.MeetingID) (joined bool, err error) {
	err = f.spend(ctx, host, 2, 0, func() error { joined, err = f.Meetings.Joined(ctx, host, id); return err })
	return joined, err
}
