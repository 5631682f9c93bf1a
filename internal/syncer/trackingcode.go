package syncer

import (
	"context"
	"maps"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// codesKey is whose meetings at which site say something by tracking codes.
type codesKey struct {
	host meeting.Host
	site string
}

// preferred are the tracking codes of the person's preferences.
func (t *turn) preferred(ctx context.Context) (map[string]string, error) {
	p, err := t.Store.Preferences(ctx, t.claim.Mailbox)
	return p.Options.TrackingCodes, err
}

// given are the tracking codes that the meeting is asked for with. Who typed a
// keyword, or had no value that the site takes, means those of the preferences.
func (t *turn) given(spec meeting.MeetingSpec, preferred map[string]string) map[string]string {
	given := spec.Options.TrackingCodes
	if !t.work.Event.IsDraft() && (len(given) == 0 || t.link != nil && t.link.Problem == meeting.ProblemTrackingCode) {
		return preferred
	}
	return given
}

// makeMeeting makes the meeting, with the tracking codes that its site wants. The
// site is asked for them only after it refused a meeting: most want none. How Webex
// refuses one that lacks them is not documented, so whatever it says, what the site
// requires tells. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (t *turn) makeMeeting(ctx context.Context, spec *meeting.MeetingSpec, preferred map[string]string) (meeting.Meeting, error) {
	host, key := t.host.Host(), codesKey{t.host.Host(), spec.Site}
	given := t.given(*spec, preferred)
	spec.Options.TrackingCodes = given
	missing := &errs.Error{Kind: errs.Invalid, Code: codeTracking, Message: "a tracking code that the site requires has no value"}
	if codes, known := t.codes.get(key, t.Clock.Now()); known {
		filled, ok := meeting.FillTrackingCodes(codes, given, preferred)
		if !ok {
			return meeting.Meeting{}, missing // a refused create counts against the day's quota
		}
		spec.Options.TrackingCodes = filled
	}
	m, err := t.webex.CreateMeeting(ctx, host, *spec)
	if !errs.Is(err, errs.Invalid) || errs.CodeOf(err) == codePassword {
		return m, err
	}
	codes, unread := t.webex.TrackingCodes(ctx, host, spec.Site)
	switch {
	case errs.Is(unread, errs.Forbidden), errs.Is(unread, errs.Invalid), errs.Is(unread, errs.NotFound):
		return m, err // a site that does not tell requires none that we could know
	case unread != nil:
		return m, unread
	}
	t.codes.put(key, codes, t.Clock.Now(), offerFresh)
	filled, ok := meeting.FillTrackingCodes(codes, given, preferred)
	switch {
	case !ok:
		return m, missing
	case maps.Equal(filled, spec.Options.TrackingCodes):
		return m, err // it was refused for something else
	}
	spec.Options.TrackingCodes = filled
	return t.webex.CreateMeeting(ctx, host, *spec)
}
