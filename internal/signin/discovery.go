package signin

import (
	"context"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// organizations is the authority for everybody with a work or school account.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols
const organizations = "organizations"

// tenantPart stands in issuers that hold for every tenant.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
const tenantPart = "{tenantid}"

// metadata is what Microsoft's discovery document says, for the authority
// organizations.
type metadata struct {
	issuer    string // with tenantPart in it
	authorize string
	token     string
	keys      string
}

func (m *Microsoft) discover(ctx context.Context) (metadata, error) {
	// The advertised issuer never equals the address asked: it names no tenant.
	ctx = oidc.InsecureIssuerURLContext(oidc.ClientContext(ctx, m.http), m.login+"/"+tenantPart+"/v2.0")
	provider, err := oidc.NewProvider(ctx, m.login+"/"+organizations+"/v2.0")
	if err != nil {
		return metadata{}, &errs.Error{Kind: errs.Unavailable, Message: "discovery: " + clip(err.Error()), Err: err}
	}
	var doc struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := provider.Claims(&doc); err != nil {
		return metadata{}, errs.New(errs.Unavailable, "discovery: %w", err)
	}
	if !strings.HasPrefix(doc.Issuer, m.login+"/") || strings.Count(doc.Issuer, tenantPart) != 1 {
		return metadata{}, errs.New(errs.Internal, "discovery: issuer %q is not one of %s for every tenant", clip(doc.Issuer), m.login)
	}
	found := metadata{issuer: doc.Issuer, authorize: provider.Endpoint().AuthURL, token: provider.Endpoint().TokenURL, keys: doc.Keys}
	for _, endpoint := range []string{found.authorize, found.token, found.keys} {
		if !strings.HasPrefix(endpoint, m.login+"/") {
			return metadata{}, errs.New(errs.Internal, "discovery: endpoint %q is not on %s", clip(endpoint), m.login)
		}
	}
	return found, nil
}

// in returns an endpoint of the authority organizations for one tenant.
func in(endpoint string, tenant meeting.TenantID) string {
	return strings.Replace(endpoint, "/"+organizations+"/", "/"+url.PathEscape(string(tenant))+"/", 1)
}

// clip shortens what somebody else wrote, for a log line.
func clip(s string) string {
	const most = 200
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
