package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// rosterBatch is how many changes one transaction takes.
const rosterBatch = 500

// ApplyRoster carries out up to 500 changes in one transaction; of two for one
// account the later counts. A kept member's mailbox becomes one of the tenant's,
// with links and work as they are; one that is not kept falls back to its
// person's own grants if both are live, and is closed otherwise. The i-th
// change's mailbox, if it is new, is due at from(i). errs.Invalid: too many, or
// one names another tenant. errs.Conflict: another choice than that was made
// since, which another look has to carry out.
func (s *Store) ApplyRoster(ctx context.Context, claim meeting.TenantClaim, choice meeting.Choice, changes []meeting.MemberChange, from func(i int) time.Time) (err error) {
	defer errs.Wrap(&err, "store: apply roster of tenant %s", claim.Tenant)
	if len(changes) > rosterBatch {
		return errs.New(errs.Invalid, "%d changes are too many", len(changes))
	}
	for _, c := range changes {
		if c.Member.Account.Tenant() != claim.Tenant || c.Member.Account.Object() == "" || c.Was != "" && c.Was.Tenant() != claim.Tenant {
			return errs.New(errs.Invalid, "change of another tenant's member")
		}
	}
	var r *rosterChange
	err = s.heldTenant(ctx, claim, func(tx *gorm.DB, tenant tenantRow) (err error) {
		if !tenant.Choice.Equal(choice) {
			return errs.New(errs.Conflict, "another choice was made")
		}
		if r, err = s.newRosterChange(tx, tenant, changes, from); err != nil {
			return err
		}
		for _, step := range []func() error{r.saveMembers, r.saveAccounts, r.addMailboxes, r.takeOver, r.hostsFound, r.giveUp} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range changes { // after the commit: nobody reads the older state again
		s.states.forgetMailbox(c.Was)
	}
	for _, id := range r.gone {
		s.states.forgetMailbox(id)
	}
	s.onMark()
	return nil
}

// rosterChange is what one call of ApplyRoster works on, with all rows locked.
type rosterChange struct {
	*Store
	tx     *gorm.DB
	tenant tenantRow
	keep   []rosterMember // ordered by account, as are the others
	leave  []rosterMember
	before map[meeting.AccountID]memberRow
	boxes  map[meeting.AccountID]mailboxRow
	gone   []meeting.AccountID // mailboxes that were erased
}

type rosterMember struct {
	memberRow
	gone bool
	from time.Time
}

func (s *Store) newRosterChange(tx *gorm.DB, tenant tenantRow, changes []meeting.MemberChange, from func(i int) time.Time) (*rosterChange, error) {
	r := &rosterChange{Store: s, tx: tx, tenant: tenant, before: map[meeting.AccountID]memberRow{}, boxes: map[meeting.AccountID]mailboxRow{}}
	members := map[meeting.AccountID]rosterMember{}
	var all []meeting.AccountID
	renames := map[meeting.AccountID]meeting.AccountID{}
	for i, c := range changes {
		members[c.Member.Account] = rosterMember{memberRow: newMemberRow(c.Member), gone: c.Gone, from: from(i)}
		all = append(all, c.Member.Account)
		if c.Was != "" && c.Was != c.Member.Account {
			renames[c.Was] = c.Member.Account
			all = append(all, c.Was)
		}
	}
	if err := s.lockMailboxes(tx, all); err != nil {
		return nil, err
	}
	for _, was := range sortedKeys(renames) {
		if err := s.rekey(tx, was, renames[was]); err != nil {
			return nil, err
		}
	}
	named, err := r.namedMeanwhile(all)
	if err != nil {
		return nil, err
	}
	for _, id := range sortedKeys(members) {
		switch m := members[id]; {
		case named[id]:
		case m.gone || m.Standing != "":
			r.leave = append(r.leave, m)
		default:
			r.keep = append(r.keep, m)
		}
	}
	var before []memberRow
	if err := tx.Find(&before, "account IN ?", all).Error; err != nil {
		return nil, err
	}
	for _, m := range before {
		r.before[m.Account] = m
	}
	var boxes []mailboxRow
	if err := tx.Find(&boxes, "id IN ?", all).Error; err != nil {
		return nil, err
	}
	for _, b := range boxes {
		r.boxes[b.ID] = b
	}
	return r, nil
}

// namedMeanwhile returns those keys that are an address whose owner became known
// while the caller looked: their member has a key of its own by now.
func (r *rosterChange) namedMeanwhile(all []meeting.AccountID) (map[meeting.AccountID]bool, error) {
	addresses := map[string]meeting.AccountID{}
	for _, id := range all {
		if address := string(id.Object()); strings.Contains(address, "@") {
			addresses[address] = id
		}
	}
	if len(addresses) == 0 {
		return nil, nil
	}
	var found []struct {
		Account meeting.AccountID
		Address string
	}
	err := r.tx.Raw("SELECT account, "+r.dialect.lower+"(upn) AS address FROM members WHERE tenant = ? AND "+r.dialect.lower+"(upn) IN ?",
		r.tenant.ID, sortedKeys(addresses)).Scan(&found).Error
	named := map[meeting.AccountID]bool{}
	for _, f := range found {
		if id := addresses[f.Address]; id != f.Account && !strings.Contains(string(f.Account.Object()), "@") {
			named[id] = true
		}
	}
	return named, err
}

func (r *rosterChange) saveMembers() error {
	var rows []memberRow
	var gone []meeting.AccountID
	for _, m := range append(slices.Clone(r.keep), r.leave...) {
		if m.gone {
			gone = append(gone, m.Account)
		} else {
			rows = append(rows, m.memberRow)
		}
	}
	if len(gone) > 0 {
		if err := r.tx.Exec("DELETE FROM members WHERE account IN ?", gone).Error; err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b memberRow) int { return strings.Compare(string(a.Account), string(b.Account)) })
	return r.tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error
}

// saveAccounts leaves alone what the person chose, and what the directory does
// not know.
func (r *rosterChange) saveAccounts() error {
	var rows []accountRow
	for _, m := range r.keep {
		rows = append(rows, accountRow{ID: m.Account, UPN: m.UPN, Name: m.Name, Mail: m.Mail, Addresses: m.Addresses, Language: m.Language})
	}
	if len(rows) == 0 {
		return nil
	}
	known := func(column string) clause.Expr {
		return gorm.Expr("CASE WHEN excluded." + column + " <> '' THEN excluded." + column + " ELSE accounts." + column + " END")
	}
	return r.tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.Assignments(map[string]any{
			"upn": known("upn"), "name": known("name"), "mail": known("mail"), "language": known("language"),
			"addresses": gorm.Expr("coalesce(excluded.addresses, accounts.addresses)"),
		}),
	}).Create(&rows).Error
}

// addMailboxes inserts those that are new.
func (r *rosterChange) addMailboxes() error {
	var rows []mailboxRow
	for _, m := range r.keep {
		if _, ok := r.boxes[m.Account]; ok {
			continue
		}
		at := micros(m.from)
		if at == 0 {
			at = r.now()
		}
		rows = append(rows, mailboxRow{
			ID: m.Account, Tenant: r.tenant.ID, Authority: meeting.TenantWide, Stopped: r.tenant.stopped(false),
			DueAt: at, SweepDueAt: at, SubscriptionDueAt: at,
		})
	}
	if len(rows) == 0 {
		return nil
	}
	return r.tx.Clauses(clause.OnConflict{ // the person may have connected since we looked
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"authority", "stopped", "closing_until", "due_at", "sweep_due_at", "subscription_due_at"}),
	}).Create(&rows).Error
}

// takeOver makes mailboxes the tenant's that were their person's own, or were
// about to be closed.
func (r *rosterChange) takeOver() error {
	var ids, closing []meeting.AccountID
	for _, m := range r.keep {
		box, ok := r.boxes[m.Account]
		if !ok || box.Authority == meeting.TenantWide && box.ClosingUntil == 0 {
			continue
		}
		ids = append(ids, m.Account)
		if box.ClosingUntil != 0 {
			closing = append(closing, m.Account)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	err := r.tx.Exec("UPDATE mailboxes SET authority = ?, stopped = ?, closing_until = 0 WHERE id IN ?",
		meeting.TenantWide, r.tenant.stopped(false), ids).Error
	if err != nil {
		return err
	}
	// Closing dropped their work: the sweep is a first one, which marks all that comes.
	if err := r.tx.Exec("UPDATE mailboxes SET swept_at = 0 WHERE id IN ?", closing).Error; err != nil {
		return err
	}
	if err := r.wantSweep(r.tx, closing...); err != nil {
		return err
	}
	if err := r.wantSubscriptionWork(r.tx, ids...); err != nil {
		return err
	}
	return r.wakeForPerson(r.tx, ids...)
}

// hostsFound lets mailboxes go on that waited for somebody to hold their
// meetings. Another host alone disturbs nothing else.
func (r *rosterChange) hostsFound() error {
	var ids []meeting.AccountID
	for _, m := range r.keep {
		before := r.before[m.Account]
		same := m.HostID == before.HostID && m.HostEmail == before.HostEmail && slices.Equal(m.HostSites, before.HostSites)
		if _, ok := r.boxes[m.Account]; ok && m.HostEmail != "" && !same {
			ids = append(ids, m.Account)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := r.wantSweep(r.tx, ids...); err != nil {
		return err
	}
	return r.wakeForPerson(r.tx, ids...)
}

// ownGrants and inBoth, around further conditions, select who has both grants
// live; their arguments are meeting.GrantLive and bothServices.
const (
	ownGrants = "SELECT account FROM grants WHERE state = ? AND service IN ?"
	inBoth    = " GROUP BY account HAVING count(DISTINCT service) = 2"
)

var bothServices = []meeting.Service{meeting.Microsoft, meeting.Webex}

// fallBack makes mailboxes their persons' own that were the tenant's.
func (s *Store) fallBack(tx *gorm.DB, ids []meeting.AccountID) error {
	if len(ids) == 0 {
		return nil
	}
	err := tx.Exec("UPDATE mailboxes SET authority = ?, stopped = false WHERE id IN ?", meeting.Individual, ids).Error
	if err != nil {
		return err
	}
	return s.wantSubscriptionWork(tx, ids...)
}

// giveUp ends the tenant's hold on mailboxes that are not kept any more.
func (r *rosterChange) giveUp() error {
	var ids []meeting.AccountID
	for _, m := range r.leave {
		if box, ok := r.boxes[m.Account]; ok && box.Authority == meeting.TenantWide && box.ClosingUntil == 0 {
			ids = append(ids, m.Account)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var own, subscribed []meeting.AccountID
	if err := r.tx.Raw(ownGrants+" AND account IN ?"+inBoth, meeting.GrantLive, bothServices, ids).Scan(&own).Error; err != nil {
		return err
	}
	if err := r.tx.Raw("SELECT DISTINCT mailbox FROM subscriptions WHERE mailbox IN ?", ids).Scan(&subscribed).Error; err != nil {
		return err
	}
	var closing []meeting.AccountID
	for _, id := range ids {
		switch {
		case slices.Contains(own, id):
		case slices.Contains(subscribed, id):
			closing = append(closing, id)
		default:
			r.gone = append(r.gone, id)
		}
	}
	if err := r.fallBack(r.tx, own); err != nil {
		return err
	}
	err := r.tx.Exec("UPDATE mailboxes SET closing_until = ?, sweep_due_at = 0, stopped = ? WHERE id IN ?",
		micros(r.clock.Now().Add(closingTime)), r.tenant.stopped(true), closing).Error
	if err != nil {
		return err
	}
	if err := r.tx.Exec("DELETE FROM work WHERE mailbox IN ?", closing).Error; err != nil {
		return err
	}
	if err := r.wantSubscriptionWork(r.tx, closing...); err != nil {
		return err
	}
	return r.erase(r.tx, r.gone...)
}
