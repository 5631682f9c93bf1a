package fakewebex

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"webex-scheduler/internal/sandbox/trace"
)

// commonOrg is the organisation of people for whom none was named.
const commonOrg = "7c6b1f0e-52d1-4b0a-9a43-1d2f6f0f8a11"

// AddPerson makes an account and returns it with what was left empty filled
// in. Sites that do not exist yet are made.
func (s *Server) AddPerson(p Person) Person {
	s.lock()
	defer s.mu.Unlock()
	if p.ID == "" {
		p.ID = s.uuid()
	}
	if p.Org == "" {
		p.Org = commonOrg
	}
	if p.DisplayName == "" {
		p.DisplayName = cmp.Or(strings.TrimSpace(p.FirstName+" "+p.LastName), strings.ToLower(p.Email))
	}
	if p.FirstName == "" && p.LastName == "" {
		p.FirstName, p.LastName, _ = strings.Cut(p.DisplayName, " ")
	}
	s.settle(&p)
	s.world.people = append(s.world.people, &p)
	return p.clone()
}

// settle brings an account into form and makes its sites.
func (s *Server) settle(p *Person) {
	*p = p.clone()
	p.Email = strings.ToLower(p.Email)
	for i := range p.Aliases {
		p.Aliases[i] = strings.ToLower(p.Aliases[i])
	}
	for _, url := range slices.Concat(p.Sites, p.Attends) {
		if s.findSite(url) < 0 {
			s.world.sites = append(s.world.sites, Site{URL: url})
		}
	}
	if _, taken := s.world.byEmail[p.Email]; !taken {
		s.world.byEmail[p.Email] = p
	}
}

// EditPerson changes an account (e-mail address) as an administrator would in
// Control Hub. ID and Org are kept. With a new address the person keeps the
// meetings, and the old one is nobody's unless it becomes an alias.
func (s *Server) EditPerson(email string, edit func(*Person)) error {
	s.lock()
	defer s.mu.Unlock()
	p := s.person(email)
	if p == nil {
		return fmt.Errorf("fakewebex: edit person: no account %s", email)
	}
	old := *p
	changed := p.clone()
	edit(&changed)
	changed.ID, changed.Org = old.ID, old.Org
	if other := s.person(changed.Email); other != nil && other != p {
		return fmt.Errorf("fakewebex: edit person: %s is taken", changed.Email)
	}
	delete(s.world.byEmail, old.Email)
	*p = changed
	s.settle(p)
	now := s.Clock.Now()
	for _, m := range s.world.meetings {
		if v, ok := m.at(now); ok && p.Email != old.Email && sameAddress(v.Host, old.Email) {
			v.Host = p.Email
			m.put(v, now)
		}
	}
	s.trace(trace.Entry{Service: trace.Person, Actor: p.Email, Method: "edited", Note: "the account was changed in Control Hub"})
	return nil
}

// People returns everybody, in order of AddPerson.
func (s *Server) People() []Person {
	s.lock()
	defer s.mu.Unlock()
	var out []Person
	for _, p := range s.world.people {
		out = append(out, p.clone())
	}
	return out
}

func (p *Person) clone() Person {
	out := *p
	out.Aliases, out.Sites, out.Attends, out.Roles =
		slices.Clone(p.Aliases), slices.Clone(p.Sites), slices.Clone(p.Attends), slices.Clone(p.Roles)
	return out
}

// person finds an account by its primary e-mail address.
func (s *Server) person(email string) *Person { return s.world.byEmail[strings.ToLower(email)] }

// getMe is GET /v1/people/me.
// https://developer.webex.com/docs/api/v1/people/get-my-own-details
func (s *Server) getMe(c *call) (any, error) { return s.personObject(c, c.person), nil }

// getPerson is GET /v1/people/{personId}.
func (s *Server) getPerson(c *call) (any, error) {
	for _, p := range s.world.people {
		if restID("PEOPLE", p.ID) == c.id && p.Org == c.person.Org {
			return s.personObject(c, p), nil
		}
	}
	return nil, refuse(http.StatusNotFound, textNotFound)
}

// listPeople is GET /v1/people: people of the caller's organisation; who is
// not an administrator has to give email or displayName. Order by address, and
// that email finds an alias too, are the sandbox's choice.
// https://developer.webex.com/docs/api/v1/people/list-people
func (s *Server) listPeople(c *call) (any, error) {
	email, name := strings.ToLower(c.query.Get("email")), strings.ToLower(c.query.Get("displayName"))
	if c.query.Has("id") {
		return nil, c.notModelled("people by id")
	}
	if email == "" && name == "" && !c.admin {
		return nil, malformed("Email or displayName should be specified.")
	}
	limit, err := c.max(100, 1000)
	if err != nil {
		return nil, err
	}
	var found []*Person
	for _, p := range s.world.people {
		if p.Org == c.person.Org && (email == "" || p.Email == email || slices.Contains(p.Aliases, email)) &&
			strings.HasPrefix(strings.ToLower(p.DisplayName), name) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *Person) int { return cmp.Compare(a.Email, b.Email) })
	found, err = paged(s, c, found, func(p *Person) string { return p.Email }, limit)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, p := range found {
		items = append(items, s.personObject(c, p))
	}
	return object{"items": items}, nil
}

// personObject is a person as the caller may see them. The account's standing,
// roles and licences are for administrators.
// https://developer.webex.com/docs/api/v1/people/get-person-details
func (s *Server) personObject(c *call, p *Person) object {
	const made = "2015-10-18T14:26:16.000Z" // unlike meeting times these have milliseconds
	o := object{
		"id": restID("PEOPLE", p.ID), "emails": texts(append([]string{p.Email}, p.Aliases...)), "phoneNumbers": []any{},
		"displayName": p.DisplayName, "nickName": p.FirstName, "firstName": p.FirstName, "lastName": p.LastName,
		"orgId": restID("ORGANIZATION", p.Org), "created": made, "lastModified": made,
		"status": "active", "type": "person",
	}
	sites := slices.Clone(p.Sites)
	for _, site := range p.Attends {
		sites = append(sites, site+"#attendee")
	}
	o["siteUrls"] = texts(sites)
	if len(p.Sites) > 0 {
		o["sipAddresses"] = []any{object{"type": "personal-room", "value": roomAddress(p, p.Sites[0]), "primary": false}}
	}
	if p.TimeZone != "" { // absent if unset
		o["timezone"] = p.TimeZone
	}
	if c.admin {
		o["invitePending"], o["loginEnabled"] = s.flagText(p.InvitePending), s.flagText(!p.LoginDisabled)
		roles, licences := []any{}, []any{}
		for _, r := range p.Roles {
			roles = append(roles, restID("ROLE", string(r)))
		}
		for _, site := range p.Sites {
			licences = append(licences, restID("LICENSE", p.Org+":EE_"+p.ID+"_"+site))
		}
		o["roles"], o["licenses"] = roles, licences
	}
	return o
}

// flagText is true or false: the page's sample has strings, clients have seen
// booleans.
func (s *Server) flagText(v bool) any {
	if s.unpleasant(2) {
		return strconv.FormatBool(v)
	}
	return v
}

func texts(list []string) []any {
	out := []any{}
	for _, text := range list {
		out = append(out, text)
	}
	return out
}

// max reads the page size: larger values than top are clamped.
func (c *call) max(absent, top int) (int, error) {
	v := c.query.Get("max")
	if v == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 0, invalid("Parameter 'max' must be a number from 1 to %d.", top)
	}
	return min(n, top), nil
}
