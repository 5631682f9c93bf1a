package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
)

type keysCommand struct {
	New       newKeyCommand    `cmd:"" default:"1" help:"Print a new secret key (the default)."`
	Reencrypt reencryptCommand `cmd:"" help:"Re-encrypt what is stored under the first of SCHEDULER_SECRET_KEYS."`

	Certificate certificateCommand `cmd:"" help:"Make a self-signed certificate for the app registration at Microsoft."`
}

type newKeyCommand struct{}

// Run prints a key, and nothing else, to standard output.
func (newKeyCommand) Run(env *environment) error {
	_, err := fmt.Fprintln(env.out, seal.NewKey(rand.Reader))
	return err
}

type reencryptCommand struct{}

// Run re-encrypts every stored secret under the newest key.
func (reencryptCommand) Run(env *environment) error {
	db, err := openStore(env, true)
	if err != nil {
		return err
	}
	if err := db.Readable(env.ctx); err != nil {
		return errors.Join(fmt.Errorf("configuration:\n  %sSECRET_KEYS: %w", config.Prefix, err), db.Close())
	}
	n, err := db.Reseal(env.ctx)
	if err == nil {
		_, err = fmt.Fprintf(env.out, "%d secrets re-encrypted under the newest key\n", n)
	}
	return errors.Join(err, db.Close())
}

type migrateCommand struct{}

// Run migrates the database.
func (migrateCommand) Run(env *environment) error {
	db, err := openStore(env, false)
	if err != nil {
		return err
	}
	err = db.Migrate(env.ctx)
	if err == nil {
		_, err = fmt.Fprintln(env.out, "the database is up to date")
	}
	return errors.Join(err, db.Close())
}

// openStore opens the configured database. Without needKeys an unset
// SCHEDULER_SECRET_KEYS is replaced by a key that nothing is sealed with.
func openStore(env *environment, needKeys bool) (*store.Store, error) {
	databaseURL, keys, err := config.Database(env.get, needKeys)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		if keys, err = seal.ParseKeys(seal.NewKey(rand.Reader)); err != nil {
			return nil, err
		}
	}
	box, err := seal.New(keys)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(env.ctx, databaseURL, box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, fmt.Errorf("configuration:\n  %sDATABASE_URL: %w", config.Prefix, err)
	}
	return db, nil
}
