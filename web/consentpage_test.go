package web

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
)

func TestPermissionStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		tenant meeting.Tenant
		want   string // of the table's rows
	}{
		{"never asked", meeting.Tenant{}, "Needed, Optional, Optional, Optional"},
		{"being tried", meeting.Tenant{State: meeting.TenantProving, Granted: []string{"User.Read.All"}}, "Being checked, Granted, Being checked, Being checked"},
		{"a list", meeting.Tenant{State: meeting.TenantAuthorised, Granted: []string{"Calendars.ReadWrite"}, Choice: meeting.Choice{Who: meeting.Listed}}, "Granted, Not needed, Not needed, Not needed"},
		{"a group whose permission went", meeting.Tenant{State: meeting.TenantAuthorised, Granted: []string{"Calendars.ReadWrite"}, Choice: meeting.Choice{Who: meeting.Group}}, "Granted, Not needed, Missing, Not needed"},
		{"everybody", meeting.Tenant{State: meeting.TenantAuthorised, Granted: []string{"Calendars.ReadWrite"}, Choice: meeting.Choice{Who: meeting.Everybody}}, "Granted, Missing, Not needed, Not needed"},
		{"a wide one", meeting.Tenant{State: meeting.TenantAuthorised, Granted: []string{"Calendars.ReadWrite", "Directory.Read.All"}}, "Granted, Included, Included, Included"},
		{"all withdrawn", meeting.Tenant{State: meeting.TenantWithdrawn}, "Missing, Not needed, Not needed, Not needed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, row := range applicationPermissions(c.tenant) {
				got = append(got, row.State)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestConsentProps(t *testing.T) {
	t.Parallel()
	good := []Certificate{{Thumbprint: "AA", Expires: noon.AddDate(1, 0, 0)}}
	for _, c := range []struct {
		name         string
		tenant       meeting.Tenant
		certificates []Certificate
		owner        bool
		state        string
		says         string
		ask, open    string
	}{
		{"never asked", meeting.Tenant{}, good, false, "Not authorised", "says yes once", "Ask Microsoft", ""},
		{"no certificate", meeting.Tenant{}, nil, false, "Not authorised", "SCHEDULER_MICROSOFT_CERTIFICATE", "", ""},
		{"being tried", meeting.Tenant{State: meeting.TenantProving, ConsentedAt: noon.Add(-time.Minute)}, good, true, "Being checked", "follows by itself", "Ask Microsoft", ""},
		{"being tried for long", meeting.Tenant{State: meeting.TenantProving, ConsentedAt: noon.Add(-time.Hour)}, good, true, "Being checked", "Calendars.ReadWrite has not been seen to work.", "Ask Microsoft", ""},
		{"authorised, for an owner", meeting.Tenant{State: meeting.TenantAuthorised}, good, true, "Authorised", "reaches the calendars", "Ask Microsoft again", "Open the console"},
		{"authorised, for an employee", meeting.Tenant{State: meeting.TenantAuthorised}, good, false, "Authorised", "Nobody else has to sign in.", "Ask Microsoft again", ""},
		{"refused once", meeting.Tenant{State: meeting.TenantAuthorised, RefusedAt: noon}, good, true, "In doubt", "begun to refuse", "Ask Microsoft again", "Open the console"},
		{"withdrawn", meeting.Tenant{State: meeting.TenantWithdrawn}, good, true, "Withdrawn", "Missing: Calendars.ReadWrite.", "Ask Microsoft", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			props := consentProps(consentState{tenant: c.tenant, owner: c.owner, certificates: c.certificates, publicURL: "https://scheduler.example", now: noon})
			ask, open := "", ""
			if props.Ask != nil {
				ask = props.Ask.Text
			}
			if props.Open != nil {
				open = props.Open.Text
			}
			if props.Standing.State != c.state || !strings.Contains(strings.Join(props.Standing.Text, " "), c.says) || ask != c.ask || open != c.open {
				t.Errorf("standing %+v, ask %q, open %q", props.Standing, ask, open)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		left   time.Duration
		state  string
		notice string // on the console; empty: none
	}{
		{"far away", 31 * 24 * time.Hour, "Valid", ""},
		{"thirty days", 30 * 24 * time.Hour, "Ends in 30 days", "ends in 30 days"},
		{"tomorrow", 25 * time.Hour, "Ends in 1 day", "ends in 1 day"},
		{"today", time.Hour, "Ends in less than a day", "less than a day"},
		{"over", 0, "Expired", "has expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			certificate := Certificate{Expires: noon.Add(c.left)}
			if got := certificateRow(certificate, noon).State; got != c.state {
				t.Errorf("state = %q, want %q", got, c.state)
			}
			notice, warned := certificateNotice([]Certificate{certificate}, noon)
			if warned != (c.notice != "") || !strings.Contains(notice.Text, c.notice) {
				t.Errorf("notice = %q, %t", notice.Text, warned)
			}
			// A newer one beside it is all that is needed.
			if _, warned := certificateNotice([]Certificate{certificate, {Expires: noon.AddDate(2, 0, 0)}}, noon); warned {
				t.Error("warned of a certificate that was replaced")
			}
		})
	}
	if notice, warned := certificateNotice(nil, noon); !warned || !strings.Contains(notice.Text, "no certificate") {
		t.Errorf("none: %q", notice.Text)
	}
}
