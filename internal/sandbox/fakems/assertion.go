package fakems

import (
	"crypto/sha1" // x5t is defined as a SHA-1 thumbprint
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// checkAssertion verifies a client assertion: PS256 with x5t#S256 or RS256 with
// x5t, a certificate of the registration in its own time range, iss and sub the client, aud the token
// endpoint or the authority, its time range, and that it is new. It returns an
// AADSTS code, 0 when all is well.
// https://learn.microsoft.com/entra/identity-platform/certificate-credentials
func (s *Server) checkAssertion(c *call, a authority, app *App, form url.Values) int {
	if form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return 7000218
	}
	token, err := jwt.ParseSigned(form.Get("client_assertion"), []jose.SignatureAlgorithm{jose.PS256, jose.RS256})
	if err != nil || len(token.Headers) != 1 {
		return 700027
	}
	h := token.Headers[0]
	var claims jwt.Claims
	verified := false
	now := s.Clock.Now()
	for _, cert := range app.Certificates {
		if !cert.NotAfter.IsZero() && (now.Before(cert.NotBefore) || now.After(cert.NotAfter)) {
			continue // "The key used is expired", with the same code
		}
		sum256, sum1 := sha256.Sum256(cert.Raw), sha1.Sum(cert.Raw)
		named := h.ExtraHeaders["x5t#S256"] == base64.RawURLEncoding.EncodeToString(sum256[:]) ||
			h.Algorithm == string(jose.RS256) && h.ExtraHeaders["x5t"] == base64.RawURLEncoding.EncodeToString(sum1[:])
		if named && token.Claims(cert.PublicKey, &claims) == nil {
			verified = true
		}
	}
	own := []string{
		c.base + "/" + a.alias + "/oauth2/v2.0/token", c.base + "/" + a.alias + "/v2.0",
		c.base + "/" + a.id() + "/oauth2/v2.0/token", c.base + "/" + a.id() + "/v2.0",
		c.base + "/" + a.alias, c.base + "/" + a.id(),
	}
	switch {
	case !verified || claims.ID == "":
		return 700027
	case claims.Issuer != app.ClientID || claims.Subject != app.ClientID:
		return 50048
	case !slices.ContainsFunc(claims.Audience, func(aud string) bool { return slices.Contains(own, aud) }):
		return 700027
	case claims.Expiry == nil || claims.NotBefore == nil,
		now.After(claims.Expiry.Time()), now.Add(5 * time.Minute).Before(claims.NotBefore.Time()):
		return 700024
	case s.entra.jtis[claims.ID]:
		return 700027
	}
	s.entra.jtis[claims.ID] = true
	return 0
}
