package fakems

import "strings"

// roleWords are the application permissions that a registration can list, in
// the words of the consent page.
// https://learn.microsoft.com/graph/permissions-reference
var roleWords = map[string]string{
	"Calendars.Read":        "Read calendars in all mailboxes",
	"Calendars.ReadWrite":   "Read and write calendars in all mailboxes",
	"User.Read.All":         "Read all users' full profiles",
	"GroupMember.Read.All":  "Read all group memberships",
	"Group.Read.All":        "Read all groups",
	"Organization.Read.All": "Read organization information",
	"Directory.Read.All":    "Read directory data",
	"Mail.Read":             "Read mail in all mailboxes",
}

func knownRole(name string) {
	if roleWords[name] == "" {
		panic("fakems: Graph has no application permission " + name)
	}
}

// everybodyWords are the delegated permissions in the words that an
// administrator reads, who consents for everybody.
// https://learn.microsoft.com/graph/permissions-reference
var everybodyWords = map[string]string{
	"openid":              "Sign users in",
	"profile":             "View users' basic profile",
	"email":               "View users' email address",
	"offline_access":      "Maintain access to data you have given it access to",
	"User.Read":           "Sign in and read user profile",
	"User.ReadBasic.All":  "Read all users' basic profiles",
	"Calendars.Read":      "Read user calendars",
	"Calendars.ReadWrite": "Have full access to user calendars",
}

// isDefault reports whether scope stands for everything that the registration
// lists for Graph. Graph may be named by its own address, by its application
// id, or by the address it is played at.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
func isDefault(c *call, scope string) bool {
	resource, ok := strings.CutSuffix(scope, "/.default")
	return ok && (resource+"/" == graphResource || resource == c.base || resource == graphAppID)
}

const graphAppID = "00000003-0000-0000-c000-000000000000"
