package fakems

import "net/http"

// discovery answers GET /{tenant}/v2.0/.well-known/openid-configuration. For the
// aliases common and organizations the issuer is the literal template with
// {tenantid}. PKCE works but is not advertised.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
func (s *Server) discovery(c *call, a authority) answer {
	at := c.base + "/" + a.alias
	issuer := c.base + "/{tenantid}/v2.0"
	var region any
	if a.tenant != nil {
		issuer, region = c.base+"/"+a.tenant.ID+"/v2.0", "WW"
		at = c.base + "/" + a.tenant.ID
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"token_endpoint":                        at + "/oauth2/v2.0/token",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"jwks_uri":                              at + "/discovery/v2.0/keys",
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"issuer":                                issuer,
		"request_uri_parameter_supported":       false,
		"userinfo_endpoint":                     c.base + "/oidc/userinfo",
		"authorization_endpoint":                at + "/oauth2/v2.0/authorize",
		"device_authorization_endpoint":         at + "/oauth2/v2.0/devicecode",
		"http_logout_supported":                 true,
		"frontchannel_logout_supported":         true,
		"end_session_endpoint":                  at + "/oauth2/v2.0/logout",
		"claims_supported": []string{"sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name",
			"msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver",
			"at_hash", "c_hash", "email"},
		"tenant_region_scope":   region,
		"cloud_instance_name":   "microsoftonline.com",
		"cloud_graph_host_name": "graph.windows.net",
		"msgraph_host":          "graph.microsoft.com",
		"rbac_url":              "https://pas.windows.net",
	}).with("Cache-Control", "max-age=86400, private").with("Access-Control-Allow-Origin", "*")
}

// discoveryV1 answers GET /{tenant}/.well-known/openid-configuration with what
// is needed to check access tokens of version 1, whose issuer has a name of its
// own. The keys are the same.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats
func (s *Server) discoveryV1(c *call, a authority) answer {
	tenant := "{tenantid}"
	if a.tenant != nil {
		tenant = a.tenant.ID
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"issuer": "https://sts.windows.net/" + tenant + "/", "jwks_uri": c.base + "/common/discovery/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}).with("Cache-Control", "max-age=86400, private").with("Access-Control-Allow-Origin", "*")
}
