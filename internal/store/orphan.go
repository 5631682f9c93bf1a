package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type orphanRow struct {
	Mailbox  meeting.AccountID `gorm:"primaryKey"`
	Meeting  meeting.MeetingID `gorm:"primaryKey"`
	Title    string
	StartsAt int64
	EndsAt   int64
	Repeats  bool
	Event    meeting.EventID
	Subject  string
	Wish     meeting.OrphanWish
}

func (orphanRow) TableName() string { return "orphans" }

func newOrphanRow(mailbox meeting.AccountID, o meeting.Orphan) orphanRow {
	return orphanRow{
		Mailbox: mailbox, Meeting: o.Meeting, Title: o.Title, StartsAt: micros(o.Start), EndsAt: micros(o.End),
		Repeats: o.Repeats, Event: o.Event, Subject: o.Subject, Wish: o.Wish,
	}
}

// Orphans returns the meetings of the mailbox's host that no event has, earliest
// first, as the last look at Webex found them.
func (s *Store) Orphans(ctx context.Context, mailbox meeting.AccountID) (orphans []meeting.Orphan, err error) {
	defer errs.Wrap(&err, "store: orphans of %s", mailbox)
	var rows []orphanRow
	err = s.read.WithContext(ctx).Where("mailbox = ?", mailbox).Order("starts_at, meeting").Find(&rows).Error
	for _, r := range rows {
		orphans = append(orphans, meeting.Orphan{
			Mailbox: r.Mailbox, Meeting: r.Meeting, Title: r.Title, Start: moment(r.StartsAt), End: moment(r.EndsAt),
			Repeats: r.Repeats, Event: r.Event, Subject: r.Subject, Wish: r.Wish,
		})
	}
	return orphans, fault(err)
}

// Strangers returns those of the meetings that nothing of ours holds: no link
// that has not ended, and no create that is still looked for. Each meeting comes
// with the nonce it was made under.
func (s *Store) Strangers(ctx context.Context, meetings map[meeting.MeetingID]string) (strangers map[meeting.MeetingID]bool, err error) {
	defer errs.Wrap(&err, "store: meetings that nothing holds")
	strangers = map[meeting.MeetingID]bool{}
	var ids, nonces, open, held []string
	for id, nonce := range meetings {
		ids, nonces, strangers[id] = append(ids, string(id)), append(nonces, nonce), true
	}
	if len(ids) == 0 {
		return strangers, nil
	}
	// A create's intent goes when its link comes: who reads links first may see neither.
	if err := s.read.WithContext(ctx).Raw("SELECT nonce FROM intents WHERE nonce IN ?", nonces).Scan(&open).Error; err != nil {
		return nil, fault(err)
	}
	err = s.read.WithContext(ctx).Raw("SELECT meeting FROM links WHERE meeting IN ? AND state <> ?", ids, meeting.LinkEnded).Scan(&held).Error
	for _, id := range held {
		delete(strangers, meeting.MeetingID(id))
	}
	maps.DeleteFunc(strangers, func(id meeting.MeetingID, _ bool) bool { return slices.Contains(open, meetings[id]) })
	return strangers, fault(err)
}

// SaveOrphans stores what a list of all the host's meetings that begin before
// until showed to be orphans: those it did not show are gone. What a person wants
// of one stays, and so does an event that was found for it before.
func (s *Store) SaveOrphans(ctx context.Context, claim meeting.Claim, until time.Time, found []meeting.Orphan) (err error) {
	defer errs.Wrap(&err, "store: save orphans of %s", claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		there := []meeting.MeetingID{""}
		for _, o := range found {
			there = append(there, o.Meeting)
		}
		err := tx.Exec("DELETE FROM orphans WHERE mailbox = ? AND starts_at < ? AND meeting NOT IN ?", claim.Mailbox, micros(until), there).Error
		for _, o := range found {
			if err != nil {
				break
			}
			row := newOrphanRow(claim.Mailbox, o)
			err = tx.Clauses(clause.OnConflict{
				Columns: []clause.Column{{Name: "mailbox"}, {Name: "meeting"}},
				DoUpdates: append(clause.AssignmentColumns([]string{"title", "starts_at", "ends_at", "repeats"}), clause.Assignments(map[string]any{
					"event":   gorm.Expr("CASE WHEN excluded.event <> '' THEN excluded.event ELSE orphans.event END"),
					"subject": gorm.Expr("CASE WHEN excluded.event <> '' THEN excluded.subject ELSE orphans.subject END"),
				})...),
			}).Create(&row).Error
		}
		return err
	})
}

// SaveOrphan stores what is known now of one that is still there.
func (s *Store) SaveOrphan(ctx context.Context, claim meeting.Claim, o meeting.Orphan) (err error) {
	defer errs.Wrap(&err, "store: save orphan of %s", claim.Mailbox)
	row := newOrphanRow(claim.Mailbox, o)
	return s.held(ctx, claim, func(tx *gorm.DB) error { return tx.Select("*").Updates(&row).Error })
}

// DropOrphan forgets one that is none any more.
func (s *Store) DropOrphan(ctx context.Context, claim meeting.Claim, id meeting.MeetingID) (err error) {
	defer errs.Wrap(&err, "store: drop orphan of %s", claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM orphans WHERE mailbox = ? AND meeting = ?", claim.Mailbox, id).Error
	})
}

// WishOrphan stores what the person wants done with an orphan, and has it done
// with the mailbox's next sweep, which is due now. errs.NotFound: the mailbox has
// no such orphan, or none with an event if it is to be adopted.
func (s *Store) WishOrphan(ctx context.Context, mailbox meeting.AccountID, id meeting.MeetingID, wish meeting.OrphanWish) (err error) {
	defer errs.Wrap(&err, "store: wish for an orphan of %s", mailbox)
	return s.ask(ctx, mailbox, func(tx *gorm.DB) (meeting.EventID, error) {
		stored := tx.Exec("UPDATE orphans SET wish = ? WHERE mailbox = ? AND meeting = ? AND (event <> '' OR ? <> ?)",
			wish, mailbox, id, wish, meeting.AdoptOrphan)
		switch {
		case stored.Error != nil:
			return "", stored.Error
		case stored.RowsAffected == 0:
			return "", errs.New(errs.NotFound, "no such meeting without an event")
		case wish == meeting.KeepOrphan:
			return "", nil
		}
		return "", s.wantSweep(tx, mailbox)
	})
}
