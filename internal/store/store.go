// Package store keeps what the program knows, in SQLite or PostgreSQL, behind
// the types of package meeting. GORM and SQL stay in here. It decides nothing
// but what has to be decided in one transaction: who holds a mailbox, when it
// is due, whether a value is still the one that was read.
//
// Errors have a kind: errs.NotFound, errs.Conflict (lease lost, or not unique),
// errs.Invalid (the database cannot hold the value), errs.Busy (database away,
// or our queue full); everything else is internal.
package store

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/jonboulle/clockwork"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
)

// Store is the database. It is safe for concurrent use.
type Store struct {
	db       *gorm.DB // writes; on SQLite a single connection
	read     *gorm.DB // reads outside transactions; on SQLite a read-only pool
	dialect  *dialect
	box      *seal.Box
	clock    clockwork.Clock
	random   io.Reader
	onMark   func()
	onAsk    func()
	onUrgent func(meeting.AccountID)
	log      *slog.Logger
	intake   *intake
	inbox    inbox
	states   *stateCache
	counts   recent[map[meeting.MailboxState]int] // of large tenants, see MailboxCounts
	upcoming recent[int]                          // likewise, see Deletions
	dayKeys  sync.Map                             // of receipts, by receipt.Day
	close    func() error
	release  func() error // gives back the lock of the SQLite file
}

// Open opens the database without migrating it, and starts the goroutine that
// commits marks; Close ends it. The URL is sqlite://relative/path,
// sqlite:///absolute/path or postgres://… On SQLite the file belongs to one
// process: errs.Conflict if another has it.
func Open(ctx context.Context, databaseURL string, box *seal.Box, clock clockwork.Clock, random io.Reader, log *slog.Logger) (_ *Store, err error) {
	defer errs.Wrap(&err, "store: open")
	s := &Store{box: box, clock: clock, random: random, log: log, onMark: func() {}, onAsk: func() {}, onUrgent: func(meeting.AccountID) {}, states: newStateCache(clock)}
	switch {
	case strings.HasPrefix(databaseURL, sqliteScheme):
		err = s.openSQLite(strings.TrimPrefix(databaseURL, sqliteScheme))
	case strings.HasPrefix(databaseURL, "postgres://"), strings.HasPrefix(databaseURL, "postgresql://"):
		err = s.openPostgres(databaseURL)
	default:
		err = errs.New(errs.Invalid, "database URL: want sqlite://… or postgres://…")
	}
	if err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		s.closePools()
		return nil, fault(err)
	}
	s.intake = startIntake(s)
	s.close = sync.OnceValue(func() error {
		s.intake.stop()
		return s.closePools()
	})
	return s, nil
}

// OnMark has f called after work or a mailbox became due, so that a runner in
// this process need not wait for its timer. To be called before use.
func (s *Store) OnMark(f func()) { s.onMark = f }

// OnUrgent has f called after somebody asked for something through the pane, so
// that who works the mailbox in this process does it next. To be called before use.
func (s *Store) OnUrgent(f func(mailbox meeting.AccountID)) { s.onUrgent = f }

// OnTenant has f called after a tenant became due, likewise.
func (s *Store) OnTenant(f func()) { s.onAsk = f }

// Close commits the marks that were accepted, and closes the database. Twice is
// as good as once.
func (s *Store) Close() error {
	return s.close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store: ping")
	db, err := s.read.DB()
	if err != nil {
		return err
	}
	return fault(db.PingContext(ctx))
}

// Ready reports whether the database answers and is migrated.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.Ping(ctx); err != nil {
		return err
	}
	return s.Migrated(ctx)
}

func (s *Store) closePools() error {
	var first error
	for _, db := range []*gorm.DB{s.db, s.read} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close() // twice for PostgreSQL, where both are one: no error
		}
		if first == nil {
			first = err
		}
	}
	if s.release != nil {
		if err := s.release(); first == nil {
			first = err
		}
	}
	return first
}

// newGORM puts GORM over a pool.
func newGORM(pool *sql.DB, dialector gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true, // transactions are opened where they are meant
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // it would print values; errors are returned
	})
	if err != nil {
		_ = pool.Close()
		return nil, err
	}
	return db, nil
}
