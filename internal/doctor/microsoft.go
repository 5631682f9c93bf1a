package doctor

import (
	"context"
	"net/http"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/internal/signin"
)

// microsoftSignin has the program refused: with the refusal of a token that is
// nobody's Microsoft says whether it knows the program and its secret or
// certificate.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func (d *doctor) microsoftSignin(ctx context.Context) Finding {
	c := d.settings.Microsoft
	client, err := signin.NewMicrosoft(signin.MicrosoftConfig{
		LoginURL: c.LoginURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Certificates: c.Certificates,
		RedirectURL: d.settings.PublicURL + route.SigninCallback, AdminURL: d.settings.PublicURL + route.AdminConsentReturn,
		GraphURL: c.GraphURL, Clock: d.Clock, Random: d.Random, HTTP: d.http,
	})
	if err != nil {
		return problem("See SCHEDULER_MICROSOFT_LOGIN_URL.", "%s", reason(err))
	}
	_, err = client.Refresh(ctx, nobodys, meeting.NewSecret("of-nobody"))
	switch code := errs.CodeOf(err); {
	case code == "AADSTS7000215":
		return problem("Put the secret's value, not its id, into SCHEDULER_MICROSOFT_CLIENT_SECRET.", "Microsoft does not know the client secret")
	case code == "AADSTS7000222":
		return problem("Make another in the app registration and set SCHEDULER_MICROSOFT_CLIENT_SECRET.", "the client secret has expired")
	case code == "AADSTS700027":
		return problem("Upload the certificate of SCHEDULER_MICROSOFT_CERTIFICATE to the app registration.", "Microsoft does not know the certificate")
	case code == "AADSTS700024" && !d.found[clock].OK:
		return blocked(clock, "Microsoft finds the assertion outside its time")
	case code == "AADSTS700024":
		return problem("Have the clock set by NTP.", "Microsoft finds the assertion outside its time")
	case code == "AADSTS700016":
		return problem("Put the Application (client) ID into SCHEDULER_MICROSOFT_CLIENT_ID.", "Microsoft does not know the application")
	case errs.Is(err, errs.Unavailable), errs.Is(err, errs.Uncertain), errs.Is(err, errs.Throttled):
		return problem("Let this machine reach it over HTTPS; see SCHEDULER_MICROSOFT_LOGIN_URL.", "%s does not answer: %s", c.LoginURL, reason(err))
	case !errs.Is(err, errs.SignedOut) && !errs.Is(err, errs.Invalid):
		return problem("See that SCHEDULER_MICROSOFT_LOGIN_URL is Microsoft's, and look Microsoft's code up.", "Microsoft refuses the program otherwise than foreseen: %s", reason(err))
	}
	d.microsoft = client
	return fine("Microsoft answers and knows the program")
}

// nobodys is the grant of a token that no service ever gave.
var nobodys = meeting.Grant{Account: "organizations/nobody"}

// microsoftGraph asks with a token of nobody's, and makes the client for the
// checks that follow.
func (d *doctor) microsoftGraph(ctx context.Context) Finding {
	f := d.unknown(ctx, d.settings.Microsoft.GraphURL+"/v1.0/me", "SCHEDULER_MICROSOFT_GRAPH_URL")
	if !f.OK {
		return f
	}
	var err error
	if d.calendar, err = graph.New(graph.Config{
		BaseURL: d.settings.Microsoft.GraphURL, Tokens: d.tokenSource(), Clock: d.Clock, HTTP: d.Transport, Random: d.Random, Log: discard,
	}); err != nil {
		return problem("See SCHEDULER_MICROSOFT_GRAPH_URL.", "%s", reason(err))
	}
	return f
}

// unknown asks with a token of nobody's: who refuses that with 401 is the right one.
func (d *doctor) unknown(ctx context.Context, address, variable string) Finding {
	a, err := d.get(ctx, address, "Authorization", "Bearer of-nobody")
	switch {
	case err != nil:
		return problem("Let this machine reach it over HTTPS; see "+variable+".", "%s does not answer: %s", address, reason(err))
	case a.status != http.StatusUnauthorized:
		return problem("See that "+variable+" is right, and that no proxy answers in its place.", "%s answers %d where it should ask who calls", address, a.status)
	}
	return fine("it answers")
}
