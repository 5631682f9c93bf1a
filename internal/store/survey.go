package store

import (
	"context"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// mayBeCalled is true of a mailbox m that is there and whose person or tenant
// lets us in, as far as is known here.
const mayBeCalled = `m.closing_until = 0 AND NOT m.stopped AND m.trouble <> @bare AND (
	m.authority = @tenant AND EXISTS (SELECT 1 FROM tenants AS t WHERE t.id = m.tenant AND t.state = @authorised)
	OR m.authority <> @tenant AND EXISTS (SELECT 1 FROM grants AS g WHERE g.account = m.id AND g.service = @microsoft AND g.state = @live))`

// isLive is true of a subscription s that Graph should know.
const isLive = "s.removed = @false AND s.graph_id <> '' AND s.expires_at > @now"

func (s *Store) surveyed() map[string]any {
	return map[string]any{
		"tenant": meeting.TenantWide, "authorised": meeting.TenantAuthorised, "microsoft": meeting.Microsoft, "live": meeting.GrantLive,
		"bare": meeting.ProblemNoMailbox, "false": false, "now": s.now(),
	}
}

// Subscribable is Subscribed without the mailboxes that nobody lets us subscribe
// to: it is no wonder that Graph tells nothing of them.
func (s *Store) Subscribable(ctx context.Context) (mailboxes, silent int, err error) {
	defer errs.Wrap(&err, "store: count subscribable mailboxes")
	var row struct{ Mailboxes, Silent int }
	err = s.read.WithContext(ctx).Raw(`SELECT count(*) AS mailboxes,
		coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.mailbox = m.id AND `+isLive+`) THEN 0 ELSE 1 END), 0) AS silent
		FROM mailboxes AS m WHERE `+mayBeCalled, s.surveyed()).Scan(&row).Error
	return row.Mailboxes, row.Silent, fault(err)
}

// LiveSubscriptions returns some of those that Graph should know, at the most so
// many. Their ids are random, and so is the choice.
func (s *Store) LiveSubscriptions(ctx context.Context, most int) (subs []meeting.Subscription, err error) {
	defer errs.Wrap(&err, "store: live subscriptions")
	args := s.surveyed()
	args["most"] = most
	var rows []subscriptionRow
	err = s.read.WithContext(ctx).Raw(`SELECT s.* FROM subscriptions AS s JOIN mailboxes AS m ON m.id = s.mailbox
		WHERE `+isLive+" AND "+mayBeCalled+" ORDER BY s.id LIMIT @most", args).Scan(&rows).Error
	for _, row := range rows {
		subs = append(subs, row.subscription())
	}
	return subs, fault(err)
}

// Tenants returns the organisations that somebody asked for.
func (s *Store) Tenants(ctx context.Context) (tenants []meeting.Tenant, err error) {
	defer errs.Wrap(&err, "store: tenants")
	var rows []tenantRow
	err = s.read.WithContext(ctx).Order("id").Find(&rows).Error
	for _, row := range rows {
		tenants = append(tenants, row.tenant())
	}
	return tenants, fault(err)
}

// Somebody returns some of a tenant's mailboxes that are kept in step.
func (s *Store) Somebody(ctx context.Context, tenant meeting.TenantID, most int) (some []meeting.AccountID, err error) {
	defer errs.Wrap(&err, "store: mailboxes of tenant %s", tenant)
	var ids []string
	err = s.read.WithContext(ctx).Raw("SELECT id FROM mailboxes WHERE tenant = ? AND authority = ? AND closing_until = 0 ORDER BY id LIMIT ?",
		tenant, meeting.TenantWide, most).Scan(&ids).Error
	for _, id := range ids {
		some = append(some, meeting.AccountID(id))
	}
	return some, fault(err)
}

// GrantsInUse returns the grants, live and dead, by which mailboxes are kept or
// meetings hosted: of each account the newest for the service. A tenant's
// mailbox needs no person's grant at Microsoft; one hosted by the tenant's Webex
// organisation none at Webex.
func (s *Store) GrantsInUse(ctx context.Context, service meeting.Service) (grants []meeting.Grant, err error) {
	defer errs.Wrap(&err, "store: %s grants in use", service)
	var rows []grantRow
	err = s.read.WithContext(ctx).Raw(`SELECT g.* FROM grants AS g WHERE g.service = @service AND g.state IN (@live, @dead) AND (
			EXISTS (SELECT 1 FROM mailboxes AS m WHERE m.id = g.account AND m.closing_until = 0 AND (m.authority <> @tenant
				OR @service = @webex AND NOT EXISTS (SELECT 1 FROM tenants AS t WHERE t.id = m.tenant AND t.webex_grant <> '')))
			OR EXISTS (SELECT 1 FROM tenants AS t WHERE t.webex_grant = g.id AND t.state = @authorised))
		ORDER BY g.account, CASE WHEN g.state = @live THEN 0 ELSE 1 END, g.created_at DESC, g.id`, map[string]any{
		"service": service, "webex": meeting.Webex, "live": meeting.GrantLive, "dead": meeting.GrantDead,
		"tenant": meeting.TenantWide, "authorised": meeting.TenantAuthorised,
	}).Scan(&rows).Error
	rows = slices.CompactFunc(rows, func(a, b grantRow) bool { return a.Account == b.Account })
	for _, row := range rows {
		grants = append(grants, row.grant())
	}
	return grants, fault(err)
}

// Sealed counts the sealed values, and those of them whose key is not among the
// secret keys.
func (s *Store) Sealed(ctx context.Context) (all, lost int, err error) {
	defer errs.Wrap(&err, "store: count sealed values")
	for _, c := range sealedColumns {
		heads, err := s.heads(ctx, c.column, c.table)
		if err != nil {
			return 0, 0, err
		}
		for _, head := range heads {
			all += head.Number
			if !s.box.Holds(head.Head) {
				lost += head.Number
			}
		}
	}
	return all, lost, nil
}

// Known reports whether somebody signed in here by that user principal name or
// account id, or is a mailbox of a tenant; people tells whether anybody did.
func (s *Store) Known(ctx context.Context, name string) (known, people bool, err error) {
	defer errs.Wrap(&err, "store: look for a name")
	var row struct{ Known, People bool }
	lower := s.dialect.lower
	err = s.read.WithContext(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM accounts) AS people,
		EXISTS (SELECT 1 FROM accounts WHERE `+lower+`(upn) = @name OR `+lower+`(id) = @name)
		OR EXISTS (SELECT 1 FROM members WHERE `+lower+`(upn) = @name OR `+lower+`(account) = @name) AS known`,
		map[string]any{"name": strings.ToLower(name)}).Scan(&row).Error
	return row.Known, row.People, fault(err)
}

// Schema returns the database's version, 0 for an empty one, and the one that
// this program was built for.
func (s *Store) Schema(ctx context.Context) (got, want int64, err error) {
	defer errs.Wrap(&err, "store: schema version")
	if want, err = newest(s.dialect); err != nil {
		return 0, 0, err
	}
	if !s.read.WithContext(ctx).Migrator().HasTable("goose_db_version") {
		return 0, want, s.Ping(ctx)
	}
	err = s.read.WithContext(ctx).Raw("SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&got).Error
	return got, want, fault(err)
}
