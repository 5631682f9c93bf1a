package fakewebex

import "net/http"

// updateMeeting is PATCH /v1/meetings/{meetingId}: a partial object, merged.
// The spec names the type application/json-patch+json, clients send
// application/json; an RFC 6902 array is refused.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
func (s *Server) updateMeeting(c *call) (any, error) {
	f, err := s.meetingJSON(c, updateProperties, "application/json-patch+json")
	if err != nil {
		return nil, err
	}
	m, v, err := s.changeable(c, c.id)
	if err != nil {
		return nil, err
	}
	if v.Connector {
		return nil, &refusal{status: http.StatusForbidden, message: textForbidden,
			description: "Updating a meeting that was created via a calendar connector is not allowed."}
	}
	zone, err := s.readMeeting(c, f, &v)
	if err != nil {
		return nil, err
	}
	send, err := f.sendEmail()
	if err != nil {
		return nil, err
	}
	m.put(v, c.now)
	if send {
		s.mail(c, v, v.everybody()...)
	}
	c.note = "“" + v.Title + "” was changed"
	v, _ = m.at(c.now)
	return s.seriesObject(c, v, zone), nil
}
