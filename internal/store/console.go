package store

import (
	"context"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// consolePage is how many lines the console gets that names no limit.
const consolePage = 100

// memberLines is a table of the tenant's members. mailbox is empty while none is
// kept.
const memberLines = `(
	SELECT member.account, member.upn, member.name, member.mail, coalesce(member.addresses, '') AS addresses,
		member.standing, member.host_email AS host, member.host_trust, member.assigned,
		coalesce(box.id, '') AS mailbox, coalesce(box.authority, '') AS authority,
		coalesce(box.trouble, '') AS trouble, coalesce(box.swept_at, 0) AS swept_at
	FROM members AS member
	LEFT JOIN mailboxes AS box ON box.id = member.account AND box.closing_until = 0
	WHERE member.tenant = @tenant
) AS line`

// ownLines is a table of mailboxes that their persons alone connected.
const ownLines = `(
	SELECT box.id AS account, coalesce(person.upn, '') AS upn, coalesce(person.name, '') AS name,
		coalesce(person.mail, '') AS mail, coalesce(person.addresses, '') AS addresses,
		'' AS standing, '' AS host, '' AS host_trust, '' AS assigned,
		box.id AS mailbox, box.authority, box.trouble, box.swept_at
	FROM mailboxes AS box
	LEFT JOIN accounts AS person ON person.id = box.id
	WHERE box.tenant = @tenant AND box.authority = 'individual' AND box.closing_until = 0
		AND NOT EXISTS (SELECT 1 FROM members WHERE members.account = box.id)
) AS line`

// consoleStates are the states of a line in the order of meeting.MailboxStates,
// save that a person's own mailbox and one that is left out are nothing else: the
// first whose condition holds is the line's. The last always holds.
var consoleStates = []struct {
	state meeting.MailboxState
	holds string
}{
	{meeting.MailboxOwnGrant, "authority = 'individual'"},
	{meeting.MailboxLeftOut, "standing <> ''"},
	{meeting.MailboxHeld, "EXISTS (SELECT 1 FROM work WHERE work.mailbox = line.mailbox AND work.reason = 'held')"},
	{meeting.MailboxTrouble, `trouble <> '' OR swept_at > 0 AND NOT EXISTS (SELECT 1 FROM subscriptions AS sub
		WHERE sub.mailbox = line.mailbox AND sub.graph_id <> '' AND NOT sub.removed AND sub.expires_at > @now)`},
	{meeting.MailboxNoHost, `host = '' AND host_trust <> '' AND NOT EXISTS (SELECT 1 FROM grants
		WHERE grants.account = line.account AND grants.service = 'webex' AND grants.state = 'live')`},
	{meeting.MailboxProblems, `EXISTS (SELECT 1 FROM links
		WHERE links.mailbox = line.mailbox AND links.problem <> '' AND links.ends_at > @now AND NOT links.draft)`},
	{meeting.MailboxStarting, "swept_at = 0"},
	{meeting.MailboxInStep, "true"},
}

// consoleState is a line's state.
var consoleState = func() string {
	var b strings.Builder
	for _, s := range consoleStates {
		b.WriteString(" WHEN " + s.holds + " THEN '" + string(s.state) + "'")
	}
	return "CASE" + b.String() + " END"
}()

// consoleIs is the condition that a line is in the state. The state's own
// condition is asked first: of most lines nothing else is looked at. A CASE, since
// a planner may make joins over all lines of anything else, for a page of fifty.
func consoleIs(state meeting.MailboxState) string {
	var before strings.Builder
	for _, s := range consoleStates {
		if s.state == state {
			return "CASE WHEN NOT (" + s.holds + ") THEN false" + before.String() + " ELSE true END"
		}
		before.WriteString(" WHEN " + s.holds + " THEN false")
	}
	return "false"
}

type consoleRow struct {
	Account   meeting.AccountID
	UPN       string `gorm:"column:upn"`
	Name      string
	State     meeting.MailboxState
	Standing  meeting.Reason
	HostTrust meeting.Reason
	Trouble   meeting.Reason
	Host      string
	Assigned  string
	Meetings  int
	Problems  int
	Held      int
	SweptAt   int64
}

func (r consoleRow) mailbox() meeting.ConsoleMailbox {
	m := meeting.ConsoleMailbox{
		Account:  r.Account,
		UPN:      r.UPN,
		Name:     r.Name,
		State:    r.State,
		Host:     r.Host,
		Assigned: r.Assigned != "",
		Meetings: r.Meetings,
		Problems: r.Problems,
		Held:     r.Held,
		SweptAt:  moment(r.SweptAt),
	}
	switch r.State {
	case meeting.MailboxLeftOut:
		m.Why = r.Standing
	case meeting.MailboxNoHost:
		m.Why = r.HostTrust
	case meeting.MailboxTrouble:
		m.Why = r.Trouble
	}
	return m
}

// A tenant of so many mailboxes is large: what takes to look at all of them is
// not done anew for each page, or each event.
const largeTenant = 2_000

// countsAge is how old the counts of a large tenant may be.
const countsAge = 5 * time.Second

// MailboxCounts counts the tenant's mailboxes by state; of a large tenant it may
// return what was counted a moment ago. The caller only reads the map.
func (s *Store) MailboxCounts(ctx context.Context, id meeting.TenantID) (_ map[meeting.MailboxState]int, err error) {
	defer errs.Wrap(&err, "store: mailbox counts of tenant %s", id)
	if counts, ok := s.counts.get(id, s.clock.Now()); ok {
		return counts, nil
	}
	var rows []struct {
		State meeting.MailboxState
		N     int
	}
	err = s.read.WithContext(ctx).Raw("SELECT state, count(*) AS n FROM (SELECT "+consoleState+" AS state FROM "+memberLines+
		" UNION ALL SELECT "+consoleState+" FROM "+ownLines+") AS states GROUP BY state", map[string]any{"tenant": id, "now": s.now()}).Scan(&rows).Error
	counts, total := make(map[meeting.MailboxState]int, len(rows)), 0
	for _, row := range rows {
		counts[row.State] = row.N
		total += row.N
	}
	if total >= largeTenant {
		s.counts.put(id, counts, s.clock.Now().Add(countsAge))
	}
	return counts, fault(err)
}

// ConsoleMailboxes lists the tenant's mailboxes, ordered by account; 100 if the
// query names no limit.
func (s *Store) ConsoleMailboxes(ctx context.Context, id meeting.TenantID, query meeting.ConsoleQuery) (_ []meeting.ConsoleMailbox, err error) {
	defer errs.Wrap(&err, "store: mailboxes of tenant %s", id)
	state, where, args := consoleState, "", map[string]any{}
	if query.State != "" {
		state, where, args["state"] = "@state", " AND "+consoleIs(query.State), query.State
	}
	if query.After != "" {
		where, args["after"] = where+" AND account > @after", query.After
	}
	if search := strings.ToLower(strings.TrimSpace(query.Search)); search != "" {
		lower := s.dialect.lower
		like := func(column string) string { return lower + "(" + column + ") LIKE @search ESCAPE '!'" }
		where += " AND (" + like("upn") + " OR " + like("name") + " OR " + like("mail") + " OR " + like("addresses") + ")"
		args["search"] = "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(search) + "%"
	}
	limit := query.Limit
	if limit <= 0 {
		limit = consolePage
	}
	return s.consoleMailboxes(ctx, id, state, where, args, limit)
}

// ConsoleMailbox returns errs.NotFound for a mailbox of another tenant.
func (s *Store) ConsoleMailbox(ctx context.Context, id meeting.TenantID, account meeting.AccountID) (_ meeting.ConsoleMailbox, err error) {
	defer errs.Wrap(&err, "store: mailbox %s of tenant %s", account, id)
	found, err := s.consoleMailboxes(ctx, id, consoleState, " AND account = @account", map[string]any{"account": account}, 1)
	if err != nil {
		return meeting.ConsoleMailbox{}, err
	}
	if len(found) == 0 {
		return meeting.ConsoleMailbox{}, errs.New(errs.NotFound, "no such mailbox")
	}
	return found[0], nil
}

// consoleMailboxes reads either table by its index until there are enough lines,
// and counts meetings, problems and held deletions of those alone that are shown.
func (s *Store) consoleMailboxes(ctx context.Context, id meeting.TenantID, state, where string, args map[string]any, limit int) (mailboxes []meeting.ConsoleMailbox, err error) {
	args["tenant"], args["now"], args["limit"] = id, s.now(), limit
	part := func(lines string) string {
		return "SELECT * FROM (SELECT line.*, " + state + " AS state FROM " + lines + " WHERE 1 = 1" + where + " ORDER BY account LIMIT @limit) AS part"
	}
	var rows []consoleRow
	err = s.read.WithContext(ctx).Raw(`SELECT page.*,
			(SELECT count(*) FROM links WHERE mailbox = page.account AND ends_at > @now AND state = 'linked' AND NOT draft) AS meetings,
			(SELECT count(*) FROM links WHERE mailbox = page.account AND ends_at > @now AND problem <> '' AND NOT draft) AS problems,
			(SELECT count(*) FROM work WHERE mailbox = page.account AND reason = 'held') AS held
		FROM (`+part(memberLines)+` UNION ALL `+part(ownLines)+` ORDER BY account LIMIT @limit) AS page
		ORDER BY page.account`, args).Scan(&rows).Error
	for _, row := range rows {
		mailboxes = append(mailboxes, row.mailbox())
	}
	return mailboxes, fault(err)
}
