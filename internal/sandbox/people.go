package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"webex-scheduler/internal/sandbox/fakems"
)

// colleague is one of the many of Contoso, in short.
type colleague struct {
	given, surname string
	address        string // local part of the user principal name
	job            string
	place          *place
	alias          string // a second address, or its local part
	webex          string // address of the Webex account; "" the same as here, "-" none
	product        bool   // a member of the group "Product"
	unlicensed     bool
	left           bool // the account is disabled
	roles          []string
	habit          habit // beside lunch
}

// place is where somebody works.
type place struct{ language, zone, iana, lunch string }

var (
	prague   = &place{"cs-CZ", "Central Europe Standard Time", "Europe/Prague", "Oběd"}
	berlin   = &place{"de-DE", "W. Europe Standard Time", "Europe/Berlin", "Mittagspause"}
	london   = &place{"en-GB", "GMT Standard Time", "Europe/London", "Lunch"}
	aarhus   = &place{"da-DK", "Romance Standard Time", "Europe/Copenhagen", "Frokost"}
	madrid   = &place{"es-ES", "Romance Standard Time", "Europe/Madrid", "Comida"}
	boston   = &place{"en-US", "Eastern Standard Time", "America/New_York", "Lunch"}
	tokyo    = &place{"ja-JP", "Tokyo Standard Time", "Asia/Tokyo", "昼休み"}
	mumbai   = &place{"en-IN", "India Standard Time", "Asia/Kolkata", "Lunch"}
	adelaide = &place{"en-AU", "Cen. Australia Standard Time", "Australia/Adelaide", "Lunch"}
)

// nextMonday is the day of a habit that is ahead of everybody, whatever today
// is.
var nextMonday = []int{7}

// colleagues bring Contoso to 25, with the four who have stories of their own,
// and a shared mailbox.
// Some have an alias, and some of those their Webex account under it; some have
// no Webex account; one has left, one lost the licence; some will meet in Webex
// as soon as anybody looks.
var colleagues = []colleague{
	{given: "Alžběta", surname: "Dvořáková", address: "alzbeta", job: "Product manager", place: prague, alias: "betka", product: true,
		habit: habit{title: "Roadmap with sales", days: nextMonday, at: "10:00", minutes: 60, place: "@webex", attendees: []string{"oliver@contoso.example"}}},
	{given: "Amir", surname: "Haddad", address: "amir", job: "Support", place: london, webex: "-",
		habit: habit{title: "Ticket review", days: []int{1, 3}, at: "15:30", minutes: 30, place: "Room 2"}},
	{given: "Chiara", surname: "Conti", address: "chiara", job: "Design lead", place: madrid, alias: "chiara@contoso-design.example", webex: "chiara@contoso-design.example", product: true,
		habit: habit{title: "Critique", days: nextMonday, at: "16:00", minutes: 60, place: "@webex"}},
	{given: "Daniel", surname: "Okafor", address: "daniel", job: "Finance", place: london,
		habit: habit{title: "Month end", days: []int{4}, at: "09:00", minutes: 90}},
	{given: "Emma", surname: "Schneider", address: "emma", job: "Legal", place: berlin, alias: "emma.schneider", webex: "emma.schneider@contoso.example",
		habit: habit{title: "Contracts", days: []int{2}, at: "14:00", minutes: 45, private: true}},
	{given: "Freja", surname: "Nielsen", address: "freja", job: "Engineer", place: aarhus, product: true,
		habit: habit{title: "Release call", days: nextMonday, at: "13:00", minutes: 45, place: "@webex Room Kronborg", attendees: []string{"haruki@contoso.example", "priya@contoso.example"}}},
	{given: "George", surname: "Whitfield", address: "george", job: "IT", place: london, roles: []string{fakems.PrivilegedRoleAdministrator},
		habit: habit{title: "Change board", days: []int{1}, at: "11:00", minutes: 60}},
	{given: "Haruki", surname: "Mori", address: "haruki", job: "Engineer", place: tokyo,
		habit: habit{title: "設計レビュー", days: nextMonday, at: "10:00", minutes: 60, place: "@webex"}},
	{given: "Ivana", surname: "Král", address: "ivana", job: "People", place: prague,
		habit: habit{title: "Interviews", days: []int{2, 3}, at: "13:00", minutes: 120}},
	{given: "Jonas", surname: "Weber", address: "jonas", job: "Sales", place: berlin, webex: "-", left: true,
		habit: habit{title: "Pipeline", days: []int{0}, at: "09:00", minutes: 60}},
	{given: "Kirra", surname: "Walsh", address: "kirra", job: "Sales", place: adelaide,
		habit: habit{title: "Customer visit", days: []int{3}, showAs: "oof", place: "Port Adelaide"}},
	{given: "Lucía", surname: "Romero", address: "lucia", job: "Marketing", place: madrid,
		habit: habit{title: "Campaign", days: nextMonday, at: "11:30", minutes: 30, place: "@meet"}},
	{given: "Marek", surname: "Šimek", address: "marek", job: "Warehouse lead", place: prague, unlicensed: true,
		habit: habit{title: "Inventory", days: []int{4}}},
	{given: "Nora", surname: "Lindqvist", address: "nora", job: "Controller", place: berlin, webex: "-",
		habit: habit{title: "Budget round", days: nextMonday, at: "14:00", minutes: 60, place: "@webex"}},
	{given: "Oliver", surname: "Grant", address: "oliver", job: "Head of sales", place: boston,
		habit: habit{title: "Forecast", days: []int{0}, at: "09:30", minutes: 45}},
	{given: "Priya", surname: "Raman", address: "priya", job: "Engineer", place: mumbai,
		habit: habit{title: "Focus time", days: []int{1, 3}, at: "09:30", minutes: 120}},
	{given: "Quentin", surname: "Bright", address: "quentin", job: "Sales", place: boston,
		habit: habit{title: "Demo for Fabrikam", days: []int{2}, at: "13:00", minutes: 60}},
	{given: "Rosa", surname: "Delgado", address: "rosa", job: "Support", place: madrid, alias: "rosa.delgado",
		habit: habit{title: "On call", days: []int{5, 6}}},
	{given: "Søren", surname: "Madsen", address: "soren", job: "Facilities", place: aarhus,
		habit: habit{title: "Fire drill", days: []int{3}, at: "10:00", minutes: 30, place: "Courtyard"}},
	{given: "Tom", surname: "O’Brien", address: "tom.o'brien", job: "Sales", place: london,
		habit: habit{title: "Partner call", days: nextMonday, at: "09:00", minutes: 30, place: ":myroom"}},
	{given: "Ulrike", surname: "Hofmann", address: "ulrike", job: "Assistant", place: berlin,
		habit: habit{title: "Travel planning", days: []int{2}, at: "16:00", minutes: 30}},
	// A shared mailbox: its account may not sign in and has no licence, nor
	// anybody's Webex account.
	// https://learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes
	{given: "Front", surname: "desk", address: "frontdesk", job: "Shared mailbox", place: &place{"en-GB", london.zone, london.iana, "Closed for lunch"},
		webex: "-", unlicensed: true, left: true,
		habit: habit{title: "Supplier call", days: nextMonday, at: "15:00", minutes: 30, place: "@webex"}},
}

// noah administers Fabrikam.
var noah = resident{
	user: fakems.User{
		ID: "0a400000-0000-4000-8000-000000000022", TenantID: fabrikam, Licensed: true,
		UserPrincipalName: "noah@fabrikam.example", DisplayName: "Noah Reyes", GivenName: "Noah", Surname: "Reyes",
		JobTitle: "IT", PreferredLanguage: "en-US", TimeZone: "Pacific Standard Time",
		Wids: []string{fakems.GlobalAdministrator},
	},
	iana: "America/Los_Angeles", site: "fabrikam.webex.com", lunch: "Lunch",
}

// everybody are all residents, in the order they are shown.
func everybody() []resident {
	var all []resident
	for _, r := range residents {
		if r.user.TenantID == contoso {
			all = append(all, r)
		}
	}
	for i, c := range colleagues {
		all = append(all, c.resident(i))
	}
	for _, r := range residents {
		if r.user.TenantID == fabrikam {
			all = append(all, r)
		}
	}
	return append(all, noah)
}

// resident is the n-th colleague at length.
func (c colleague) resident(n int) resident {
	u := fakems.User{
		ID: fmt.Sprintf("c011ea90-0000-4000-8000-0000000001%02d", n), TenantID: contoso,
		UserPrincipalName: c.address + "@contoso.example", DisplayName: c.given + " " + c.surname, GivenName: c.given, Surname: c.surname,
		JobTitle: c.job, PreferredLanguage: c.place.language, TimeZone: c.place.zone,
		Wids: slices.Clone(c.roles), Disabled: c.left, Licensed: !c.unlicensed,
	}
	if c.alias != "" {
		u.ProxyAddresses = []string{"SMTP:" + u.UserPrincipalName, "smtp:" + addressOf(c.alias)}
	}
	if c.product {
		u.Groups = []string{ProductGroup}
	}
	r := resident{user: u, iana: c.place.iana, site: "contoso.webex.com", webex: cmp.Or(c.webex, u.UserPrincipalName), lunch: c.place.lunch}
	if c.webex == "-" {
		r.site, r.webex = "", ""
	}
	return r
}

// addressOf is a local part's address at Contoso, or the address that it is.
func addressOf(local string) string {
	if strings.Contains(local, "@") {
		return local
	}
	return local + "@contoso.example"
}

// own are the habits of those who are told of in short.
func own() []habit {
	var all []habit
	for i, c := range colleagues {
		h := c.habit
		h.who = c.resident(i).user.UserPrincipalName
		all = append(all, h)
	}
	return append(all, habit{who: noah.user.UserPrincipalName, title: "Patch day", days: []int{1}, at: "09:00", minutes: 60})
}
