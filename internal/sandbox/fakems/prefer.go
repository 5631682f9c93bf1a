package fakems

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// prefer is what the Prefer headers of a call ask for.
// https://learn.microsoft.com/graph/api/event-get#request-headers
type prefer struct {
	zone      *time.Location // UTC without a wish
	zoneName  string         // as asked for
	body      string         // text, html or nothing
	immutable bool
	maxPage   int
	applied   []string
}

// preferences reads all Prefer headers; wishes may be repeated or joined by
// commas.
func (s *Server) preferences(r *http.Request) (prefer, error) {
	p := prefer{zone: time.UTC, zoneName: "UTC"}
	for _, header := range r.Header.Values("Prefer") {
		for wish := range splitQuoted(header, ',') {
			name, value, _ := strings.Cut(wish, "=")
			name, value = strings.ToLower(strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"`)
			switch name {
			case "outlook.timezone":
				loc, _, ok := zone(value)
				if !ok {
					s.unexpected("Prefer: outlook.timezone %q", value)
					return prefer{}, badZone(value)
				}
				p.zone, p.zoneName = loc, value
			case "outlook.body-content-type":
				if p.body = strings.ToLower(value); p.body != "text" && p.body != "html" {
					s.unexpected("Prefer: outlook.body-content-type %q", value)
					return prefer{}, badRequest("BadRequest", "Requested value '%s' was not found.", value)
				}
			case "idtype":
				if value != "ImmutableId" {
					s.unexpected("Prefer: IdType %q", value)
					return prefer{}, badRequest("BadRequest", "Requested value '%s' was not found.", value)
				}
				p.immutable = true
			case "odata.maxpagesize":
				n, err := strconv.Atoi(value)
				if err != nil || n < 1 {
					return prefer{}, badRequest("BadRequest", "The value '%s' of odata.maxpagesize is not valid.", value)
				}
				p.maxPage = n
			default:
				s.unexpected("Prefer: %s is not known; Graph ignores it", name)
				continue
			}
			p.applied = append(p.applied, strings.TrimSpace(wish))
		}
	}
	return p, nil
}

// splitQuoted yields the parts of text between separators outside double
// quotes.
func splitQuoted(text string, sep rune) func(func(string) bool) {
	return func(yield func(string) bool) {
		quoted := false
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool {
			if r == '"' {
				quoted = !quoted
			}
			return r == sep && !quoted
		}) {
			if !yield(part) {
				return
			}
		}
	}
}
