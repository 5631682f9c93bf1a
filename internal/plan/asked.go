package plan

import (
	"maps"
	"slices"
	"time"

	"webex-scheduler/internal/meeting"
)

const (
	// paneWrites is how long who has the event open has for writing it.
	paneWrites = 10 * time.Minute
	// refusalStands is how long the refusal of what was asked is told.
	refusalStands = time.Hour
)

// serve answers what was asked: the options are as they shall be, if any are
// given; with a problem they stay as they were.
func (in Input) serve(options *meeting.Options, p meeting.Reason) Action {
	return Action{Do: Serve, Reason: meeting.OptionsChanged, Served: in.Link.Asked.Revision, Options: options, Problem: p}
}

// answer plans what was asked of a meeting, but not that it goes. It needs no
// event: the meeting follows that on its own.
func (in Input) answer() []Action {
	link := in.Link
	if link == nil || !link.Asks() || link.Asked.Remove {
		return nil
	}
	options := asked(link)
	serve := in.serve(&options, "")
	if link.State != meeting.LinkLinked || link.Options.Room() {
		return []Action{serve}
	}
	patch, cohosts := changed(link.Options, options), !slices.Equal(link.Options.CoHosts, options.CoHosts)
	if patch == nil && !cohosts {
		return []Action{serve}
	}
	if p := in.blind(); p != "" {
		return []Action{in.serve(nil, p)}
	}
	var actions []Action
	if patch != nil {
		actions = append(actions, Action{Do: Update, Reason: meeting.OptionsChanged, Patch: meeting.MeetingPatch{Options: patch}, Wanted: link.Wanted, Goal: link.Refused})
	}
	if cohosts {
		after := link.Wanted.Sure().WithCoHosts(options, in.aliases())
		if add, _ := meeting.InviteeDiff(link.Wanted.Invitees, after.Invitees); len(add) > 0 {
			actions = append(actions, Action{Do: Invite, Reason: meeting.OptionsChanged, Add: add, Wanted: after, Goal: link.Refused})
		}
	}
	return append(actions, serve)
}

// asked is how the link's options shall be. Kind, template and who asked for the
// meeting never change, and a password cannot be taken away.
func asked(l *meeting.Link) meeting.Options {
	o := l.Asked.Options
	o.Kind, o.Template, o.Delegate = l.Options.Kind, l.Options.Template, l.Options.Delegate
	if o.Password.Empty() {
		o.Password = l.Options.Password
	}
	return o
}

// changed is what Webex has to be told to get from one to the other; nil: nothing.
func changed(from, to meeting.Options) *meeting.Options {
	patch := meeting.Options{LeaveOutPassword: to.LeaveOutPassword}
	differs := from.LeaveOutPassword != to.LeaveOutPassword
	set := func(field *string, was, is string) {
		if is != "" && is != was {
			*field, differs = is, true
		}
	}
	set(&patch.JoinBeforeHost, from.JoinBeforeHost, to.JoinBeforeHost)
	set(&patch.Lobby, from.Lobby, to.Lobby)
	set(&patch.Audio, from.Audio, to.Audio)
	set(&patch.EntryTone, from.EntryTone, to.EntryTone)
	if !maps.Equal(from.TrackingCodes, to.TrackingCodes) {
		patch.TrackingCodes, differs = map[string]string{}, true // all of them, though there be none
		maps.Copy(patch.TrackingCodes, to.TrackingCodes)
	}
	if to.Password.Reveal() != from.Password.Reveal() {
		patch.Password, differs = to.Password, true
	}
	if !differs {
		return nil
	}
	return &patch
}

// askRefused reports whether what was asked last was refused, not long ago: that
// stands, though the meeting is in step.
func (in Input) askRefused() bool {
	l := in.Link
	return l.Asked.Revision > 0 && !l.Asks() && !l.Asked.Remove && in.Now.Sub(l.Asked.At) < refusalStands && !asked(l).Equal(l.Options)
}

// inPane reports whether somebody has the event open who is about to write what
// changed of the join details.
func (in Input) inPane() bool {
	l := in.Link
	return l.Asked.Revision > 0 && l.Asked.Open && in.Now.Before(l.Asked.At.Add(paneWrites))
}

// obey plans for a meeting that is to go because a person said so in the pane.
// Where the event is open, who has it open takes the join details out, and the
// meeting goes once they are gone.
func (in Input) obey() []Action {
	link, e := in.Link, in.Event
	if link != nil && link.State == meeting.LinkWished && link.Asks() && link.Asked.Remove {
		return end(in, meeting.RemovedInPane)
	}
	if link == nil || link.State != meeting.LinkLinked || !link.Removing() {
		return nil
	}
	shown, located := in.Body.has(link.Key), link.Join.WebLink != "" && e.Location == link.Join.WebLink
	show := Action{Do: Show, Reason: meeting.RemovedInPane, Unblock: shown}
	if none := ""; located {
		show.Location = &none
	}
	switch written := link.Asked.At.Add(paneWrites); {
	case link.Asked.Open && link.Asks():
		return []Action{in.serve(nil, "")}
	case link.Asked.Open && shown:
		return nil // it may be withdrawn
	case link.Asked.Open && located && in.Now.Before(written):
		return []Action{{Do: Wait, Reason: meeting.WaitPane, At: written}}
	case frozen(e) && (shown || located):
		return nil
	case shown || located:
		return append([]Action{show}, end(in, meeting.RemovedInPane)...)
	}
	return end(in, meeting.RemovedInPane)
}

// takenOut plans for the block of a draft that was removed in the pane, if who
// had the event open did not take it out: it leads nowhere.
func (in Input) takenOut() []Action {
	if at := in.Owner.Asked.At.Add(paneWrites); in.Now.Before(at) {
		return []Action{{Do: Wait, Reason: meeting.WaitPane, At: at}}
	}
	show := Action{Do: Show, Reason: meeting.RemovedInPane, Unblock: true}
	if none := ""; meeting.IsJoinLink(in.Event.Location) {
		show.Location = &none
	}
	return []Action{show}
}
