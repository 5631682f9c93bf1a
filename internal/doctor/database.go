package doctor

import (
	"context"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
)

// database opens the database to read it, and leaves it open for the checks that
// follow.
func (d *doctor) database(ctx context.Context) Finding {
	db, err := d.look(ctx)
	switch {
	case errs.Is(err, errs.NotFound):
		return problem("Run `webex-scheduler migrate`, or start `serve`, which makes it; a relative path counts from the working directory.",
			"there is no database at SCHEDULER_DATABASE_URL yet")
	case err != nil:
		return problem("Start the database, and see that address, user and password in SCHEDULER_DATABASE_URL are right.",
			"the database does not answer: %s", reason(err))
	}
	d.db = db
	switch got, want, err := db.Schema(ctx); {
	case err != nil:
		return problem("See that the user of SCHEDULER_DATABASE_URL may read every table, and that nothing else made them.",
			"the database cannot be read: %s", reason(err))
	case got < want:
		return problem("Run `webex-scheduler migrate`, or start `serve`, which does it.", "the database is not migrated: it is at version %d of %d", got, want)
	case got > want:
		return problem("Use the newer version of the program here too; to go back a version, restore the backup from before.",
			"a newer program has migrated the database: it is at version %d, this program knows %d", got, want)
	}
	return fine("it answers and is migrated")
}

// look opens the database. Without keys everything but what is sealed can be
// read.
func (d *doctor) look(ctx context.Context) (*store.Store, error) {
	keys := d.settings.SecretKeys
	if len(keys) == 0 {
		var err error
		if keys, err = seal.ParseKeys(seal.NewKey(d.Random)); err != nil {
			return nil, err
		}
	}
	box, err := seal.New(keys)
	if err != nil {
		return nil, err
	}
	return store.Look(ctx, d.settings.DatabaseURL, box, d.Clock, d.Random, discard)
}

// storedSecrets finds what was sealed under a key that is gone.
func (d *doctor) storedSecrets(ctx context.Context) Finding {
	all, lost, err := d.db.Sealed(ctx)
	switch {
	case err != nil:
		return unreadable(err)
	case lost > 0:
		return problem("Add the old key at the end of SCHEDULER_SECRET_KEYS.",
			"%d of %d stored secrets were sealed with a key that is not among SCHEDULER_SECRET_KEYS", lost, all)
	}
	if err := d.db.Readable(ctx); err != nil {
		return problem("Restore the database from a backup.", "a stored secret is damaged: %s", reason(err))
	}
	return fine("all %d can be read", all)
}

func unreadable(err error) Finding {
	return problem("See that the database answers, and look again.", "the database cannot be read: %s", reason(err))
}

// administrators looks for those whom the configuration makes owners. Before
// anybody signed in here nobody is known.
func (d *doctor) administrators(ctx context.Context) Finding {
	var strangers []string
	for _, name := range d.settings.Admins {
		known, people, err := d.db.Known(ctx, name)
		switch {
		case err != nil:
			return unreadable(err)
		case !people:
			return fine("nobody has signed in yet")
		case !known:
			strangers = append(strangers, name)
		}
	}
	switch {
	case len(strangers) > 0:
		return problem("Set SCHEDULER_ADMINS right, or have them sign in once at "+d.settings.PublicURL+"/admin.",
			"nobody is known here as %s, whom SCHEDULER_ADMINS names", strings.Join(strangers, ", "))
	case len(d.settings.Admins) == 0:
		return fine("SCHEDULER_ADMINS names nobody: a fresh sign-in with a Microsoft administrator's role makes the first owner")
	}
	return fine("everybody is known whom SCHEDULER_ADMINS names")
}
