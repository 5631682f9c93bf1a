// Package zone turns the time zone names of Microsoft Graph into IANA names.
package zone

import (
	"strings"
	"time"
	_ "time/tzdata" // a container may have no zones of its own
)

//go:generate go run ./gen

// IANA returns the IANA name, known to time.LoadLocation, of a zone as Graph
// names it: a Windows name in any case of letters, an IANA name or alias, UTC.
// ok is false for custom zones, which have no name, and for names nobody knows.
// https://learn.microsoft.com/graph/api/resources/datetimetimezone
func IANA(name string) (iana string, ok bool) {
	folded := strings.ToLower(name)
	if folded == "utc" || folded == "tzone://microsoft/utc" {
		return "UTC", true
	}
	if iana, ok := windows[folded]; ok {
		return iana, true
	}
	// The zone database's own names begin with a capital; what else lies in
	// its directory (right/, posix/, localtime) does not.
	if name == "" || name[0] < 'A' || name[0] > 'Z' || name == "Local" || name == "Factory" {
		return "", false
	}
	if _, err := time.LoadLocation(name); err != nil {
		return "", false
	}
	return name, true
}
