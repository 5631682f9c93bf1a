package sandbox

import (
	"cmp"
	"crypto/x509"
	"slices"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// The organisations of the sandbox. Ids are fixed: a program's database, which
// knows people by them, outlives a restart.
const (
	contoso  = "c0a70500-0000-4000-8000-000000000001"
	fabrikam = "fab71ca0-0000-4000-8000-000000000002"
)

// ProductGroup is the object id of Contoso's group "Product", which has six
// members.
const ProductGroup = "9d0d0c70-0000-4000-8000-000000000001"

// resident is somebody who lives here.
type resident struct {
	user  fakems.User
	iana  string // zone of the Webex account
	site  string // Webex site; empty: no Webex account
	webex string // address of the Webex account; the user principal name when empty
	bare  bool   // has no Personal Room
	lunch string // what their lunch is called
}

// residents are those with a story of their own: languages, zones before and
// after UTC and off the hour, a name with letters beyond ASCII, an alias, an
// administrator, somebody without a mailbox, a guest.
var residents = []resident{
	{
		user: fakems.User{
			ID: "a0a00000-0000-4000-8000-000000000011", TenantID: contoso,
			Licensed: true, Groups: []string{ProductGroup},
			UserPrincipalName: "ana@contoso.example", DisplayName: "Ana Nováková", GivenName: "Ana", Surname: "Nováková",
			JobTitle: "Head of product", PreferredLanguage: "cs-CZ", TimeZone: "Central Europe Standard Time",
			ProxyAddresses: []string{"SMTP:ana@contoso.example", "smtp:ana.novakova@contoso.example"},
			Wids:           []string{fakems.GlobalAdministrator},
		},
		iana: "Europe/Prague", site: "contoso.webex.com", lunch: "Oběd",
	}, {
		user: fakems.User{
			ID: "b0b00000-0000-4000-8000-000000000012", TenantID: contoso,
			Licensed: true, Groups: []string{ProductGroup},
			UserPrincipalName: "bo@contoso.example", DisplayName: "Bo Larsen", GivenName: "Bo", Surname: "Larsen",
			JobTitle: "Engineer", PreferredLanguage: "da-DK", TimeZone: "Romance Standard Time",
		},
		iana: "Europe/Copenhagen", site: "contoso.webex.com", lunch: "Frokost",
	}, {
		user: fakems.User{
			ID: "deeba000-0000-4000-8000-000000000013", TenantID: contoso,
			Licensed: true, Groups: []string{ProductGroup},
			UserPrincipalName: "deepa@contoso.example", DisplayName: "Deepa Iyer", GivenName: "Deepa", Surname: "Iyer",
			JobTitle: "Designer", PreferredLanguage: "en-IN", TimeZone: "India Standard Time",
		},
		iana: "Asia/Kolkata", site: "contoso.webex.com", lunch: "Lunch", bare: true,
	}, {
		user: fakems.User{
			ID: "e61c0000-0000-4000-8000-000000000014", TenantID: contoso, NoMailbox: true,
			Licensed:          true,
			UserPrincipalName: "erik@contoso.example", DisplayName: "Erik Holm", GivenName: "Erik", Surname: "Holm",
			JobTitle: "Warehouse", PreferredLanguage: "sv-SE", TimeZone: "W. Europe Standard Time",
		},
		iana: "Europe/Stockholm", site: "contoso.webex.com",
	}, {
		// A guest: their account and mailbox are at home, in Fabrikam.
		// https://learn.microsoft.com/entra/external-id/user-properties
		user: fakems.User{
			ID: "61a00000-0000-4000-8000-000000000015", TenantID: contoso, NoMailbox: true,
			UserPrincipalName: "mia_fabrikam.example#EXT#@contoso.example", DisplayName: "Mia Torres (Guest)",
			Mail: "mia@fabrikam.example", PreferredLanguage: "en-US", TimeZone: "Pacific Standard Time",
		},
	}, {
		user: fakems.User{
			ID: "61a00000-0000-4000-8000-000000000021", TenantID: fabrikam,
			Licensed:          true,
			UserPrincipalName: "mia@fabrikam.example", DisplayName: "Mia Torres", GivenName: "Mia", Surname: "Torres",
			JobTitle: "Consultant", PreferredLanguage: "en-US", TimeZone: "Pacific Standard Time",
		},
		iana: "America/Los_Angeles", site: "fabrikam.webex.com", lunch: "Lunch",
	},
}

// sites are a generous one, and a strict one that honours little.
var sites = []fakewebex.Site{
	{URL: "contoso.webex.com", Templates: []fakewebex.Template{
		{ID: "contoso-workshop", Name: "Workshop", Own: true, Agenda: "Bring your questions.", Options: map[string]any{
			"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 15, "unlockedMeetingJoinSecurity": "allowJoin",
		}},
		{ID: "contoso-townhall", Name: "Town hall", Own: true, Options: map[string]any{
			"enabledJoinBeforeHost": false, "unlockedMeetingJoinSecurity": "allowJoinWithLobby",
			"audioConnectionOptions": map[string]any{"audioConnectionType": "VoIP", "entryAndExitTone": "noTone", "muteAttendeeUponEntry": true},
		}},
	}},
	{URL: "fabrikam.webex.com", Converged: true, NoJoinBeforeHost: true,
		Password: &fakewebex.PasswordCriteria{MinLength: 12, MinNumeric: 2, MinAlpha: 4, MinSpecial: 1, MixedCase: true}},
}

// settle makes the organisations, the people, the program's registrations and
// this week's events, and then forgets the mails that took.
func (s *Sandbox) settle() {
	var certificate *x509.Certificate
	certificate, s.MicrosoftCertificatePEM = newCertificate(s.clock.Now())
	s.Microsoft.AddTenant(fakems.Tenant{
		ID: contoso, Name: "Contoso", Domain: "contoso.example",
		Domains: []string{"contoso.onmicrosoft.com", "contoso-design.example"},
	})
	s.Microsoft.AddTenant(fakems.Tenant{ID: fabrikam, Name: "Fabrikam", Domain: "fabrikam.example"})
	s.Webex.AddOrganization(fakewebex.Organization{ID: contoso, Name: "Contoso"})
	s.Webex.AddOrganization(fakewebex.Organization{ID: fabrikam, Name: "Fabrikam"})
	s.Microsoft.AddGroup(fakems.Group{ID: ProductGroup, TenantID: contoso, DisplayName: "Product"})
	for _, site := range sites {
		s.Webex.AddSite(site)
	}
	for _, r := range everybody() {
		s.Microsoft.AddUser(r.user)
		if r.site == "" {
			continue
		}
		p := fakewebex.Person{
			Email:     cmp.Or(r.webex, r.user.UserPrincipalName),
			FirstName: r.user.GivenName, LastName: r.user.Surname,
			Sites: []string{r.site}, TimeZone: r.iana, Org: r.user.TenantID, NoPersonalRoom: r.bare,
		}
		if slices.Contains(r.user.Wids, fakems.GlobalAdministrator) {
			p.Roles = []fakewebex.Role{fakewebex.FullAdmin}
		}
		s.Webex.AddPerson(p)
	}
	s.Microsoft.ShareCalendar("ana@contoso.example", "bo@contoso.example", "delegateWithoutPrivateEventAccess")
	s.Microsoft.AddApp(fakems.App{
		ClientID: s.MicrosoftClientID, Secret: s.MicrosoftClientSecret, Name: "Webex Scheduler",
		RedirectURIs: s.cfg.RedirectURIs, EmitRoles: true, Exposes: []string{accessAsUser}, AccessTokenVersion: s.cfg.AccessTokenVersion,
		Certificates:        []*x509.Certificate{certificate},
		RequiredApplication: s.cfg.ApplicationPermissions,
		RequiredDelegated:   []string{"openid", "profile", "offline_access", "User.Read", "Calendars.ReadWrite"},
	})
	s.Webex.AddIntegration(fakewebex.Integration{
		ClientID: s.WebexClientID, Secret: s.WebexClientSecret, Name: "Webex Scheduler",
		RedirectURIs: s.cfg.RedirectURIs,
		Scopes: []string{
			"meeting:schedules_read", "meeting:schedules_write",
			"meeting:preferences_read", "spark:people_read",
			// What an organisation's administrator grants.
			"meeting:admin_schedule_read", "meeting:admin_schedule_write",
			"meeting:admin_preferences_read", "spark-admin:people_read", "spark-admin:organizations_read",
		},
	})
	s.fillWeek()
	s.Microsoft.ForgetMails()
}
