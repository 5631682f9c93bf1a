package signin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/jonboulle/clockwork"
	"golang.org/x/oauth2"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// What each of the two steps asks for. Names without a resource are Graph's.
// https://learn.microsoft.com/graph/permissions-reference
const (
	signinScope  = "openid profile"
	consentScope = "openid profile offline_access Calendars.ReadWrite User.Read"
	calendar     = "Calendars.ReadWrite" // what the consent is for
)

// refreshLife is how long Microsoft's refresh tokens live; no answer says it.
// https://learn.microsoft.com/entra/identity-platform/refresh-tokens
const refreshLife = 90 * 24 * time.Hour

// MicrosoftConfig is what Microsoft needs.
type MicrosoftConfig struct {
	LoginURL     string // such as https://login.microsoftonline.com
	ClientID     string
	ClientSecret meeting.Secret
	Certificates []tls.Certificate // sign in our name instead of the secret; RSA
	RedirectURL  string            // the public URL and /signin/callback
	AdminURL     string            // the public URL and /admin/consent/callback
	GraphURL     string            // whose permissions an administrator grants, such as https://graph.microsoft.com
	Clock        clockwork.Clock
	Random       io.Reader    // for the ids of assertions: needed with Certificates alone
	HTTP         *http.Client // nil: a client of its own
}

// Microsoft is Entra ID as our app registration sees it.
type Microsoft struct {
	login, clientID, redirect string
	adminRedirect, graph      string
	secret                    meeting.Secret
	assertions                *assertions
	clock                     clockwork.Clock
	http                      *http.Client
	meta                      cache[metadata]
	keys                      keySet
	metaV1                    cache[metadata] // of access tokens of version 1
	keysV1                    keySet
}

// NewMicrosoft checks the configuration. It calls nobody: Microsoft may be
// away while we start.
func NewMicrosoft(c MicrosoftConfig) (*Microsoft, error) {
	login, client, err := fenced(c.LoginURL, c.HTTP)
	if err != nil {
		return nil, fmt.Errorf("signin: microsoft: %w", err)
	}
	m := &Microsoft{
		login: login, clientID: c.ClientID, redirect: c.RedirectURL, adminRedirect: c.AdminURL, graph: strings.TrimRight(c.GraphURL, "/"),
		secret: c.ClientSecret, clock: c.Clock, http: client,
	}
	if m.assertions, err = newAssertions(c.ClientID, c.Certificates, c.Clock, c.Random); err != nil {
		return nil, fmt.Errorf("signin: microsoft: %w", err)
	}
	m.meta.clock, m.meta.load = c.Clock, m.discover
	m.keys.clock, m.keys.load = c.Clock, m.loadKeys(&m.meta)
	m.metaV1.clock, m.metaV1.load = c.Clock, m.discoverV1
	m.keysV1.clock, m.keysV1.load = c.Clock, m.loadKeys(&m.metaV1)
	m.keysV1.also = login + "/" + tenantPart + "/v2.0"
	return m, nil
}

// SigninURL is where the browser goes to tell who the person is. The hint, if
// any, is a user principal name. errs.Unavailable: Microsoft does not answer.
func (m *Microsoft) SigninURL(ctx context.Context, flow meeting.Flow, loginHint string) (_ string, err error) {
	defer errs.Wrap(&err, "signin: address of sign-in")
	meta, err := m.metadata(ctx)
	if err != nil {
		return "", err
	}
	return m.authorizeURL(meta.authorize, signinScope, flow, loginHint), nil
}

// ConsentURL is where the browser goes so that flow.Account lets us keep its
// calendar. errs.Unavailable: Microsoft does not answer.
func (m *Microsoft) ConsentURL(ctx context.Context, flow meeting.Flow, loginHint string) (_ string, err error) {
	defer errs.Wrap(&err, "signin: address of consent")
	meta, err := m.metadata(ctx)
	if err != nil {
		return "", err
	}
	return m.authorizeURL(in(meta.authorize, flow.Account.Tenant()), consentScope, flow, loginHint), nil
}

func (m *Microsoft) authorizeURL(endpoint, scope string, flow meeting.Flow, loginHint string, more ...oauth2.AuthCodeOption) string {
	config := oauth2.Config{
		ClientID:    m.clientID,
		Endpoint:    oauth2.Endpoint{AuthURL: endpoint},
		RedirectURL: m.redirect,
		Scopes:      strings.Fields(scope),
	}
	return config.AuthCodeURL(flow.State.Reveal(), hinted(loginHint, append(more,
		oauth2.SetAuthURLParam("response_mode", "query"), // a Lax cookie is not sent with a cross-site POST
		oidc.Nonce(flow.Nonce),
		oauth2.S256ChallengeOption(flow.Verifier.Reveal()))...)...)
}

func hinted(loginHint string, options ...oauth2.AuthCodeOption) []oauth2.AuthCodeOption {
	if loginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", loginHint))
	}
	return options
}

// ProveURL is where the browser goes so that flow.Account signs in anew, at its
// own tenant: the token then shows the roles that it has right now, and when it
// signed in. errs.Unavailable: Microsoft does not answer.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
func (m *Microsoft) ProveURL(ctx context.Context, flow meeting.Flow, loginHint string) (_ string, err error) {
	defer errs.Wrap(&err, "signin: address of a fresh sign-in")
	meta, err := m.metadata(ctx)
	if err != nil {
		return "", err
	}
	return m.authorizeURL(in(meta.authorize, flow.Account.Tenant()), signinScope, flow, loginHint,
		oauth2.SetAuthURLParam("prompt", "login")), nil
}

// FinishSignin redeems the code of a sign-in and says who came: for a flow that
// names an account, which is redeemed at its tenant, nobody else, else
// errs.Forbidden. Errors have a sentence for the person as their Message:
// errs.Forbidden (refused, or what came could not be verified), Invalid (start
// again), Unavailable, Throttled; Internal is our own fault.
func (m *Microsoft) FinishSignin(ctx context.Context, flow meeting.Flow, code string) (_ meeting.Identity, err error) {
	defer errs.Wrap(&err, "signin: finish sign-in")
	meta, err := m.metadata(ctx)
	if err != nil {
		return meeting.Identity{}, err
	}
	endpoint := meta.token
	if flow.Account != "" {
		endpoint = in(meta.token, flow.Account.Tenant())
	}
	_, who, err := m.redeem(ctx, endpoint, flow, code)
	if err == nil && flow.Account != "" && who.Account != flow.Account {
		return meeting.Identity{}, refuse(errs.Forbidden, sentenceOtherPerson, "another account came back")
	}
	return who, err
}

// FinishConsent redeems the code of a consent. It has to come from flow.Account
// and to include the calendar, else errs.Forbidden; other errors as for
// FinishSignin. Scopes are as granted, maybe more than was asked for.
func (m *Microsoft) FinishConsent(ctx context.Context, flow meeting.Flow, code string) (_ meeting.Identity, _ meeting.Tokens, scopes []string, err error) {
	defer errs.Wrap(&err, "signin: finish consent")
	meta, err := m.metadata(ctx)
	if err != nil {
		return meeting.Identity{}, meeting.Tokens{}, nil, err
	}
	got, who, err := m.redeem(ctx, in(meta.token, flow.Account.Tenant()), flow, code)
	if err == nil {
		scopes = strings.Fields(got.Scope)
		switch {
		case who.Account != flow.Account:
			err = refuse(errs.Forbidden, sentenceOtherPerson, "another account came back")
		case !grants(scopes, calendar):
			err = refuse(errs.Forbidden, sentenceNoCalendar, "%s is not among the scopes", calendar)
		case got.Refresh == "":
			err = refuse(errs.Forbidden, sentenceNoOffline, "no refresh token")
		}
	}
	if err != nil {
		return meeting.Identity{}, meeting.Tokens{}, nil, err
	}
	return who, m.tokens(got), scopes, nil
}

// grants reports whether wanted is among scopes. Microsoft writes them in any
// case, with or without their resource.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc
func grants(scopes []string, wanted string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool {
		return strings.EqualFold(scope[strings.LastIndex(scope, "/")+1:], wanted)
	})
}

// Refresh trades a refresh token for new tokens, at the tenant of the grant.
//
//	SignedOut    the refresh token is refused for good; ReasonOf tells why
//	Throttled    not before the time named, if any
//	Unavailable  no clear answer; it may have had its effect
//	Internal     our secret, certificate, clock or request is refused
func (m *Microsoft) Refresh(ctx context.Context, grant meeting.Grant, refresh meeting.Secret) (_ meeting.Tokens, err error) {
	defer errs.Wrap(&err, "signin: refresh at microsoft")
	meta, err := m.metadata(ctx)
	if err != nil {
		return meeting.Tokens{}, err
	}
	reply, err := m.post(ctx, in(meta.token, grant.Account.Tenant()), url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {refresh.Reveal()},
		"scope":         {consentScope},
	})
	if err != nil {
		return meeting.Tokens{}, err
	}
	if !reply.good() {
		return meeting.Tokens{}, microsoftVerdict(reply, m.clock.Now()).refresh()
	}
	got, err := reply.success()
	if err != nil {
		return meeting.Tokens{}, err
	}
	if got.Refresh == "" {
		got.Refresh = refresh.Reveal() // it was not replaced
	}
	return m.tokens(got), nil
}

func (m *Microsoft) redeem(ctx context.Context, endpoint string, flow meeting.Flow, code string) (success, meeting.Identity, error) {
	reply, err := m.post(ctx, endpoint, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {m.redirect},
		"code_verifier": {flow.Verifier.Reveal()},
	})
	if err != nil {
		return success{}, meeting.Identity{}, unavailable(meeting.Microsoft, err)
	}
	if !reply.good() {
		return success{}, meeting.Identity{}, microsoftVerdict(reply, m.clock.Now()).redeem(meeting.Microsoft)
	}
	got, err := reply.success()
	if err != nil {
		return success{}, meeting.Identity{}, unavailable(meeting.Microsoft, err)
	}
	who, err := m.identity(ctx, got.IDToken, flow.Nonce)
	return got, who, err
}

// post adds who we are: by certificate where there is one, by secret where
// there is none or all of them have ended.
func (m *Microsoft) post(ctx context.Context, endpoint string, form url.Values) (answer, error) {
	if m.assertions.valid(m.clock.Now()) || m.secret.Empty() && m.certified() {
		return m.postCertified(ctx, endpoint, form)
	}
	form.Set("client_id", m.clientID)
	form.Set("client_secret", m.secret.Reveal())
	return post(ctx, m.http, endpoint, form)
}

func (m *Microsoft) postCertified(ctx context.Context, endpoint string, form url.Values) (answer, error) {
	form.Set("client_id", m.clientID)
	return m.assertions.post(ctx, func(ctx context.Context, form url.Values) (answer, error) {
		return post(ctx, m.http, endpoint, form)
	}, endpoint, form)
}

// certified reports whether there is a certificate at all.
func (m *Microsoft) certified() bool { return len(m.assertions.all) > 0 }

func (m *Microsoft) tokens(got success) meeting.Tokens {
	now := m.clock.Now()
	tokens := got.tokens(now)
	tokens.RefreshExpires = now.Add(refreshLife)
	return tokens
}

func (m *Microsoft) metadata(ctx context.Context) (metadata, error) {
	meta, err := m.meta.get(ctx)
	return meta, unavailable(meeting.Microsoft, err)
}

// unavailable gives an errs.Unavailable the sentence for people; other errors
// stay as they are.
func unavailable(service meeting.Service, err error) error {
	if !errs.Is(err, errs.Unavailable) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return refuse(errs.Unavailable, sentenceUnavailable[service], "%s", err)
}
