package fakewebex

import "time"

// Answers of the meetings API, as in the samples of
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting. Invitees
// are never part of them, and there is no version or date of change.

// seriesObject is a whole meeting; a single one is a series of one occurrence.
func (s *Server) seriesObject(c *call, v Meeting, zone *time.Location) object {
	o := s.commonObject(c, v, zone)
	o["id"], o["meetingType"], o["state"] = v.ID, "meetingSeries", v.State
	o["start"], o["end"] = render(v.Start, zone), render(v.End, zone)
	if v.Recurrence != "" {
		o["recurrence"] = v.Recurrence
	}
	s.joinMembers(c, o, v, v.ID)
	return o
}

// occurrenceID has the original start in UTC as its suffix.
// https://developer.webex.com/docs/meetings#meeting-series-scheduled-meetings-and-meeting-instances
func (v *Meeting) occurrenceID(original time.Time) string {
	return v.ID + "_" + original.UTC().Format(untilForm)
}

// occurrenceObject is one occurrence; a single meeting has one too.
func (s *Server) occurrenceObject(c *call, m *meeting, v Meeting, one Occurrence, zone *time.Location, at time.Time) object {
	next, live := v.current(at)
	if !live {
		next.ID = ""
	}
	return s.occurrenceOf(c, m, v, one, next.ID, zone, at)
}

// occurrenceOf is occurrenceObject with the id of the occurrence that is on or
// comes next.
func (s *Server) occurrenceOf(c *call, m *meeting, v Meeting, one Occurrence, next string, zone *time.Location, at time.Time) object {
	v.Title, v.Agenda = one.Title, one.Agenda
	o := s.commonObject(c, v, zone)
	o["id"], o["meetingType"], o["meetingSeriesId"], o["isModified"] = one.ID, "scheduledMeeting", v.ID, one.Modified
	o["state"] = m.occurrenceState(&v, one, next, at)
	o["start"], o["end"] = render(one.Start, zone), render(one.End, zone)
	s.joinMembers(c, o, v, one.ID)
	return o
}

// instanceObject is a session, its times to the second. An ended one has lost
// what is needed to join.
// https://developer.webex.com/docs/meetings#available-meeting-attributes-for-different-meeting-states
func (s *Server) instanceObject(c *call, v Meeting, e session, zone *time.Location, at time.Time) object {
	o := s.commonObject(c, v, zone)
	o["id"], o["meetingType"], o["meetingSeriesId"], o["scheduledMeetingId"] = e.id, "meeting", v.ID, v.occurrenceID(e.of(&v))
	o["start"] = render(e.start, zone)
	o["hostDidJoin"], o["attendeeDidJoin"] = e.host, e.attendees
	for _, has := range []string{"hasChat", "hasRecording", "hasTranscription", "hasSummary", "hasClosedCaption", "hasPolls", "hasQA", "hasSlido"} {
		o[has] = false
	}
	o["state"] = e.state(at)
	if e.running(at) {
		s.joinMembers(c, o, v, e.id)
		return o
	}
	o["end"] = render(e.end, zone)
	return o
}

// commonObject has what all three have; tags are seen only by the client that
// set them.
func (s *Server) commonObject(c *call, v Meeting, zone *time.Location) object {
	o := object{
		"title": v.Title, "timezone": zone.String(), "hostEmail": v.Host, "siteUrl": v.Site, "webLink": v.WebLink,
		"scheduledType": "meeting",
	}
	if p := s.person(v.Host); p != nil {
		o["hostUserId"], o["hostDisplayName"] = restID("PEOPLE", p.ID), p.DisplayName
	}
	if v.Agenda != "" {
		o["agenda"] = v.Agenda
	}
	if tags := v.Tags[c.client]; len(tags) > 0 {
		list := []any{}
		for _, tag := range tags {
			list = append(list, tag)
		}
		o["integrationTags"] = list
	}
	return o
}

// joinMembers adds what is needed to join, and the options. Only host and
// cohost see the host key; for cohosts this is the sandbox's choice.
func (s *Server) joinMembers(c *call, o object, v Meeting, id string) {
	o["meetingNumber"], o["password"], o["phoneAndVideoSystemPassword"] = v.Number, v.Password, v.PhonePassword
	o["sipAddress"], o["dialInIpAddress"] = v.SIPAddress, dialIn
	if c.role(&v) >= cohost {
		o["hostKey"] = v.HostKey
	}
	o["telephony"] = object{
		"accessCode": v.Number, "callInNumbers": v.callInNumbers(),
		"links": []any{object{"rel": "globalCallinNumbers", "href": "/api/v1/meetings/" + id + "/globalCallinNumbers", "method": "GET"}},
	}
	for name, value := range shownOptions(v.Options) {
		o[name] = value
	}
	o["enabledBreakoutSessions"] = false
	if len(v.TrackingCodes) > 0 {
		o["trackingCodes"] = shownCodes(v.TrackingCodes)
	}
}

// callInNumbers are none where there is no telephone.
func (v Meeting) callInNumbers() []any {
	if audio, _ := v.Options["audioConnectionOptions"].(object); audio["audioConnectionType"] != nil && audio["audioConnectionType"] != webexAudio {
		return []any{}
	}
	return callInNumbers()
}

func callInNumbers() []any {
	return []any{
		object{"label": "United States Toll", "callInNumber": "+1-650-555-0148", "tollType": "toll"},
		object{"label": "Czech Republic Toll", "callInNumber": "+420-555-012-345", "tollType": "toll"},
	}
}
