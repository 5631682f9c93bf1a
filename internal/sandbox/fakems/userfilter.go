package fakems

import (
	"regexp"
	"slices"
	"strings"
)

// userFilter reads a $filter on users: comparisons joined by "and" and "or",
// with parentheses. https://learn.microsoft.com/graph/filter-query-parameter
type userFilter struct {
	rest     string
	advanced bool // something in it wants an advanced query
	clauses  int  // beside an "or", or in an "in"
	joined   bool // there is an "or"
}

// mostClauses can be joined by "or"; the service refuses more, as recorded.
const mostClauses = 15

// parseUserFilter understands what finds people by address or state: eq, ne and
// in on the texts of userTexts, accountEnabled, assignedLicenses/$count against
// 0, and proxyAddresses/any(p:p eq 'smtp:…'). Which of them want the advanced
// query is a table of the directory's.
// https://learn.microsoft.com/graph/aad-advanced-queries
func (s *Server) parseUserFilter(c *call) (func(*User) bool, error) {
	text := c.query.Get("$filter")
	if text == "" {
		return func(*User) bool { return true }, nil
	}
	f := userFilter{rest: strings.TrimSpace(text)}
	test, ok := f.or()
	switch {
	case !ok || f.rest != "":
		s.unexpected("$filter=%s: not understood, or not played here", text)
		return nil, badRequest("Request_BadRequest", "Invalid filter clause: '%s'.", text)
	case f.joined && f.clauses > mostClauses:
		s.unexpected("$filter with %d clauses", f.clauses)
		return nil, badRequest("Request_UnsupportedQuery",
			"Too many child clauses specified in search filter expression containing 'OR' operators: %d. Max allowed: %d.", f.clauses, mostClauses)
	case f.advanced && !c.advanced():
		s.unexpected("$filter=%s without ConsistencyLevel: eventual and $count=true", text)
		return nil, badRequest("Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified for property of resource 'User'.")
	}
	return test, nil
}

// take cuts what pattern matches at the beginning of the rest.
func (f *userFilter) take(pattern *regexp.Regexp) []string {
	m := pattern.FindStringSubmatch(f.rest)
	if m != nil {
		f.rest = strings.TrimLeft(f.rest[len(m[0]):], " ")
	}
	return m
}

const literal = `'((?:[^']|'')*)'`

var (
	orWord      = regexp.MustCompile(`^(?i:or)\b`)
	andWord     = regexp.MustCompile(`^(?i:and)\b`)
	opening     = regexp.MustCompile(`^\(`)
	closing     = regexp.MustCompile(`^\)`)
	textTest    = regexp.MustCompile(`^(\w+) +(eq|ne) +` + literal)
	listTest    = regexp.MustCompile(`^(\w+) +in +\( *(` + literal + `(?: *, *` + literal + `)*) *\)`)
	enabledTest = regexp.MustCompile(`^accountEnabled +(eq|ne) +(true|false)\b`)
	licenceTest = regexp.MustCompile(`^assignedLicenses/\$count +(eq|ne) +0\b`)
	proxyTest   = regexp.MustCompile(`^proxyAddresses/any\( *(\w+) *: *`)
	one         = regexp.MustCompile(literal)
)

// userTexts are the texts that can be compared, all without regard to case.
var userTexts = map[string]func(*User) string{
	"id":                func(u *User) string { return u.ID },
	"mail":              func(u *User) string { return u.Mail },
	"userPrincipalName": func(u *User) string { return u.UserPrincipalName },
	"displayName":       func(u *User) string { return u.DisplayName },
	"userType":          func(u *User) string { return u.kind() },
}

func (f *userFilter) or() (func(*User) bool, bool) {
	left, ok := f.and()
	for ok && f.take(orWord) != nil {
		f.joined = true
		var right func(*User) bool
		before := left
		right, ok = f.and()
		left = func(u *User) bool { return before(u) || right(u) }
	}
	return left, ok
}

func (f *userFilter) and() (func(*User) bool, bool) {
	left, ok := f.test()
	for ok && f.take(andWord) != nil {
		var right func(*User) bool
		before := left
		right, ok = f.test()
		left = func(u *User) bool { return before(u) && right(u) }
	}
	return left, ok
}

func (f *userFilter) test() (func(*User) bool, bool) {
	if f.take(opening) != nil {
		inner, ok := f.or()
		return inner, ok && f.take(closing) != nil
	}
	f.clauses++
	if m := f.take(enabledTest); m != nil {
		f.advanced = f.advanced || m[1] == "ne"
		want := (m[1] == "eq") == (m[2] == "true")
		return func(u *User) bool { return !u.Disabled == want }, true
	}
	if m := f.take(licenceTest); m != nil {
		f.advanced = true
		return func(u *User) bool { return u.Licensed == (m[1] == "ne") }, true
	}
	if m := f.take(proxyTest); m != nil {
		return f.proxies(m[1])
	}
	if m := f.take(listTest); m != nil && userTexts[m[1]] != nil {
		values := one.FindAllStringSubmatch(m[2], -1)
		f.joined = true
		f.clauses += len(values) - 1
		return func(u *User) bool {
			return slices.ContainsFunc(values, func(v []string) bool { return strings.EqualFold(userTexts[m[1]](u), unquoted(v[1])) })
		}, true
	}
	if m := f.take(textTest); m != nil && userTexts[m[1]] != nil {
		f.advanced = f.advanced || m[2] == "ne"
		return func(u *User) bool { return strings.EqualFold(userTexts[m[1]](u), unquoted(m[3])) == (m[2] == "eq") }, true
	}
	return nil, false
}

// proxies reads what stands in proxyAddresses/any(name:…): comparisons joined
// by "or".
func (f *userFilter) proxies(name string) (func(*User) bool, bool) {
	var wanted []string
	for {
		m := f.take(textTest)
		if m == nil || m[1] != name || m[2] != "eq" {
			return nil, false
		}
		wanted = append(wanted, unquoted(m[3]))
		if f.take(closing) != nil {
			break
		}
		if f.take(orWord) == nil {
			return nil, false
		}
		f.joined = true
		f.clauses++
	}
	return func(u *User) bool {
		return slices.ContainsFunc(u.ProxyAddresses, func(p string) bool {
			return slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(p, w) })
		})
	}, true
}

func unquoted(text string) string { return strings.ReplaceAll(text, "''", "'") }
