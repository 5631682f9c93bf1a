package signin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// AccessScope is the scope of our own API, as the app registration exposes it.
const AccessScope = "access_as_user"

// accessClaims are those of an access token. Which of them are there depends on
// the version, which is the registration's choice, not the caller's.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
type accessClaims struct {
	claims
	Version    string `json:"ver"`
	Scope      string `json:"scp"`   // none: an ID token, or a program alone
	Type       string `json:"idtyp"` // optional: user or app
	UPN        string `json:"upn"`   // version 1
	UniqueName string `json:"unique_name"`
}

// CheckAccess checks an access token that a script presents to our API, and
// says for whom it speaks.
//
//	SignedOut    not valid, not for us, or not of a person
//	Forbidden    valid, without our scope
//	Unavailable  Microsoft's keys can't be read at the moment
//
// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
func (m *Microsoft) CheckAccess(ctx context.Context, raw string) (meeting.Identity, error) {
	token, c, err := m.access(ctx, raw)
	if err != nil {
		if errs.KindOf(err) != errs.Internal {
			return meeting.Identity{}, err
		}
		return meeting.Identity{}, errs.New(errs.SignedOut, "access token: %s", clip(err.Error()))
	}
	if !slices.Contains(strings.Fields(c.Scope), AccessScope) {
		return meeting.Identity{}, errs.New(errs.Forbidden, "access token: %s is not among its scopes", AccessScope)
	}
	who := meeting.Identity{
		Account: meeting.NewAccountID(meeting.TenantID(c.Tenant), meeting.ObjectID(c.Object)),
		UPN:     c.Username, Name: c.Name, IssuedAt: token.IssuedAt,
	}
	for _, name := range []string{c.UPN, c.UniqueName} {
		if who.UPN == "" {
			who.UPN = name
		}
	}
	return who, nil
}

// access returns what a token claims that Microsoft signed for us and a person.
// Errors without a kind say what is wrong with it.
func (m *Microsoft) access(ctx context.Context, raw string) (*oidc.IDToken, accessClaims, error) {
	var c accessClaims
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, c, err
	}
	// Graph's own tokens have a nonce in their header and can't be verified by
	// anybody else.
	if len(jws.Signatures) != 1 || jws.Signatures[0].Header.Nonce != "" {
		return nil, c, errors.New("not for us")
	}
	// Not believed yet: it only says whose metadata and keys judge the token.
	if err := json.Unmarshal(jws.UnsafePayloadWithoutVerification(), &c); err != nil {
		return nil, c, err
	}
	template, keys, err := m.issuing(ctx, c.Version)
	if err != nil {
		return nil, c, err
	}
	verifier := oidc.NewVerifier("", keys, &oidc.Config{
		SkipClientIDCheck:    true, // an audience has three spellings: checked below
		SupportedSigningAlgs: []string{oidc.RS256},
		SkipIssuerCheck:      true, // the issuer differs by tenant: checked below
		SkipExpiryCheck:      true, // the library allows no skew
	})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, c, err
	}
	c = accessClaims{}
	if err := token.Claims(&c); err != nil {
		return nil, c, err
	}
	return token, c, m.checkAccess(token, c, template)
}

func (m *Microsoft) checkAccess(token *oidc.IDToken, c accessClaims, template string) error {
	now := m.clock.Now()
	switch {
	case len(token.Audience) != 1 || !slices.Contains(m.audiences(), token.Audience[0]):
		return errors.New("another audience")
	case !guid.MatchString(c.Tenant):
		return errors.New("tid is not a GUID")
	case token.Issuer != strings.ReplaceAll(template, tenantPart, c.Tenant):
		return errors.New("issuer is not that of the tenant")
	case strings.EqualFold(c.Tenant, string(meeting.ConsumerTenant)):
		return errors.New("personal account")
	case !guid.MatchString(c.Object):
		return errors.New("oid is not a GUID")
	case token.Expiry.IsZero() || now.After(token.Expiry.Add(skew)):
		return errors.New("expired")
	case c.NotBefore.time().After(now.Add(skew)) || c.NotBefore.time().IsZero():
		return errors.New("not valid yet")
	case c.Scope == "" || strings.EqualFold(c.Type, "app"):
		// An ID token has our client id for its audience too, and a program's own
		// token has roles: neither has a scope.
		return errors.New("not an access token of a person")
	}
	return nil
}

// audiences are the names that our API may have: the client id, and the App ID
// URIs that Entra proposes, without and with our host.
// https://learn.microsoft.com/entra/identity-platform/reference-app-manifest#identifieruris-attribute
func (m *Microsoft) audiences() []string {
	names := []string{m.clientID, "api://" + m.clientID}
	if u, err := url.Parse(m.redirect); err == nil && u.Host != "" {
		names = append(names, "api://"+u.Host+"/"+m.clientID)
	}
	return names
}

// issuing returns the issuer, with tenantPart in it, and the keys of tokens of
// a version.
func (m *Microsoft) issuing(ctx context.Context, version string) (template string, keys *keySet, err error) {
	switch version {
	case "2.0":
		meta, err := m.metadata(ctx)
		if err != nil {
			return "", nil, err
		}
		template, keys = meta.issuer, &m.keys
	case "1.0":
		meta, err := m.metaV1.get(ctx)
		if err != nil {
			return "", nil, err
		}
		template, keys = meta.issuer, &m.keysV1
	default:
		return "", nil, errors.New("unknown version")
	}
	// Without its keys no token can be judged, which is nobody's fault.
	if _, err := keys.get(ctx); err != nil {
		return "", nil, err
	}
	return template, keys, nil
}

// discoverV1 reads what Microsoft says of tokens of version 1. Their issuer is
// on a host of its own.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats
func (m *Microsoft) discoverV1(ctx context.Context) (_ metadata, err error) {
	defer errs.Wrap(&err, "discovery of version 1")
	body, err := m.read(ctx, m.login+"/"+organizations+"/.well-known/openid-configuration")
	if err != nil {
		return metadata{}, err
	}
	var doc struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return metadata{}, errs.New(errs.Unavailable, "%w", err)
	}
	if strings.Count(doc.Issuer, tenantPart) != 1 || !strings.HasPrefix(doc.Keys, m.login+"/") {
		return metadata{}, errs.New(errs.Unavailable, "issuer %q, keys at %q", clip(doc.Issuer), clip(doc.Keys))
	}
	return metadata{issuer: doc.Issuer, keys: doc.Keys}, nil
}

// read gets a public document of Microsoft's.
func (m *Microsoft) read(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := m.http.Do(req)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errs.New(errs.Unavailable, "status %d", resp.StatusCode)
	}
	return body, nil
}
