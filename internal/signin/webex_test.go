package signin_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/signin"
)

const textRefused = "The refresh token provided is expired, revoked, malformed, or invalid."

// platform makes an error body of the Webex platform.
// https://developer.webex.com/docs/basics#api-errors
func platform(text string) string {
	return `{"message":"` + text + `","errors":[{"description":"` + text + `"}],"trackingId":"ROUTER_1"}`
}

func TestAddressOfLinking(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	u, err := url.Parse(a.webex().LinkURL(flow, "bo@contoso.example"))
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Scheme + "://" + u.Host + u.Path; got != a.URL+"/v1/authorize" {
		t.Errorf("leads to %s", got)
	}
	want := url.Values{
		"response_type": {"code"}, "client_id": {"C0"}, "state": {"state"}, "login_hint": {"bo@contoso.example"},
		"redirect_uri":   {"https://scheduler.example/connect/webex/callback"},
		"scope":          {"meeting:schedules_read meeting:schedules_write meeting:preferences_read spark:people_read"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
	}
	if diff := cmp.Diff(want, u.Query()); diff != "" {
		t.Error(diff)
	}
}

func TestFinishLink(t *testing.T) {
	t.Parallel()
	const asked = "meeting:schedules_read meeting:schedules_write meeting:preferences_read spark:people_read"
	for _, test := range []struct {
		name   string
		answer map[string]any
		kind   errs.Kind
		fine   bool
		scopes int
	}{
		{name: "with a scope nobody asked for", answer: map[string]any{"scope": asked + " spark:kms"}, fine: true, scopes: 5},
		{name: "scopes not named", fine: true, scopes: 4},
		{name: "a scope is missing", answer: map[string]any{"scope": "meeting:schedules_read spark:people_read"}, kind: errs.Forbidden},
		{name: "no refresh token", answer: map[string]any{"refresh_token": ""}, kind: errs.Unavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			answer := map[string]any{"expires_in": 1209599, "refresh_token": "refresh", "refresh_token_expires_in": 7775999}
			for name, value := range test.answer {
				answer[name] = value
			}
			a.gives(answer)
			tokens, scopes, err := a.webex().FinishLink(t.Context(), flow, "the code")
			if !test.fine {
				if !errs.Is(err, test.kind) || !tokens.Refresh.Empty() {
					t.Errorf("got %v, want %s", err, test.kind)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := meeting.Tokens{
				Access: meeting.NewSecret("access"), AccessExpires: start.Add(1209599 * time.Second),
				Refresh: meeting.NewSecret("refresh"), RefreshExpires: start.Add(7775999 * time.Second),
			}
			if tokens != want || len(scopes) != test.scopes {
				t.Errorf("got %+v with %q", tokens, scopes)
			}
			form := url.Values{
				"grant_type": {"authorization_code"}, "code": {"the code"}, "code_verifier": {flow.Verifier.Reveal()},
				"redirect_uri": {"https://scheduler.example/connect/webex/callback"}, "client_id": {"C0"}, "client_secret": {"client secret"},
			}
			if diff := cmp.Diff(form, a.form); diff != "" {
				t.Errorf("form: %s", diff)
			}
		})
	}
}

func TestRefusedCodeAtWebex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		status     int
		want       errs.Kind
	}{
		{"used before", `{"error":"invalid_grant"}`, 400, errs.Invalid},
		{"wrong secret", `{"error":"invalid_client"}`, 401, errs.Internal},
		{"down", "", 502, errs.Unavailable},
	} {
		a := newAuthority(t)
		a.says(test.status, test.body)
		if _, _, err := a.webex().FinishLink(t.Context(), flow, "code"); err == nil || errs.KindOf(err) != test.want {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestRefusedRefreshAtWebex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   errs.Kind
	}{
		{"refused, platform's form", 400, platform(textRefused), errs.SignedOut},
		{"refused with 401", 401, platform("The request requires a valid access token set in the Authorization request header."), errs.SignedOut},
		{"refused without errors", 400, `{"message":"` + textRefused + `"}`, errs.SignedOut},
		{"refused, form of RFC 6749", 400, `{"error":"invalid_grant","error_description":"` + textRefused + `"}`, errs.SignedOut},
		{"refused with the RFC's own text", 400, `{"error":"invalid_grant","error_description":"It was issued to another client."}`, errs.SignedOut},
		{"refused under another word", 400, `{"error":"invalid_request","error_description":"` + textRefused + `"}`, errs.SignedOut},
		{"unknown client", 400, platform("Client Id is invalid"), errs.Internal},
		{"wrong secret", 401, `{"error":"invalid_client","error_description":"Client authentication failed"}`, errs.Internal},
		{"our request is wrong", 400, `{"error":"invalid_request"}`, errs.Internal},
		{"forbidden", 403, platform("The server understood the request, but refused to fulfill it."), errs.Internal},
		{"locked", 423, platform("Locked"), errs.Unavailable},
		{"throttled, with HTML", 429, "<html>", errs.Throttled},
		{"down", 503, platform(textRefused), errs.Unavailable},
		{"a proxy's page", 400, "<html>Bad Request</html>", errs.Unavailable},
		{"a proxy that wants a login", 401, "", errs.Unavailable},
		{"no tokens", 200, "{}", errs.Unavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.says(test.status, test.body)
			_, err := a.webex().Refresh(t.Context(), meeting.Grant{}, meeting.NewSecret("refresh"))
			if err == nil || errs.KindOf(err) != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if dead := signin.ReasonOf(err) != ""; dead != (test.want == errs.SignedOut) {
				t.Errorf("reason %q", signin.ReasonOf(err))
			}
		})
	}
}

func TestRefreshAtWebex(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.gives(map[string]any{"expires_in": 1209600, "refresh_token": "newer", "refresh_token_expires_in": 7776000})
	got, err := a.webex().Refresh(t.Context(), meeting.Grant{}, meeting.NewSecret("old"))
	if err != nil {
		t.Fatal(err)
	}
	want := meeting.Tokens{
		Access: meeting.NewSecret("access"), AccessExpires: start.Add(14 * 24 * time.Hour),
		Refresh: meeting.NewSecret("newer"), RefreshExpires: start.Add(90 * 24 * time.Hour),
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"old"}, "client_id": {"C0"}, "client_secret": {"client secret"}}
	if diff := cmp.Diff(form, a.form); diff != "" {
		t.Errorf("form: %s", diff)
	}
}
