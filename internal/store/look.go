package store

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/seal"
)

// Look opens a database that is there to read it, also while another process
// serves from it: nothing is made, locked or migrated. errs.NotFound: there is
// no such file. On SQLite what writes fails.
func Look(ctx context.Context, databaseURL string, box *seal.Box, clock clockwork.Clock, random io.Reader, log *slog.Logger) (_ *Store, err error) {
	defer errs.Wrap(&err, "store: look")
	path, isSQLite := strings.CutPrefix(databaseURL, sqliteScheme)
	if !isSQLite {
		return Open(ctx, databaseURL, box, clock, random, log)
	}
	if _, err := os.Stat(path); err != nil {
		return nil, errs.New(errs.NotFound, "there is no database yet")
	}
	s := &Store{box: box, clock: clock, random: random, log: log, dialect: sqliteDialect, states: newStateCache(clock)}
	if s.read, err = openSQLitePool(path, 1, true); err != nil {
		return nil, err
	}
	s.db = s.read
	s.close = sync.OnceValue(s.closePools)
	if err = s.Ping(ctx); err != nil {
		return nil, fault(s.closed(err))
	}
	return s, nil
}

func (s *Store) closed(err error) error {
	_ = s.close()
	return err
}

// Subscribed counts the mailboxes that are kept in step, and those of them that
// Graph tells nothing of: they are swept alone.
func (s *Store) Subscribed(ctx context.Context) (mailboxes, silent int, err error) {
	defer errs.Wrap(&err, "store: count subscriptions")
	var row struct{ Mailboxes, Silent int }
	err = s.read.WithContext(ctx).Raw(`SELECT count(*) AS mailboxes,
		coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM subscriptions s WHERE s.mailbox = m.id AND s.removed = ? AND s.expires_at > ?) THEN 0 ELSE 1 END), 0) AS silent
		FROM mailboxes m WHERE m.closing_until = 0`, false, s.now()).Scan(&row).Error
	return row.Mailboxes, row.Silent, fault(err)
}

// Work counts the marked events, those of them that are due now, and tells when
// the oldest of those was.
func (s *Store) Work(ctx context.Context) (waiting, due int, oldest time.Time, err error) {
	defer errs.Wrap(&err, "store: count work")
	var row struct {
		Waiting, Due int
		Oldest       int64
	}
	now := s.now()
	// What lies in the inbox is due since it came.
	err = s.read.WithContext(ctx).Raw(`SELECT coalesce(sum(number), 0) AS waiting, coalesce(sum(CASE WHEN not_before <= @now THEN number ELSE 0 END), 0) AS due,
		coalesce(min(CASE WHEN not_before <= @now THEN not_before END), 0) AS oldest
		FROM (SELECT 1 AS number, not_before FROM work UNION ALL SELECT number, since FROM inbox) AS marked`, map[string]any{"now": now}).Scan(&row).Error
	return row.Waiting, row.Due, moment(row.Oldest), fault(err)
}
