package fakewebex

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestInvitees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := id(b.create(""))
	add := func(extra string) answer {
		return b.do("POST", "/v1/meetingInvitees", `{"meetingId":"`+m+`","sendEmail":false`+extra+`}`)
	}
	carl := add(`,"email":"carl@fabrikam.com","displayName":"Carl"`)
	if carl.status != 200 || carl.body["meetingId"] != m || !strings.HasPrefix(id(carl.body), m+"_") {
		t.Fatalf("add: %d %s", carl.status, carl.raw)
	}
	checkAnswer(t, add(`,"email":"CARL@fabrikam.com"`), 409, "User is already a meeting invitee.")

	bulk := func(items string) answer {
		return b.do("POST", "/v1/meetingInvitees/bulkInsert", `{"meetingId":"`+m+`","items":`+items+`}`)
	}
	if a := bulk(`[{"email":"dora@fabrikam.com","sendEmail":false},{"email":"adam@fabrikam.com","sendEmail":false,"coHost":true}]`); a.status != 200 || len(a.items()) != 2 {
		t.Errorf("bulk: %d %s", a.status, a.raw)
	}
	again := bulk(`[{"email":"eva@fabrikam.com"},{"email":"dora@fabrikam.com"}]`)
	checkAnswer(t, again, 409, "Some users in the list have been invited.")
	if again.body["errors"] != nil {
		t.Error("the bulk 409 has errors")
	}
	if got, _ := b.all(t, "/v1/meetingInvitees?meetingId="+m+"&max=2"); !slices.Equal(got, []string{"<nil>adam@fabrikam.com", "<nil>carl@fabrikam.com", "<nil>dora@fabrikam.com"}) {
		t.Errorf("list is %v", got)
	}

	path := "/v1/meetingInvitees/" + id(carl.body)
	if a := b.do("PUT", path, `{"email":"karl@fabrikam.com","coHost":true,"sendEmail":false}`); a.status != 200 || a.body["email"] != "karl@fabrikam.com" || a.body["id"] != carl.body["id"] {
		t.Errorf("put: %d %s", a.status, a.raw)
	}
	checkAnswer(t, b.do("PUT", path, `{"email":"dora@fabrikam.com"}`), 409, "User is already a meeting invitee.")
	checkAnswer(t, b.do("PUT", path, `{"coHost":true}`), 400, "Parameter 'email' is required.")
	if a := b.do("GET", path, ""); a.body["coHost"] != true {
		t.Errorf("get: %d %s", a.status, a.raw)
	}
	if len(b.Mails()) != 0 {
		t.Errorf("mails were sent: %v", b.Mails())
	}
	if a := b.do("DELETE", path, ""); a.status != 204 {
		t.Errorf("delete: %d", a.status)
	}
	checkAnswer(t, b.do("DELETE", path, ""), 404, "The requested resource could not be found.")
	if got := b.Mails(); len(got) != 1 || got[0].To != "karl@fabrikam.com" {
		t.Errorf("mails are %v", got)
	}
}

func TestRefusedInvitees(t *testing.T) {
	t.Parallel()
	many, _ := json.Marshal(people(101))
	tests := []struct {
		name, path, body string
		status           int
		text, loud       string
	}{
		{"no meeting", "", `{"email":"a@b.cz"}`, 400, "Parameter 'meetingId' is required.", ""},
		{"unknown meeting", "", `{"meetingId":"0123456789abcdef0123456789abcdef","email":"a@b.cz"}`, 404, "The meeting is not found.", ""},
		{"no address", "", `{"meetingId":"ID","email":"somebody"}`, 400, "Parameter 'email' is invalid: 'somebody'.", ""},
		{"name of 129", "", `{"meetingId":"ID","email":"a@b.cz","displayName":"` + strings.Repeat("a", 129) + `"}`, 400, "Parameter 'displayName' cannot exceed 128 characters.", ""},
		{"panelist of a meeting", "", `{"meetingId":"ID","email":"a@b.cz","panelist":true}`, 400, "Parameter 'panelist' is for webinars only.", ""},
		{"hostEmail", "", `{"meetingId":"ID","email":"a@b.cz","hostEmail":"anna@contoso.com"}`, 403, "The hostEmail parameter requires an admin-level scope.", ""},
		{"101 at once", "/bulkInsert", `{"meetingId":"ID","items":` + string(many) + `}`, 400, "Parameter 'items' cannot have more than 100 items.", ""},
		{"the same twice", "/bulkInsert", `{"meetingId":"ID","items":[{"email":"a@b.cz"},{"email":"a@b.cz"}]}`, 400, "Each invitee must have a unique 'email': 'a@b.cz'.", ""},
		{"sendEmail at the wrong place", "/bulkInsert", `{"meetingId":"ID","sendEmail":false,"items":[]}`, 200, "", `"sendEmail" is ignored`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			m := id(b.create(""))
			checkAnswer(t, b.do("POST", "/v1/meetingInvitees"+tt.path, strings.ReplaceAll(tt.body, "ID\"", m+"\"")), tt.status, tt.text)
			if tt.loud != "" {
				b.wantComplaint(t, tt.loud)
			}
		})
	}
}
