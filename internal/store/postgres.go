package store

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"

	"webex-scheduler/internal/errs"
)

const (
	postgresConnections = 16
	postgresConnect     = 5 * time.Second
)

func (s *Store) openPostgres(databaseURL string) (err error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil { // its text quotes the URL
		return errs.New(errs.Invalid, "database URL: not a PostgreSQL address")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = postgresConnect
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	s.dialect = postgresDialect
	s.db, err = newGORM(pool, postgres.New(postgres.Config{Conn: pool}))
	s.read = s.db
	return err
}
