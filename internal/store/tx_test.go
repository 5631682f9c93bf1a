package store

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/jonboulle/clockwork"
	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
)

// Inside, because nothing outside is ever called with such a context.
func TestInTransaction(t *testing.T) {
	t.Parallel()
	keys, err := seal.ParseKeys(seal.NewKey(rand.Reader))
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "x.db"), box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var inside context.Context
	err = s.write(t.Context(), func(tx *gorm.DB) error {
		inside = tx.Statement.Context
		return nil
	})
	if err != nil || !InTransaction(inside) || InTransaction(t.Context()) {
		t.Errorf("got %t inside, %t outside, error %v, want true, false, none", InTransaction(inside), InTransaction(t.Context()), err)
	}

	// Both would wait for ever on the one connection that the outer one holds.
	if err := s.Disconnect(inside, "contoso/person"); !errs.Is(err, errs.Internal) {
		t.Errorf("transaction inside a transaction: got %v, want an internal error", err)
	}
	if err := s.Mark(inside, []meeting.Mark{{}}); !errs.Is(err, errs.Internal) {
		t.Errorf("mark inside a transaction: got %v, want an internal error", err)
	}
}
