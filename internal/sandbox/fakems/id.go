package fakems

import (
	"encoding/json"
	"net/http"
	"strings"
)

// EWSID returns the id that Office.js and Exchange's older interface know the
// event by: the default id in the alphabet of plain base64. id may be either of
// Graph's. Empty: the calendar has no such event.
// https://learn.microsoft.com/javascript/api/outlook/office.mailbox#outlook-office-mailbox-converttorestid-member(1)
func (s *Server) EWSID(user, id string) string {
	defer s.lock()()
	if it := s.boxes[s.person(user).ID].find(id); it != nil {
		return toEWS.Replace(it.restID)
	}
	return ""
}

var (
	toEWS  = strings.NewReplacer("-", "/", "_", "+")
	toREST = strings.NewReplacer("/", "-", "+", "_")
)

// translateIDs answers POST /users/{user}/translateExchangeIds. Between EWS and
// REST it is a matter of letters; an immutable id has to be looked up, and what
// is not in the mailbox has none. MAPI's entry ids are not played.
// https://learn.microsoft.com/graph/api/user-translateexchangeids
func (s *Server) translateIDs(c *call, u *User) (answer, error) {
	if err := s.onlyQuery(c); err != nil {
		return answer{}, err
	}
	fields, err := s.body(c)
	if err != nil {
		return answer{}, err
	}
	var ids []string
	var from, to string
	into := map[string]any{"inputIds": &ids, "sourceIdType": &from, "targetIdType": &to}
	for name, raw := range fields {
		target, ok := into[name]
		if !ok {
			s.unexpected("translateExchangeIds: there is no parameter %s", name)
			return answer{}, badRequest("RequestBodyRead", "The parameter '%s' in the request payload is not a valid parameter for the operation 'translateExchangeIds'.", name)
		}
		if err := s.decode(name, json.RawMessage(raw), target); err != nil {
			return answer{}, err
		}
	}
	for _, kind := range []string{from, to} {
		switch kind {
		case "ewsId", "restId", "restImmutableEntryId":
		default:
			s.unexpected("translateExchangeIds: id type %q is unknown, or not played here", kind)
			return answer{}, badRequest("RequestBodyRead", "Requested value '%s' was not found.", kind)
		}
	}
	if len(ids) == 0 || len(ids) > 1000 {
		return answer{}, badRequest("ErrorInvalidParameter", "The inputIds collection must have between 1 and 1000 elements.")
	}
	values := []map[string]any{}
	for _, id := range ids {
		result := map[string]any{"sourceId": id}
		if target, code := s.translateID(u, id, from, to); code == "" {
			result["targetId"] = target
		} else {
			result["errorDetails"] = map[string]string{"code": code, "message": "The id could not be translated."}
		}
		values = append(values, result)
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"@odata.context": c.base + "/v1.0/$metadata#Collection(microsoft.graph.convertIdResult)", "value": values,
	}), nil
}

func (s *Server) translateID(u *User, id, from, to string) (translated, code string) {
	plain := id
	if from == "ewsId" {
		plain = toREST.Replace(id)
	}
	if !wellFormed(plain) || from != "ewsId" && plain != id {
		return "", "ErrorInvalidIdMalformed"
	}
	if from != "restImmutableEntryId" && to != "restImmutableEntryId" {
		if to == "ewsId" {
			return toEWS.Replace(plain), ""
		}
		return plain, ""
	}
	it := s.boxes[u.ID].find(plain)
	if it == nil || s.unknown(it) {
		return "", "ErrorItemNotFound"
	}
	switch to {
	case "ewsId":
		return toEWS.Replace(it.restID), ""
	case "restId":
		return it.restID, ""
	}
	return it.event.ID, ""
}

// unknown reports whether the server has not heard of an item yet.
func (s *Server) unknown(it *item) bool { return s.Clock.Now().Before(it.known) }
