package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

type receiptRow struct {
	Day       receipt.Day   `gorm:"primaryKey;autoIncrement:false"`
	Chain     receipt.Chain `gorm:"primaryKey"`
	Seq       int           `gorm:"primaryKey;autoIncrement:false"`
	At        int64
	Actor     meeting.AccountID
	Service   string
	Operation string
	Reason    string
	Result    string
	MAC       []byte `gorm:"column:mac"`
}

func (receiptRow) TableName() string { return "receipts" }

func (r receiptRow) row() receipt.Row {
	return receipt.Row{Chain: r.Chain, Day: r.Day, Seq: r.Seq, MAC: r.MAC, Entry: receipt.Entry{
		At: moment(r.At), Actor: r.Actor, Service: r.Service, Operation: r.Operation, Reason: r.Reason, Result: r.Result,
	}}
}

func newReceiptRow(r receipt.Row) receiptRow {
	return receiptRow{
		Day: r.Day, Chain: r.Chain, Seq: r.Seq, At: micros(r.At), Actor: r.Actor,
		Service: r.Service, Operation: r.Operation, Reason: r.Reason, Result: r.Result, MAC: r.MAC,
	}
}

// KeepReceipts stores what the context's book holds, as the chain's.
func (s *Store) KeepReceipts(ctx context.Context, chain receipt.Chain) (err error) {
	defer errs.Wrap(&err, "store: keep receipts of %s", chain)
	if receipt.BookOf(ctx).Empty() {
		return nil
	}
	return s.withReceipts(ctx, chain, func(put func(*gorm.DB) error) error { return s.write(ctx, put) })
}

// KeepReceipt stores one receipt, as the chain's.
func (s *Store) KeepReceipt(ctx context.Context, chain receipt.Chain, entry receipt.Entry) (err error) {
	defer errs.Wrap(&err, "store: keep a receipt of %s", chain)
	return s.write(ctx, func(tx *gorm.DB) error { return s.putReceipts(tx, chain, []receipt.Entry{entry}) })
}

// recorded is held, and stores what the context's book holds in the same
// transaction: no result is recorded without the receipts of what led to it.
func (s *Store) recorded(ctx context.Context, claim meeting.Claim, f func(tx *gorm.DB) error) error {
	return s.withReceipts(ctx, claim.Mailbox, func(put func(*gorm.DB) error) error {
		return s.held(ctx, claim, func(tx *gorm.DB) error {
			if err := f(tx); err != nil {
				return err
			}
			return put(tx)
		})
	})
}

// withReceipts runs a transaction in which put stores what the context's book
// holds, and gives that back if the transaction fails.
func (s *Store) withReceipts(ctx context.Context, chain receipt.Chain, transact func(put func(*gorm.DB) error) error) error {
	book := receipt.BookOf(ctx)
	entries := book.Take()
	err := transact(func(tx *gorm.DB) error { return s.putReceipts(tx, chain, entries) })
	if err != nil {
		book.Return(entries)
	}
	return err
}

// putReceipts appends to a chain, by one statement. Lock order: the mailbox's
// row, if it is locked, then its chain.
func (s *Store) putReceipts(tx *gorm.DB, chain receipt.Chain, entries []receipt.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := s.lockChain(tx, chain); err != nil {
		return err
	}
	now := s.clock.Now()
	head, err := chainHead(tx, chain, receipt.DayOf(now))
	if err != nil {
		return err
	}
	added, err := receipt.Append(head, chain, now, entries, func(day receipt.Day) (receipt.Key, error) { return s.receiptKey(tx, day) })
	if err != nil {
		return err
	}
	rows := make([]receiptRow, len(added))
	for i, r := range added {
		rows[i] = newReceiptRow(r)
	}
	return tx.CreateInBatches(rows, receiptBatch).Error
}

// receiptBatch keeps a statement below the parameters that both databases take.
const receiptBatch = 500

// lockChain keeps others from appending until the transaction ends.
func (s *Store) lockChain(tx *gorm.DB, chain receipt.Chain) error {
	if s.dialect.chain == "" {
		return nil
	}
	return tx.Exec(s.dialect.chain, string(chain)).Error
}

// chainHead is the chain's last row, nil if it has none: of today as a rule, else
// of a day before.
func chainHead(tx *gorm.DB, chain receipt.Chain, today receipt.Day) (*receipt.Row, error) {
	days := [][]receipt.Day{{today, today + 1}, nil}
	for day := today - 1; day >= today-receiptDays-1; day-- {
		days[1] = append(days[1], day)
	}
	for _, list := range days {
		var rows []receiptRow
		err := tx.Raw("SELECT * FROM receipts WHERE chain = ? AND day IN ? ORDER BY day DESC, seq DESC LIMIT 1", chain, list).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			row := rows[0].row()
			return &row, nil
		}
	}
	return nil, nil
}

// receiptKey returns the key of a day, and makes it for a day's first receipt.
func (s *Store) receiptKey(tx *gorm.DB, day receipt.Day) (receipt.Key, error) {
	if key, ok := s.dayKeys.Load(day); ok {
		return key.(receipt.Key), nil
	}
	var sealed []byte
	find := func() error {
		return tx.Raw("SELECT key_sealed FROM receipt_days WHERE day = ?", day).Row().Scan(&sealed)
	}
	err := find()
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return receipt.Key{}, err
	}
	if !known {
		var key receipt.Key
		if _, err := io.ReadFull(s.random, key[:]); err != nil {
			return key, err
		}
		made, err := s.box.Seal(key[:], receiptPlace(day))
		if err != nil {
			return key, err
		}
		err = tx.Exec("INSERT INTO receipt_days (day, key_sealed) VALUES (?, ?) ON CONFLICT (day) DO NOTHING", day, made).Error
		if err != nil {
			return key, err
		}
		if err := find(); err != nil {
			return key, err
		}
	}
	key, err := s.openReceiptKey(sealed, day)
	if err == nil && known { // else it is gone if the transaction fails
		s.dayKeys.Store(day, key)
	}
	return key, err
}

func (s *Store) openReceiptKey(sealed []byte, day receipt.Day) (key receipt.Key, err error) {
	plain, err := s.box.Open(sealed, receiptPlace(day))
	if err == nil && len(plain) != len(key) {
		err = errs.New(errs.Invalid, "a day's key of %d bytes", len(plain))
	}
	copy(key[:], plain)
	return key, err
}

func receiptPlace(day receipt.Day) string { return fmt.Sprintf("receipt_days.key %d", int64(day)) }

// Receipts returns the newest receipts of a chain, newest first.
func (s *Store) Receipts(ctx context.Context, chain receipt.Chain, limit int) (rows []receipt.Row, err error) {
	defer errs.Wrap(&err, "store: receipts of %s", chain)
	today := receipt.DayOf(s.clock.Now())
	days := []receipt.Day{today + 1}
	for day := today; day >= today-receiptDays-1; day-- {
		days = append(days, day)
	}
	var found []receiptRow
	err = s.read.WithContext(ctx).Raw("SELECT * FROM receipts WHERE chain = ? AND day IN ? AND service <> ? ORDER BY day DESC, seq DESC LIMIT ?",
		chain, days, receipt.Service, limit).Scan(&found).Error
	for _, row := range found {
		rows = append(rows, row.row())
	}
	return rows, fault(err)
}

// EachReceipt hands over all rows of a chain, or of all chains if it is empty,
// ordered by chain, day and number.
func (s *Store) EachReceipt(ctx context.Context, chain receipt.Chain, take func(receipt.Row) error) (err error) {
	defer errs.Wrap(&err, "store: read receipts")
	query := s.read.WithContext(ctx).Model(&receiptRow{})
	if chain != "" {
		query = query.Where("chain = ?", chain)
	}
	rows, err := query.Order("chain, day, seq").Rows()
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row receiptRow
		if err := query.ScanRows(rows, &row); err != nil {
			return fault(err)
		}
		if err := take(row.row()); err != nil {
			return err
		}
	}
	return fault(rows.Err())
}
