package doctor

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"webex-scheduler/internal/route"
	"webex-scheduler/internal/signin"
)

// microsoftRedirect asks for a sign-in without any page. To a registered address
// Microsoft sends the browser back, saying that nobody is signed in; with any
// other it shows a page of its own that names AADSTS50011. What no page of
// Microsoft's promises is that the code stands in the page's text: a page
// without it leaves the question open. The address of the administrator's
// consent is on the same list of the registration and is asked about in the same
// way, since the consent page itself answers nobody who is not signed in.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
func (d *doctor) microsoftRedirect(ctx context.Context) Finding {
	c := d.settings.Microsoft
	paths := []string{route.SigninCallback}
	if len(c.Certificates) > 0 { // without one no organisation authorises
		paths = append(paths, route.AdminConsentReturn)
	}
	var missing, open []string
	for _, path := range paths {
		us := d.settings.PublicURL + path
		_, back, last, err := d.follow(ctx, c.LoginURL+"/organizations/oauth2/v2.0/authorize?"+url.Values{
			"client_id": {c.ClientID}, "response_type": {"code"}, "response_mode": {"query"}, "redirect_uri": {us},
			"scope": {"openid"}, "prompt": {"none"}, "state": {"doctor"}, "nonce": {"doctor"},
		}.Encode(), us)
		switch {
		case err != nil:
			return lost(err)
		case back:
		case strings.Contains(last.body, "AADSTS50011"):
			missing = append(missing, us)
		default:
			open = append(open, us)
		}
	}
	switch {
	case len(missing) > 0:
		return problem("Add it to the app registration under Authentication, as a redirect URI of platform Web, letter by letter.",
			"Microsoft has no redirect address %s", strings.Join(missing, " and no "))
	case len(open) > 0:
		return fine("Microsoft does not say whether it has %s", strings.Join(open, " and "))
	}
	return fine("Microsoft has all that are needed")
}

// webexRedirect asks for a link without any page. To a registered address Webex
// sends the browser back, saying that nobody is signed in (login_required) or
// that a scope is not the integration's (invalid_scope). What it does with
// another address no page tells: a refusal of its own is taken for that, a page
// with 200 leaves the question open.
// https://developer.webex.com/docs/login-with-webex
func (d *doctor) webexRedirect(ctx context.Context) Finding {
	us := d.settings.PublicURL + route.WebexCallback
	ask := func(scopes string) (word string, back bool, last answer, err error) {
		sent, back, last, err := d.follow(ctx, d.settings.Webex.APIURL+"/v1/authorize?"+url.Values{
			"client_id": {d.settings.Webex.ClientID}, "response_type": {"code"}, "redirect_uri": {us},
			"scope": {scopes}, "prompt": {"none"}, "state": {"doctor"},
		}.Encode(), us)
		query, _ := url.ParseQuery(sent)
		return query.Get("error"), back, last, err
	}
	word, back, last, err := ask(strings.Join(signin.PersonScopes, " "))
	switch {
	case err != nil:
		return lost(err)
	case !back && last.status >= http.StatusBadRequest:
		return problem("Add it to the integration's redirect URIs at developer.webex.com, letter by letter.", "Webex has no redirect address %s", us)
	case !back:
		return fine("Webex does not say whether it has %s", us)
	case word != "invalid_scope":
		return fine("Webex has %s, and the scopes", us)
	}
	var missing []string
	for _, scope := range signin.PersonScopes {
		if word, back, _, err := ask(scope); err == nil && back && word == "invalid_scope" {
			missing = append(missing, scope)
		}
	}
	return problem("Add them to the integration at developer.webex.com, then have everybody connect Webex again.",
		"the integration at Webex is without scopes that people are asked for: %s", strings.Join(missing, ", "))
}
