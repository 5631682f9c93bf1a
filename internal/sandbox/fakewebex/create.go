package fakewebex

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// elsewhere are properties of Webex that this server does not model, with the
// value that means "not used".
var elsewhere = map[string]string{
	"registration": "null", "simultaneousInterpretation": "null",
	"breakoutSessions": "[]", "enabledBreakoutSessions": "false", "enabledLiveStream": "false", "liveStream": "null",
	"enabledWebcastView": "false", "panelistPassword": `""`, "requireAttendeeLogin": "false", "restrictToInvitees": "false",
	"adhoc": "false", "roomId": `""`, "scheduledType": `"meeting"`,
}

// fixed are the properties that only a create takes.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
var fixed = []string{"templateId", "adhoc", "roomId", "scheduledType", "siteUrl", "invitees", "registration",
	"simultaneousInterpretation", "breakoutSessions"}

var (
	createProperties = slices.Concat([]string{"title", "agenda", "password", "start", "end", "timezone", "siteUrl", "hostEmail",
		"recurrence", "invitees", "sendEmail", "integrationTags", "templateId", "trackingCodes"}, slices.Collect(maps.Keys(options)), slices.Collect(maps.Keys(elsewhere)))
	updateProperties = slices.DeleteFunc(slices.Clone(createProperties), func(name string) bool { return slices.Contains(fixed, name) })

	// nullable are the properties for which null means "clear", on update.
	nullable = []string{"agenda", "recurrence", "trackingCodes", "integrationTags"}
)

// meetingJSON reads the body of a create or update, whose hostEmail it takes,
// and refuses what is not modelled.
func (s *Server) meetingJSON(c *call, known []string, types ...string) (fields, error) {
	f, err := c.json(known, types...)
	if err != nil {
		return nil, err
	}
	if err := s.bodyHost(c, f); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		unused, ok := elsewhere[name]
		if ok && f.has(name) && string(f[name]) != unused {
			return nil, c.notModelled(name)
		}
		if f.null(name) && !slices.Contains(nullable, name) {
			c.complain("null for %q is ignored", name)
		}
	}
	return f, nil
}

// createMeeting is POST /v1/meetings: 200, not 201.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (s *Server) createMeeting(c *call) (any, error) {
	if err := s.limitCreates(c); err != nil {
		return nil, err
	}
	f, err := s.meetingJSON(c, createProperties)
	if err != nil {
		return nil, err
	}
	if err := s.limitHost(c); err != nil {
		return nil, err
	}
	for _, name := range []string{"title", "start", "end"} {
		if !f.has(name) && (name == "title" || !f.has("templateId")) {
			return nil, invalid("Parameter '%s' is required.", name)
		}
	}
	v := Meeting{Host: c.host.Email, Client: c.client, Tags: map[string][]string{}}
	if v.Site, err = hostingSite(c, f); err != nil {
		return nil, err
	}
	if err := s.applyTemplate(c, f, &v); err != nil {
		return nil, err
	}
	zone, err := s.readMeeting(c, f, &v)
	if err != nil {
		return nil, err
	}
	if err := s.readTrackingCodes(f, &v, true); err != nil {
		return nil, err
	}
	send, err := f.sendEmail()
	if err != nil {
		return nil, err
	}
	rule, err := s.readRule(c, f)
	if err != nil {
		return nil, err
	}
	if rule != nil {
		if err := s.repeat(&v, *rule, c.now); err != nil {
			return nil, err
		}
	}
	m := s.schedule(&v)
	if v.Invitees, err = s.readInvitees(c, f, v); err != nil {
		return nil, err
	}
	m.put(v, c.now)
	s.world.meetings[v.ID] = m
	s.tellHooks("created", v, v.ID, seriesType)
	c.note = "“" + v.Title + "” was created"
	if send {
		s.mail(c, v, v.everybody()...)
	}
	v, _ = m.at(c.now)
	return s.seriesObject(c, v, zone), nil
}

// hostingSite is the site asked for, or the preferred one. The texts are the
// sandbox's choice.
func hostingSite(c *call, f fields) (string, error) {
	if !c.host.mayHost() {
		return "", refuse(403, textForbidden) // no licence to host
	}
	site := c.host.Sites[0]
	if err := read(f, "siteUrl", "a string", &site); err != nil {
		return "", err
	}
	if !slices.Contains(c.host.Sites, site) {
		return "", invalid("Parameter 'siteUrl' is invalid: '%s'.", site)
	}
	return site, nil
}

// readMeeting puts what create and update have in common into v and returns
// the zone for the answer: that of the request.
func (s *Server) readMeeting(c *call, f fields, v *Meeting) (*time.Location, error) {
	if err := f.text("title", 128, &v.Title); err != nil {
		return nil, err
	}
	if strings.TrimSpace(v.Title) == "" {
		return nil, invalid("Parameter 'title' cannot be empty.")
	}
	if f.null("agenda") {
		v.Agenda = ""
	}
	if err := f.text("agenda", 1300, &v.Agenda); err != nil {
		return nil, err
	}
	if err := f.text("password", 128, &v.Password); err != nil {
		return nil, err
	}
	site := s.site(v.Site)
	if f.has("password") {
		if err := site.criteria().check(v.Password); err != nil {
			return nil, err
		}
		v.OwnPassword = true
	}
	if err := readTags(c, f, v); err != nil {
		return nil, err
	}
	set, err := readOptions(c, f, v.Options)
	if err != nil {
		return nil, err
	}
	if err := site.allow(c, f, set); err != nil {
		return nil, err
	}
	v.Options = set
	return readTimes(c, f, v)
}

// readTimes holds the rules of start, end and timezone. A local time is read
// in the request's zone, UTC without one.
func readTimes(c *call, f fields, v *Meeting) (*time.Location, error) {
	var zoneName, start, end string
	for _, p := range []struct {
		name string
		into *string
	}{{"timezone", &zoneName}, {"start", &start}, {"end", &end}} {
		if err := read(f, p.name, "a string", p.into); err != nil {
			return nil, err
		}
	}
	zone := time.UTC
	if f.has("timezone") {
		loc, ok := loadZone(zoneName)
		if !ok {
			return nil, invalid("Parameter 'timezone' is invalid: '%s'.", zoneName)
		}
		zone, v.TimeZone = loc, zoneName
	}
	if v.TimeZone == "" {
		v.TimeZone = "UTC"
	}
	if f.has("start") {
		t, err := meetingTime("start", start, zoneName)
		if err != nil {
			return nil, err
		}
		v.Start = startMinute(t, c.now)
	}
	if f.has("end") {
		t, err := meetingTime("end", end, zoneName)
		if err != nil {
			return nil, err
		}
		v.End = minutes(t)
	}
	if !f.has("start") && !f.has("end") {
		return zone, nil
	}
	return zone, checkTimes(v.Start, v.End, c.now, f.has("start"), f.has("end"))
}

// readRule reads recurrence; nil without one.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (s *Server) readRule(c *call, f fields) (*rule, error) {
	if !f.has("recurrence") {
		return nil, nil
	}
	var text string
	if err := read(f, "recurrence", "a string", &text); err != nil {
		return nil, err
	}
	r, odd, err := parseRule(text, s.OddRules)
	if s.OddRules == Refuse {
		for _, what := range odd {
			c.complain("not documented: %s", what)
		}
	}
	return &r, err
}

// readTags takes integrationTags, private to the client; null and [] clear.
func readTags(c *call, f fields, v *Meeting) error {
	raw, given := f["integrationTags"]
	if !given {
		return nil
	}
	var tags []string
	if json.Unmarshal(raw, &tags) != nil {
		return invalid("Parameter 'integrationTags' must be an array of strings.")
	}
	if len(tags) > 3 {
		return invalid("Parameter 'integrationTags' cannot have more than 3 items.")
	}
	for _, tag := range tags {
		if tag == "" || utf8.RuneCountInString(tag) > 64 {
			return invalid("Each item of 'integrationTags' must have 1 to 64 characters.")
		}
	}
	delete(v.Tags, c.client)
	if len(tags) > 0 {
		v.Tags[c.client] = tags
	}
	return nil
}

// schedule fills in what Webex generates.
func (s *Server) schedule(v *Meeting) *meeting {
	fill := func(into *string, value string) {
		if *into == "" {
			*into = value
		}
	}
	label, _, _ := strings.Cut(v.Site, ".")
	v.ID = s.hex(32)
	v.Number = "2" + s.digits(10)
	v.WebLink = "https://" + v.Site + "/" + label + "/j.php?MTID=m" + s.hex(32)
	v.SIPAddress = v.Number + "@" + v.Site
	fill(&v.Password, s.password(s.site(v.Site).criteria()))
	fill(&v.PhonePassword, s.digits(8))
	fill(&v.HostKey, s.digits(6))
	fill(&v.TimeZone, "UTC")
	return &meeting{}
}
