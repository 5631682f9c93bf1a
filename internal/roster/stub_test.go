package roster_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
	"webex-scheduler/internal/roster"
)

const contoso = meeting.TenantID("contoso")

// office is a tenant, a directory, a Webex organisation and a store in one. In
// its bubble time passes by itself when nobody has anything to do.
type office struct {
	t     *testing.T
	mu    sync.Mutex
	start func()

	tenant  meeting.Tenant
	members []meeting.Member
	given   []meeting.Assignment
	due     time.Time
	lease   int64
	asked   bool
	held    bool // the store's claims are lost
	batches []int
	starts  []time.Time // when new mailboxes are worked first
	states  []meeting.TenantState
	doings  []string
	renewed int

	owners []meeting.Owner
	tried  []meeting.ObjectID // whose calendar was to prove the needed permission

	signedIn string // who connected the own mailbox before

	granted  []string         // application permissions
	refuse   error            // of every call
	odd      map[string]error // of calls, by the name they are counted under
	barred   []meeting.ObjectID
	people   []meeting.Person
	broken   int // People fails after so many pages; 0: never
	slow     time.Duration
	hosts    []meeting.WebexPerson
	unlisted []meeting.WebexPerson // found by address alone
	listless error                 // of the list of hosts
	unfound  error                 // of every look-up of a host
	grant    meeting.GrantState
	calls    map[string]int
	forgot   time.Time // when the token was forgotten
}

func (o *office) lock() func() { o.mu.Lock(); return o.mu.Unlock }

// open runs a roster over the office, from the first time that time passes.
func open(t *testing.T, test func(t *testing.T, o *office)) {
	synctest.Test(t, func(t *testing.T) {
		o := &office{
			t: t, calls: map[string]int{}, grant: meeting.GrantLive,
			granted: []string{meeting.CalendarsReadWrite, meeting.UserReadAll, meeting.GroupMemberReadAll, meeting.OrganizationReadAll},
			tenant:  meeting.Tenant{ID: contoso, State: meeting.TenantProving, ConsentedAt: time.Now(), WebexGrant: "org"},
			due:     time.Now(),
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		o.start = sync.OnceFunc(func() { go func() { ended <- o.roster().Run(ctx) }() })
		test(t, o)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func (o *office) roster() *roster.Roster {
	return roster.New(roster.Config{
		Store: o, Directory: o, Hosts: o, Interval: 15 * time.Minute, Lease: 30 * time.Second,
		Clock: clockwork.NewRealClock(), Log: slog.New(slog.DiscardHandler),
	})
}

// pass lets time pass in the bubble. Between two of them the office stands
// still, and a test may look at it and change it.
func (o *office) pass(d time.Duration) {
	o.lock()()
	o.start()
	time.Sleep(d)
	synctest.Wait()
	o.lock()()
}

// ask has the tenant looked at now.
func (o *office) ask(change func()) {
	unlock := o.lock()
	change()
	o.asked, o.due = true, time.Now()
	unlock()
	o.pass(2 * time.Second)
}

func (o *office) kept() []string {
	defer o.lock()()
	list := []string{}
	for _, m := range o.members {
		if m.Kept() {
			list = append(list, string(m.Person.ID))
		}
	}
	return list
}

func (o *office) state() meeting.TenantState { defer o.lock()(); return o.tenant.State }

func (o *office) trouble() meeting.Reason { defer o.lock()(); return o.tenant.Progress.Trouble }

func person(name string) meeting.Person {
	address := name + "@contoso.example"
	return meeting.Person{ID: meeting.ObjectID("id-" + name), UPN: address, Mail: address, Addresses: []string{address}, Licensed: true}
}

func webex(name string) meeting.WebexPerson {
	address := name + "@contoso.example"
	return meeting.WebexPerson{ID: "w-" + name, Email: address, Aliases: []string{address}, MayHost: true}
}

// The store.

func (o *office) ClaimTenant(_ context.Context, _ time.Duration) (meeting.TenantClaim, bool, error) {
	defer o.lock()()
	if o.due.IsZero() || o.due.After(time.Now()) {
		return meeting.TenantClaim{}, false, nil
	}
	o.lease++
	o.asked = false
	return meeting.TenantClaim{Tenant: contoso, Lease: o.lease}, true, nil
}

func (o *office) RenewTenant(context.Context, meeting.TenantClaim, time.Duration) error {
	defer o.lock()()
	o.renewed++
	return o.lost()
}

func (o *office) lost() error {
	if o.held {
		return errs.New(errs.Conflict, "lease lost")
	}
	return nil
}

func (o *office) ReleaseTenant(_ context.Context, _ meeting.TenantClaim, next time.Time) error {
	defer o.lock()()
	if !next.After(time.Now()) {
		o.t.Errorf("released to be looked at again at once: %v", next)
		next = time.Now().Add(time.Second)
	}
	if o.due = next; o.asked {
		o.due = time.Now()
	}
	return nil
}

func (o *office) NextTenantDue(context.Context) (time.Time, bool, error) {
	defer o.lock()()
	return o.due, !o.due.IsZero(), nil
}

func (o *office) Tenant(context.Context, meeting.TenantID) (meeting.Tenant, error) {
	defer o.lock()()
	return o.tenant, nil
}

func (o *office) SaveStanding(_ context.Context, _ meeting.TenantClaim, t meeting.Tenant) error {
	defer o.lock()()
	if len(o.states) == 0 || o.states[len(o.states)-1] != t.State {
		o.states = append(o.states, t.State)
	}
	is := &o.tenant
	is.Name, is.Domains, is.State, is.Reason = t.Name, t.Domains, t.State, t.Reason
	is.Granted, is.Excess, is.RefusedAt, is.ProvenAt = t.Granted, t.Excess, t.RefusedAt, t.ProvenAt
	return o.lost()
}

func (o *office) SaveProgress(_ context.Context, _ meeting.TenantClaim, p meeting.Progress) error {
	defer o.lock()()
	o.tenant.Progress = p
	o.doings = append(o.doings, p.Doing)
	return o.lost()
}

func (o *office) Members(context.Context, meeting.TenantID) ([]meeting.Member, error) {
	defer o.lock()()
	return slices.Clone(o.members), nil
}

func (o *office) ApplyRoster(_ context.Context, _ meeting.TenantClaim, _ meeting.Choice, changes []meeting.MemberChange, from func(int) time.Time) error {
	defer o.lock()()
	if err := o.lost(); err != nil {
		return err
	}
	o.batches = append(o.batches, len(changes))
	for i := range changes {
		o.starts = append(o.starts, from(i))
	}
	o.members = plan.Members(o.members, changes)
	return nil
}

func (o *office) Assignments(context.Context, meeting.TenantID) ([]meeting.Assignment, error) {
	defer o.lock()()
	return slices.Clone(o.given), nil
}

func (o *office) AccountByAddress(_ context.Context, _ meeting.TenantID, address string) (meeting.AccountID, error) {
	defer o.lock()()
	if o.signedIn != "" && address == o.signedIn+"@contoso.example" {
		return meeting.NewAccountID(contoso, meeting.ObjectID("id-"+o.signedIn)), nil
	}
	return "", errs.New(errs.NotFound, "nobody signed in")
}

func (o *office) Owners(context.Context, meeting.TenantID) ([]meeting.Owner, error) {
	defer o.lock()()
	return o.owners, nil
}

func (o *office) GrantByID(_ context.Context, id meeting.GrantID) (meeting.Grant, error) {
	defer o.lock()()
	return meeting.Grant{ID: id, State: o.grant}, nil
}

// The directory.

func (o *office) Forget(meeting.TenantID) {
	defer o.lock()()
	o.calls["forget"]++
	o.forgot = time.Now()
}

func (o *office) GrantedRoles(context.Context, meeting.TenantID) ([]string, error) {
	defer o.lock()()
	return append(slices.Clone(o.granted), "Mail.Read"), nil
}

func (o *office) admit(call string, permissions ...string) error {
	o.calls[call]++
	if o.refuse != nil {
		return o.refuse
	}
	if err := o.odd[call]; err != nil {
		return err
	}
	for _, p := range permissions {
		if slices.Contains(o.granted, p) {
			return nil
		}
	}
	return errs.New(errs.Forbidden, "%s is not granted", permissions)
}

func (o *office) Prove(_ context.Context, _ meeting.TenantID, permission string, somebody meeting.ObjectID) error {
	defer o.lock()()
	if permission == meeting.CalendarsReadWrite {
		o.tried = append(o.tried, somebody)
	}
	if err := o.admit("prove "+permission, permission); err != nil {
		return err
	}
	if permission == meeting.CalendarsReadWrite {
		if waited := o.tenant.State != meeting.TenantAuthorised || !o.tenant.RefusedAt.IsZero(); time.Since(o.forgot) > 15*time.Minute || waited && !o.forgot.Equal(time.Now()) {
			o.t.Error("proven with an old token: its roles may be of yesterday")
		}
		if slices.Contains(o.barred, somebody) {
			return errs.New(errs.Forbidden, "a policy bars %s", somebody)
		}
	}
	return nil
}

func (o *office) Organization(context.Context, meeting.TenantID) (string, []string, error) {
	defer o.lock()()
	return "Contoso", []string{"contoso.example"}, o.admit("organization", meeting.OrganizationReadAll)
}

func (o *office) pages(ctx context.Context, page func([]meeting.Person) error) error {
	unlock := o.lock()
	people, broken, slow := o.people, o.broken, o.slow
	unlock()
	n := 0
	for some := range slices.Chunk(people, 100) {
		if slow > 0 {
			select {
			case <-time.After(slow):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if n++; broken > 0 && n > broken {
			return errs.New(errs.Unavailable, "Graph fails")
		}
		if err := page(some); err != nil {
			return err
		}
	}
	return nil
}

func (o *office) People(ctx context.Context, _ meeting.TenantID, page func([]meeting.Person) error) error {
	unlock := o.lock()
	err := o.admit("people", meeting.UserReadAll)
	unlock()
	if err != nil {
		return err
	}
	return o.pages(ctx, page)
}

func (o *office) GroupPeople(ctx context.Context, _ meeting.TenantID, group meeting.ObjectID, page func([]meeting.Person) error) error {
	unlock := o.lock()
	err := o.admit("group", meeting.GroupMemberReadAll)
	unlock()
	if err == nil && group != "sales" {
		err = errs.New(errs.NotFound, "no group %s", group)
	}
	if err != nil {
		return err
	}
	o.mu.Lock()
	bare := !slices.Contains(o.granted, meeting.UserReadAll)
	o.mu.Unlock()
	return o.pages(ctx, func(people []meeting.Person) error {
		if people = slices.Clone(people); bare {
			for i, p := range people {
				people[i] = meeting.Person{ID: p.ID}
			}
		}
		return page(people)
	})
}

func (o *office) PersonByAddress(_ context.Context, _ meeting.TenantID, address string) (meeting.Person, error) {
	defer o.lock()()
	if err := o.admit("person", meeting.UserReadAll); err != nil {
		return meeting.Person{}, err
	}
	if err := o.odd["person "+address]; err != nil {
		return meeting.Person{}, err
	}
	return o.whose(address)
}

func (o *office) whose(address string) (meeting.Person, error) {
	for _, p := range o.people {
		if slices.Contains(p.Addresses, address) || string(p.ID) == address {
			return p, nil
		}
	}
	return meeting.Person{}, errs.New(errs.NotFound, "nobody")
}

func (o *office) CalendarOwner(_ context.Context, _ meeting.TenantID, user meeting.ObjectID) (meeting.Person, error) {
	defer o.lock()()
	if err := o.admit("calendar", meeting.CalendarsReadWrite); err != nil {
		return meeting.Person{}, err
	}
	if err := o.odd["calendar "+string(user)]; err != nil {
		return meeting.Person{}, err
	}
	if slices.Contains(o.barred, user) {
		return meeting.Person{}, errs.New(errs.Forbidden, "a policy bars %s", user)
	}
	p, err := o.whose(string(user))
	return meeting.Person{ID: user, Mail: p.Mail, Addresses: []string{p.Mail}}, err
}

// Hosts are Webex's.
func (o *office) Hosts(_ context.Context, _ meeting.GrantID, page func([]meeting.WebexPerson) error) error {
	unlock := o.lock()
	o.calls["hosts"]++
	hosts, err := o.hosts, o.listless
	unlock()
	if err != nil {
		return err
	}
	return page(hosts)
}

// FindHost is Webex's.
func (o *office) FindHost(_ context.Context, _ meeting.GrantID, address string) (meeting.WebexPerson, error) {
	defer o.lock()()
	o.calls["host "+address]++
	if o.unfound != nil {
		return meeting.WebexPerson{}, o.unfound
	}
	if err := o.odd["host "+address]; err != nil {
		return meeting.WebexPerson{}, err
	}
	for _, h := range append(slices.Clone(o.hosts), o.unlisted...) {
		if h.Has(address) {
			return h, nil
		}
	}
	return meeting.WebexPerson{}, errs.New(errs.NotFound, "nobody")
}

func (o *office) called(prefix string) int {
	defer o.lock()()
	n := 0
	for call, times := range o.calls {
		if strings.HasPrefix(call, prefix) {
			n += times
		}
	}
	return n
}

func many(n int) []meeting.Person {
	list := make([]meeting.Person, n)
	for i := range list {
		list[i] = person(fmt.Sprintf("p%05d", i))
	}
	return list
}
