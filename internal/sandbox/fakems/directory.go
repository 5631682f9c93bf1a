package fakems

import (
	"net/http"
	"slices"
	"strings"
)

// userDefaults is what GET /me answers without $select.
// https://learn.microsoft.com/graph/api/user-get
var userDefaults = strings.Fields("businessPhones displayName givenName id jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName")

func (u *User) render() map[string]any {
	return map[string]any{
		"businessPhones": []string{}, "displayName": u.DisplayName, "givenName": null(u.GivenName), "id": u.ID,
		"jobTitle": null(u.JobTitle), "mail": null(u.Mail), "mobilePhone": nil, "officeLocation": nil,
		"preferredLanguage": null(u.PreferredLanguage), "surname": null(u.Surname), "userPrincipalName": u.UserPrincipalName,
		"proxyAddresses": list(u.ProxyAddresses), "otherMails": []string{}, "accountEnabled": !u.Disabled, "userType": "Member",
	}
}

func null(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// getUser answers GET /me and GET /users/{id or UPN}. With User.Read alone only
// the caller is there to read; a proxy address names nobody.
// https://learn.microsoft.com/graph/api/user-get
func (s *Server) getUser(c *call, idOrUPN string) (answer, error) {
	if err := s.onlyQuery(c, "$select"); err != nil {
		return answer{}, err
	}
	u := s.user(idOrUPN)
	if u != c.token.user && !c.token.has("User.ReadBasic.All") {
		return answer{}, &refusal{http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."}
	}
	if u == nil || u.TenantID != c.token.user.TenantID {
		return answer{}, &refusal{http.StatusNotFound, "Request_ResourceNotFound",
			"Resource '" + idOrUPN + "' does not exist or one of its queried reference-property objects are not present."}
	}
	return s.directoryObject(c, u.render(), userDefaults, "users")
}

// directoryObject answers the properties selected, or the default ones; unlike
// Outlook it adds nothing.
func (s *Server) directoryObject(c *call, all map[string]any, defaults []string, set string) (answer, error) {
	names := defaults
	if c.query.Has("$select") {
		names = strings.Split(c.query.Get("$select"), ",")
	}
	context := c.base + "/v1.0/$metadata#" + set
	if c.query.Has("$select") {
		context += "(" + strings.Join(names, ",") + ")"
	}
	m := map[string]any{"@odata.context": context + "/$entity"}
	for _, name := range names {
		name = strings.TrimSpace(name)
		v, ok := all[name]
		if !ok {
			s.unexpected("$select=%s: there is no such property, or it is not played here", name)
			return answer{}, badRequest("Request_BadRequest", "Could not find a property named '%s' on type 'microsoft.graph.user'.", name)
		}
		m[name] = v
	}
	return jsonAnswer(http.StatusOK, m), nil
}

// organization answers GET /organization; User.Read shows these three
// properties. https://learn.microsoft.com/graph/api/organization-list
func (s *Server) organization(c *call) (answer, error) {
	if err := s.onlyQuery(c, "$select"); err != nil {
		return answer{}, err
	}
	t := s.tenant(c.token.user.TenantID)
	all := map[string]any{
		"id":          t.ID,
		"displayName": t.Name,
		"verifiedDomains": []map[string]any{{
			"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": true, "isInitial": false,
			"name": t.Domain, "type": "Managed",
		}},
	}
	names := []string{"id", "displayName", "verifiedDomains"}
	if c.query.Has("$select") {
		names = strings.Split(c.query.Get("$select"), ",")
	}
	org := make(map[string]any)
	for _, name := range names {
		if !slices.Contains([]string{"id", "displayName", "verifiedDomains"}, name) {
			s.unexpected("/organization: $select=%s", name)
			return answer{}, badRequest("Request_BadRequest", "Could not find a property named '%s' on type 'microsoft.graph.organization'.", name)
		}
		org[name] = all[name]
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"@odata.context": c.base + "/v1.0/$metadata#organization", "value": []any{org},
	}), nil
}
