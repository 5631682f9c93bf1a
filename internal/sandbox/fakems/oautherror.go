package fakems

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// aadsts says how an AADSTS code looks on the token endpoint.
type aadsts struct {
	err      string
	suberror string
	text     string
	claims   bool // carries a claims challenge
}

// aadstsCodes are the refusals that can be played, by number. The numbers are
// documented; how error and suberror pair with them is as recorded from the
// live service. https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var aadstsCodes = map[int]aadsts{
	// A grant that has ended: the person signs in again.
	70000:  {"invalid_grant", "", "Provided grant is invalid or malformed.", false},
	70008:  {"invalid_grant", "token_expired", "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.", false},
	700082: {"invalid_grant", "token_expired", "The refresh token has expired due to inactivity.", false},
	700084: {"invalid_grant", "token_expired", "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended.", false},
	50173:  {"invalid_grant", "bad_token", "The provided grant has expired due to it being revoked, a fresh auth token is needed.", false},
	50132:  {"invalid_grant", "bad_token", "The session is not valid due to the following reasons: password expiration or recent password change, the user was disabled or deleted.", false},
	50133:  {"invalid_grant", "bad_token", "Session is invalid due to expiration or recent password change.", false},
	70043:  {"invalid_grant", "bad_token", "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.", false},
	54005:  {"invalid_grant", "", "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.", false},
	501481: {"invalid_grant", "", "The Code_Verifier does not match the code_challenge supplied in the authorization request.", false},
	700005: {"invalid_grant", "", "Provided Authorization Code is intended to use against other tenant, thus rejected.", false},

	// More than a password is asked for.
	50074: {"invalid_grant", "basic_action", "Strong Authentication is required.", true},
	50076: {"interaction_required", "basic_action", "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.", true},
	50078: {"invalid_grant", "basic_action", "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication.", true},
	50079: {"invalid_grant", "basic_action", "Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.", true},
	53000: {"interaction_required", "message_only", "Device is not in required device state: compliant.", true},
	53001: {"interaction_required", "message_only", "Device is not in required device state: domain_joined.", true},
	53002: {"interaction_required", "message_only", "Application used is not an approved application for Conditional Access.", true},
	53003: {"invalid_grant", "message_only", "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.", true},

	// Consent, accounts, tenants.
	65001:  {"invalid_grant", "consent_required", "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.", false},
	50057:  {"invalid_grant", "", "The user account is disabled.", false},
	50034:  {"invalid_grant", "", "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.", false},
	51004:  {"invalid_grant", "", "The user account does not exist in the directory.", false},
	50105:  {"invalid_grant", "", "The signed in user is not assigned to a role for the application.", false},
	700016: {"unauthorized_client", "", "Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.", false},
	50059:  {"invalid_request", "", "No tenant-identifying information found in either the request or implied by any provided credentials.", false},
	90002:  {"invalid_request", "", "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", false},

	// The program's own credentials.
	7000215: {"invalid_client", "", "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.", false},
	7000218: {"invalid_client", "", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", false},
	7000222: {"invalid_client", "", "The provided client secret keys are expired.", false},
	700027:  {"invalid_client", "", "Client assertion failed signature validation.", false},
	700024:  {"invalid_client", "", "Client assertion is not within its valid time range.", false},
	7000229: {"invalid_client", "", "The client application is missing service principal in the tenant. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119", false},
	50048:   {"invalid_client", "", "Subject must match Issuer claim in the client assertion.", false},
	500112:  {"invalid_client", "", "The reply address does not match the reply address provided when requesting Authorization code.", false},

	// The request itself.
	70003:   {"unsupported_grant_type", "", "The app requested an unsupported grant type.", false},
	28000:   {"invalid_request", "", "Provided value for the input parameter scope is not valid because it contains more than one resource.", false},
	70011:   {"invalid_scope", "", "The provided value for the input parameter 'scope' is not valid.", false},
	1002012: {"invalid_scope", "", "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", false},
	500011:  {"invalid_resource", "", "The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.", false},
	900144:  {"invalid_request", "", "The request body must contain all required parameters.", false},

	// It may pass.
	50196: {"invalid_grant", "", "The server terminated an operation because it encountered a client request loop.", false},
	90055: {"temporarily_unavailable", "", "The server is terminated the request because of too many requests.", false},
	50033: {"temporarily_unavailable", "", "Retryable error: a transient error has occurred.", false},
	90033: {"temporarily_unavailable", "", "A transient error has occurred. Please try again.", false},
	90006: {"server_error", "", "External server retryable error.", false},
}

func knownCode(n int) {
	if _, ok := aadstsCodes[n]; !ok {
		panic(fmt.Sprintf("fakems: AADSTS%d is not in the table", n))
	}
}

// refuseToken is the token endpoint's error for an AADSTS code.
func (s *Server) refuseToken(n int) answer {
	code := aadstsCodes[n]
	status := http.StatusBadRequest
	switch {
	case code.err == "invalid_client":
		status = http.StatusUnauthorized
	case n == 90055:
		status = http.StatusTooManyRequests
	case code.err == "server_error", code.err == "temporarily_unavailable":
		status = http.StatusServiceUnavailable
	}
	a := s.oauthError(status, code.err, "AADSTS"+strconv.Itoa(n)+": "+code.text, n, code.suberror)
	if n == 90055 {
		a = a.with("Retry-After", "5")
	}
	return a
}

// oauthError is the token endpoint's error body.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-response-1
func (s *Server) oauthError(status int, code, description string, number int, suberror string) answer {
	traceID, correlation := s.guid(), s.guid()
	at := s.Clock.Now().UTC().Format("2006-01-02 15:04:05Z")
	body := map[string]any{
		"error":             or(code, "server_error"),
		"error_description": fmt.Sprintf("%s Trace ID: %s Correlation ID: %s Timestamp: %s", description, traceID, correlation, at),
		"error_codes":       []int{number},
		"timestamp":         at,
		"trace_id":          traceID,
		"correlation_id":    correlation,
	}
	if number != 0 {
		body["error_uri"] = "https://login.microsoftonline.com/error?code=" + strconv.Itoa(number)
	}
	if suberror != "" {
		body["suberror"] = suberror
	}
	if aadstsCodes[number].claims {
		body["claims"] = `{"access_token":{"capolids":{"essential":true,"values":["` + s.guid() + `"]}}}`
	}
	return jsonAnswer(status, body).with("Cache-Control", "no-store, no-cache").with("Pragma", "no-cache")
}

// withQuery adds a parameter to an address; an empty value adds nothing.
func withQuery(address string, pairs ...string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func redirect(to string) answer {
	return answer{status: http.StatusFound, header: http.Header{"Location": {to}, "Cache-Control": {"no-store, no-cache"}}}
}
