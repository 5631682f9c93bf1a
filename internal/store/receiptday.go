package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/receipt"
)

const (
	// receiptDays is how many whole days receipts are kept.
	receiptDays = 30
	// closeAfter is when a day is closed: clocks of processes differ, and a
	// transaction may have begun before midnight.
	closeAfter = time.Hour
)

type receiptDayRow struct {
	Day       receipt.Day `gorm:"primaryKey;autoIncrement:false"`
	KeySealed []byte
	Chains    int
	Digest    []byte
	Previous  []byte
	MAC       []byte `gorm:"column:mac"`
	Removed   string
	Removal   []byte
}

func (receiptDayRow) TableName() string { return "receipt_days" }

func (r receiptDayRow) roll() receipt.Roll {
	return receipt.Roll{Day: r.Day, Chains: r.Chains, Digest: r.Digest, Previous: r.Previous, MAC: r.MAC, Removed: r.Removed, Removal: r.Removal}
}

type receiptRemovalRow struct {
	Day    receipt.Day `gorm:"primaryKey;autoIncrement:false"`
	Name   []byte      `gorm:"primaryKey"`
	Last   []byte      `gorm:"primaryKey"`
	Reason string
	MAC    []byte `gorm:"column:mac"`
}

func (receiptRemovalRow) TableName() string { return "receipt_removals" }

// CloseReceipts ends the days that are over, oldest first, and removes the rows
// of those that are kept no longer. It returns the last roll, for the log: kept
// elsewhere, it shows if all is cut off from some day on. One process does it,
// the others find it done.
func (s *Store) CloseReceipts(ctx context.Context) (last receipt.Roll, err error) {
	defer errs.Wrap(&err, "store: close receipts")
	now := s.clock.Now()
	var days []receipt.Day
	err = s.read.WithContext(ctx).Raw("SELECT day FROM receipt_days WHERE mac IS NULL AND day < ? ORDER BY day", receipt.DayOf(now.Add(-closeAfter))).Scan(&days).Error
	if err != nil {
		return last, fault(err)
	}
	for _, day := range days {
		if last, err = s.closeReceiptDay(ctx, day); err != nil {
			return last, err
		}
	}
	var old []receipt.Day
	err = s.read.WithContext(ctx).Raw("SELECT day FROM receipt_days WHERE removed = '' AND mac IS NOT NULL AND day < ? ORDER BY day", receipt.DayOf(now)-receiptDays).Scan(&old).Error
	if err != nil {
		return last, fault(err)
	}
	for _, day := range old {
		if err := s.removeReceiptDay(ctx, day, "kept no longer"); err != nil {
			return last, err
		}
	}
	return last, nil
}

func (s *Store) closeReceiptDay(ctx context.Context, day receipt.Day) (roll receipt.Roll, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		row, key, err := s.lockReceiptDay(tx, day)
		if err != nil || len(row.MAC) > 0 {
			return err
		}
		var heads []receiptRow
		err = tx.Raw(`SELECT r.* FROM receipts AS r JOIN (SELECT chain, max(seq) AS seq FROM receipts WHERE day = ? GROUP BY chain) AS ends
			ON ends.chain = r.chain AND ends.seq = r.seq WHERE r.day = ? ORDER BY r.chain`, day, day).Scan(&heads).Error
		if err != nil {
			return err
		}
		var closing []receiptRow
		var lasts []receipt.Last
		for _, head := range heads {
			end := head.row()
			if !end.Closes() {
				// Whoever appends just now may have closed it.
				if err := s.lockChain(tx, end.Chain); err != nil {
					return err
				}
				err := tx.Raw("SELECT * FROM receipts WHERE day = ? AND chain = ? ORDER BY seq DESC LIMIT 1", day, end.Chain).Scan(&head).Error
				if err != nil {
					return err
				}
				if end = head.row(); !end.Closes() {
					end = end.Close(s.clock.Now(), key)
					closing = append(closing, newReceiptRow(end))
				}
			}
			lasts = append(lasts, receipt.Last{Name: key.Name(end.Chain), MAC: end.MAC})
		}
		if len(closing) > 0 {
			if err := tx.CreateInBatches(closing, receiptBatch).Error; err != nil {
				return err
			}
		}
		var removals []receiptRemovalRow
		if err := tx.Raw("SELECT * FROM receipt_removals WHERE day = ?", day).Scan(&removals).Error; err != nil {
			return err
		}
		for _, r := range removals {
			lasts = append(lasts, receipt.Last{Name: r.Name, MAC: r.Last})
		}
		var previous []byte
		err = tx.Raw("SELECT mac FROM receipt_days WHERE day < ? AND mac IS NOT NULL ORDER BY day DESC LIMIT 1", day).Row().Scan(&previous)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		roll = row.roll().Close(key, lasts, previous)
		return tx.Model(&receiptDayRow{}).Where("day = ?", day).Select("chains", "digest", "previous", "mac").
			Updates(receiptDayRow{Chains: roll.Chains, Digest: roll.Digest, Previous: roll.Previous, MAC: roll.MAC}).Error
	})
	return roll, err
}

// lockReceiptDay locks a day's row and opens its key.
func (s *Store) lockReceiptDay(tx *gorm.DB, day receipt.Day) (row receiptDayRow, key receipt.Key, err error) {
	if err := tx.Raw("SELECT * FROM receipt_days WHERE day = ?"+s.dialect.lock, day).Scan(&row).Error; err != nil {
		return row, key, err
	}
	key, err = s.openReceiptKey(row.KeySealed, day)
	return row, key, err
}

func (s *Store) removeReceiptDay(ctx context.Context, day receipt.Day, reason string) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		row, key, err := s.lockReceiptDay(tx, day)
		if err != nil || row.Removed != "" {
			return err
		}
		if err := tx.Exec("DELETE FROM receipts WHERE day = ?", day).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM receipt_removals WHERE day = ?", day).Error; err != nil {
			return err
		}
		roll := row.roll().Remove(key, reason)
		return tx.Exec("UPDATE receipt_days SET removed = ?, removal = ? WHERE day = ?", roll.Removed, roll.Removal, day).Error
	})
}

// EraseReceipts removes every receipt of a chain and says so of each day, without
// naming whose they were. It returns how many days there were.
func (s *Store) EraseReceipts(ctx context.Context, chain receipt.Chain, reason string) (days int, err error) {
	defer errs.Wrap(&err, "store: erase receipts of %s", chain)
	err = s.write(ctx, func(tx *gorm.DB) (err error) {
		days, err = s.eraseReceipts(tx, chain, reason)
		return err
	})
	return days, err
}

func (s *Store) eraseReceipts(tx *gorm.DB, chain receipt.Chain, reason string) (days int, err error) {
	if err := s.lockChain(tx, chain); err != nil {
		return 0, err
	}
	var heads []receiptRow
	err = tx.Raw(`SELECT r.* FROM receipts AS r JOIN (SELECT day, max(seq) AS seq FROM receipts WHERE chain = ? GROUP BY day) AS ends
		ON ends.day = r.day AND ends.seq = r.seq WHERE r.chain = ? ORDER BY r.day`, chain, chain).Scan(&heads).Error
	if err != nil {
		return 0, err
	}
	for _, head := range heads {
		key, err := s.receiptKey(tx, head.Day)
		if err != nil {
			return 0, err
		}
		gone := head.row().Remove(key, reason)
		row := receiptRemovalRow{Day: gone.Day, Name: gone.Name, Last: gone.Last, Reason: gone.Reason, MAC: gone.MAC}
		if err := tx.Create(&row).Error; err != nil {
			return 0, err
		}
	}
	return len(heads), tx.Exec("DELETE FROM receipts WHERE chain = ?", chain).Error
}

// VerifyReceipts reads all that there is and returns what is wrong with it, how
// many rows there were, and the last roll that was closed.
func (s *Store) VerifyReceipts(ctx context.Context) (findings []string, rows int, last receipt.Roll, err error) {
	defer errs.Wrap(&err, "store: verify receipts")
	var days []receiptDayRow
	if err := s.read.WithContext(ctx).Order("day").Find(&days).Error; err != nil {
		return nil, 0, last, fault(err)
	}
	keys := map[receipt.Day]receipt.Key{}
	var rolls []receipt.Roll
	for _, day := range days {
		if key, err := s.openReceiptKey(day.KeySealed, day.Day); err == nil {
			keys[day.Day] = key
		}
		roll := day.roll()
		if rolls = append(rolls, roll); roll.Closed() {
			last = roll
		}
	}
	var gone []receiptRemovalRow
	if err := s.read.WithContext(ctx).Find(&gone).Error; err != nil {
		return nil, 0, last, fault(err)
	}
	var removals []receipt.Removal
	for _, r := range gone {
		removals = append(removals, receipt.Removal{Day: r.Day, Name: r.Name, Last: r.Last, Reason: r.Reason, MAC: r.MAC})
	}
	v := receipt.NewVerifier(s.clock.Now(), rolls, keys, removals)
	err = s.EachReceipt(ctx, "", func(row receipt.Row) error { v.Row(row); return nil })
	findings, rows = v.Findings()
	return findings, rows, last, err
}
