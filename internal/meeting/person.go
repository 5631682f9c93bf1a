package meeting

import (
	"slices"
	"strings"
)

// WebexPerson is a member of a Webex organisation as its administrator sees
// them. https://developer.webex.com/docs/api/v1/people
type WebexPerson struct {
	ID      string
	Email   string   // primary address, lower case: the one that hostEmail takes
	Aliases []string // all addresses, lower case, primary first
	Sites   []string // where the person may host, e.g. contoso.webex.com
	MayHost bool     // active, and not known to have no site to host on
}

// Has reports whether address is one of the person's own.
func (p WebexPerson) Has(address string) bool {
	return slices.Contains(p.Aliases, strings.ToLower(strings.TrimSpace(address)))
}
