package store

import (
	"context"
	"encoding/json"
	"maps"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// SaveDraft keeps a meeting that was asked for in the pane and whose event was
// not seen yet, and marks it urgently, in one transaction. If the mailbox has a
// link with that ClientKey already, as a draft or bound since, that one is
// returned and nothing changes. errs.NotFound: the mailbox is not kept in step.
func (s *Store) SaveDraft(ctx context.Context, draft meeting.Link) (_ meeting.Link, err error) {
	defer errs.Wrap(&err, "store: save draft in %s", draft.Mailbox)
	if !draft.Event.IsDraft() || draft.Key == "" || draft.ClientKey == "" {
		return meeting.Link{}, errs.New(errs.Invalid, "draft without key, or no draft")
	}
	if draft.CreatedAt.IsZero() {
		draft.CreatedAt = s.clock.Now()
	}
	draft.UpdatedAt = draft.CreatedAt
	row, err := s.linkRow(draft)
	if err != nil {
		return meeting.Link{}, err
	}
	row.ClientKey = draft.ClientKey
	err = s.ask(ctx, draft.Mailbox, func(tx *gorm.DB) (meeting.EventID, error) {
		var there linkRow
		found := tx.Limit(1).Find(&there, "mailbox = ? AND client_key = ? AND client_key <> ''", draft.Mailbox, draft.ClientKey)
		if found.Error == nil && found.RowsAffected == 1 {
			row = there
			return "", nil
		}
		if found.Error != nil {
			return "", found.Error
		}
		return row.Event, tx.Create(&row).Error
	})
	if err != nil {
		return meeting.Link{}, err
	}
	return s.fromLinkRow(row)
}

// Ask stores what is asked of the mailbox's link with that key under the next
// revision and marks its event urgently, in one transaction; it returns the link
// as it then is. errs.NotFound: unknown, another mailbox's, or the mailbox is not
// kept in step.
func (s *Store) Ask(ctx context.Context, mailbox meeting.AccountID, key meeting.LinkKey, asked meeting.Asked) (_ meeting.Link, err error) {
	defer errs.Wrap(&err, "store: ask in %s", mailbox)
	if asked.At.IsZero() {
		asked.At = s.clock.Now()
	}
	var row linkRow
	err = s.ask(ctx, mailbox, func(tx *gorm.DB) (meeting.EventID, error) {
		if err := tx.Take(&row, "mailbox = ? AND link_key = ? AND link_key <> ''", mailbox, key).Error; err != nil {
			return "", err
		}
		row.AskedRevision++
		if row.AskedSealed, err = s.sealJSON(newAskedRecord(asked), row.place("asked")); err != nil {
			return "", err
		}
		return row.Event, tx.Exec("UPDATE links SET asked_sealed = ?, asked_revision = ? WHERE mailbox = ? AND event = ?",
			row.AskedSealed, row.AskedRevision, row.Mailbox, row.Event).Error
	})
	if err != nil {
		return meeting.Link{}, err
	}
	return s.fromLinkRow(row)
}

// MarkEvent has the event looked at before all others. A mailbox that is not kept
// in step is no error.
func (s *Store) MarkEvent(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) (err error) {
	defer errs.Wrap(&err, "store: mark %s in %s", event, mailbox)
	err = s.ask(ctx, mailbox, func(*gorm.DB) (meeting.EventID, error) { return event, nil })
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// ask runs write with the mailbox locked, marks the event that it returns, if it
// returns one, and tells who works the mailbox in this process.
func (s *Store) ask(ctx context.Context, mailbox meeting.AccountID, write func(tx *gorm.DB) (meeting.EventID, error)) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		box, err := s.lockMailbox(tx, mailbox)
		if err != nil {
			return err
		}
		if box.ClosingUntil != 0 {
			return errs.New(errs.NotFound, "mailbox is not kept in step")
		}
		event, err := write(tx)
		if err != nil || event == "" {
			return err
		}
		return s.mark(tx, []meeting.Mark{{Mailbox: mailbox, Event: event, Urgent: true}})
	})
	if err == nil {
		s.onUrgent(mailbox)
		s.onMark()
	}
	return err
}

// MailboxLink returns the mailbox's own link with that key; errs.NotFound:
// unknown, or another mailbox's.
func (s *Store) MailboxLink(ctx context.Context, mailbox meeting.AccountID, key meeting.LinkKey) (_ meeting.Link, err error) {
	defer errs.Wrap(&err, "store: link of %s by key", mailbox)
	return s.link(s.read.WithContext(ctx).Where("mailbox = ? AND link_key = ? AND link_key <> ''", mailbox, key))
}

// EventLink returns the link of the event that has not ended: the event's own, or
// the newest draft that is for it, which goes before a wish that is not met yet.
// errs.NotFound: there is neither.
func (s *Store) EventLink(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) (_ meeting.Link, err error) {
	defer errs.Wrap(&err, "store: link of %s in %s", event, mailbox)
	links, err := s.Links(ctx, mailbox, []meeting.EventID{event})
	if err != nil {
		return meeting.Link{}, err
	}
	var best *meeting.Link
	for i := range links {
		if l := &links[i]; l.State != meeting.LinkEnded && (best == nil || goesBefore(l, best)) {
			best = l
		}
	}
	if best == nil {
		return meeting.Link{}, errs.New(errs.NotFound, "no link")
	}
	return *best, nil
}

func goesBefore(a, b *meeting.Link) bool {
	rank := func(l *meeting.Link) int {
		switch {
		case l.Event.IsDraft():
			return 1
		case l.State == meeting.LinkWished:
			return 0
		}
		return 2
	}
	if rank(a) != rank(b) {
		return rank(a) > rank(b)
	}
	return a.CreatedAt.After(b.CreatedAt)
}

// Preferences returns what the person chose; the zero value for somebody who
// chose nothing.
func (s *Store) Preferences(ctx context.Context, account meeting.AccountID) (p meeting.Preferences, err error) {
	defer errs.Wrap(&err, "store: preferences of %s", account)
	var row preferencesRow
	if err := s.read.WithContext(ctx).Raw(selectPreferences, account).Scan(&row).Error; err != nil {
		return p, fault(err)
	}
	return row.preferences()
}

type preferencesRow struct {
	Preferences string
	KeywordsOff bool
}

const selectPreferences = "SELECT coalesce(preferences, '') AS preferences, keywords_off FROM accounts WHERE id = ?"

func (r preferencesRow) preferences() (p meeting.Preferences, err error) {
	p.KeywordsOff = r.KeywordsOff
	if r.Preferences != "" {
		var record optionsRecord
		err = json.Unmarshal([]byte(r.Preferences), &record)
		p.Options = record.options()
	}
	return p, err
}

// markUncoded marks the mailbox's wishes that wait for a tracking code, and
// reports whether there are any.
func (s *Store) markUncoded(tx *gorm.DB, mailbox meeting.AccountID) (bool, error) {
	var events []meeting.EventID
	err := tx.Raw("SELECT event FROM links WHERE mailbox = ? AND state = ? AND problem = ?", mailbox, meeting.LinkWished, meeting.ProblemTrackingCode).Scan(&events).Error
	if err != nil || len(events) == 0 {
		return false, err
	}
	var marks []meeting.Mark
	for _, event := range events {
		marks = append(marks, meeting.Mark{Mailbox: mailbox, Event: event, Urgent: true})
	}
	return true, s.mark(tx, marks)
}

// SavePreferences keeps them, but neither password nor cohosts. Keywords that
// count again have the mailbox swept as for the first time, since what was looked
// at before may mean something now; those that count no more have it swept.
// Other tracking codes have wishes looked at that were refused for want of some.
// errs.NotFound: nobody of that id.
func (s *Store) SavePreferences(ctx context.Context, account meeting.AccountID, p meeting.Preferences) (err error) {
	defer errs.Wrap(&err, "store: save preferences of %s", account)
	p.Options.Password, p.Options.CoHosts = meeting.Secret{}, nil
	record, err := json.Marshal(newOptionsRecord(p.Options))
	if err != nil {
		return err
	}
	changed := false // there is something to do
	err = s.write(ctx, func(tx *gorm.DB) error {
		_, err := s.lockMailbox(tx, account)
		kept := err == nil
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		var was preferencesRow
		found := tx.Raw(selectPreferences+s.dialect.lock, account).Scan(&was)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected == 0 {
			return errs.New(errs.NotFound, "nobody")
		}
		err = tx.Exec("UPDATE accounts SET preferences = ?, keywords_off = ? WHERE id = ?", string(record), p.KeywordsOff, account).Error
		if err != nil || !kept {
			return err
		}
		before, err := was.preferences()
		if err != nil {
			return err
		}
		if !maps.Equal(before.Options.TrackingCodes, p.Options.TrackingCodes) {
			if changed, err = s.markUncoded(tx, account); err != nil {
				return err
			}
		}
		if before.KeywordsOff == p.KeywordsOff {
			return nil
		}
		changed = true
		if before.KeywordsOff {
			err := tx.Exec("UPDATE mailboxes SET swept_at = 0 WHERE id = ? AND closing_until = 0", account).Error
			if err != nil {
				return err
			}
		}
		return s.wantSweep(tx, account)
	})
	if err == nil && changed {
		s.onUrgent(account)
		s.onMark()
	}
	return err
}

// SweepMailbox has the mailbox looked through at once. errs.NotFound: it is not
// kept in step.
func (s *Store) SweepMailbox(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: sweep %s", account)
	return s.ask(ctx, account, func(tx *gorm.DB) (meeting.EventID, error) { return "", s.wantSweep(tx, account) })
}
