package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// linksKept is how long a link is shown, and an ended one kept, after its event.
const linksKept = 30 * 24 * time.Hour

// Links returns the links of the given events, and the drafts that are for
// them; events without any are absent.
func (s *Store) Links(ctx context.Context, mailbox meeting.AccountID, events []meeting.EventID) (links []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: links of %s", mailbox)
	for some := range slices.Chunk(events, 500) {
		found, err := s.links(s.read.WithContext(ctx).Table("(?) AS links", s.read.Raw(`SELECT * FROM links WHERE mailbox = ? AND event IN ?
			UNION SELECT * FROM links WHERE mailbox = ? AND draft AND draft_for IN ?`, mailbox, some, mailbox, some)).Order("starts_at, event"))
		if err != nil {
			return nil, err
		}
		links = append(links, found...)
	}
	return links, nil
}

// LinkByKey looks in all mailboxes; errs.NotFound if there is none.
func (s *Store) LinkByKey(ctx context.Context, key meeting.LinkKey) (_ meeting.Link, err error) {
	defer errs.Wrap(&err, "store: link by key")
	return s.link(s.read.WithContext(ctx).Where("link_key = ? AND link_key <> ''", key))
}

// LinkByMeeting looks in all mailboxes; errs.NotFound if there is none. Of
// several it prefers the one that has not ended.
func (s *Store) LinkByMeeting(ctx context.Context, id meeting.MeetingID) (_ meeting.Link, err error) {
	defer errs.Wrap(&err, "store: link by meeting")
	return s.link(s.read.WithContext(ctx).Where("meeting = ? AND meeting <> ''", id).
		Order("state = 'ended', updated_at DESC, mailbox, event"))
}

// LiveLinks returns the mailbox's links that have not ended and whose event ends
// after t. Drafts are none of them.
func (s *Store) LiveLinks(ctx context.Context, mailbox meeting.AccountID, t time.Time) (_ []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: live links of %s", mailbox)
	return s.links(s.read.WithContext(ctx).Where("mailbox = ? AND ends_at > ? AND state IN ? AND NOT draft",
		mailbox, micros(t), []meeting.LinkState{meeting.LinkWished, meeting.LinkLinked, meeting.LinkEnding}).Order("starts_at, event"))
}

// Drafts returns the mailbox's drafts that have not ended, oldest first.
func (s *Store) Drafts(ctx context.Context, mailbox meeting.AccountID) (_ []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: drafts of %s", mailbox)
	return s.links(s.read.WithContext(ctx).Where("mailbox = ? AND draft AND state <> ?", mailbox, meeting.LinkEnded).Order("created_at, event"))
}

// AccountLinks returns the links for the person to see, newest start first:
// in any state, if their event is not over for more than 30 days. Of drafts those
// that have not ended.
func (s *Store) AccountLinks(ctx context.Context, account meeting.AccountID) (_ []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: links of account %s", account)
	return s.links(s.read.WithContext(ctx).Where("mailbox = ? AND ends_at > ? AND NOT (draft AND state = ?)",
		account, micros(s.clock.Now().Add(-linksKept)), meeting.LinkEnded).Order("starts_at DESC, event"))
}

// KeptLinks returns all links of the account, in any state, newest start first.
func (s *Store) KeptLinks(ctx context.Context, account meeting.AccountID) (_ []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: all links of account %s", account)
	return s.links(s.read.WithContext(ctx).Where("mailbox = ?", account).Order("starts_at DESC, event"))
}

// SaveLink inserts or replaces the link of its mailbox and event, save what was
// asked of it and its client's key. If settles is not empty, the intent of that
// nonce is removed in the same transaction, and what became of its meeting is told
// in it.
func (s *Store) SaveLink(ctx context.Context, claim meeting.Claim, link meeting.Link, settles string, history ...meeting.HistoryEntry) (err error) {
	defer errs.Wrap(&err, "store: save link of %s in %s", link.Event, claim.Mailbox)
	return s.saveLink(ctx, claim, link, func(tx *gorm.DB, row *linkRow) error {
		if settles != "" {
			if err := deleteIntent(tx, claim.Mailbox, settles); err != nil {
				return err
			}
		}
		err := tx.Omit("asked_sealed", "asked_revision", "client_key", "started_at", "stopped_at").Clauses(clause.OnConflict{UpdateAll: true}).Create(row).Error
		if err != nil {
			return err
		}
		return tell(tx, row, history)
	})
}

// MoveLink replaces the link of event from by link, whose event is another of
// the same mailbox, in one transaction. What was asked of the link, by whichever
// key its client knows it, goes with it. The key of another link that the event
// had stays known as that of a draft that ended: copies of the event show it.
func (s *Store) MoveLink(ctx context.Context, claim meeting.Claim, from meeting.EventID, link meeting.Link) (err error) {
	defer errs.Wrap(&err, "store: move link of %s in %s", from, claim.Mailbox)
	return s.saveLink(ctx, claim, link, func(tx *gorm.DB, row *linkRow) error {
		was := linkRow{Mailbox: claim.Mailbox, Event: from}
		err := tx.Select("mailbox", "event", "asked_sealed", "asked_revision", "client_key").Limit(1).
			Find(&was, "mailbox = ? AND event = ?", claim.Mailbox, from).Error
		if err != nil {
			return err
		}
		if err := s.move(&was, row.Mailbox, row.Event); err != nil {
			return err
		}
		row.AskedSealed, row.AskedRevision, row.ClientKey = was.AskedSealed, was.AskedRevision, was.ClientKey
		if err := s.outlive(tx, row); err != nil {
			return err
		}
		if from != link.Event {
			if err := deleteLink(tx, claim.Mailbox, from); err != nil {
				return err
			}
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(row).Error
	})
}

// outlive keeps what another link of the row's event has to be known by.
func (s *Store) outlive(tx *gorm.DB, row *linkRow) error {
	var had linkRow
	found := tx.Limit(1).Find(&had, "mailbox = ? AND event = ? AND link_key <> '' AND link_key <> ?", row.Mailbox, row.Event, row.LinkKey)
	if found.Error != nil || found.RowsAffected == 0 {
		return found.Error
	}
	if err := deleteLink(tx, had.Mailbox, had.Event); err != nil {
		return err
	}
	if err := s.move(&had, had.Mailbox, meeting.DraftEvent(had.LinkKey)); err != nil {
		return err
	}
	had.Draft, had.State, had.Reason, had.Problem, had.Served = true, meeting.LinkEnded, row.Reason, "", had.AskedRevision
	had.Meeting, had.Former = "", nil
	return tx.Create(&had).Error
}

// saveLink lets write do its work in one transaction. The lock of the mailbox,
// which Ask takes too, keeps what is asked meanwhile from being lost.
func (s *Store) saveLink(ctx context.Context, claim meeting.Claim, link meeting.Link, write func(tx *gorm.DB, row *linkRow) error) error {
	if link.Mailbox != claim.Mailbox || link.Event == "" {
		return errs.New(errs.Invalid, "link without event or of another mailbox")
	}
	row, err := s.linkRow(link)
	if err != nil {
		return err
	}
	return s.held(ctx, claim, func(tx *gorm.DB) error { return write(tx, &row) })
}

// DeleteLink deletes the event's link; if there is none, that is no error.
func (s *Store) DeleteLink(ctx context.Context, claim meeting.Claim, event meeting.EventID) (err error) {
	defer errs.Wrap(&err, "store: delete link of %s in %s", event, claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		return deleteLink(tx, claim.Mailbox, event)
	})
}

func deleteLink(tx *gorm.DB, mailbox meeting.AccountID, event meeting.EventID) error {
	return tx.Exec("DELETE FROM links WHERE mailbox = ? AND event = ?", mailbox, event).Error
}

func (s *Store) link(query *gorm.DB) (meeting.Link, error) {
	var row linkRow
	if err := query.Take(&row).Error; err != nil {
		return meeting.Link{}, fault(err)
	}
	return s.fromLinkRow(row)
}

func (s *Store) links(query *gorm.DB) ([]meeting.Link, error) {
	var rows []linkRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, fault(err)
	}
	links := make([]meeting.Link, len(rows))
	for i, row := range rows {
		var err error
		if links[i], err = s.fromLinkRow(row); err != nil {
			return nil, err
		}
	}
	return links, nil
}
