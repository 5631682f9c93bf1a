package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	contoso  = meeting.TenantID("11111111-1111-1111-1111-111111111111")
	fabrikam = meeting.TenantID("44444444-4444-4444-4444-444444444444")
	omar     = meeting.AccountID("44444444-4444-4444-4444-444444444444/55555555-5555-5555-5555-555555555555")
)

// console is the part of web.Store that knows tenants, without a database.
type console struct {
	tenants   map[meeting.TenantID]meeting.Tenant
	owned     map[meeting.AccountID]meeting.Owner
	bound     map[string]meeting.AccountID // by tenant and name
	mailboxes []meeting.ConsoleMailbox
	proofs    []meeting.TenantID
	looks     []meeting.TenantID
	given     map[meeting.TenantID][]meeting.Assignment
	named     []string
	appointed []meeting.Appointment
}

func newConsole() console {
	return console{
		tenants: map[meeting.TenantID]meeting.Tenant{}, owned: map[meeting.AccountID]meeting.Owner{}, bound: map[string]meeting.AccountID{},
		given: map[meeting.TenantID][]meeting.Assignment{},
	}
}

// authorised makes the tenants of Jana and Omar, each with a mailbox and an
// owner, and signs nobody in.
func (r *rig) authorised(t *testing.T) {
	t.Helper()
	for id, name := range map[meeting.TenantID]string{contoso: "Contoso", fabrikam: "Fabrikam"} {
		r.store.tenants[id] = meeting.Tenant{
			ID: id, Name: name, State: meeting.TenantAuthorised, ProvenAt: noon, ConsentedAt: noon,
			Granted: []string{meeting.CalendarsReadWrite, meeting.UserReadAll},
		}
	}
	r.store.mailboxes = []meeting.ConsoleMailbox{
		{Account: jana, UPN: "jana@contoso.example", Name: "Jana Nováková", State: meeting.MailboxInStep, Host: "jana@webex.example", Meetings: 3},
		{Account: petr, UPN: "petr@contoso.example", Name: "Petr Secret", State: meeting.MailboxHeld, Held: 30},
		{Account: omar, UPN: "omar@fabrikam.example", Name: "Omar Fabrikam", State: meeting.MailboxInStep},
	}
	r.store.given[contoso] = []meeting.Assignment{{Address: "desk@contoso.example", Shared: true, HostID: "w", HostEmail: "host@webex.example"}}
	r.store.owned[jana] = meeting.Owner{Account: jana, UPN: "jana@contoso.example", By: meeting.OwnerProven, Since: noon}
	r.store.owned[omar] = meeting.Owner{Account: omar, UPN: "omar@fabrikam.example", By: meeting.OwnerAppointed, Since: noon}
}

func (m *memory) Tenant(_ context.Context, id meeting.TenantID) (meeting.Tenant, error) {
	t, ok := m.tenants[id]
	if !ok {
		return t, errs.New(errs.NotFound, "no tenant")
	}
	return t, m.fail
}

func (m *memory) change(id meeting.TenantID, change func(*meeting.Tenant)) error {
	t, ok := m.tenants[id]
	if !ok {
		return errs.New(errs.NotFound, "no tenant")
	}
	change(&t)
	m.tenants[id] = t
	return m.fail
}

func (m *memory) BeginProof(_ context.Context, id meeting.TenantID) error {
	m.proofs = append(m.proofs, id)
	t := m.tenants[id]
	t.ID, t.ConsentedAt = id, m.clock.Now()
	if t.State != meeting.TenantAuthorised {
		t.State = meeting.TenantProving
	}
	m.tenants[id] = t
	return m.fail
}

func (m *memory) LookAtTenant(_ context.Context, id meeting.TenantID) error {
	m.looks = append(m.looks, id)
	return m.fail
}

func (m *memory) SaveChoice(_ context.Context, id meeting.TenantID, choice meeting.Choice) error {
	return m.change(id, func(t *meeting.Tenant) { t.Choice = choice })
}

func (m *memory) Assignments(_ context.Context, id meeting.TenantID) ([]meeting.Assignment, error) {
	return m.given[id], m.fail
}

func (m *memory) SaveAssignment(_ context.Context, id meeting.TenantID, a meeting.Assignment) error {
	m.given[id] = append(m.given[id], a)
	return m.fail
}

func (m *memory) DropAssignment(_ context.Context, id meeting.TenantID, address string) error {
	i := slices.IndexFunc(m.given[id], func(a meeting.Assignment) bool { return a.Address == address })
	if i < 0 {
		return errs.New(errs.NotFound, "none")
	}
	m.given[id] = slices.Delete(m.given[id], i, i+1)
	return m.fail
}

func (m *memory) SaveSettings(_ context.Context, id meeting.TenantID, settings meeting.Settings) error {
	return m.change(id, func(t *meeting.Tenant) { t.Settings = settings })
}

func (m *memory) PauseTenant(_ context.Context, id meeting.TenantID, paused bool) error {
	return m.change(id, func(t *meeting.Tenant) { t.Paused = paused })
}

func (m *memory) OfferWebex(_ context.Context, id meeting.TenantID, name string, grant meeting.Grant, _ meeting.Tokens) (meeting.GrantID, error) {
	grant.ID = "offered"
	m.grants[string(grant.Account)+string(meeting.Webex)] = grant
	return grant.ID, m.change(id, func(t *meeting.Tenant) { t.WebexOffered, t.WebexWaiting = grant.ID, name })
}

func (m *memory) ConfirmWebex(_ context.Context, id meeting.TenantID, offered meeting.GrantID) error {
	if offered == "" || m.tenants[id].WebexOffered != offered {
		return errs.New(errs.Conflict, "another is offered")
	}
	return m.change(id, func(t *meeting.Tenant) {
		t.WebexGrant, t.WebexName, t.WebexOffered, t.WebexWaiting = offered, t.WebexWaiting, "", ""
	})
}

func (m *memory) of(id meeting.TenantID) (own []meeting.ConsoleMailbox) {
	for _, line := range m.mailboxes {
		if line.Account.Tenant() == id {
			own = append(own, line)
		}
	}
	return own
}

func (m *memory) MailboxCounts(_ context.Context, id meeting.TenantID) (map[meeting.MailboxState]int, error) {
	counts := map[meeting.MailboxState]int{}
	for _, line := range m.of(id) {
		counts[line.State]++
	}
	return counts, m.fail
}

func (m *memory) ConsoleMailboxes(_ context.Context, id meeting.TenantID, q meeting.ConsoleQuery) (found []meeting.ConsoleMailbox, err error) {
	for _, line := range m.of(id) {
		fits := (q.State == "" || line.State == q.State) && line.Account > q.After &&
			strings.Contains(strings.ToLower(line.UPN+line.Name), strings.ToLower(q.Search))
		if fits && len(found) < q.Limit {
			found = append(found, line)
		}
	}
	return found, m.fail
}

func (m *memory) ConsoleMailbox(_ context.Context, id meeting.TenantID, account meeting.AccountID) (meeting.ConsoleMailbox, error) {
	for _, line := range m.of(id) {
		if line.Account == account {
			return line, m.fail
		}
	}
	return meeting.ConsoleMailbox{}, errs.New(errs.NotFound, "no mailbox")
}

func (m *memory) NameMember(_ context.Context, account meeting.AccountID, upn string) error {
	m.console.named = append(m.console.named, string(account)+" "+upn)
	return m.fail
}

func (m *memory) Owners(_ context.Context, tenant meeting.TenantID) (owners []meeting.Owner, err error) {
	for _, o := range m.owned {
		if o.Account.Tenant() == tenant {
			owners = append(owners, o)
		}
	}
	for key, account := range m.bound {
		if account.Tenant() == tenant {
			owners = append(owners, meeting.Owner{Account: account, UPN: strings.TrimPrefix(key, string(tenant)+" "), By: meeting.OwnerConfigured})
		}
	}
	slices.SortFunc(owners, func(a, b meeting.Owner) int { return strings.Compare(string(a.Account), string(b.Account)) })
	return owners, m.fail
}

func (m *memory) Appointments(_ context.Context, tenant meeting.TenantID) (list []meeting.Appointment, err error) {
	for _, a := range m.appointed {
		if a.Account.Tenant() == tenant {
			list = append(list, a)
		}
	}
	return list, m.fail
}

func (m *memory) SaveAppointment(_ context.Context, a meeting.Appointment) error {
	m.appointed = append(slices.DeleteFunc(m.appointed, func(b meeting.Appointment) bool { return a.Account == b.Account }), a)
	return m.fail
}

func (m *memory) DropAppointment(_ context.Context, account meeting.AccountID) error {
	before := len(m.appointed)
	if m.appointed = slices.DeleteFunc(m.appointed, func(a meeting.Appointment) bool { return a.Account == account }); len(m.appointed) == before {
		return errs.New(errs.NotFound, "no role")
	}
	return m.fail
}

func (m *memory) SaveOwner(_ context.Context, owner meeting.Owner) error {
	if _, ok := m.owned[owner.Account]; !ok {
		m.owned[owner.Account] = owner
	}
	return m.fail
}

func (m *memory) DropOwner(_ context.Context, account meeting.AccountID, configured bool) error {
	if _, ok := m.owned[account]; !ok {
		return errs.New(errs.NotFound, "no owner")
	}
	left := 0
	for other := range m.owned {
		if other.Tenant() == account.Tenant() {
			left++
		}
	}
	if left == 1 && !configured {
		return errs.New(errs.Conflict, "the last owner")
	}
	delete(m.owned, account)
	for id, who := range m.sessions {
		if who == account {
			delete(m.sessions, id)
		}
	}
	return m.fail
}

func (m *memory) BindOwner(_ context.Context, upn string, account meeting.AccountID) (bool, error) {
	key := string(account.Tenant()) + " " + upn
	if _, ok := m.bound[key]; !ok {
		m.bound[key] = account
	}
	return m.bound[key] == account, m.fail
}

func (m *memory) BoundNames(_ context.Context, account meeting.AccountID) (names []string, err error) {
	for key, who := range m.bound {
		if who == account {
			names = append(names, strings.TrimPrefix(key, string(account.Tenant())+" "))
		}
	}
	return names, m.fail
}

// rehearsal answers every preview the same.
type rehearsal struct {
	preview meeting.Preview
	fail    error
	asked   []meeting.Choice
	refused meeting.Reason // of every assignment
}

func (r *rehearsal) Assign(_ context.Context, tenant meeting.TenantID, address, host string) (meeting.Assignment, meeting.Reason, error) {
	r.asked = append(r.asked, meeting.Choice{Addresses: []string{string(tenant), address, host}})
	return meeting.Assignment{Address: address, HostID: "w-" + host, HostEmail: host}, r.refused, r.fail
}

func (r *rehearsal) Preview(_ context.Context, _ meeting.TenantID, choice meeting.Choice) (meeting.Preview, error) {
	r.asked = append(r.asked, choice)
	return r.preview, r.fail
}
