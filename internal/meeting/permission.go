package meeting

import "slices"

// Feature is something of the product that a tenant's administrator can have.
type Feature string

// The features that need application permissions.
const (
	KeepListed  Feature = "keep a given list of mailboxes in step"
	FindPeople  Feature = "find mailboxes, aliases, joiners and leavers"
	FindGroup   Feature = "choose mailboxes by group"
	CheckDomain Feature = "tell whose mail domains are the organisation's own"
)

// Permission is an application permission of Microsoft Graph.
// https://learn.microsoft.com/graph/permissions-reference
type Permission struct {
	Name    string   // as the app registration lists it
	ID      string   // app role id of Microsoft Graph, lower-case GUID
	Words   string   // as Microsoft's consent page calls it
	May     string   // what it gives access to
	Feature Feature  // what needs it
	Why     string   // what the feature does with it
	Instead []string // permissions that include it
	Needed  bool     // nothing works without it
}

// Names of the application permissions.
const (
	CalendarsReadWrite  = "Calendars.ReadWrite"
	UserReadAll         = "User.Read.All"
	GroupMemberReadAll  = "GroupMember.Read.All"
	OrganizationReadAll = "Organization.Read.All"
)

// Permissions is the one table of application permissions: the pages, the
// documentation and the test that watches our calls all read it. What is asked
// of a tenant is what the app registration lists; a feature whose permission is
// missing is off and says so.
var Permissions = []Permission{
	{
		Name: CalendarsReadWrite, ID: "ef54d2bf-783f-4e0f-bca1-3210c0444d99", Words: "Read and write calendars in all mailboxes",
		May:     "Read and write the events of every mailbox in the organisation, unless Exchange limits the program to some.",
		Feature: KeepListed, Needed: true,
		Why: "Finds the events that ask for a meeting, notices changes, and writes join details and location. Only mailboxes that you choose are opened.",
	},
	{
		Name: UserReadAll, ID: "df021288-bdef-4463-88db-98f22de89214", Words: "Read all users' full profiles",
		May:     "Read names, addresses, licences and languages of everybody in the organisation.",
		Feature: FindPeople, Instead: []string{"Directory.Read.All"},
		Why: "Finds the mailboxes you choose, their aliases, and who joined or left. Without it you paste a list of addresses.",
	},
	{
		Name: GroupMemberReadAll, ID: "98830695-27a2-44f7-8c18-0c3ebc9698f6", Words: "Read all group memberships",
		May:     "Read who belongs to which group.",
		Feature: FindGroup, Instead: []string{"Group.Read.All", "Directory.Read.All"},
		Why: "Keeps the mailboxes of one group in step. Only that group is read.",
	},
	{
		Name: OrganizationReadAll, ID: "498476ce-e0fe-48b0-b801-37ba7e2685c6", Words: "Read organization information",
		May:     "Read the organisation's name and its verified domains.",
		Feature: CheckDomain, Instead: []string{"Directory.Read.All"},
		Why: "Leaves out people whose mail domain is not the organisation's own.",
	},
}

// CoveredBy reports whether one of the granted permissions includes p.
func (p Permission) CoveredBy(granted []string) bool {
	return slices.Contains(granted, p.Name) || slices.ContainsFunc(p.Instead, func(wider string) bool { return slices.Contains(granted, wider) })
}

// BeyondNeed returns those of the granted application permissions that no
// feature uses, in order.
func BeyondNeed(granted []string) []string {
	var beyond []string
	for _, name := range granted {
		if !slices.ContainsFunc(Permissions, func(p Permission) bool { return p.Name == name }) {
			beyond = append(beyond, name)
		}
	}
	slices.Sort(beyond)
	return slices.Compact(beyond)
}

// IsPermission reports whether one of Permissions has that name.
func IsPermission(name string) bool {
	return slices.ContainsFunc(Permissions, func(p Permission) bool { return p.Name == name })
}
