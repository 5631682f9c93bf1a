package plan_test

import (
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// TestReassign: a meeting goes to the mailbox's new host before anything else is
// done to it; one that Webex keeps back follows its event all the same.
func TestReassign(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*plan.Input)
		want   plan.Do // of the first action; empty: none
	}{
		"another host":                     {func(*plan.Input) {}, plan.Reassign},
		"and the event changed":            {func(in *plan.Input) { in.Event.Subject = "Retro" }, plan.Reassign},
		"the same host":                    {func(in *plan.Input) { in.Link.Host = in.Host.HostEmail }, ""},
		"Webex kept it back, that is told": {func(in *plan.Input) { in.Link.HostKept = in.Host.HostEmail }, plan.Note},
		"once":                             {func(in *plan.Input) { in.Link.HostKept, in.Link.Problem = in.Host.HostEmail, meeting.ProblemHostKept }, ""},
		"and it follows":                   {func(in *plan.Input) { in.Link.HostKept, in.Event.Subject = in.Host.HostEmail, "Retro" }, plan.Update},
		"kept back from the host before":   {func(in *plan.Input) { in.Link.HostKept = "former@contoso.example" }, plan.Reassign},
		"the host of before is back": {func(in *plan.Input) {
			in.Link.Host, in.Link.HostKept, in.Link.Problem = in.Host.HostEmail, "eva@contoso.example", meeting.ProblemHostKept
		}, plan.Note},
		"of another grant":                      {func(in *plan.Input) { in.Link.Grant = "older" }, ""},
		"a person's own":                        {func(in *plan.Input) { in.Link.Host = "" }, ""},
		"a mailbox that its person connected":   {func(in *plan.Input) { in.Authority = meeting.Individual }, ""},
		"the organisation's grant is dead":      {func(in *plan.Input) { in.Host.State = meeting.GrantDead }, ""},
		"nobody knows whose it is":              {func(in *plan.Input) { in.Link.Host, in.Link.Moving = in.Host.HostEmail, "bo@contoso.example" }, plan.Reassign},
		"nor before it is deleted":              {func(in *plan.Input) { in.Event, in.Link.Moving = nil, "bo@contoso.example" }, plan.Reassign},
		"a Personal Room":                       {func(in *plan.Input) { in.Link.Options.Kind = meeting.RoomKind }, ""},
		"over":                                  {func(in *plan.Input) { in.Now = in.Event.End.Add(time.Hour) }, ""},
		"the event is gone, and so it goes":     {func(in *plan.Input) { in.Event = nil }, plan.Delete},
		"the join details were taken out of it": {func(in *plan.Input) { in.Body, in.Event.Location = plan.Body{}, "" }, plan.Note},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := reassignable()
			test.change(&in)
			actions := plan.Event(in)
			var first plan.Do
			if len(actions) > 0 {
				first = actions[0].Do
			}
			if first != test.want || first == plan.Reassign && (len(actions) != 1 || actions[0].Reason != meeting.HostChanged) {
				t.Errorf("%+v, want %q first", actions, test.want)
			}
			if dry := (plan.Policy{DryRun: true}).Filter(in, actions); first == plan.Reassign && (len(dry) != 1 || dry[0].Do != plan.Wait) {
				t.Errorf("in a dry run %+v, want a wait", dry)
			}
		})
	}
}

// TestInviteesOfFormerHost: who hosts is not invited, who hosted before is.
func TestInviteesOfFormerHost(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]bool{"handed over": false, "kept back": true} {
		in := reassignable()
		in.Event.Attendees = []meeting.Attendee{{Address: "eva@contoso.example"}, {Address: "bo@contoso.example"}}
		want := "bo@contoso.example"
		if kept {
			in.Link.HostKept, in.Link.Problem, want = in.Host.HostEmail, meeting.ProblemHostKept, "eva@contoso.example"
		} else {
			in.Link.Host = in.Host.HostEmail
		}
		actions := plan.Event(in)
		if len(actions) != 1 || actions[0].Do != plan.Invite || len(actions[0].Add) != 1 || actions[0].Add[0].Email != want {
			t.Errorf("%s: %+v, want %s invited alone", name, actions, want)
		}
	}
}

// reassignable is an event in step whose meeting is Bo's, while Eva hosts for the
// mailbox now.
func reassignable() plan.Input {
	start := now.Add(24 * time.Hour)
	event := &meeting.Event{ID: "event", Type: meeting.SingleInstance, IsOrganizer: true, Subject: "Review",
		Start: start, End: start.Add(time.Hour), Zone: "UTC", Location: "https://contoso.webex.com/j"}
	in := plan.Input{Now: now, PublicURL: "https://s.example", Account: meeting.Account{ID: "tenant/desk"}, Authority: meeting.TenantWide, Event: event,
		Host: meeting.Grant{ID: "org", State: meeting.GrantLive, HostEmail: "eva@contoso.example", HostID: "webex-eva", Aliases: []string{"eva@contoso.example"}}}
	shape, _ := meeting.ShapeOf(*event, in.Account, nil, "")
	in.Link = &meeting.Link{Mailbox: "tenant/desk", Event: "event", Key: "key", State: meeting.LinkLinked, Meeting: "m", Grant: "org", Host: "bo@contoso.example",
		Join: meeting.Join{WebLink: "https://contoso.webex.com/j"}, Wanted: shape, Got: shape, ShownAt: now.Add(-time.Hour), Starts: start, Ends: event.End}
	in.Body = plan.Body{Keys: []meeting.LinkKey{"key"}, Current: true}
	return in
}
