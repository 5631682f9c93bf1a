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

// Links returns the links of the given events; those without one are absent.
func (s *Store) Links(ctx context.Context, mailbox meeting.AccountID, events []meeting.EventID) (links []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: links of %s", mailbox)
	for some := range slices.Chunk(events, 500) {
		found, err := s.links(s.read.WithContext(ctx).Where("mailbox = ? AND event IN ?", mailbox, some).Order("starts_at, event"))
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

// LiveLinks returns the mailbox's links that have not ended and whose event ends after t.
func (s *Store) LiveLinks(ctx context.Context, mailbox meeting.AccountID, t time.Time) (_ []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: live links of %s", mailbox)
	return s.links(s.read.WithContext(ctx).Where("mailbox = ? AND ends_at > ? AND state IN ?",
		mailbox, micros(t), []meeting.LinkState{meeting.LinkWished, meeting.LinkLinked, meeting.LinkEnding}).Order("starts_at, event"))
}

// AccountLinks returns the links for the person to see, newest start first:
// in any state, if their event is not over for more than 30 days.
func (s *Store) AccountLinks(ctx context.Context, account meeting.AccountID) (_ []meeting.Link, err error) {
	defer errs.Wrap(&err, "store: links of account %s", account)
	return s.links(s.read.WithContext(ctx).Where("mailbox = ? AND ends_at > ?",
		account, micros(s.clock.Now().Add(-linksKept))).Order("starts_at DESC, event"))
}

// SaveLink inserts or replaces the link of its mailbox and event. If settles is
// not empty, the intent of that nonce is removed in the same transaction.
func (s *Store) SaveLink(ctx context.Context, claim meeting.Claim, link meeting.Link, settles string) (err error) {
	defer errs.Wrap(&err, "store: save link of %s in %s", link.Event, claim.Mailbox)
	return s.saveLink(ctx, claim, link, func(tx *gorm.DB) error {
		if settles == "" {
			return nil
		}
		return deleteIntent(tx, claim.Mailbox, settles)
	})
}

// MoveLink replaces the link of event from by link, whose event is another of
// the same mailbox, in one transaction.
func (s *Store) MoveLink(ctx context.Context, claim meeting.Claim, from meeting.EventID, link meeting.Link) (err error) {
	defer errs.Wrap(&err, "store: move link of %s in %s", from, claim.Mailbox)
	return s.saveLink(ctx, claim, link, func(tx *gorm.DB) error {
		if from == link.Event {
			return nil
		}
		return deleteLink(tx, claim.Mailbox, from)
	})
}

// saveLink does before and the upsert in one transaction.
func (s *Store) saveLink(ctx context.Context, claim meeting.Claim, link meeting.Link, before func(tx *gorm.DB) error) error {
	if link.Mailbox != claim.Mailbox || link.Event == "" {
		return errs.New(errs.Invalid, "link without event or of another mailbox")
	}
	row, err := s.linkRow(link)
	if err != nil {
		return err
	}
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		if err := before(tx); err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
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
