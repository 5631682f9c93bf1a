package syncer_test

import (
	"context"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// reassigning is a desk whose meeting is the former host's.
type reassigning struct {
	*desk
	holder string // of the meeting, at Webex
	link   string // join link, at Webex
	refuse error  // of the reassignment
	lost   bool   // its answer gets lost
	hidden bool   // the meeting is not shown yet
}

func newReassigning(t *testing.T) *reassigning {
	r := &reassigning{desk: newDesk(t), holder: "bo@contoso.example", link: "https://contoso.webex.com/j"}
	former := organisation()
	former.HostEmail, former.HostID = r.holder, "webex-bo"
	r.linked(former)
	r.desk.link.SiteURL = "contoso.webex.com"
	r.desk.Syncer.Config.Meetings, r.desk.Syncer.Config.Store = r, r
	return r
}

func (r *reassigning) ReassignHost(_ context.Context, h meeting.Host, site string, id meeting.MeetingID) error {
	r.call("reassign %s of %s to %s", id, site, h.Email)
	if r.refuse != nil {
		return r.refuse
	}
	r.holder = h.Email
	if r.lost {
		r.lost = false
		return errs.New(errs.Uncertain, "no answer")
	}
	return nil
}

func (r *reassigning) BlockIdentity(context.Context, string, time.Time) error { return nil }

func (r *reassigning) Meeting(_ context.Context, h meeting.Host, id meeting.MeetingID) (meeting.Meeting, error) {
	if h.Email != r.holder || r.hidden {
		return meeting.Meeting{}, errs.New(errs.NotFound, "not theirs")
	}
	return meeting.Meeting{ID: id, HostEmail: r.holder, SiteURL: "contoso.webex.com", Join: meeting.Join{WebLink: r.link}}, nil
}

func (r *reassigning) MeetingByLink(_ context.Context, _ meeting.Host, link string) (meeting.Meeting, error) {
	if link != r.link || r.hidden {
		return meeting.Meeting{}, errs.New(errs.NotFound, "none")
	}
	return meeting.Meeting{ID: "meeting", HostEmail: r.holder}, nil
}

func (r *reassigning) UpdateMeeting(ctx context.Context, h meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (meeting.Meeting, error) {
	if h.Email != r.holder {
		r.t.Errorf("changed for %s, while %s holds it", h.Email, r.holder)
	}
	return r.desk.UpdateMeeting(ctx, h, id, patch)
}

const moves = "reassign meeting of contoso.webex.com to ana@contoso.example"

// TestReassigned: the meeting goes to the new host, whatever happens on the way,
// and then nothing is written.
func TestReassigned(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*reassigning)
		want   string
		holder string
		after  meeting.Reason // the problem
	}{
		"in one call": {func(*reassigning) {}, moves, "ana@contoso.example", ""},
		"before it is changed": {func(r *reassigning) { r.event.Subject = "Retro" },
			moves + ", update with organisation for ana@contoso.example", "ana@contoso.example", ""},
		"with another join link": {func(r *reassigning) { r.link = "https://contoso.webex.com/new" },
			moves + ", write event", "ana@contoso.example", ""},
		"the answer got lost":        {func(r *reassigning) { r.lost = true }, moves + ", " + moves, "ana@contoso.example", ""},
		"a crash after it was begun": {func(r *reassigning) { r.desk.link.Moving = "ana@contoso.example" }, moves, "ana@contoso.example", ""},
		"the host of before is back, and nobody knows whose it is": {func(r *reassigning) {
			r.holder, r.desk.link.Host, r.desk.link.Moving = "eva@contoso.example", "ana@contoso.example", "eva@contoso.example"
		}, moves, "ana@contoso.example", ""},
		"refused, and it had moved to another": {func(r *reassigning) {
			r.holder, r.desk.link.Moving, r.refuse = "eva@contoso.example", "eva@contoso.example", errs.New(errs.Forbidden, "unfit")
		}, moves, "eva@contoso.example", meeting.ProblemHostKept},
		"a crash before it was noted": {func(r *reassigning) { r.holder = "ana@contoso.example" }, "", "ana@contoso.example", ""},
		"not shown for a while": {func(r *reassigning) { r.hidden = true },
			moves, "ana@contoso.example", ""},
		"refused": {func(r *reassigning) { r.refuse = errs.New(errs.Forbidden, "unfit") }, moves, "bo@contoso.example", meeting.ProblemHostKept},
		"refused, and it follows": {func(r *reassigning) { r.refuse, r.event.Subject = errs.New(errs.Invalid, "400"), "Retro" },
			moves + ", update with organisation for bo@contoso.example", "bo@contoso.example", meeting.ProblemHostKept},
		"refused, since it is theirs already": {func(r *reassigning) {
			r.holder, r.refuse, r.desk.link.WroteAt = "ana@contoso.example", errs.New(errs.Invalid, "already"), r.clock.Now()
		}, moves, "ana@contoso.example", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReassigning(t)
			test.change(r)
			r.look()
			r.hidden = false
			r.look()
			r.look()
			l := r.desk.link
			if r.called() != test.want || l.Host != test.holder || r.holder != test.holder || l.Problem != test.after || l.State != meeting.LinkLinked {
				t.Errorf("%q, then the link is for %s, the meeting of %s, problem %q; want %q for %s", r.called(), l.Host, r.holder, l.Problem, test.want, test.holder)
			}
			if l.Join.WebLink != r.link {
				t.Errorf("join link = %s, want %s", l.Join.WebLink, r.link)
			}
		})
	}
}

// TestReassignWaits: what passes by itself is tried again, and the meeting is
// not given up for it.
func TestReassignWaits(t *testing.T) {
	t.Parallel()
	for kind, want := range map[errs.Kind]meeting.Reason{
		errs.InProgress: meeting.WaitInProgress, errs.Throttled: meeting.WaitThrottled, errs.Unavailable: meeting.WaitUnavailable,
		errs.SignedOut: "", // the sweep after the next connection finds it
	} {
		r := newReassigning(t)
		r.refuse = errs.New(kind, "later")
		r.grants[r.host.ID] = r.host
		r.look()
		if waits := append(r.waiting, ""); waits[0] != want || r.desk.link.HostKept != "" || r.desk.link.Host != "bo@contoso.example" {
			t.Errorf("%s: waits %v, link %+v", kind, r.waiting, r.desk.link)
		}
		r.refuse = nil
		r.look()
		if r.desk.link.Host != "ana@contoso.example" || r.desk.link.Problem != "" {
			t.Errorf("%s: afterwards the link is for %s, problem %q", kind, r.desk.link.Host, r.desk.link.Problem)
		}
	}
}

// TestReassignFound: a sweep finds the meetings of the former host, save those
// that Webex keeps back.
func TestReassignFound(t *testing.T) {
	t.Parallel()
	r := newReassigning(t)
	for _, step := range []struct {
		host, kept, want string
	}{
		{"ana@contoso.example", "", "mark event"}, {"ana@contoso.example", "ana@contoso.example", ""}, {"eva@contoso.example", "ana@contoso.example", "mark event"},
		{"bo@contoso.example", "", ""},
	} {
		r.calls, r.host.HostEmail, r.desk.link.HostKept = nil, step.host, step.kept
		r.claim.SweepDue, r.claim.SweptAt = r.clock.Now(), r.clock.Now().Add(-time.Minute)
		r.turn()
		if r.called() != step.want {
			t.Errorf("host %s, kept back from %q: a sweep did %q, want %q", step.host, step.kept, r.called(), step.want)
		}
	}
}
