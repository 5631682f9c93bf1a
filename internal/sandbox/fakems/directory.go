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
		"proxyAddresses": list(u.ProxyAddresses), "otherMails": []string{}, "accountEnabled": !u.Disabled, "userType": u.kind(),
		"assignedLicenses": u.licences(),
	}
}

// kind is Guest for somebody whose account is at home elsewhere.
// https://learn.microsoft.com/entra/external-id/user-properties
func (u *User) kind() string {
	if u.isGuest() {
		return "Guest"
	}
	return "Member"
}

// licences are one of Microsoft 365 E3, or none.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
func (u *User) licences() []map[string]any {
	if !u.Licensed {
		return []map[string]any{}
	}
	return []map[string]any{{"disabledPlans": []string{}, "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965"}}
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
	if !c.token.appOnly() && u != c.token.user && !c.token.has("User.ReadBasic.All") {
		return answer{}, deniedByDirectory
	}
	if u == nil || u.TenantID != c.token.tenant() {
		return answer{}, noResource(idOrUPN)
	}
	return s.directoryObject(c, u.render(), userDefaults, "users")
}

func noResource(id string) *refusal {
	return &refusal{http.StatusNotFound, "Request_ResourceNotFound",
		"Resource '" + id + "' does not exist or one of its queried reference-property objects are not present."}
}

// directoryObject answers the properties selected, or the default ones; unlike
// Outlook it adds nothing.
func (s *Server) directoryObject(c *call, all map[string]any, defaults []string, set string) (answer, error) {
	context, m, err := s.properties(c, all, defaults, set)
	if err != nil {
		return answer{}, err
	}
	m["@odata.context"] = context + "/$entity"
	return jsonAnswer(http.StatusOK, m), nil
}

// properties narrows a directory object to what is selected, and names the
// context.
func (s *Server) properties(c *call, all map[string]any, defaults []string, set string) (context string, m map[string]any, err error) {
	names := defaults
	context = c.base + "/v1.0/$metadata#" + set
	if c.query.Has("$select") {
		names = strings.Split(c.query.Get("$select"), ",")
		context += "(" + strings.Join(names, ",") + ")"
	}
	m = make(map[string]any)
	for _, name := range names {
		name = strings.TrimSpace(name)
		v, ok := all[name]
		if !ok {
			s.unexpected("$select=%s: there is no such property, or it is not played here", name)
			return "", nil, badRequest("Request_BadRequest", "Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, strings.TrimSuffix(set, "s"))
		}
		m[name] = v
	}
	return context, m, nil
}

// organization answers GET /organization; User.Read shows these three
// properties. https://learn.microsoft.com/graph/api/organization-list
func (s *Server) organization(c *call) (answer, error) {
	if err := s.onlyQuery(c, "$select"); err != nil {
		return answer{}, err
	}
	t := s.tenant(c.token.tenant())
	domains := []map[string]any{}
	for _, name := range t.domains() {
		domains = append(domains, map[string]any{
			"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": name == t.Domain,
			"isInitial": strings.HasSuffix(name, ".onmicrosoft.com"), "name": name, "type": "Managed",
		})
	}
	all := map[string]any{"id": t.ID, "displayName": t.Name, "verifiedDomains": domains}
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
