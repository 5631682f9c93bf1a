package fakems

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// listUsers answers GET /users.
// https://learn.microsoft.com/graph/api/user-list
func (s *Server) listUsers(c *call) (answer, error) {
	start, err := s.directoryQuery(c, "$select", "$filter", "$count")
	if err != nil {
		return answer{}, err
	}
	matches, err := s.parseUserFilter(c)
	if err != nil {
		return answer{}, err
	}
	var found []object
	for _, u := range s.users {
		if u.TenantID == c.token.tenant() && matches(u) {
			found = append(found, u.object(true))
		}
	}
	return s.directoryPage(c, found, start, "users")
}

// object is one item of a list of the directory.
type object struct {
	kind     string // user or group
	all      map[string]any
	defaults []string
}

// object is u in a list; all but the id of who is not visible is null.
func (u *User) object(visible bool) object {
	all := u.render()
	for name := range all {
		if !visible && name != "id" {
			all[name] = nil
		}
	}
	return object{"user", all, userDefaults}
}

// advanced reports whether the call brings what advanced queries of the
// directory want, on each page anew.
// https://learn.microsoft.com/graph/aad-advanced-queries
func (c *call) advanced() bool {
	return strings.EqualFold(c.r.Header.Get("ConsistencyLevel"), "eventual") && c.query.Get("$count") == "true"
}

// directoryQuery checks the query of a list, besides $top, and returns where it
// begins: a next link's skip token stands for the query it came from.
func (s *Server) directoryQuery(c *call, allowed ...string) (start int, err error) {
	if c.query.Has("$skiptoken") {
		if err := s.resume(c); err != nil {
			return 0, err
		}
		start, _ = number(c.query, "$skip", 0)
		c.query.Del("$skip")
	}
	return start, s.onlyQuery(c, append(allowed, "$top")...)
}

// directoryPage answers one page of a list: a hundred without $top, 999 at most.
// There is no $skip here. https://learn.microsoft.com/graph/api/user-list#optional-query-parameters
func (s *Server) directoryPage(c *call, all []object, start int, set string) (answer, error) {
	size, err := number(c.query, "$top", 100)
	if err != nil || size < 1 || size > 999 {
		s.unexpected("$top=%s", c.query.Get("$top"))
		return answer{}, badRequest("Request_BadRequest", "Invalid page size specified: '%s'. Must be between 1 and 999 inclusive.", c.query.Get("$top"))
	}
	if !s.Calm && !s.WholePages {
		size = min(size, 2+s.rng.IntN(2))
	}
	selected, err := s.selectedOfDirectory(c)
	if err != nil {
		return answer{}, err
	}
	from := min(start, len(all))
	to := min(from+size, len(all))
	values := []map[string]any{}
	for _, o := range all[from:to] {
		values = append(values, o.narrow(selected, set == "directoryObjects"))
	}
	context := c.base + "/v1.0/$metadata#" + set
	if selected != nil {
		context += "(" + strings.Join(selected, ",") + ")"
	}
	body := map[string]any{"@odata.context": context, "value": values}
	if c.advanced() { // else $count is ignored without a word
		body["@odata.count"] = len(all)
	}
	if to < len(all) {
		next := url.Values(maps.Clone(c.query))
		next.Set("$skip", strconv.Itoa(to))
		token := base64.RawURLEncoding.EncodeToString(s.bytes(30))
		s.links[token] = next
		body["@odata.nextLink"] = c.base + c.r.URL.EscapedPath() + "?$skiptoken=" + token
	}
	return jsonAnswer(http.StatusOK, body), nil
}

// selectedOfDirectory are the properties selected, nil without $select.
func (s *Server) selectedOfDirectory(c *call) ([]string, error) {
	if !c.query.Has("$select") {
		return nil, nil
	}
	names := strings.Split(c.query.Get("$select"), ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if _, ok := (&User{}).render()[names[i]]; !ok {
			s.unexpected("$select=%s: there is no such property, or it is not played here", name)
			return nil, badRequest("Request_BadRequest", "Could not find a property named '%s' on type 'microsoft.graph.user'.", name)
		}
	}
	return names, nil
}

// narrow is what a list shows of o; a list of several kinds names each.
func (o object) narrow(selected []string, mixed bool) map[string]any {
	m := make(map[string]any)
	if mixed {
		m["@odata.type"] = "#microsoft.graph." + o.kind
		m["id"] = o.all["id"]
	}
	if selected == nil {
		selected = o.defaults
	}
	for name, v := range o.all {
		if slices.Contains(selected, name) {
			m[name] = v
		}
	}
	return m
}
