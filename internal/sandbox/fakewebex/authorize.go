package fakewebex

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"webex-scheduler/internal/sandbox/trace"
)

// redirect is an answer 302 to that address.
type redirect string

// authorization is a checked request to /v1/authorize.
type authorization struct {
	client      *Integration
	redirectURI string // where to go
	given       string // redirect_uri as sent, may be empty
	state       string
	scopes      []string
	challenge   string
	method      string
}

// showAuthorize is GET /v1/authorize: first the choice of an account, then,
// with account in the query, the question whether to accept. No session is
// kept, so the account is asked unless login_hint names one, whose password
// Webex would ask for next.
// https://developer.webex.com/docs/login-with-webex
func (s *Server) showAuthorize(c *call) (any, error) {
	a, no := s.checkAuthorize(c, c.query)
	if no != nil {
		return no, nil
	}
	params := hidden(c.query)
	p := s.person(c.query.Get("account"))
	if hint := c.query.Get("login_hint"); p == nil && c.query.Get("prompt") == "" {
		if p = s.person(hint); p != nil {
			// Who wants another account is not to be led back here.
			params = append(params, param{"prompt", "select_account"})
		}
	}
	if p == nil {
		return s.accountPage(a, params, c.query.Get("login_hint")), nil
	}
	if no := s.notTheirs(a, p); no != "" {
		return no, nil
	}
	return s.consentPage(a, params, p), nil
}

// decideAuthorize is the form of the consent page.
func (s *Server) decideAuthorize(c *call) (any, error) {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, malformed("The request body is not a form.")
	}
	decision := form.Get("decision")
	form.Del("decision")
	a, no := s.checkAuthorize(c, form)
	if no != nil {
		return no, nil
	}
	p := s.person(form.Get("account"))
	if p == nil {
		return nil, malformed("No such account.")
	}
	c.actor = p.Email
	if no := s.notTheirs(a, p); no != "" {
		return no, nil
	}
	return s.decide(a, p, decision == "accept"), nil
}

// checkAuthorize holds the rules of the request. A client or an address that
// cannot be trusted gets a page, any other problem goes back to the program.
// What is wrong for a program that was set up right is told to Unexpected.
func (s *Server) checkAuthorize(c *call, q url.Values) (authorization, any) {
	for name := range q {
		if !slices.Contains(authorizeParams, name) {
			c.complain("unknown parameter %q is ignored", name)
		}
	}
	a := authorization{client: s.world.integrations[q.Get("client_id")], given: q.Get("redirect_uri"), state: q.Get("state")}
	if a.client == nil {
		c.complain("unknown client_id")
		return a, errorPage("Client Id is invalid", "The integration that sent you here is not registered with Webex.")
	}
	switch a.redirectURI = a.given; {
	case a.given == "" && len(a.client.RedirectURIs) == 1:
		a.redirectURI = a.client.RedirectURIs[0]
	case !slices.Contains(a.client.RedirectURIs, a.given):
		c.complain("redirect_uri %q is not registered", a.given)
		return a, errorPage("The redirect address is not registered", "The integration asked to send you to an address it has not registered with Webex.")
	}
	fail := func(code, format string, args ...any) (authorization, any) {
		text := fmt.Sprintf(format, args...)
		c.complain("%s: %s", code, text)
		return a, a.back(url.Values{"error": {code}, "error_description": {text}})
	}
	if t := q.Get("response_type"); t != "code" {
		return fail("unsupported_response_type", "response_type %q is not supported here", t)
	}
	if a.scopes = strings.Fields(q.Get("scope")); len(a.scopes) == 0 {
		return fail("invalid_scope", "scope is missing")
	}
	for _, scope := range a.scopes {
		if slices.Contains([]string{"openid", "email", "profile", "phone", "address"}, scope) {
			return fail("invalid_scope", "the sandbox does not model OpenID Connect (%s)", scope)
		}
		if !slices.Contains(a.client.Scopes, scope) {
			return fail("invalid_scope", "scope %s is not registered on the integration", scope)
		}
	}
	a.challenge, a.method = q.Get("code_challenge"), q.Get("code_challenge_method")
	if a.challenge != "" && a.method == "" {
		a.method = "plain" // RFC 7636 4.3
	}
	if !slices.Contains([]string{"", "plain", "S256"}, a.method) || (a.method == "") != (a.challenge == "") {
		return fail("invalid_request", "code_challenge and code_challenge_method do not fit")
	}
	if q.Get("prompt") == "none" {
		return a, a.back(url.Values{"error": {"login_required"}, "error_description": {"there is no session"}})
	}
	return a, nil
}

// notTheirs is the way back for somebody who is asked for what only a full
// administrator may grant. That Webex sends them back, and with which error,
// is the sandbox's choice. https://developer.webex.com/docs/meetings
func (s *Server) notTheirs(a authorization, p *Person) redirect {
	if p.has(FullAdmin) || !slices.ContainsFunc(a.scopes, forAdmins) {
		return ""
	}
	s.trace(trace.Entry{Service: trace.Person, Actor: p.Email, Method: "refused", Path: "/v1/authorize",
		Note: "is no administrator and may not accept " + a.client.Name})
	return a.back(url.Values{"error": {"invalid_scope"}, "error_description": {"The requested scope is for administrators."}})
}

// decide ends the visit: the person's click.
func (s *Server) decide(a authorization, p *Person, accepted bool) redirect {
	if !accepted {
		s.trace(trace.Entry{Service: trace.Person, Actor: p.Email, Method: "declined", Path: "/v1/authorize",
			Note: "declined " + a.client.Name})
		return a.back(url.Values{"error": {"access_denied"}, "error_description": {"The user denied the request."}})
	}
	value := s.opaque(p.Org)
	s.world.codes[value] = &code{
		grant:       grant{person: p, client: a.client.ClientID, scopes: a.scopes},
		redirectURI: a.given, challenge: a.challenge, method: a.method,
		expires: s.Clock.Now().Add(codeLife),
	}
	s.trace(trace.Entry{Service: trace.Person, Actor: p.Email, Method: "accepted", Path: "/v1/authorize",
		Note: "accepted " + a.client.Name})
	return a.back(url.Values{"code": {value}})
}

// back is the way to the program, with the state echoed in the query.
func (a authorization) back(q url.Values) redirect {
	if a.state != "" {
		q.Set("state", a.state)
	}
	sep := "?"
	if strings.Contains(a.redirectURI, "?") {
		sep = "&"
	}
	return redirect(a.redirectURI + sep + q.Encode())
}

// Accept plays a person who opens the address of /v1/authorize, chooses the
// account and presses Accept. It returns the address that the browser is sent
// to then.
func (s *Server) Accept(authorizeURL, email string) (callback string, err error) {
	return s.visit(authorizeURL, email, true)
}

// Decline is Accept for a person who presses Decline.
func (s *Server) Decline(authorizeURL, email string) (callback string, err error) {
	return s.visit(authorizeURL, email, false)
}

func (s *Server) visit(authorizeURL, email string, accept bool) (string, error) {
	u, err := url.Parse(authorizeURL)
	if err != nil {
		return "", fmt.Errorf("fakewebex: authorize: %w", err)
	}
	s.lock()
	defer s.mu.Unlock()
	p := s.person(email)
	if p == nil {
		return "", fmt.Errorf("fakewebex: authorize: no account %s", email)
	}
	c := &call{r: &http.Request{Method: http.MethodGet, URL: u}, query: u.Query()}
	a, no := s.checkAuthorize(c, c.query)
	switch no := no.(type) {
	case nil:
		if no := s.notTheirs(a, p); no != "" {
			return string(no), nil
		}
		return string(s.decide(a, p, accept)), nil
	case redirect:
		return string(no), nil
	default:
		return "", fmt.Errorf("fakewebex: authorize: refused: %v", c.unexpected)
	}
}
