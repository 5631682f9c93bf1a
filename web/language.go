package web

import (
	"net/http"

	"golang.org/x/text/language"
)

// browserLanguage returns the language that the browser likes best, as a BCP 47
// tag; "" if it does not say.
func browserLanguage(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 || tags[0] == language.Und {
		return ""
	}
	return tags[0].String()
}
