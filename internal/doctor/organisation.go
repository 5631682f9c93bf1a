package doctor

import (
	"context"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
)

// spreads is how long Microsoft may take to spread a consent.
const spreads = 30 * time.Minute

// organisations takes a token for each organisation and makes the call that
// nothing works without.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (d *doctor) organisations(ctx context.Context) Finding {
	tenants, err := d.db.Tenants(ctx)
	if err != nil {
		return unreadable(err)
	}
	fix := "Have an administrator of it consent again at " + d.settings.PublicURL + route.AdminConsent + "."
	authorised := 0
	for _, t := range tenants {
		switch t.State {
		case meeting.TenantWithdrawn:
			return problem(fix, "organisation %s has withdrawn its consent", t.ID)
		case meeting.TenantProving:
			if d.Clock.Since(t.ConsentedAt) > spreads {
				return problem(fix, "organisation %s came back from Microsoft's consent page, but no consent is to be seen there", t.ID)
			}
			continue
		}
		if len(d.settings.Microsoft.Certificates) == 0 {
			return problem("Make one with `webex-scheduler keys certificate`, upload it to the app registration, and set SCHEDULER_MICROSOFT_CERTIFICATE.",
				"organisation %s is authorised, and there is no certificate to act for it", t.ID)
		}
		if !d.Clock.Now().Before(d.settings.Microsoft.Expiry().End) {
			return blocked(certificate, "without a valid certificate no organisation can be asked")
		}
		if authorised++; authorised > few {
			continue
		}
		switch err := d.proven(ctx, t.ID, meeting.CalendarsReadWrite); {
		case errs.Is(err, errs.SignedOut), errs.Is(err, errs.Forbidden):
			return problem(fix, "organisation %s has withdrawn its consent, or that to %s: %s", t.ID, meeting.CalendarsReadWrite, errs.KindOf(err))
		case err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Invalid):
			return problem("Look again in a while.", "whether the consent of organisation %s stands could not be told: %s", t.ID, reason(err))
		}
	}
	return fine("%d of %d are authorised, and their consent stands", authorised, len(tenants))
}

// proven makes the call of a permission, that to calendars with some mailboxes.
func (d *doctor) proven(ctx context.Context, tenant meeting.TenantID, permission string) (err error) {
	somebody := []meeting.AccountID{meeting.NewAccountID(tenant, "")}
	if permission == meeting.CalendarsReadWrite {
		some, err := d.db.Somebody(ctx, tenant, 3)
		if err != nil {
			return err
		}
		if len(some) > 0 {
			somebody = some
		}
	}
	for _, account := range somebody {
		if err = d.calendar.Prove(ctx, tenant, permission, account.Object()); !errs.Is(err, errs.Forbidden) {
			return err
		}
	}
	return err
}

// needed is what a choice of mailboxes takes beside the calendars.
var needed = map[meeting.Who]string{meeting.Everybody: meeting.UserReadAll, meeting.Group: meeting.GroupMemberReadAll}

// permissions makes a call for what each organisation's choice needs, and reads
// what its token names beyond that. https://learn.microsoft.com/graph/permissions-reference
func (d *doctor) permissions(ctx context.Context) Finding {
	tenants, err := d.db.Tenants(ctx)
	if err != nil {
		return unreadable(err)
	}
	tenants = slices.DeleteFunc(tenants, func(t meeting.Tenant) bool { return t.State != meeting.TenantAuthorised })
	for _, t := range tenants[:min(len(tenants), few)] {
		if name := needed[t.Choice.Who]; name != "" {
			if err := d.proven(ctx, t.ID, name); errs.Is(err, errs.Forbidden) {
				return problem("Add it to the registration's Application permissions, and have an administrator of that organisation consent again at "+
					d.settings.PublicURL+route.AdminConsent+".", "organisation %s has not granted %s, without which its choice of mailboxes cannot be followed", t.ID, name)
			}
		}
		roles, err := d.calendar.GrantedRoles(ctx, t.ID)
		if err != nil {
			continue // a hint for people, and no more
		}
		if beyond := meeting.BeyondNeed(roles); len(beyond) > 0 {
			return problem("Remove it from the registration's API permissions, and from the enterprise application in that organisation.",
				"organisation %s has granted more than is used: %s", t.ID, strings.Join(beyond, ", "))
		}
	}
	return fine("each organisation has granted what it needs, and no more")
}
