package fakewebex

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Lifetimes: access and refresh tokens by
// https://developer.webex.com/docs/integrations; the code's is the sandbox's choice.
const (
	codeLife    = 5 * time.Minute
	accessLife  = 14 * 24 * time.Hour
	refreshLife = 90 * 24 * time.Hour
)

// grant is what a person allowed an integration.
type grant struct {
	person *Person
	client string
	scopes []string
}

type code struct {
	grant       grant
	redirectURI string // as in the request, may be empty
	challenge   string
	method      string // S256, plain, or empty without PKCE
	expires     time.Time
}

type accessToken struct {
	grant   grant
	expires time.Time
}

type refreshToken struct {
	grant   grant
	expires time.Time
}

// authenticate finds the person behind the bearer token.
func (s *Server) authenticate(c *call) error {
	if c.r.Header.Get("Authorization") == "" {
		c.complain("header Authorization is missing")
	}
	t := s.bearer(c.r)
	if t == nil || !t.expires.After(c.now) || t.grant.person.LoginDisabled {
		return refuse(http.StatusUnauthorized, textToken)
	}
	c.person, c.client, c.scopes = t.grant.person, t.grant.client, t.grant.scopes
	c.host = c.person
	return nil
}

// bearer is the access token of a request, which may have expired; nil if it
// is none of ours.
func (s *Server) bearer(r *http.Request) *accessToken {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil
	}
	return s.world.access[token]
}

// needScope wants one of the route's scopes. An admin scope is worth nothing
// once its person has lost the role.
func (c *call) needScope(rt *route) error {
	c.admin = rt.admin != "" && slices.Contains(c.scopes, rt.admin) && c.person.has(FullAdmin)
	if !c.admin && (rt.scope == "" || !slices.Contains(c.scopes, rt.scope)) {
		return refuse(http.StatusForbidden, textForbidden)
	}
	return nil
}

// giveToken is POST /v1/access_token.
// https://developer.webex.com/docs/login-with-webex
func (s *Server) giveToken(c *call) (any, error) {
	mediaType, _, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";")
	if mediaType != "application/x-www-form-urlencoded" {
		c.complain("content type is %q", mediaType)
		return nil, refuse(http.StatusUnsupportedMediaType, "The request was made to a resource without specifying a media type or used a media type that is not supported.")
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		c.complain("the body is not a form")
		return nil, oauthRefusal(400, "invalid_request", "The request body is not a form.")
	}
	client, err := s.authenticateClient(c, form)
	if err != nil {
		return nil, err
	}
	known := []string{"grant_type", "client_id", "client_secret"}
	switch form.Get("grant_type") {
	case "authorization_code":
		checkForm(c, form, append(known, "code", "redirect_uri", "code_verifier"))
		return s.exchangeCode(c, client, form)
	case "refresh_token":
		checkForm(c, form, append(known, "refresh_token"))
		return s.refreshGrant(c, client, form.Get("refresh_token"))
	}
	c.complain("grant_type %q", form.Get("grant_type"))
	return nil, oauthRefusal(400, "unsupported_grant_type", "The grant type is not supported.")
}

func oauthRefusal(status int, code, text string) error {
	no := refuse(status, text)
	no.oauth = code
	return no
}

func checkForm(c *call, form url.Values, known []string) {
	for name := range form {
		if !slices.Contains(known, name) {
			c.complain("unknown form field %q is ignored", name)
		}
	}
}

// authenticateClient takes the secret from the form or from HTTP Basic. The
// text for an unknown client is Cisco's, the other and the status 401 for a
// wrong secret are the sandbox's choice.
func (s *Server) authenticateClient(c *call, form url.Values) (*Integration, error) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := c.r.BasicAuth(); ok {
		// RFC 6749 2.3.1: both are form-encoded first.
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(password)
	}
	client := s.world.integrations[id]
	if client == nil {
		return nil, oauthRefusal(400, "invalid_client", "Client Id is invalid")
	}
	_, refused := s.struck(c, SecretRefused)
	c.actor = client.Name
	if refused || secret != client.Secret {
		return nil, oauthRefusal(401, "invalid_client", "Client secret is invalid")
	}
	return client, nil
}

var verifierForm = regexp.MustCompile(`^[A-Za-z0-9\-._~]{43,128}$`)

func (s *Server) exchangeCode(c *call, client *Integration, form url.Values) (any, error) {
	value := form.Get("code")
	cd := s.world.codes[value]
	bad := oauthRefusal(400, "invalid_grant", "The authorization code is invalid, expired or was used before.")
	if cd == nil || cd.grant.client != client.ClientID {
		return nil, bad
	}
	delete(s.world.codes, value) // single use, whatever comes of it (sandbox's choice)
	if !cd.expires.After(c.now) {
		return nil, bad
	}
	if form.Get("redirect_uri") != cd.redirectURI {
		c.complain("redirect_uri differs from the one of the authorize request")
		return nil, oauthRefusal(400, "invalid_grant", "The redirect_uri does not match.")
	}
	// PKCE comes on top of the secret, it does not replace it.
	verifier := form.Get("code_verifier")
	challenge := verifier
	if cd.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if cd.method != "" && (!verifierForm.MatchString(verifier) || challenge != cd.challenge) {
		return nil, oauthRefusal(400, "invalid_grant", "The code_verifier does not match the code_challenge.")
	}
	if cd.method == "" && verifier != "" {
		c.complain("code_verifier without a code_challenge before")
	}
	refresh := s.newRefresh(cd.grant, c.now)
	c.actor, c.note = cd.grant.person.Email, "signed in"
	return s.tokenAnswer(c, cd.grant, refresh), nil
}

// refreshGrant renews the refresh token's own 90 days too.
// https://developer.webex.com/docs/api/v1/authorizations
func (s *Server) refreshGrant(c *call, client *Integration, value string) (any, error) {
	t := s.world.refresh[value]
	if t == nil || t.grant.client != client.ClientID || !t.expires.After(c.now) || t.grant.person.LoginDisabled {
		return nil, oauthRefusal(400, "invalid_grant", textRefresh)
	}
	c.actor, c.note = t.grant.person.Email, "token refreshed"
	if s.RotateRefresh {
		delete(s.world.refresh, value)
		value = s.newRefresh(t.grant, c.now)
	} else {
		t.expires = c.now.Add(refreshLife)
	}
	return s.tokenAnswer(c, t.grant, value), nil
}

func (s *Server) tokenAnswer(c *call, g grant, refresh string) object {
	access := s.newAccess(g, c.now)
	short := 0
	scopes := strings.Join(g.scopes, " ")
	if !s.Calm {
		short = s.rng.IntN(2)  // 1209599 has been seen as well as 1209600
		scopes += " spark:kms" // seen though nobody asked for it
	}
	return object{
		"access_token":             access,
		"expires_in":               int(accessLife.Seconds()) - short,
		"refresh_token":            refresh,
		"refresh_token_expires_in": int(refreshLife.Seconds()) - short,
		"token_type":               "Bearer",
		"scope":                    scopes,
	}
}

func (s *Server) newAccess(g grant, now time.Time) string {
	value := s.opaque(g.person.Org)
	s.world.access[value] = &accessToken{g, now.Add(accessLife)}
	return value
}

func (s *Server) newRefresh(g grant, now time.Time) string {
	value := s.opaque(g.person.Org)
	s.world.refresh[value] = &refreshToken{g, now.Add(refreshLife)}
	return value
}
