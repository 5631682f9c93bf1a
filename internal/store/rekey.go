package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// NameMember tells whose mailbox it is that an owner gave by its address: if the
// account's tenant has a member or mailbox whose key is that address, all of it
// goes on under the account; otherwise nothing changes. Not for guests, whose
// name is another tenant's.
func (s *Store) NameMember(ctx context.Context, account meeting.AccountID, upn string) (err error) {
	defer errs.Wrap(&err, "store: name member %s", account)
	address := strings.ToLower(strings.TrimSpace(upn))
	was := meeting.NewAccountID(account.Tenant(), meeting.ObjectID(address))
	if !strings.Contains(address, "@") || was == account || account.Object() == "" {
		return nil
	}
	found := false
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.lockTenant(tx, account.Tenant()); errs.Is(err, errs.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		if err := s.lockMailboxes(tx, []meeting.AccountID{was, account}); err != nil {
			return err
		}
		err := tx.Raw(`SELECT EXISTS (SELECT 1 FROM members WHERE account = ?)
			OR EXISTS (SELECT 1 FROM mailboxes WHERE id = ?)`, was, was).Scan(&found).Error
		if err != nil || !found {
			return err
		}
		if err := s.rekey(tx, was, account); err != nil {
			return err
		}
		return tx.Exec("UPDATE members SET upn = ? WHERE account = ?", address, account).Error
	})
	if err != nil || !found {
		return err
	}
	s.states.forgetMailbox(was)
	s.onMark()
	return nil
}

// rekey gives everything of a mailbox that was known by its address to the
// account whose it is. If the account's mailbox is there already, the two become
// one: its own row and its own links stay, except that one whose meeting lives
// goes before one that has ended. Both rows are locked, and whoever holds the
// older one has lost it. A sweep finds what other processes, which remember
// client states for a while, marked under the older key.
func (s *Store) rekey(tx *gorm.DB, was, account meeting.AccountID) error {
	older, err := s.lockMailbox(tx, was)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	kept := err == nil
	args := map[string]any{"was": was, "account": account}
	if kept {
		moved := tx.Exec("UPDATE mailboxes SET id = @account WHERE id = @was AND NOT EXISTS (SELECT 1 FROM mailboxes WHERE id = @account)", args)
		if moved.Error != nil {
			return moved.Error
		}
		if moved.RowsAffected == 0 {
			if err := s.join(tx, older, account); err != nil {
				return err
			}
		}
	}
	err = tx.Exec(`DELETE FROM links WHERE mailbox = @account AND state = 'ended'
		AND event IN (SELECT event FROM links WHERE mailbox = @was AND state <> 'ended')`, args).Error
	if err != nil {
		return err
	}
	if err := s.moveLinks(tx, was, account); err != nil {
		return err
	}
	for _, statement := range []string{
		"UPDATE work SET mailbox = @account WHERE mailbox = @was AND event NOT IN (SELECT event FROM work WHERE mailbox = @account)",
		"DELETE FROM work WHERE mailbox = @was", // the sweep will say it again
		"UPDATE intents SET mailbox = @account WHERE mailbox = @was",
		"UPDATE subscriptions SET mailbox = @account WHERE mailbox = @was",
		"UPDATE accounts SET id = @account WHERE id = @was AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = @account)",
		"DELETE FROM accounts WHERE id = @was",
		"UPDATE members SET account = @account WHERE account = @was AND NOT EXISTS (SELECT 1 FROM members WHERE account = @account)",
		"DELETE FROM members WHERE account = @was",
	} {
		if err := tx.Exec(statement, args).Error; err != nil {
			return err
		}
	}
	if !kept {
		return nil
	}
	at := micros(s.clock.Now().Add(stateAge))
	return tx.Exec(`UPDATE mailboxes SET sweep_due_at = CASE WHEN sweep_due_at > 0 AND sweep_due_at <= ? THEN sweep_due_at ELSE ? END,
			due_at = CASE WHEN due_at > 0 AND due_at <= ? THEN due_at ELSE ? END
		WHERE id = ? AND closing_until = 0`, at, at, at, at, account).Error
}

// join lets the account's mailbox take the place of the older one.
func (s *Store) join(tx *gorm.DB, older mailboxRow, account meeting.AccountID) error {
	if err := tx.Exec("DELETE FROM mailboxes WHERE id = ?", older.ID).Error; err != nil {
		return err
	}
	if older.Authority == meeting.TenantWide && older.ClosingUntil == 0 {
		err := tx.Exec("UPDATE mailboxes SET authority = ?, stopped = ?, closing_until = 0 WHERE id = ?",
			meeting.TenantWide, older.Stopped, account).Error
		if err != nil {
			return err
		}
	}
	return s.wantSubscriptionWork(tx, account) // there may be two
}

// moveLinks moves links whose event has none in the account's mailbox, and drops
// the others. What is sealed is bound to its place, so it is sealed anew. A
// client's key that the account's mailbox knows already names nothing more.
func (s *Store) moveLinks(tx *gorm.DB, was, account meeting.AccountID) error {
	var rows []linkRow
	err := tx.Select("mailbox", "event", "join_sealed", "options_sealed", "asked_sealed").
		Find(&rows, "mailbox = ? AND event NOT IN (SELECT event FROM links WHERE mailbox = ?)", was, account).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := s.move(&row, account, row.Event); err != nil {
			return err
		}
		err = tx.Exec(`UPDATE links SET mailbox = @account, join_sealed = @join, options_sealed = @options, asked_sealed = @asked,
				client_key = CASE WHEN client_key IN (SELECT client_key FROM links WHERE mailbox = @account AND client_key <> '') THEN '' ELSE client_key END
			WHERE mailbox = @was AND event = @event`, map[string]any{
			"account": account, "was": was, "event": row.Event, "join": row.JoinSealed, "options": row.OptionsSealed, "asked": row.AskedSealed,
		}).Error
		if err != nil {
			return err
		}
	}
	return tx.Exec("DELETE FROM links WHERE mailbox = ?", was).Error
}

// lockMailboxes locks those that are there, by key.
func (s *Store) lockMailboxes(tx *gorm.DB, ids []meeting.AccountID) error {
	if s.dialect.lock == "" {
		return nil
	}
	var locked []string
	return tx.Raw("SELECT id FROM mailboxes WHERE id IN ? ORDER BY id"+s.dialect.lock, ids).Scan(&locked).Error
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
