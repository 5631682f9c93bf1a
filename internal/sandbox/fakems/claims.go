package fakems

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// idToken makes an ID token of version 2. oid, name and preferred_username want
// the profile scope, email the email scope. Of a guest idp names the home
// tenant.
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
func (s *Server) idToken(c *call, g *grant, nonce string) string {
	now := s.Clock.Now()
	u := g.user
	claims := map[string]any{
		"ver": "2.0",
		"iss": c.base + "/" + u.TenantID + "/v2.0",
		"aud": g.app.ClientID,
		"sub": pairwise(g.app, u),
		"tid": u.TenantID,
		"iat": now.Add(-5 * time.Minute).Unix(), // the real ones begin five minutes back
		"nbf": now.Add(-5 * time.Minute).Unix(),
		"exp": now.Add(time.Hour).Unix(),
		"aio": base64.RawURLEncoding.EncodeToString(s.bytes(60)),
		"rh":  "1.AX" + base64.RawURLEncoding.EncodeToString(s.bytes(40)) + ".",
		"uti": base64.RawURLEncoding.EncodeToString(s.bytes(16)),
		"sid": s.guid(),
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if home := s.home(u); home != u.TenantID {
		claims["idp"] = "https://sts.windows.net/" + home + "/"
	}
	if slices.Contains(g.scopes, "profile") {
		claims["oid"], claims["name"], claims["preferred_username"] = u.ID, u.DisplayName, u.UserPrincipalName
	}
	if slices.Contains(g.scopes, "email") {
		claims["email"] = u.Mail
	}
	if g.app.EmitRoles {
		claims["auth_time"] = g.authTime.Unix()
		if len(u.Wids) > 0 {
			claims["wids"] = u.Wids
		}
	}
	return s.signer().sign(claims)
}

func (s *Server) signer() signingKey { return s.entra.keys[len(s.entra.keys)-1] }

// pairwise is the subject of u for one app only.
func pairwise(a *App, u *User) string {
	sum := sha256.Sum256([]byte(a.ClientID + "\n" + u.ID))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// graphToken makes an access token for Graph: a JWT to look at, whose signature
// nobody but Graph can verify, because of the nonce in its header.
// https://learn.microsoft.com/entra/identity-platform/access-tokens
func (s *Server) graphToken(t *accessToken) string {
	now := s.Clock.Now()
	claims := map[string]any{
		"aud": "https://graph.microsoft.com", "iss": "https://sts.windows.net/" + t.tenant() + "/", "ver": "1.0",
		"iat": now.Unix(), "nbf": now.Unix(), "exp": t.expires.Unix(),
		"appid": t.app.ClientID, "appidacr": "1", "app_displayname": t.app.Name, "tid": t.tenant(),
		"uti": base64.RawURLEncoding.EncodeToString(s.bytes(16)),
	}
	if t.appOnly() {
		// Nothing granted is no claim, not an empty one.
		if len(t.scopes) > 0 {
			claims["roles"] = t.scopes
		}
		claims["oid"], claims["sub"], claims["idtyp"] = t.principal.id, t.principal.id, "app"
		if t.byCertificate {
			claims["appidacr"] = "2"
		}
	} else {
		claims["oid"], claims["upn"], claims["idtyp"] = t.user.ID, t.user.UserPrincipalName, "user"
		claims["scp"], claims["sub"] = strings.Join(t.scopes, " "), pairwise(t.app, t.user)
	}
	head := map[string]any{"alg": "RS256", "typ": "JWT", "kid": s.signer().id, "nonce": base64.RawURLEncoding.EncodeToString(s.bytes(32))}
	return encode(head) + "." + encode(claims) + "." + base64.RawURLEncoding.EncodeToString(s.bytes(256))
}

// encode is a part of a JWT.
func encode(part map[string]any) string {
	text, err := json.Marshal(part)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// userInfo answers GET /oidc/userinfo, which lives on Graph.
// https://learn.microsoft.com/entra/identity-platform/userinfo
func (s *Server) userInfo(c *call) (answer, error) {
	u := c.token.user
	if u == nil {
		return answer{}, deniedByDirectory
	}
	info := map[string]string{"sub": pairwise(c.token.app, u)}
	if slices.Contains(c.token.scopes, "profile") {
		info["name"], info["given_name"], info["family_name"] = u.DisplayName, u.GivenName, u.Surname
	}
	if slices.Contains(c.token.scopes, "email") {
		info["email"] = u.Mail
	}
	return jsonAnswer(http.StatusOK, info), nil
}
