package store

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"webex-scheduler/internal/errs"
)

// One folder a dialect, the same numbers in both.
//
//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to date. Processes that start together wait for
// the one that does it.
func (s *Store) Migrate(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store: migrate")
	folder, err := fs.Sub(migrations, path.Join("migrations", s.dialect.name))
	if err != nil {
		return err
	}
	pool, err := s.db.DB()
	if err != nil {
		return err
	}
	dialect, options := database.DialectSQLite3, []goose.ProviderOption{}
	if s.dialect == postgresDialect {
		dialect, options = database.DialectPostgres, append(options, goose.WithSessionLocker(advisoryLock{}))
	}
	provider, err := goose.NewProvider(dialect, pool, folder, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return fault(err)
}

// Migrated returns nil if the schema is at least the one this program was built
// for, else errs.Busy: a later one is a newer process's, in a rolling upgrade.
func (s *Store) Migrated(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store: schema version")
	want, err := newest(s.dialect)
	if err != nil {
		return err
	}
	var got int64
	err = s.read.WithContext(ctx).Raw("SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&got).Error
	if err != nil {
		return errs.New(errs.Busy, "not migrated: %w", err)
	}
	if got < want {
		return errs.New(errs.Busy, "schema is at version %d, want %d", got, want)
	}
	return nil
}

// newest returns the number of the dialect's last migration.
func newest(d *dialect) (version int64, err error) {
	files, err := migrations.ReadDir(path.Join("migrations", d.name))
	if err != nil {
		return 0, err
	}
	number, _, _ := strings.Cut(files[len(files)-1].Name(), "_")
	return strconv.ParseInt(number, 10, 64)
}

// advisoryLock makes goose wait in PostgreSQL; goose's own locker asks again
// only every five seconds. The lock ends with the connection at the latest.
type advisoryLock struct{}

const migrationLock = 0x7765626578 // any number, the same in all processes

func (advisoryLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock)
	return err
}

func (advisoryLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", migrationLock)
	return err
}
