package store

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"

	"webex-scheduler/internal/errs"
)

const (
	postgresConnections = 16
	postgresConnect     = 5 * time.Second
	postgresIdle        = time.Hour // a new connection costs the server more than a sweep's statements
)

func (s *Store) openPostgres(databaseURL string) (err error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil { // its text quotes the URL
		return errs.New(errs.Invalid, "database URL: not a PostgreSQL address")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = postgresConnect
	}
	// A process that stands still in a transaction must not keep its rows.
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "5000"
	// Compiling a statement of the console takes longer than the statement.
	config.RuntimeParams["jit"] = "off"
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return patient{conn}, nil
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxIdleTime(postgresIdle)
	s.dialect = postgresDialect
	s.db, err = newGORM(pool, postgres.New(postgres.Config{Conn: pool}))
	s.read = s.db
	return err
}

// patient is a connection on which every answer comes soon, or it is broken: one
// that was lost without a word would be waited for until the kernel gives up.
type patient struct{ net.Conn }

const answerWithin = 15 * time.Second

func (c patient) Write(b []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(answerWithin)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
