package store

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// inbox takes marks that come all at once. Each mark's place in the work set is
// somewhere else on the disk, so that a crowd of them costs as many writes; in the
// inbox they lie one after the other, and are durable at the price of one. They are
// folded into the work set, each event's once, by whoever claims next: when the
// crowd is over, or after a moment all the same. A few marks never come here.
type inbox struct {
	waiting atomic.Int64 // marks of this process that nobody folded yet, as far as it knows
	since   atomic.Int64 // when the first of them came, and the last, Unix nanoseconds:
	last    atomic.Int64 // of the real time, which crowds come in
}

const (
	crowd       = 16                    // marks at once that are worth the inbox
	crowdEnds   = 10 * time.Millisecond // without another one
	foldAnyway  = time.Second           // is how long marks wait while the crowd goes on
	foldSome    = 512                   // marks of one transaction then
	foldMany    = 2048                  // and of one when the crowd is over: whoever comes meanwhile waits for it
	inboxLimit  = 1 << 20               // marks that may wait
	inboxOrphan = 5 * time.Second       // after which marks of another process are anybody's
)

// keep stores marks as they came.
func (s *Store) keep(ctx context.Context, marks []meeting.Mark) error {
	if s.inbox.waiting.Load() > inboxLimit {
		return errs.New(errs.Busy, "%d marks wait", inboxLimit)
	}
	rows := merge(marks)
	if len(rows) == 0 {
		return nil
	}
	kept := make([]keptMark, len(rows))
	for i, row := range rows {
		kept[i] = keptMark(row)
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	err = s.db.WithContext(ctx).Exec("INSERT INTO inbox (since, number, marks) VALUES (?, ?, ?)", s.now(), len(rows), string(list)).Error
	if err != nil {
		return fault(err)
	}
	now := time.Now().UnixNano()
	if s.inbox.waiting.Add(int64(len(rows))) == int64(len(rows)) {
		s.inbox.since.Store(now)
	}
	s.inbox.last.Store(now)
	return nil
}

// fold moves into the work set what waits in the inbox: all of it once no crowd
// comes any more, some of it if that lasts.
func (s *Store) fold(ctx context.Context) error {
	for {
		before := s.inbox.waiting.Load()
		if before <= 0 {
			break
		}
		quiet, waited := time.Since(time.Unix(0, s.inbox.last.Load())), time.Since(time.Unix(0, s.inbox.since.Load()))
		some := foldMany
		if quiet < crowdEnds {
			if waited < foldAnyway {
				if err := pause(ctx, crowdEnds-quiet); err != nil {
					return err
				}
				continue
			}
			some = foldSome
		}
		folded, err := s.foldSome(ctx, some, s.now())
		if err != nil {
			return err
		}
		if folded == 0 { // another process took them; what came since counts
			s.inbox.waiting.CompareAndSwap(before, 0)
		} else {
			s.inbox.took(folded)
		}
		if some == foldSome {
			s.inbox.since.Store(time.Now().UnixNano())
			return nil
		}
	}
	// What a process left that ended.
	for {
		folded, err := s.foldSome(ctx, foldMany, micros(s.clock.Now().Add(-inboxOrphan)))
		if err != nil || folded == 0 {
			return err
		}
	}
}

// took counts marks that were folded, some of them perhaps another process' or not
// counted yet: what is counted too often is put right when nothing is found.
func (b *inbox) took(folded int64) {
	for {
		before := b.waiting.Load()
		if b.waiting.CompareAndSwap(before, max(0, before-folded)) {
			return
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inboxRow is what one commit of the intake left.
type inboxRow struct {
	ID     int64
	Number int
	Marks  string
}

func (r inboxRow) marks() (marks []meeting.Mark, err error) {
	var list []keptMark
	err = json.Unmarshal([]byte(r.Marks), &list)
	for _, m := range list {
		marks = append(marks, markRow(m).mark())
	}
	return marks, err
}

// foldSome folds about so many marks that came until then, in one transaction,
// and returns how many those were.
func (s *Store) foldSome(ctx context.Context, some int, until int64) (folded int64, err error) {
	var there bool
	err = s.read.WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM inbox WHERE since <= ?)", until).Scan(&there).Error
	if err != nil || !there {
		return 0, fault(err)
	}
	err = s.write(ctx, func(tx *gorm.DB) error {
		rows, err := s.pick(tx, until, max(1, some/crowd))
		var marks []meeting.Mark
		var ids []int64
		for _, row := range rows {
			if len(ids) > 0 && len(marks)+row.Number > some {
				break
			}
			list, err := row.marks()
			if err != nil {
				return err
			}
			ids, marks = append(ids, row.ID), append(marks, list...)
		}
		if err != nil || len(ids) == 0 {
			return err
		}
		folded = int64(len(marks))
		if err := s.mark(tx, marks); err != nil {
			return err
		}
		return tx.Exec("DELETE FROM inbox WHERE id IN ?", ids).Error
	})
	if err != nil && !errs.Is(err, errs.Busy) && ctx.Err() == nil {
		return s.salvage(ctx, until, err)
	}
	return folded, err
}

// pick locks the oldest rows, those apart that another process works on.
func (s *Store) pick(tx *gorm.DB, until int64, most int) (rows []inboxRow, err error) {
	err = tx.Raw("SELECT id, number, marks FROM inbox WHERE since <= ? ORDER BY id LIMIT ?"+s.dialect.pick, until, most).Scan(&rows).Error
	return rows, err
}

// salvage folds the oldest row mark by mark, and gives up those that no database
// takes: they must not cost all that comes after them.
func (s *Store) salvage(ctx context.Context, until int64, why error) (folded int64, err error) {
	var rows []inboxRow
	err = s.write(ctx, func(tx *gorm.DB) (err error) { rows, err = s.pick(tx, until, 1); return err })
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	marks, unreadable := rows[0].marks()
	s.log.Error("marks are folded one by one", "marks", len(marks), "error", why, "unreadable", unreadable)
	for _, m := range marks {
		switch err := s.MarkAlone(ctx, []meeting.Mark{m}); {
		case errs.Is(err, errs.Busy) || ctx.Err() != nil:
			return 0, err
		case err != nil:
			s.log.Error("a mark is given up; the sweep finds its event", "account_id", m.Mailbox, "error", err)
		}
	}
	err = s.db.WithContext(ctx).Exec("DELETE FROM inbox WHERE id = ?", rows[0].ID).Error
	return int64(rows[0].Number), fault(err)
}
