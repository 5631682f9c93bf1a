package fakewebex

import "fmt"

// refusal is an answer that says no, in the platform's error form.
// https://developer.webex.com/docs/basics#api-errors
type refusal struct {
	status      int
	message     string
	description string // empty: the answer has no errors member
	retryAfter  int    // seconds; the answer to 429 is HTML
	oauth       string // error code of RFC 6749, on the token endpoint
}

func (r *refusal) Error() string {
	if r.description != "" {
		return r.description
	}
	return r.message
}

// Texts seen in Cisco's pages and samples, verbatim.
const (
	textInvalid   = "The input parameters contain invalid items."
	textMalformed = "The request could not be understood by the server due to malformed syntax. See 'errors' for more details."
	textToken     = "The request requires a valid access token set in the Authorization request header."
	textForbidden = "The server understood the request, but refused to fulfill it because the access token is missing required scopes or the user is missing required roles or licenses."
	textNotFound  = "The requested resource could not be found."
	textNoMeeting = "The meeting is not found."
	textInvited   = "User is already a meeting invitee."
	textSomeAre   = "Some users in the list have been invited."
	textRefresh   = "The refresh token provided is expired, revoked, malformed, or invalid."
	textInterval  = "meeting.err.two_meeting_schedule_at_same_day"
	textOthers    = "Not permitted to view or change other user's preferences."
)

// refuse is a refusal whose description repeats its message, as many do.
func refuse(status int, text string) *refusal {
	return &refusal{status: status, message: text, description: text}
}

// invalid is a 400 about one parameter.
func invalid(format string, args ...any) *refusal {
	return &refusal{status: 400, message: textInvalid, description: fmt.Sprintf(format, args...)}
}

func malformed(format string, args ...any) *refusal {
	return &refusal{status: 400, message: textMalformed, description: fmt.Sprintf(format, args...)}
}

func forbidden(description string) *refusal {
	return &refusal{status: 403, message: textForbidden, description: description}
}

func (r *refusal) body(trackingID string) map[string]any {
	body := map[string]any{"message": r.message, "trackingId": trackingID}
	if r.description != "" {
		body["errors"] = []any{map[string]any{"description": r.description}}
	}
	return body
}
