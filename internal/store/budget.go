package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
)

// callsAMinute is the limit of one Webex identity, over all its mailboxes and all
// processes: about 300, with some room left for what the person does elsewhere.
// https://developer.webex.com/docs/basics#rate-limiting
const callsAMinute = 270

type budgetRow struct {
	Identity     string
	BlockedUntil int64
	Minute       int64
	Calls        int64
	Day          int64
	Creates      int64
}

// Spend takes calls and creates from the identity's budget, of which quota are
// the creates of a day. errs.Throttled with a time: nothing was taken, not before
// then; its Code is "creates" if it is the day's creates that are used up.
func (s *Store) Spend(ctx context.Context, identity string, calls, creates, quota int) (err error) {
	defer errs.Wrap(&err, "store: budget of a Webex identity")
	return s.budget(ctx, identity, func(b *budgetRow, now int64) error {
		minute, day := time.Minute.Microseconds(), (24 * time.Hour).Microseconds()
		if b.Minute+minute <= now {
			b.Minute, b.Calls = now, 0
		}
		if b.Day+day <= now {
			b.Day, b.Creates = now, 0
		}
		switch {
		case b.BlockedUntil > now:
			return &errs.Error{Kind: errs.Throttled, Message: "this Webex identity is blocked", RetryAt: moment(b.BlockedUntil)}
		case b.Calls+int64(calls) > callsAMinute:
			return &errs.Error{Kind: errs.Throttled, Message: "calls of this minute are used up", RetryAt: moment(b.Minute + minute)}
		case creates > 0 && b.Creates+int64(creates) > int64(quota):
			return &errs.Error{Kind: errs.Throttled, Message: "creates of this day are used up", Code: "creates", RetryAt: moment(b.Day + day)}
		}
		b.Calls += int64(calls)
		b.Creates += int64(creates)
		return nil
	})
}

// BlockIdentity stops the identity until then: Webex said so once, for all of it.
func (s *Store) BlockIdentity(ctx context.Context, identity string, until time.Time) (err error) {
	defer errs.Wrap(&err, "store: block a Webex identity")
	return s.budget(ctx, identity, func(b *budgetRow, _ int64) error {
		b.BlockedUntil = max(b.BlockedUntil, micros(until))
		return nil
	})
}

func (s *Store) budget(ctx context.Context, identity string, change func(b *budgetRow, now int64) error) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("INSERT INTO budgets (identity) VALUES (?) ON CONFLICT (identity) DO NOTHING", identity).Error; err != nil {
			return err
		}
		var b budgetRow
		if err := tx.Raw("SELECT * FROM budgets WHERE identity = ?"+s.dialect.lock, identity).Scan(&b).Error; err != nil {
			return err
		}
		if err := change(&b, s.now()); err != nil {
			return err
		}
		return tx.Exec("UPDATE budgets SET blocked_until = ?, minute = ?, calls = ?, day = ?, creates = ? WHERE identity = ?",
			b.BlockedUntil, b.Minute, b.Calls, b.Day, b.Creates, identity).Error
	})
}
