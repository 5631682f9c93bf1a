package signin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/signin"
)

const trace = "Trace ID: 7d2c4c5e-0000 Correlation ID: bo@contoso.example"

// entra makes the body of Microsoft's token endpoint.
func entra(word, suberror string, number int) string {
	return fmt.Sprintf(`{"error":%q,"suberror":%q,"error_description":"AADSTS%d: Text. %s","error_codes":[%d],"claims":"{\"access_token\":{}}"}`,
		word, suberror, number, trace, number)
}

func TestRefusedRefreshAtMicrosoft(t *testing.T) {
	t.Parallel()
	type want struct {
		kind   errs.Kind
		reason meeting.Reason
		code   string
	}
	over := func(reason meeting.Reason, code string) want { return want{errs.SignedOut, reason, code} }
	ours, throttled, away := errs.Internal, errs.Throttled, errs.Unavailable
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   want
	}{
		// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
		{"malformed", 400, entra("invalid_grant", "", 70000), over(meeting.GrantRevoked, "AADSTS70000")},
		{"expired", 400, entra("invalid_grant", "token_expired", 70008), over(meeting.GrantExpired, "AADSTS70008")},
		{"expired by inactivity", 400, entra("invalid_grant", "token_expired", 700082), over(meeting.GrantExpired, "AADSTS700082")},
		{"token of a page", 400, entra("invalid_grant", "", 700084), over(meeting.GrantExpired, "AADSTS700084")},
		{"revoked", 400, entra("invalid_grant", "bad_token", 50173), over(meeting.GrantRevoked, "AADSTS50173")},
		{"password changed", 400, entra("invalid_grant", "", 50132), over(meeting.GrantRevoked, "AADSTS50132")},
		{"password expired", 400, entra("invalid_grant", "", 50133), over(meeting.GrantRevoked, "AADSTS50133")},
		{"sign-in frequency", 400, entra("invalid_grant", "", 70043), over(meeting.GrantPolicy, "AADSTS70043")},
		{"second factor", 400, entra("interaction_required", "basic_action", 50076), over(meeting.GrantPolicy, "AADSTS50076")},
		{"second factor to register", 400, entra("invalid_grant", "basic_action", 50079), over(meeting.GrantPolicy, "AADSTS50079")},
		{"strong authentication", 400, entra("invalid_grant", "basic_action", 50074), over(meeting.GrantPolicy, "AADSTS50074")},
		{"second factor expired", 400, entra("invalid_grant", "basic_action", 50078), over(meeting.GrantPolicy, "AADSTS50078")},
		{"device", 400, entra("interaction_required", "", 53000), over(meeting.GrantPolicy, "AADSTS53000")},
		{"device not joined", 400, entra("invalid_grant", "", 53001), over(meeting.GrantPolicy, "AADSTS53001")},
		{"app not approved", 400, entra("access_denied", "", 53002), over(meeting.GrantPolicy, "AADSTS53002")},
		{"blocked by policy", 400, entra("access_denied", "", 53003), over(meeting.GrantPolicy, "AADSTS53003")},
		{"consent withdrawn", 400, entra("invalid_grant", "consent_required", 65001), over(meeting.GrantWithdrawn, "AADSTS65001")},
		{"consent wanted", 400, entra("consent_required", "", 65001), over(meeting.GrantWithdrawn, "AADSTS65001")},
		{"account disabled", 400, entra("invalid_grant", "", 50057), over(meeting.GrantDisabled, "AADSTS50057")},
		{"no such user", 400, entra("invalid_grant", "", 50034), over(meeting.GrantDisabled, "AADSTS50034")},
		{"user not in the tenant", 400, entra("invalid_grant", "", 51004), over(meeting.GrantDisabled, "AADSTS51004")},
		{"not assigned", 400, entra("access_denied", "", 50105), over(meeting.GrantPolicy, "AADSTS50105")},
		{"app gone from the tenant", 400, entra("unauthorized_client", "", 700016), over(meeting.GrantWithdrawn, "AADSTS700016")},
		{"tenant gone", 400, entra("invalid_request", "", 90002), over(meeting.GrantDisabled, "AADSTS90002")},
		{"wrong secret", 401, entra("invalid_client", "", 7000215), want{ours, "", "AADSTS7000215"}},
		{"expired secret", 401, entra("invalid_client", "", 7000222), want{ours, "", "AADSTS7000222"}},
		{"unknown certificate", 401, entra("invalid_client", "", 700027), want{ours, "", "AADSTS700027"}},
		{"our clock", 401, entra("invalid_client", "", 700024), want{ours, "", "AADSTS700024"}},
		{"request loop", 400, entra("invalid_grant", "", 50196), want{throttled, "", "AADSTS50196"}},
		{"throttled by number", 400, entra("invalid_request", "", 90055), want{throttled, "", "AADSTS90055"}},
		{"throttled", 429, "", want{kind: throttled}},
		{"transient", 400, entra("temporarily_unavailable", "", 50033), want{away, "", "AADSTS50033"}},
		{"transient, badly worded", 400, entra("invalid_grant", "", 90033), want{away, "", "AADSTS90033"}},
		{"transient elsewhere", 400, entra("server_error", "", 90006), want{away, "", "AADSTS90006"}},
		{"down", 503, "<html>", want{kind: away}},
		{"down while it refuses", 500, entra("invalid_grant", "", 70000), want{away, "", "AADSTS70000"}},

		{"unknown number, known suberror", 400, entra("invalid_grant", "token_expired", 999999), over(meeting.GrantExpired, "AADSTS999999")},
		{"unknown number", 400, entra("invalid_grant", "", 999999), over(meeting.GrantRevoked, "AADSTS999999")},
		{"number in the text alone", 400, `{"error":"invalid_grant","error_description":"AADSTS50057: off"}`, over(meeting.GrantDisabled, "AADSTS50057")},
		{"numbers as strings, other members odd", 400, `{"error":"invalid_grant","error_codes":["50173"],"suberror":7}`, over(meeting.GrantRevoked, "AADSTS50173")},
		{"no number", 400, `{"error":"invalid_grant"}`, over(meeting.GrantRevoked, "invalid_grant")},
		{"client not authorised for something else", 400, entra("unauthorized_client", "", 700005), want{ours, "", "AADSTS700005"}},
		{"our request is wrong", 400, entra("invalid_request", "", 900144), want{ours, "", "AADSTS900144"}},
		{"our scope is wrong", 400, entra("invalid_scope", "", 70011), want{ours, "", "AADSTS70011"}},
		{"a word nobody heard of", 400, `{"error":"Bo <bo@contoso.example>"}`, want{kind: ours}},
		{"a proxy's page", 403, "<html>Blocked: bo@contoso.example</html>", want{kind: away}},
		{"another JSON", 400, `{"fault":"bo@contoso.example"}`, want{kind: away}},
		{"a good answer cut off", 200, `{"access_token":"acc`, want{kind: away}},
		{"a good answer without tokens", 200, `{}`, want{kind: away}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.says(test.status, test.body)
			_, err := a.microsoft().Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("the refresh token"))
			got := want{errs.KindOf(err), signin.ReasonOf(err), errs.CodeOf(err)}
			if err == nil || got != test.want {
				t.Errorf("got %+v (%v), want %+v", got, err, test.want)
			}
			for _, secret := range []string{"bo@contoso.example", "the refresh token", "client secret"} {
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("error tells %q: %v", secret, err)
				}
			}
		})
	}
}

func TestNoAnswerAtAll(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.answer = func(http.ResponseWriter, url.Values) { panic(http.ErrAbortHandler) }
	_, err := a.microsoft().Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("refresh"))
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("microsoft: got %v, want unavailable", err)
	}
	_, err = a.webex().Refresh(t.Context(), meeting.Grant{}, meeting.NewSecret("refresh"))
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("webex: got %v, want unavailable", err)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"120", start.Add(2 * time.Minute).Format(http.TimeFormat)} {
		a := newAuthority(t)
		a.answer = func(w http.ResponseWriter, _ url.Values) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
		}
		_, err := a.microsoft().Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("refresh"))
		if at, ok := errs.RetryAt(err); !ok || !at.Equal(start.Add(2*time.Minute)) || !errs.Is(err, errs.Throttled) {
			t.Errorf("%s: got %v, %v", header, at, err)
		}
		_, err = a.webex().Refresh(t.Context(), meeting.Grant{}, meeting.NewSecret("refresh"))
		if at, ok := errs.RetryAt(err); !ok || !at.Equal(start.Add(2*time.Minute)) || !errs.Is(err, errs.Throttled) {
			t.Errorf("%s: webex: got %v, %v", header, at, err)
		}
	}
}

func TestRefusedCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   errs.Kind
	}{
		{"used before", 400, entra("invalid_grant", "", 54005), errs.Invalid},
		{"too old", 400, entra("invalid_grant", "token_expired", 70008), errs.Invalid},
		{"second factor", 400, entra("interaction_required", "basic_action", 50076), errs.Forbidden},
		{"no consent", 400, entra("invalid_grant", "consent_required", 65001), errs.Forbidden},
		{"account disabled", 400, entra("invalid_grant", "", 50057), errs.Forbidden},
		{"wrong secret", 401, entra("invalid_client", "", 7000215), errs.Internal},
		{"throttled", 429, "", errs.Throttled},
		{"down", 503, "", errs.Unavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.says(test.status, test.body)
			_, err := a.microsoft().FinishSignin(t.Context(), nobody, "the code")
			if err == nil || errs.KindOf(err) != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if text := fmt.Sprint(err); strings.Contains(text, "bo@contoso.example") || strings.Contains(text, "the code") {
				t.Errorf("error tells too much: %v", err)
			}
		})
	}
}

func TestCallbackError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, word, description string
		service                 meeting.Service
		kind                    errs.Kind
		code, says              string
	}{
		{"cancelled at Microsoft", "access_denied", "AADSTS65004: User declined to consent.", meeting.Microsoft, errs.Forbidden, "access_denied", "did not give the permission that Microsoft"},
		{"administrator wanted", "access_denied", "AADSTS90094: Grant requires admin.", meeting.Microsoft, errs.Forbidden, "AADSTS90094", "administrator to approve"},
		{"not assigned", "access_denied", "AADSTS50105: Bo is not assigned.", meeting.Microsoft, errs.Forbidden, "AADSTS50105", "ask your administrator"},
		{"declined at Webex", "access_denied", "AADSTS90094", meeting.Webex, errs.Forbidden, "access_denied", "did not give the permission that Webex"},
		{"down", "temporarily_unavailable", "", meeting.Microsoft, errs.Unavailable, "temporarily_unavailable", "few minutes"},
		{"sign in again", "login_required", "", meeting.Microsoft, errs.Invalid, "login_required", "try again"},
		{"our scope is wrong", "invalid_scope", "", meeting.Webex, errs.Internal, "invalid_scope", ""},
		{"anybody's invention", "<script>", "<script>", meeting.Microsoft, errs.Invalid, "", "try again"},
		{"empty", "", "", meeting.Webex, errs.Invalid, "", "try again"},
	} {
		err := signin.CallbackError(test.service, test.word, test.description)
		if errs.KindOf(err) != test.kind || errs.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %q %q: %v", test.name, errs.KindOf(err), errs.CodeOf(err), err)
		}
		if strings.Contains(err.Error(), "<") {
			t.Errorf("%s: echoed: %v", test.name, err)
		}
	}
}
