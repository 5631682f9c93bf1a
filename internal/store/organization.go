package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// offerTime is how long the grant of a Webex organisation waits to be confirmed.
const offerTime = 24 * time.Hour

// OfferWebex keeps the grant of a Webex organisation until it is confirmed; an
// older offer is dropped. The grant that is in use already, given again by the
// same person of the same organisation, stays in use with its new tokens.
func (s *Store) OfferWebex(ctx context.Context, id meeting.TenantID, name string, grant meeting.Grant, tokens meeting.Tokens) (_ meeting.GrantID, err error) {
	defer errs.Wrap(&err, "store: offer Webex of tenant %s", id)
	if grant.SubjectID == "" || grant.OrgID == "" {
		return "", errs.New(errs.Invalid, "grant without person or organisation")
	}
	grant.Account, grant.Service, grant.CreatedAt = meeting.TenantAccount(id), meeting.Webex, s.clock.Now()
	row := newGrantRow(grant, meeting.GrantOffered)
	return row.ID, s.changeTenant(ctx, id, func(tx *gorm.DB, tenant tenantRow) error {
		var older grantRow
		if err := tx.Raw("SELECT * FROM grants WHERE id = ?"+s.dialect.lock, row.ID).Scan(&older).Error; err != nil {
			return err
		}
		if older.State == meeting.GrantLive && older.OrgID == row.OrgID {
			row.State = meeting.GrantLive
		}
		err := tx.Exec("DELETE FROM grants WHERE account = ? AND state = ? AND id <> ?", row.Account, meeting.GrantOffered, row.ID).Error
		if err != nil {
			return err
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		if err := s.replaceTokens(tx, row.ID, tokens); err != nil {
			return err
		}
		return tx.Select("webex_offered", "webex_waiting").Updates(&tenantRow{ID: id, WebexOffered: row.ID, WebexWaiting: name}).Error
	})
}

// ConfirmWebex takes the offered grant into use in place of the older one: all
// mailboxes are swept, what waited for Webex is due, and the tenant is looked at
// for its hosts. errs.Conflict: it is not the one that is offered, or Webex
// refused it meanwhile.
func (s *Store) ConfirmWebex(ctx context.Context, id meeting.TenantID, offered meeting.GrantID) (err error) {
	defer errs.Wrap(&err, "store: confirm Webex of tenant %s", id)
	err = s.changeTenant(ctx, id, func(tx *gorm.DB, tenant tenantRow) error {
		if offered == "" || tenant.WebexOffered != offered {
			return errs.New(errs.Conflict, "another organisation is offered, or none")
		}
		if err := s.sweepTenant(tx, id, reasonsOfPeople); err != nil { // mailboxes are locked before grants
			return err
		}
		var older []meeting.GrantID
		err := tx.Raw("SELECT id FROM grants WHERE account = ? AND id <> ? AND state <> ? ORDER BY id"+s.dialect.lock,
			meeting.TenantAccount(id), offered, meeting.GrantDead).Scan(&older).Error
		if err != nil {
			return err
		}
		for _, id := range older {
			if err := bury(tx, id, meeting.GrantReplaced); err != nil {
				return err
			}
		}
		confirmed := tx.Exec("UPDATE grants SET state = ?, reason = '' WHERE id = ? AND account = ? AND state IN ?",
			meeting.GrantLive, offered, meeting.TenantAccount(id), []meeting.GrantState{meeting.GrantOffered, meeting.GrantLive})
		if confirmed.Error == nil && confirmed.RowsAffected == 0 {
			return errs.New(errs.Conflict, "the offered grant is dead")
		}
		if confirmed.Error != nil {
			return confirmed.Error
		}
		err = tx.Select("webex_grant", "webex_name", "webex_offered", "webex_waiting").
			Updates(&tenantRow{ID: id, WebexGrant: offered, WebexName: tenant.WebexWaiting}).Error
		if err != nil {
			return err
		}
		return s.askTenant(tx, id)
	})
	if err == nil {
		s.onMark()
	}
	return err
}

// dropOffers deletes offers made before then. A tenant's offer that is the grant
// in use given again only stops being one.
func (s *Store) dropOffers(ctx context.Context, before int64) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		err := tx.Exec(`UPDATE tenants SET webex_offered = '', webex_waiting = ''
			WHERE webex_offered <> '' AND webex_offered NOT IN (SELECT id FROM grants WHERE service = 'webex' AND created_at > ?)`, before).Error
		if err != nil {
			return err
		}
		return tx.Exec("DELETE FROM grants WHERE state = ? AND created_at <= ?", meeting.GrantOffered, before).Error
	})
}

// Host returns the grant with which the mailbox's meetings are made: for one of
// the tenant's whose member has a host, the grant of the tenant's Webex
// organisation, in whatever state it is, with the host filled in; otherwise the
// account's own newest. errs.NotFound if there is neither.
func (s *Store) Host(ctx context.Context, mailbox meeting.AccountID) (_ meeting.Grant, err error) {
	defer errs.Wrap(&err, "store: host of %s", mailbox)
	var row struct {
		Member memberRow `gorm:"embedded"`
		Grant  meeting.GrantID
	}
	found := s.read.WithContext(ctx).Raw(`SELECT members.*, tenants.webex_grant AS "grant" FROM mailboxes
		JOIN members ON members.account = mailboxes.id AND members.tenant = mailboxes.tenant
		JOIN tenants ON tenants.id = mailboxes.tenant
		WHERE mailboxes.id = ? AND mailboxes.authority = 'tenant' AND members.host_email <> '' AND tenants.webex_grant <> ''`,
		mailbox).Scan(&row)
	if found.Error != nil {
		return meeting.Grant{}, fault(found.Error)
	}
	if found.RowsAffected == 0 {
		return s.Grant(ctx, mailbox, meeting.Webex)
	}
	grant, err := s.GrantByID(ctx, row.Grant)
	if err != nil {
		return meeting.Grant{}, err
	}
	grant.HostEmail, grant.HostID, grant.Aliases, grant.Site = row.Member.HostEmail, row.Member.HostID, row.Member.HostAliases, ""
	if len(row.Member.HostSites) == 1 {
		grant.Site = row.Member.HostSites[0]
	}
	return grant, nil
}
