package roster

import (
	"context"
	"time"

	"webex-scheduler/internal/meeting"
)

// Directory is what a roster needs of Microsoft Graph, app-only. Errors are as
// those of syncer.Calendar; errs.SignedOut says that the tenant's consent is
// gone (or not there yet), errs.Forbidden that one permission is missing.
type Directory interface {
	// Forget drops the tenant's token: roles are fixed when it is issued, so a
	// fresh one is wanted while a consent is waited for.
	Forget(tenant meeting.TenantID)
	// GrantedRoles are the application permissions that the tenant's token
	// names: a hint for people, never relied on. Empty if it names none.
	GrantedRoles(ctx context.Context, tenant meeting.TenantID) ([]string, error)
	// Prove makes one cheap read that needs the permission. nil: it is granted.
	// somebody is a user whose calendar may be tried, empty if nobody is known; an
	// account without a mailbox proves the permission too.
	Prove(ctx context.Context, tenant meeting.TenantID, permission string, somebody meeting.ObjectID) error

	// Organization reads name and verified domains.
	Organization(ctx context.Context, tenant meeting.TenantID) (name string, domains []string, err error)
	// People hands over everybody in the tenant, page by page.
	People(ctx context.Context, tenant meeting.TenantID, page func([]meeting.Person) error) error
	// GroupPeople hands over the members of a group, those of groups inside it
	// too. errs.NotFound: there is no such group.
	GroupPeople(ctx context.Context, tenant meeting.TenantID, group meeting.ObjectID, page func([]meeting.Person) error) error
	// PersonByAddress finds who has the address: as UPN, primary or proxy
	// address. errs.NotFound: nobody.
	PersonByAddress(ctx context.Context, tenant meeting.TenantID, address string) (meeting.Person, error)
	// CalendarOwner reads whose calendar it is: with Calendars.ReadWrite alone
	// there is no other way to know a mailbox. ID is the user as given.
	// errs.NotFound: there is no such mailbox.
	CalendarOwner(ctx context.Context, tenant meeting.TenantID, user meeting.ObjectID) (meeting.Person, error)
}

// Hosts is what a roster needs of Webex, with an organisation's grant.
type Hosts interface {
	// Hosts hands over everybody in the organisation, page by page.
	// errs.Forbidden, errs.Invalid, errs.NotFound, errs.Internal: Webex does not
	// list everybody.
	Hosts(ctx context.Context, grant meeting.GrantID, page func([]meeting.WebexPerson) error) error
	// FindHost looks up who has the address. errs.NotFound: nobody in the
	// organisation.
	FindHost(ctx context.Context, grant meeting.GrantID, address string) (meeting.WebexPerson, error)
}

// Store keeps tenants and their members. Every method with a claim returns
// errs.Conflict and changes nothing if the claim was lost.
type Store interface {
	// ClaimTenant takes a tenant that is due; ok is false if none is.
	ClaimTenant(ctx context.Context, lease time.Duration) (claim meeting.TenantClaim, ok bool, err error)
	RenewTenant(ctx context.Context, claim meeting.TenantClaim, lease time.Duration) error
	// ReleaseTenant ends the lease; the tenant is due next, or at once if
	// somebody asked for it since the claim. A lost lease is no error.
	ReleaseTenant(ctx context.Context, claim meeting.TenantClaim, next time.Time) error
	// NextTenantDue returns when the earliest tenant is due; ok is false while none waits.
	NextTenantDue(ctx context.Context) (at time.Time, ok bool, err error)

	Tenant(ctx context.Context, id meeting.TenantID) (meeting.Tenant, error)
	// SaveStanding stores Name, Domains, State, Reason, Granted, Excess,
	// RefusedAt and ProvenAt. A tenant that stops being authorised has its
	// mailboxes stopped in the same transaction; one that is authorised again
	// has them started, subscription and sweep due at once.
	SaveStanding(ctx context.Context, claim meeting.TenantClaim, tenant meeting.Tenant) error
	SaveProgress(ctx context.Context, claim meeting.TenantClaim, progress meeting.Progress) error

	// Members returns all members, ordered by account.
	Members(ctx context.Context, tenant meeting.TenantID) ([]meeting.Member, error)
	// Assignments returns the hosts that the tenant's owners gave to mailboxes.
	Assignments(ctx context.Context, tenant meeting.TenantID) ([]meeting.Assignment, error)
	// ApplyRoster carries out up to 500 changes in one transaction. A kept
	// member's mailbox becomes one of the tenant's, due at from for the first
	// time; one that is not kept falls back to its person's own grants if those
	// are live, and is closed otherwise. Accounts are saved along. errs.Conflict,
	// too, if another choice was made, or another host assigned, than the changes
	// carry out.
	ApplyRoster(ctx context.Context, claim meeting.TenantClaim, choice meeting.Choice, changes []meeting.MemberChange, from func(i int) time.Time) error
	// Owners lists who may use the tenant's console, ordered by account.
	Owners(ctx context.Context, tenant meeting.TenantID) ([]meeting.Owner, error)
	// AccountByAddress returns whom of the tenant's people who signed in here the
	// UPN or SMTP address belongs to; errs.NotFound: to none of them.
	AccountByAddress(ctx context.Context, tenant meeting.TenantID, address string) (meeting.AccountID, error)
	// GrantByID returns the grant, live or not.
	GrantByID(ctx context.Context, id meeting.GrantID) (meeting.Grant, error)
}
