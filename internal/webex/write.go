package webex

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// request is the body of a create or a change. sendEmail is true wherever it
// is not said. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
type request struct {
	Title     *string   `json:"title,omitempty"`
	Start     string    `json:"start,omitempty"`
	End       string    `json:"end,omitempty"`
	Timezone  string    `json:"timezone,omitempty"`
	SiteURL   string    `json:"siteUrl,omitempty"`
	Tags      []string  `json:"integrationTags,omitempty"` // an empty list would clear them
	Invitees  []invitee `json:"invitees,omitempty"`
	HostEmail string    `json:"hostEmail,omitempty"` // on whose behalf
	SendEmail bool      `json:"sendEmail"`
	Template  string    `json:"templateId,omitempty"` // only a create takes it
	// Recurrence is an RRULE value without its name, or null: single from now on.
	Recurrence json.RawMessage `json:"recurrence,omitempty"`
	choices
}

// repeat is a rule on the way to Webex.
func repeat(rule string) json.RawMessage {
	if rule == "" {
		return json.RawMessage("null")
	}
	quoted, err := json.Marshal(rule)
	if err != nil {
		panic(err) // a string can be written
	}
	return quoted
}

// maxInline is how many invitees a create takes.
const maxInline = 1000

// CreateMeeting makes the meeting, with the first 1,000 invitees. The cohosts
// among them are its cohosts; those of the options alone count for nothing. Failed
// creates count against the day's quota too. errs.Uncertain: it may have been
// made; look for its tag.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (c *Client) CreateMeeting(ctx context.Context, host meeting.Host, spec meeting.MeetingSpec) (made meeting.Meeting, err error) {
	defer wrap(&err, "create meeting")
	req := request{Title: &spec.Title, SiteURL: spec.Site, Tags: spec.Tags, HostEmail: host.Email,
		Template: spec.Options.Template, choices: newChoices(spec.Options)}
	if len(spec.Options.TrackingCodes) == 0 {
		req.TrackingCodes = nil // there are none to clear
	}
	if err := req.setTimes(&spec.Start, &spec.End, spec.Zone); err != nil {
		return meeting.Meeting{}, err
	}
	if spec.Rule != "" {
		req.Recurrence = repeat(spec.Rule)
	}
	for _, i := range spec.Invitees[:min(len(spec.Invitees), maxInline)] {
		req.Invitees = append(req.Invitees, newInvitee(i))
	}
	made, err = c.write(ctx, host, wire.Call{
		Op: "create meeting", Method: http.MethodPost, URL: "/v1/meetings", Body: req,
	})
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.NotFound {
		e.Kind = errs.Invalid // a create names nothing that could be missing
	}
	return made, err
}

// UpdateMeeting changes what patch names, of a series or of one occurrence.
// Cohosts are a matter of the invitees. errs.InProgress: not while it runs.
// errs.Invalid with CodeInterval: an occurrence may not be moved there.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
func (c *Client) UpdateMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (changed meeting.Meeting, err error) {
	defer wrap(&err, "update meeting")
	req := request{Title: patch.Title, HostEmail: host.Email}
	if patch.Rule != nil {
		req.Recurrence = repeat(*patch.Rule)
	}
	if o := patch.Options; o != nil {
		req.choices = newChoices(*o)
		req.ExcludePassword = &o.LeaveOutPassword
	}
	if err := req.setTimes(patch.Start, patch.End, patch.Zone); err != nil {
		return meeting.Meeting{}, err
	}
	return c.write(ctx, host, wire.Call{
		Op: "update meeting", Method: http.MethodPatch, URL: meetingPath(id), Body: req,
	})
}

// DeleteMeeting deletes it, or one occurrence; what is gone is success.
// errs.InProgress: not while it runs. https://developer.webex.com/docs/api/v1/meetings/delete-a-meeting
func (c *Client) DeleteMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) (err error) {
	defer wrap(&err, "delete meeting")
	_, err = c.act(ctx, host, wire.Call{
		Op: "delete meeting", Method: http.MethodDelete,
		URL: address(meetingPath(id), url.Values{"sendEmail": {"false"}}, host),
	}, nil)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// write sends a create or change, whose answer is the meeting.
func (c *Client) write(ctx context.Context, host meeting.Host, call wire.Call) (meeting.Meeting, error) {
	var o object
	if _, err := c.act(ctx, host, call, &o); err != nil {
		return meeting.Meeting{}, err
	}
	m, err := o.meeting()
	if err != nil {
		return meeting.Meeting{}, errs.New(errs.Uncertain, "answer: %w", err)
	}
	return m, nil
}

// setTimes writes local times with the offset that the zone has at each of
// them, since Webex refuses others, UTC too.
// https://developer.webex.com/docs/meetings
func (r *request) setTimes(start, end *time.Time, zone string) error {
	if start == nil && end == nil {
		return nil
	}
	if zone == "" {
		zone = "UTC"
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return errs.New(errs.Invalid, "unknown time zone")
	}
	const local = "2006-01-02T15:04:05-07:00"
	r.Timezone = zone
	if start != nil {
		r.Start = start.In(loc).Format(local)
	}
	if end != nil {
		r.End = end.In(loc).Format(local)
	}
	return nil
}
