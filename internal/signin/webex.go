package signin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/oauth2"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// WebexConfig is what Webex needs.
type WebexConfig struct {
	APIURL       string // such as https://webexapis.com, without /v1
	ClientID     string
	ClientSecret meeting.Secret
	RedirectURL  string // the public URL and /connect/webex/callback
	Clock        clockwork.Clock
	HTTP         *http.Client // nil: a client of its own
}

// PersonScopes are asked of a person: what keeping the own meetings needs.
// OrganizationScopes are asked of an organisation's administrator: what keeping
// everybody's needs, and to tell who may host.
// https://developer.webex.com/docs/meetings
var (
	PersonScopes       = []string{"meeting:schedules_read", "meeting:schedules_write", "meeting:preferences_read", "spark:people_read"}
	OrganizationScopes = []string{
		"meeting:admin_schedule_read", "meeting:admin_schedule_write", "meeting:admin_preferences_read",
		"spark-admin:people_read", "spark:people_read",
	}
)

// scopeOrganizations only shows the organisation's name. An integration that
// does not list it is refused with invalid_scope, and asked without it.
const scopeOrganizations = "spark-admin:organizations_read"

func scopesOf(flow meeting.Flow) []string {
	switch flow.Kind {
	case meeting.FlowOrganization:
		return append(slices.Clone(OrganizationScopes), scopeOrganizations)
	case meeting.FlowNamelessOrganization:
		return OrganizationScopes
	}
	return PersonScopes
}

// MissingScopes are those that a Webex grant was given without.
func MissingScopes(grant meeting.Grant) (missing []string) {
	wanted := PersonScopes
	if grant.Account == meeting.TenantAccount(grant.Account.Tenant()) {
		wanted = OrganizationScopes
	}
	for _, scope := range wanted {
		if !slices.Contains(grant.Scopes, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// Webex is the Webex token service as our integration sees it.
// https://developer.webex.com/docs/integrations
type Webex struct {
	api, clientID, redirect string
	secret                  meeting.Secret
	clock                   clockwork.Clock
	http                    *http.Client
}

// NewWebex checks the configuration. It calls nobody.
func NewWebex(c WebexConfig) (*Webex, error) {
	api, client, err := fenced(c.APIURL, c.HTTP)
	if err != nil {
		return nil, fmt.Errorf("signin: webex: %w", err)
	}
	return &Webex{api: api, clientID: c.ClientID, redirect: c.RedirectURL, secret: c.ClientSecret, clock: c.Clock, http: client}, nil
}

// LinkURL is where the browser goes so that the person lets us keep meetings,
// or an administrator those of the organisation, by the kind of flow.
// The hint, if any, is an e-mail address.
func (w *Webex) LinkURL(flow meeting.Flow, loginHint string) string {
	config := oauth2.Config{
		ClientID:    w.clientID,
		Endpoint:    oauth2.Endpoint{AuthURL: w.api + "/v1/authorize"},
		RedirectURL: w.redirect,
		Scopes:      scopesOf(flow),
	}
	return config.AuthCodeURL(flow.State.Reveal(), hinted(loginHint, oauth2.S256ChallengeOption(flow.Verifier.Reveal()))...)
}

// FinishLink redeems the code and returns the tokens and the scopes granted,
// maybe more than were asked for. Errors as for Microsoft.FinishSignin;
// errs.Forbidden if one that was asked for is missing.
func (w *Webex) FinishLink(ctx context.Context, flow meeting.Flow, code string) (_ meeting.Tokens, _ []string, err error) {
	defer errs.Wrap(&err, "signin: finish linking webex")
	reply, err := w.post(ctx, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {w.redirect},
		"code_verifier": {flow.Verifier.Reveal()},
	})
	if err != nil {
		return meeting.Tokens{}, nil, unavailable(meeting.Webex, err)
	}
	now := w.clock.Now()
	if !reply.good() {
		return meeting.Tokens{}, nil, webexVerdict(reply, now).redeem(meeting.Webex)
	}
	got, err := reply.success()
	if err != nil {
		return meeting.Tokens{}, nil, unavailable(meeting.Webex, err)
	}
	if got.Refresh == "" {
		return meeting.Tokens{}, nil, refuse(errs.Unavailable, sentenceUnavailable[meeting.Webex], "no refresh token")
	}
	scopes := strings.Fields(got.Scope)
	if len(scopes) == 0 {
		scopes = slices.Clone(scopesOf(flow)) // named only if they differ from what was asked for
	}
	for _, scope := range scopesOf(flow) {
		if !slices.Contains(scopes, scope) && scope != scopeOrganizations {
			return meeting.Tokens{}, nil, refuse(errs.Forbidden, sentenceNoWebex, "%s is not among the scopes", scope)
		}
	}
	return got.tokens(now), scopes, nil
}

// Refresh trades a refresh token for new tokens. Errors as for
// Microsoft.Refresh; Webex does not say why a refresh token is refused.
func (w *Webex) Refresh(ctx context.Context, _ meeting.Grant, refresh meeting.Secret) (_ meeting.Tokens, err error) {
	defer errs.Wrap(&err, "signin: refresh at webex")
	reply, err := w.post(ctx, url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {refresh.Reveal()},
	})
	if err != nil {
		return meeting.Tokens{}, err
	}
	now := w.clock.Now()
	if !reply.good() {
		return meeting.Tokens{}, webexVerdict(reply, now).refresh()
	}
	got, err := reply.success()
	if err != nil {
		return meeting.Tokens{}, err
	}
	if got.Refresh == "" {
		got.Refresh = refresh.Reveal() // whether it is replaced is not documented
	}
	return got.tokens(now), nil
}

func (w *Webex) post(ctx context.Context, form url.Values) (answer, error) {
	form.Set("client_id", w.clientID)
	form.Set("client_secret", w.secret.Reveal())
	return post(ctx, w.http, w.api+"/v1/access_token", form)
}

// webexVerdict reads a refusal of the Webex token endpoint, in the platform's
// form or in that of RFC 6749.
// https://developer.webex.com/docs/login-with-webex
func webexVerdict(a answer, now time.Time) verdict {
	f, ok := a.failure()
	v := verdict{kind: errs.Internal, code: code(f.Error, nil), retryAt: wire.RetryAt(a.retryAfter, now)}
	switch {
	case a.status == http.StatusTooManyRequests:
		v.kind = errs.Throttled
	case a.status >= 500 || a.status == http.StatusLocked || !ok:
		v.kind = errs.Unavailable
	case a.status != http.StatusBadRequest && a.status != http.StatusUnauthorized:
	case f.refused():
		v.kind, v.reason = errs.SignedOut, meeting.GrantRevoked
	}
	return v
}

// refused reports whether the person's grant is refused, and not our
// registration ("Client Id is invalid") or our request.
func (f failure) refused() bool {
	said := strings.ToLower(strings.Join(append(f.descriptions(), f.Description, f.Message), "\n"))
	switch {
	case strings.Contains(said, "the refresh token provided is expired"):
		return true // under whatever word
	case f.Error != "":
		return f.Error == "invalid_grant"
	}
	return !strings.Contains(said, "client")
}

func (f failure) descriptions() (all []string) {
	for _, e := range f.Errors {
		all = append(all, e.Description)
	}
	return all
}
