package store

import (
	"context"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// consolePage is how many lines the console gets that names no limit.
const consolePage = 100

// consoleLines is a table of the tenant's mailboxes: of all members, and those
// that their persons connected. Each is in the first state whose condition
// holds, in the order of meeting.MailboxStates; but a person's own mailbox and
// one that is left out are nothing else.
const consoleLines = `
	SELECT coalesce(member.account, box.id) AS account,
		coalesce(member.upn, person.upn, '') AS upn,
		coalesce(member.name, person.name, '') AS name,
		coalesce(member.mail, person.mail, '') AS mail,
		coalesce(member.addresses, person.addresses, '') AS addresses,
		coalesce(member.standing, '') AS standing,
		coalesce(member.host_email, '') AS host,
		coalesce(member.host_trust, '') AS host_trust,
		coalesce(box.trouble, '') AS trouble,
		coalesce(box.swept_at, 0) AS swept_at,
		CASE
			WHEN box.authority = 'individual' THEN 'by itself'
			WHEN member.standing <> '' THEN 'left out'
			WHEN held.mailbox IS NOT NULL THEN 'held'
			WHEN box.trouble <> '' OR box.swept_at > 0 AND live.mailbox IS NULL THEN 'trouble'
			WHEN member.host_email = '' AND member.host_trust <> '' AND own.account IS NULL THEN 'no host'
			WHEN problem.mailbox IS NOT NULL THEN 'problems'
			WHEN coalesce(box.swept_at, 0) = 0 THEN 'starting'
			ELSE 'in step'
		END AS state
	FROM (SELECT * FROM members WHERE tenant = @tenant) AS member
	FULL JOIN (SELECT * FROM mailboxes WHERE tenant = @tenant AND closing_until = 0) AS box ON box.id = member.account
	LEFT JOIN accounts AS person ON person.id = box.id
	LEFT JOIN (SELECT DISTINCT mailbox FROM work WHERE reason = 'held') AS held ON held.mailbox = box.id
	LEFT JOIN (SELECT DISTINCT mailbox FROM subscriptions
		WHERE graph_id <> '' AND NOT removed AND expires_at > @now) AS live ON live.mailbox = box.id
	LEFT JOIN (SELECT DISTINCT account FROM grants WHERE service = 'webex' AND state = 'live') AS own ON own.account = box.id
	LEFT JOIN (SELECT DISTINCT mailbox FROM links WHERE problem <> '' AND ends_at > @now) AS problem ON problem.mailbox = box.id`

type consoleRow struct {
	Account   meeting.AccountID
	UPN       string `gorm:"column:upn"`
	Name      string
	State     meeting.MailboxState
	Standing  meeting.Reason
	HostTrust meeting.Reason
	Trouble   meeting.Reason
	Host      string
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

// MailboxCounts counts the tenant's mailboxes by state.
func (s *Store) MailboxCounts(ctx context.Context, id meeting.TenantID) (_ map[meeting.MailboxState]int, err error) {
	defer errs.Wrap(&err, "store: mailbox counts of tenant %s", id)
	var rows []struct {
		State meeting.MailboxState
		N     int
	}
	err = s.read.WithContext(ctx).Raw("SELECT state, count(*) AS n FROM ("+consoleLines+") AS line GROUP BY state",
		map[string]any{"tenant": id, "now": s.now()}).Scan(&rows).Error
	counts := make(map[meeting.MailboxState]int, len(rows))
	for _, row := range rows {
		counts[row.State] = row.N
	}
	return counts, fault(err)
}

// ConsoleMailboxes lists the tenant's mailboxes, ordered by account; 100 if the
// query names no limit.
func (s *Store) ConsoleMailboxes(ctx context.Context, id meeting.TenantID, query meeting.ConsoleQuery) (_ []meeting.ConsoleMailbox, err error) {
	defer errs.Wrap(&err, "store: mailboxes of tenant %s", id)
	where, args := "", map[string]any{}
	if query.State != "" {
		where, args["state"] = where+" AND state = @state", query.State
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
	return s.consoleMailboxes(ctx, id, where, args, limit)
}

// ConsoleMailbox returns errs.NotFound for a mailbox of another tenant.
func (s *Store) ConsoleMailbox(ctx context.Context, id meeting.TenantID, account meeting.AccountID) (_ meeting.ConsoleMailbox, err error) {
	defer errs.Wrap(&err, "store: mailbox %s of tenant %s", account, id)
	found, err := s.consoleMailboxes(ctx, id, " AND account = @account", map[string]any{"account": account}, 1)
	if err != nil {
		return meeting.ConsoleMailbox{}, err
	}
	if len(found) == 0 {
		return meeting.ConsoleMailbox{}, errs.New(errs.NotFound, "no such mailbox")
	}
	return found[0], nil
}

// consoleMailboxes counts meetings, problems and held deletions of those lines
// alone that are shown.
func (s *Store) consoleMailboxes(ctx context.Context, id meeting.TenantID, where string, args map[string]any, limit int) (mailboxes []meeting.ConsoleMailbox, err error) {
	args["tenant"], args["now"], args["limit"] = id, s.now(), limit
	var rows []consoleRow
	err = s.read.WithContext(ctx).Raw(`SELECT page.*,
			(SELECT count(*) FROM links WHERE mailbox = page.account AND ends_at > @now AND state = 'linked') AS meetings,
			(SELECT count(*) FROM links WHERE mailbox = page.account AND ends_at > @now AND problem <> '') AS problems,
			(SELECT count(*) FROM work WHERE mailbox = page.account AND reason = 'held') AS held
		FROM (SELECT * FROM (`+consoleLines+`) AS line WHERE 1 = 1`+where+` ORDER BY account LIMIT @limit) AS page
		ORDER BY page.account`, args).Scan(&rows).Error
	for _, row := range rows {
		mailboxes = append(mailboxes, row.mailbox())
	}
	return mailboxes, fault(err)
}
