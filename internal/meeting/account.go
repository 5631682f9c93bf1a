// Package meeting is the vocabulary of the product and its pure rules: people
// and mailboxes, calendar events, Webex meetings, and the links between them.
// It does no I/O and reads neither clock nor randomness.
package meeting

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
)

// TenantID is the GUID of a Microsoft Entra tenant, lower case.
type TenantID string

// ConsumerTenant is Microsoft's tenant of personal accounts, which this product refuses.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols
const ConsumerTenant TenantID = "9188040d-6c67-4c5b-b112-36a304b66dad"

// ObjectID is the GUID of a user object in its tenant, lower case.
type ObjectID string

// AccountID names a person, and the mailbox of that person: "{tenant}/{object}".
// Never an e-mail address: those change and can be forged.
// https://learn.microsoft.com/entra/identity-platform/claims-validation
type AccountID string

// NewAccountID joins tenant and object id.
func NewAccountID(tenant TenantID, object ObjectID) AccountID {
	return AccountID(strings.ToLower(string(tenant) + "/" + string(object)))
}

// ParseAccountID checks the form of s.
func ParseAccountID(s string) (AccountID, error) {
	tenant, object, ok := strings.Cut(s, "/")
	if !ok || tenant == "" || object == "" || strings.Contains(object, "/") {
		return "", errs.New(errs.Invalid, "account id: want tenant/object")
	}
	return NewAccountID(TenantID(tenant), ObjectID(object)), nil
}

// Tenant returns the tenant's part.
func (id AccountID) Tenant() TenantID {
	tenant, _, _ := strings.Cut(string(id), "/")
	return TenantID(tenant)
}

// Object returns the user object's part.
func (id AccountID) Object() ObjectID {
	_, object, _ := strings.Cut(string(id), "/")
	return ObjectID(object)
}

// Account is a person who signed in, as Microsoft describes them.
type Account struct {
	ID          AccountID
	UPN         string   // user principal name, for people to read; changes
	Name        string   // display name
	Mail        string   // primary SMTP address; may be empty
	Addresses   []string // all SMTP addresses, lower case, primary first
	Language    string   // BCP 47, from preferredLanguage or the browser; may be empty
	KeywordsOff bool     // the person turned keywords off for the own mailbox
	Guest       bool     // of the tenant: may neither authorise nor own it
}

// Has reports whether address is one of the account's own, by its SMTP
// addresses or its UPN.
func (a Account) Has(address string) bool {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == "" {
		return false
	}
	if address == strings.ToLower(a.UPN) || address == strings.ToLower(a.Mail) {
		return true
	}
	for _, own := range a.Addresses {
		if address == strings.ToLower(own) {
			return true
		}
	}
	return false
}

// Session is a browser session. The cookie holds a random id, the store its hash.
type Session struct {
	Account   AccountID
	CreatedAt time.Time // ends 7 days later at the latest
	SeenAt    time.Time // ends 12 hours later at the latest
}

// FlowKind says which redirect a state value belongs to; a state made for one
// kind is worthless for another.
type FlowKind string

// The kinds of flow.
const (
	FlowSignin  FlowKind = "signin"  // who are you
	FlowConsent FlowKind = "consent" // second step: may we keep your calendar
	FlowWebex   FlowKind = "webex"   // linking a Webex account

	FlowAdminConsent FlowKind = "admin consent"      // may we, for the whole tenant
	FlowProve        FlowKind = "prove"              // a fresh sign-in that shows directory roles
	FlowOrganization FlowKind = "webex organization" // linking a Webex organisation
)

// Flow is a redirect to Microsoft or Webex that has not come back yet: single
// use, ten minutes, bound to the browser that started it.
type Flow struct {
	State     Secret // random; the store keeps its hash
	Kind      FlowKind
	Browser   Secret    // value of the browser's flow cookie; the store keeps its hash
	Account   AccountID // who must come back; empty for FlowSignin alone
	Nonce     string    // OIDC nonce
	Verifier  Secret    // PKCE code verifier
	ReturnTo  string    // a path of ours
	ExpiresAt time.Time
}

// Identity is who an ID token says came back from Microsoft sign-in, checked.
type Identity struct {
	Account  AccountID
	UPN      string // preferred_username: for people and login hints only
	Name     string
	Guest    bool      // signed in to this tenant as a guest
	Roles    []string  // directory role templates (wids), if the registration emits them
	AuthTime time.Time // when the person really signed in; zero if the token does not say
	IssuedAt time.Time
}
