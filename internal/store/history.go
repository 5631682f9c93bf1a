package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// historyKept is how long it is told what became of a meeting.
const historyKept = 90 * 24 * time.Hour

type historyRow struct {
	ID      int64
	Mailbox meeting.AccountID
	LinkKey meeting.LinkKey
	At      int64
	Subject string
	Side    meeting.Side
	What    meeting.Happening
	Was     string
	Became  string
	Reason  meeting.Reason
}

func (historyRow) TableName() string { return "history" }

// tell stores what became of a link's meeting, with the link.
func tell(tx *gorm.DB, link *linkRow, history []meeting.HistoryEntry) error {
	if len(history) == 0 {
		return nil
	}
	rows := make([]historyRow, len(history))
	for i, h := range history {
		rows[i] = historyRow{
			Mailbox: link.Mailbox, LinkKey: link.LinkKey, At: micros(h.At), Subject: h.Subject,
			Side: h.Side, What: h.What, Was: h.Before, Became: h.After, Reason: h.Reason,
		}
	}
	return tx.CreateInBatches(rows, historyBatch).Error
}

// historyBatch keeps a statement below the parameters that both databases take.
const historyBatch = 500

// History returns what became of the mailbox's meetings in the last 90 days,
// newest first, up to limit.
func (s *Store) History(ctx context.Context, mailbox meeting.AccountID, limit int) (history []meeting.HistoryEntry, err error) {
	defer errs.Wrap(&err, "store: history of %s", mailbox)
	var rows []historyRow
	err = s.read.WithContext(ctx).Where("mailbox = ? AND at > ?", mailbox, micros(s.clock.Now().Add(-historyKept))).
		Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	for _, r := range rows {
		history = append(history, meeting.HistoryEntry{
			Mailbox: r.Mailbox, Key: r.LinkKey, Subject: r.Subject, At: moment(r.At), Side: r.Side,
			What: r.What, Before: r.Was, After: r.Became, Reason: r.Reason,
		})
	}
	return history, fault(err)
}
