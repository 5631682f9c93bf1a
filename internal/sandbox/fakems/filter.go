package fakems

import (
	"cmp"
	"regexp"
	"strings"
	"time"
)

// comparison is one "property operator literal" of a $filter; only "and" joins
// them here.
var comparison = regexp.MustCompile(`^\s*([A-Za-z/]+)\s+([a-z]+)\s+('(?:[^']|'')*'|[^\s']+)\s*`)

// parseFilter understands the filters that a sync engine uses on events:
// lastModifiedDateTime and createdDateTime against an instant, start/dateTime
// and end/dateTime against a quoted UTC time, iCalUId and subject against text.
// https://learn.microsoft.com/graph/filter-query-parameter
func (s *Server) parseFilter(filter string) (func(*item) bool, error) {
	var all []func(*item) bool
	for rest := filter; strings.TrimSpace(rest) != ""; {
		if len(all) > 0 {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, "and "); !ok {
				return nil, s.badFilter(filter)
			}
		}
		m := comparison.FindStringSubmatch(rest)
		if m == nil {
			return nil, s.badFilter(filter)
		}
		test, ok := compile(m[1], m[2], m[3])
		if !ok {
			return nil, s.badFilter(filter)
		}
		all = append(all, test)
		rest = rest[len(m[0]):]
	}
	return func(it *item) bool {
		for _, test := range all {
			if !test(it) {
				return false
			}
		}
		return true
	}, nil
}

func (s *Server) badFilter(filter string) error {
	s.unexpected("$filter=%s: not understood, or not played here", filter)
	return badRequest("ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
}

func compile(property, operator, literal string) (func(*item) bool, bool) {
	text, quoted := strings.CutPrefix(literal, "'")
	if quoted {
		text = strings.ReplaceAll(strings.TrimSuffix(text, "'"), "''", "'")
	}
	if property == "iCalUId" || property == "subject" {
		field := map[string]func(*item) string{
			"iCalUId": func(it *item) string { return it.event.ICalUID },
			"subject": func(it *item) string { return it.event.Subject },
		}[property]
		return func(it *item) bool { return strings.EqualFold(field(it), text) }, quoted && operator == "eq"
	}
	field, wantQuoted := instants[property], strings.HasSuffix(property, "/dateTime")
	holds := map[string]func(int) bool{
		"eq": func(c int) bool { return c == 0 }, "ne": func(c int) bool { return c != 0 },
		"lt": func(c int) bool { return c < 0 }, "le": func(c int) bool { return c <= 0 },
		"gt": func(c int) bool { return c > 0 }, "ge": func(c int) bool { return c >= 0 },
	}[operator]
	if field == nil || holds == nil || quoted != wantQuoted {
		return nil, false
	}
	if !quoted {
		// An instant needs its offset: 2026-01-02T15:04:05Z.
		t, err := time.Parse(time.RFC3339Nano, text)
		return func(it *item) bool { return holds(field(it).Compare(t)) }, err == nil
	}
	t, err := parseInstant(text)
	return func(it *item) bool { return holds(field(it).Compare(t)) }, err == nil
}

// instants are the times that can be compared and sorted by. The dates of
// all-day events count as UTC.
var instants = map[string]func(*item) time.Time{
	"createdDateTime":      func(it *item) time.Time { return it.event.CreatedDateTime },
	"lastModifiedDateTime": func(it *item) time.Time { return it.event.LastModifiedDateTime },
	"start/dateTime":       func(it *item) time.Time { return it.utc(it.event.Start) },
	"end/dateTime":         func(it *item) time.Time { return it.utc(it.event.End) },
}

func (it *item) utc(d DateTimeTimeZone) time.Time {
	if it.event.IsAllDay {
		d.TimeZone = "UTC"
	}
	return instant(d)
}

// parseOrder understands $orderby with one of the times or the subject.
func (s *Server) parseOrder(orderby string) (func(a, b *item) int, error) {
	if orderby == "" {
		return func(a, b *item) int { return 0 }, nil
	}
	words := strings.Fields(orderby)
	if len(words) == 1 {
		words = append(words, "asc")
	}
	field := instants[words[0]]
	if len(words) != 2 || words[1] != "asc" && words[1] != "desc" || field == nil && words[0] != "subject" {
		s.unexpected("$orderby=%s: not understood, or not played here", orderby)
		return nil, badRequest("ErrorInvalidUrlQuery", "The query parameter '$orderby' is not valid.")
	}
	order := func(a, b *item) int { return cmp.Compare(a.event.Subject, b.event.Subject) }
	if field != nil {
		order = func(a, b *item) int { return field(a).Compare(field(b)) }
	}
	if words[1] == "desc" {
		return func(a, b *item) int { return order(b, a) }, nil
	}
	return order, nil
}
