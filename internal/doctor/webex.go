package doctor

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/internal/signin"
	"webex-scheduler/internal/webex"
)

// webex has the integration refused, as microsoftSignin has the program, and
// makes the client for the checks that follow.
// https://developer.webex.com/docs/login-with-webex
func (d *doctor) webex(ctx context.Context) Finding {
	c := d.settings.Webex
	if f := d.unknown(ctx, c.APIURL+"/v1/people/me", "SCHEDULER_WEBEX_API_URL"); !f.OK {
		return f
	}
	client, err := signin.NewWebex(signin.WebexConfig{
		APIURL: c.APIURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		RedirectURL: d.settings.PublicURL + route.WebexCallback, Clock: d.Clock, HTTP: d.http,
	})
	if err != nil {
		return problem("See SCHEDULER_WEBEX_API_URL.", "%s", reason(err))
	}
	_, err = client.Refresh(ctx, nobodys, meeting.NewSecret("of-nobody"))
	switch {
	case errs.Is(err, errs.Unavailable), errs.Is(err, errs.Uncertain), errs.Is(err, errs.Throttled):
		return problem("Let this machine reach it over HTTPS; see SCHEDULER_WEBEX_API_URL.", "Webex does not answer: %s", reason(err))
	case !errs.Is(err, errs.SignedOut) && !errs.Is(err, errs.Invalid):
		return problem("Put the integration's Client ID and Client Secret into SCHEDULER_WEBEX_CLIENT_ID and SCHEDULER_WEBEX_CLIENT_SECRET.",
			"Webex does not know the integration or its secret")
	}
	if d.meetings, err = webex.New(webex.Config{
		BaseURL: c.APIURL, Tokens: webexTokens{d.tokenSource()}, Clock: d.Clock, HTTP: d.Transport, Random: d.Random, Log: discard,
	}); err != nil {
		return problem("See SCHEDULER_WEBEX_API_URL.", "%s", reason(err))
	}
	return fine("it answers and knows the integration")
}
