package plan

import (
	"maps"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

// Times of the rules.
const (
	secondRead = time.Minute // between two reads that see join details missing
	putBack    = time.Hour   // between two repairs of a block
	perHour    = 3           // body writes to one event
	perDay     = 10
)

// Event plans for one event of one mailbox.
func Event(in Input) []Action {
	e, link := in.Event, in.Link
	if link != nil && link.State == meeting.LinkEnded && link.Asks() {
		return []Action{in.serve(nil, "")}
	}
	if e == nil {
		return gone(in)
	}
	if !e.IsOrganizer {
		return nil // nothing is ever written to an event that is not ours
	}
	if link == nil && in.Alone == nil && !in.Single && e.OfSeries() {
		return nil // judged by its master
	}
	in.series = in.repeats()
	switch p := in.series; {
	case p != nil && p.Empty && link != nil && link.State == meeting.LinkLinked:
		return end(in, meeting.EventCancelled)
	case p != nil && p.Cut && link != nil && link.State == meeting.LinkLinked:
		return cut(in)
	case link != nil && link.State == meeting.LinkLinked && e.Type == meeting.Occurrence && in.InSeries && !in.Body.has(link.Key):
		return end(in, meeting.BackInSeries)
	case link != nil && link.State == meeting.LinkLinked && e.Type == meeting.SingleInstance && !e.End.After(in.Now) && in.repeatsOn():
		return cut(in) // it repeats no longer, and its only date is over
	case p != nil && (p.Over || p.Empty), p == nil && e.Type != meeting.SeriesMaster && !e.End.After(in.Now):
		return over(in)
	}
	if e.IsCancelled {
		return end(in, meeting.EventCancelled)
	}
	for _, first := range []func() []Action{in.settleHost, in.bind, in.obey, in.answer} {
		if actions := first(); actions != nil {
			return actions
		}
	}
	if frozen(e) {
		return nil // the invitation is not sent yet; sending it notifies us
	}
	switch {
	case link != nil && link.State == meeting.LinkLinked:
		return linked(in)
	case link != nil && link.State == meeting.LinkEnding:
		return finish(in)
	}
	return unlinked(in)
}

// over plans for an event that is over: nothing is written to it, nor is its
// meeting deleted, unless nobody can ever have heard of that.
func over(in Input) []Action {
	link := in.Link
	switch {
	case link == nil:
		return nil
	case link.State == meeting.LinkLinked && unheard(link, in.Now):
		return end(in, meeting.EventOver)
	case link.Asks():
		return []Action{in.serve(nil, "")}
	}
	return nil
}

// repeatsOn reports whether Webex still shows dates to come of the link's series.
func (in Input) repeatsOn() bool {
	h := in.Link.Rhythm
	if h == nil || h.Rule == "" {
		return false
	}
	zone, err := time.LoadLocation(h.Zone)
	if err != nil {
		zone = time.UTC
	}
	from := meeting.DateOf(in.Now.In(zone))
	if !from.At(h.Clock, zone, meeting.FirstReading).Add(h.Length).After(in.Now) {
		from++
	}
	anchor := recur.FromStart
	if h.FromFirst {
		anchor = recur.FromFirst
	}
	return outlasts(*h, anchor, from)
}

// cut plans for a series of which no date is left because somebody ended it: what
// Webex still shows of it would be a second meeting beside whatever came instead.
func cut(in Input) []Action {
	if p := in.blind(); p != "" {
		return in.waitForPerson(p)
	}
	if actions := in.settleHost(); actions != nil {
		return actions
	}
	note := Action{Do: Note, Reason: meeting.SeriesCut, State: meeting.LinkEnded, Text: in.Event.Location}
	if in.Link.Options.Room() {
		return []Action{note}
	}
	return []Action{{Do: Delete, Reason: meeting.SeriesCut}, note}
}

// unheard reports whether the meeting is still to come and its event never
// showed it.
func unheard(l *meeting.Link, now time.Time) bool {
	return l.ShownAt.IsZero() && l.Got.End.After(now)
}

// gone plans for an event that two signs say is deleted.
func gone(in Input) []Action {
	if in.Link == nil {
		return nil
	}
	return end(in, meeting.EventGone)
}

// end takes a meeting away and ends the link, unless both event and meeting are
// over: a meeting that ran early may not have followed its event. The row stays: a restored event
// finds its key known, and a keyword acts once per location text. One whose
// meeting the event never showed has not acted.
func end(in Input, why meeting.Reason) []Action {
	link := in.Link
	if link == nil || link.State == meeting.LinkEnded {
		return nil
	}
	var actions []Action
	if link.State != meeting.LinkWished && !link.Options.Room() && (link.Ends.IsZero() || link.Ends.After(in.Now) || link.Got.End.After(in.Now)) {
		if p := in.blind(); p != "" {
			return in.waitForPerson(p)
		}
		if first := in.settleHost(); first != nil {
			return first
		}
		actions = append(actions, Action{Do: Delete, Reason: why})
	}
	if why == meeting.BlockRemoved || why == meeting.RemovedInPane {
		actions = append(actions, in.untell()...)
	}
	actions = append(actions, in.retire()...)
	var text string
	switch {
	case why == meeting.RemovedInPane && in.Event != nil && in.Event.Location != link.Join.WebLink:
		text = in.Event.Location // no keyword in it makes it again
	case why == meeting.RemovedInPane, link.ShownAt.IsZero():
	case in.Event != nil:
		text = in.Event.Location
	default:
		text = link.Location
	}
	return append(actions, Action{Do: Note, Reason: why, State: meeting.LinkEnded, Text: text})
}

// retire plans the deletion of the meetings that the event had before.
func (in Input) retire() (actions []Action) {
	for _, former := range in.Link.Former {
		actions = append(actions, Action{Do: Retire, Reason: meeting.FormerMeeting, Former: former})
	}
	return actions
}

// finish ends a deletion whose end is not known, though the event is back: its
// meeting may be gone, or go at any moment, so it is not kept. Without a text
// that the link has acted on the event is then judged like one that is new.
func finish(in Input) []Action {
	if in.Link.Removing() {
		return end(in, meeting.RemovedInPane)
	}
	if p := in.blind(); p != "" {
		return in.waitForPerson(p)
	}
	actions := append([]Action{{Do: Delete, Reason: meeting.LostDelete}}, in.retire()...)
	return append(actions, Action{Do: Note, Reason: meeting.LostDelete, State: meeting.LinkEnded})
}

// unlinked plans for an event without a meeting.
func unlinked(in Input) []Action {
	e, link := in.Event, in.Link
	// One that ended with its series has the join details of the restored one.
	if in.Alone != nil && (link == nil || link.State == meeting.LinkWished || link.State == meeting.LinkEnded && in.Body.has(in.Alone.Key)) {
		return in.again(meeting.StandsAlone, in.Alone)
	}
	if len(in.Body.Keys) > 0 {
		if link != nil && in.Body.has(link.Key) { // restored, or its removal undone
			return in.again(meeting.BlockMissing, link)
		}
		return foreignKey(in)
	}
	wish, text := in.wish()
	switch {
	case wish == meeting.NoWish:
		if link != nil && link.State == meeting.LinkWished {
			return end(in, meeting.BlockRemoved)
		}
		return nil
	case link != nil && link.State == meeting.LinkEnded && link.Location == e.Location:
		return nil // the keyword has acted on this text
	case in.Draft != nil:
		return nil // it is what the keyword asks for; whatever becomes of it is looked at
	case wish == meeting.Space:
		return in.problem(meeting.ProblemNoSpace, text)
	case in.Body.Foreign:
		return in.problem(meeting.ProblemForeignLink, text)
	case wish == meeting.PersonalRoom:
		return in.room(meeting.ByKeyword, text)
	}
	return in.create(meeting.ByKeyword, text)
}

// wish reads the keyword, or remembers it where our own sentence replaced it.
func (in Input) wish() (meeting.Wish, string) {
	if in.Account.KeywordsOff {
		return meeting.NoWish, ""
	}
	text := in.text()
	return in.Settings.Wish(text), text
}

// text is what a person wrote into the location.
func (in Input) text() string {
	if meeting.IsNotAdded(in.Event.Location) && in.Link != nil && in.Link.State == meeting.LinkWished {
		return in.Link.Location
	}
	return in.Event.Location
}

// foreignKey plans for an event without a meeting whose block is another
// event's, or nobody's.
func foreignKey(in Input) []Action {
	switch {
	case in.Owner == nil && in.Found != nil:
		return []Action{{Do: Relink, Reason: meeting.BlockKnownAgain}}
	case in.Owner == nil:
		return in.problem(meeting.ProblemUnknownBlock, in.Event.Location)
	case in.Owner.Mailbox != in.Account.ID && !in.copies():
		return nil // a key of another mailbox gives no right whatever
	case in.Event.OfSeries() && in.Owner.Event == in.Event.Series:
		return nil // the series' own
	case in.Owner.Event.IsDraft() && in.Owner.Asked.Remove:
		return in.takenOut()
	case in.OwnerGone && in.Owner.Mailbox == in.Account.ID && in.Owner.State == meeting.LinkLinked:
		return []Action{{Do: Adopt, Reason: meeting.EventMoved, Link: in.Owner}}
	}
	return in.again(meeting.EventCopied, in.Owner)
}

// again plans join details of the same kind as the link's.
func (in Input) again(why meeting.Reason, like *meeting.Link) []Action {
	if like.Options.Room() {
		return in.room(why, in.text())
	}
	return in.create(why, in.text())
}

// room plans to give the event the host's Personal Room. It needs no times: a
// room is always there.
func (in Input) room(why meeting.Reason, text string) []Action {
	p := in.hostless()
	if l := in.Link; p == "" && l != nil && l.State == meeting.LinkWished && l.Problem == meeting.ProblemPersonalRoom &&
		l.Grant == in.Host.ID && l.Location == text {
		p = l.Problem // asked for again when the text, or the grant, changes
	}
	if p != "" {
		return in.problem(p, text)
	}
	return []Action{{Do: Room, Reason: why}}
}

// hostless tells why there is nobody to hold a meeting.
func (in Input) hostless() meeting.Reason {
	switch {
	case in.Host.ID == "" && in.Authority == meeting.TenantWide:
		return meeting.ProblemNoHost
	case in.Host.ID == "":
		return meeting.ProblemWebexNotLinked
	case in.Host.State != meeting.GrantLive:
		return meeting.ProblemSignedOut
	}
	return ""
}

// copies reports whether the event is to have a meeting of its own though its
// block is another mailbox's: somebody copied an invitation and invited people.
func (in Input) copies() bool {
	return in.Settings.CopyReceived && len(in.Event.Attendees) > 0
}

// create plans a meeting of the event's own.
func (in Input) create(why meeting.Reason, text string) []Action {
	shape, ok := in.shape()
	switch {
	case !ok:
		return in.problem(meeting.ProblemTooLong, text)
	case in.series != nil && in.series.Problem != "":
		return in.problem(in.series.Problem, text)
	case in.hostless() != "":
		return in.problem(in.hostless(), text)
	case in.series != nil && in.series.Ask:
		return []Action{{Do: Expand, Reason: meeting.SeriesDates}}
	}
	var rhythm *meeting.Rhythm
	if p := in.series; p != nil {
		shape, rhythm = p.at(shape), &p.Rhythm
	}
	if l := in.Link; l != nil && l.State == meeting.LinkWished && refused(l.Problem) &&
		l.Grant == in.Host.ID && l.Refused.Equal(shape) && !in.recoded() {
		return in.problem(l.Problem, text) // tried again when the event, or the grant, changes
	}
	spec := meeting.MeetingSpec{Shape: notBefore(shape, in.Now), Site: in.Host.Site}
	if like := in.like(); like != nil && !like.Options.Room() {
		spec.Options = like.Options
	}
	return []Action{{Do: Create, Reason: why, Spec: spec, Wanted: shape, Goal: shape, Rhythm: rhythm}}
}

func refused(p meeting.Reason) bool {
	switch p {
	case meeting.ProblemRefused, meeting.ProblemForbidden, meeting.ProblemUnseen, meeting.ProblemPassword, meeting.ProblemTrackingCode:
		return true
	}
	return false
}

// recoded reports whether the person prefers other tracking codes than when a
// meeting was refused for want of some.
func (in Input) recoded() bool {
	return in.Link.Problem == meeting.ProblemTrackingCode && !maps.Equal(in.Preferred, in.Link.Options.TrackingCodes)
}

func (in Input) shape() (meeting.Shape, bool) { return in.shapeOf(*in.Event) }

// shapeOf is what the meeting of an event should be that has Link's, or would.
func (in Input) shapeOf(e meeting.Event) (meeting.Shape, bool) {
	shape, ok := meeting.ShapeOf(e, in.Account, in.aliases(), in.Settings.PrivateTitle)
	if like := in.like(); like != nil {
		shape = shape.WithCoHosts(like.Options, in.aliases())
	}
	return shape, ok
}

// aliases are the addresses of who holds the meeting, or would.
func (in Input) aliases() []string {
	switch {
	case in.made():
		return in.Maker.Aliases
	case in.hostKept():
		return []string{in.Link.Host}
	}
	return in.Host.Aliases
}

// like is the link whose options the event's meeting has.
func (in Input) like() *meeting.Link {
	if in.Link == nil {
		return in.Alone
	}
	return in.Link
}

// made reports whether Link's meeting is Maker's.
func (in Input) made() bool {
	return in.Maker.ID != "" && in.Link != nil && in.Link.State != meeting.LinkWished && in.Link.Grant == in.Maker.ID
}

// notBefore moves a running event's meeting to the next minute, for ten
// minutes at the least: Webex refuses a start in the past.
func notBefore(s meeting.Shape, now time.Time) meeting.Shape {
	if s.Start.After(now) {
		return s
	}
	s.Start = now.UTC().Truncate(time.Minute).Add(time.Minute)
	if s.End.Sub(s.Start) < meeting.MinDuration {
		s.End = s.Start.Add(meeting.MinDuration)
	}
	return s
}

// problem stores a wish that cannot be met, and tells where the person looks
// if nobody else would be mailed.
func (in Input) problem(p meeting.Reason, text string) []Action {
	e, link := in.Event, in.Link
	var actions []Action
	if link == nil || link.State != meeting.LinkWished || link.Problem != p || link.Location != text {
		actions = append(actions, Action{Do: Note, Reason: p, State: meeting.LinkWished, Problem: p, Text: text})
	}
	told := meeting.NotAdded(in.PublicURL)
	if len(e.Attendees) == 0 && len(in.Body.Keys) == 0 && meeting.ReadWish(e.Location) != meeting.NoWish &&
		meeting.LocationIsOurs(e.Location) && e.Location != told {
		actions = append(actions, Action{Do: Show, Reason: p, Location: &told})
	}
	return actions
}
