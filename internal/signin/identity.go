package signin

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// skew is how far Microsoft's clock and ours may be apart.
const skew = 5 * time.Minute

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// claims are those of an ID token that the library does not read.
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
type claims struct {
	Tenant    string   `json:"tid"`
	Object    string   `json:"oid"`
	Name      string   `json:"name"`
	Username  string   `json:"preferred_username"`
	NotBefore seconds  `json:"nbf"`
	AuthTime  seconds  `json:"auth_time"`
	Account   seconds  `json:"acct"` // 1: guest
	Provider  string   `json:"idp"`  // of a guest: the home issuer
	Roles     []string `json:"wids"`
}

// identity checks an ID token and says whom it is about.
// https://learn.microsoft.com/entra/identity-platform/claims-validation
func (m *Microsoft) identity(ctx context.Context, raw, nonce string) (meeting.Identity, error) {
	meta, err := m.metadata(ctx)
	if err != nil {
		return meeting.Identity{}, err
	}
	// Without its keys no token can be judged, which is nobody's fault.
	if _, err := m.keys.get(ctx); err != nil {
		return meeting.Identity{}, unavailable(meeting.Microsoft, err)
	}
	verifier := oidc.NewVerifier("", &m.keys, &oidc.Config{
		ClientID:             m.clientID,
		SupportedSigningAlgs: []string{oidc.RS256},
		SkipIssuerCheck:      true, // the issuer differs by tenant: checked below
		SkipExpiryCheck:      true, // the library allows no skew
	})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return meeting.Identity{}, refuse(errs.Forbidden, sentenceUnverified, "id token: %s", clip(err.Error()))
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return meeting.Identity{}, refuse(errs.Forbidden, sentenceUnverified, "id token: %s", clip(err.Error()))
	}
	if err := m.check(token, c, meta.issuer, nonce); err != nil {
		return meeting.Identity{}, refuse(errs.Forbidden, sentenceUnverified, "id token: %s", err)
	}
	tenant := meeting.TenantID(strings.ToLower(c.Tenant))
	if tenant == meeting.ConsumerTenant {
		return meeting.Identity{}, refuse(errs.Forbidden, sentencePersonal, "personal account")
	}
	return meeting.Identity{
		Account:  meeting.NewAccountID(tenant, meeting.ObjectID(c.Object)),
		UPN:      c.Username,
		Name:     c.Name,
		Guest:    c.guest(token.Issuer),
		Roles:    c.Roles,
		AuthTime: c.AuthTime.time(),
		IssuedAt: token.IssuedAt,
	}, nil
}

func (m *Microsoft) check(token *oidc.IDToken, c claims, template, nonce string) error {
	now := m.clock.Now()
	switch {
	case nonce == "" || token.Nonce != nonce:
		return errors.New("nonce is not ours")
	case len(token.Audience) != 1:
		return errors.New("more than one audience")
	case !guid.MatchString(c.Tenant):
		return errors.New("tid is not a GUID")
	case token.Issuer != strings.ReplaceAll(template, tenantPart, c.Tenant):
		return errors.New("issuer is not that of the tenant")
	case !guid.MatchString(c.Object):
		return errors.New("oid is not a GUID")
	case token.Expiry.IsZero() || now.After(token.Expiry.Add(skew)):
		return errors.New("expired")
	case c.NotBefore.time().After(now.Add(skew)):
		return errors.New("not valid yet")
	}
	return nil
}

// guest reports whether the account's home is another tenant or service.
func (c claims) guest(issuer string) bool {
	home := c.Provider == "" || c.Provider == issuer || strings.Contains(c.Provider, c.Tenant)
	return c.Account == 1 || !home
}

// time reads seconds since 1970; zero for none.
func (s seconds) time() time.Time {
	if !(s > 0 && s < 1<<40) {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}
