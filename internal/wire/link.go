package wire

import (
	"net/http"
	"strings"
)

// Next returns the target of the Link header with rel "next", verbatim; empty
// if there is none. https://www.rfc-editor.org/rfc/rfc8288#section-3
func Next(header http.Header) string {
	for _, line := range header.Values("Link") {
		for {
			_, after, ok := strings.Cut(line, "<")
			if !ok {
				break
			}
			target, after, ok := strings.Cut(after, ">")
			if !ok {
				break
			}
			var params string
			params, line = splitParams(after)
			if isNext(params) {
				return target
			}
		}
	}
	return ""
}

// splitParams cuts after the parameters of one link: at a comma outside quotes.
func splitParams(s string) (params, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func isNext(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, "next") {
				return true
			}
		}
	}
	return false
}
