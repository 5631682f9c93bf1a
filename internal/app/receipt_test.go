package app_test

import (
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
)

// TestReceiptsOfDays: a program at work closes days that are over, tells the log
// the roll of each, removes what is kept no longer, and all of it verifies.
func TestReceiptsOfDays(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Bo)
	deskOf(t, w, apptest.Bo).put("Plan")
	verify := func() (int, receipt.Roll) {
		t.Helper()
		keys, err := seal.ParseKeys(w.Setting("SECRET_KEYS"))
		if err != nil {
			t.Fatal(err)
		}
		box, err := seal.New(keys)
		if err != nil {
			t.Fatal(err)
		}
		db, err := store.Look(t.Context(), w.Setting("DATABASE_URL"), box, clockwork.NewFakeClockAt(w.Now()), rand.Reader, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		findings, rows, last, err := db.VerifyReceipts(t.Context())
		if err != nil || findings != nil {
			t.Errorf("%q, %v", findings, err)
		}
		return rows, last
	}
	first, none := verify()
	if first < 5 || none.Closed() {
		t.Errorf("%d receipts, closed: %v", first, none.Closed())
	}
	for range 3 {
		w.Advance(24 * time.Hour)
	}
	rows, last := verify()
	if rows <= first || !last.Closed() || !strings.Contains(w.Log.String(), `msg="receipts closed" day=`+last.Day.String()) {
		t.Errorf("%d receipts after three days, of before %d; the last day closed is %s", rows, first, last.Day)
	}
	for range 12 {
		w.Advance(3 * 24 * time.Hour)
	}
	if w.Advance(2 * time.Hour); strings.Contains(w.Log.String(), `msg="close receipts"`) {
		t.Error("a day could not be closed")
	}
	if _, later := verify(); later.Day <= last.Day {
		t.Errorf("the last day closed is still %s", later.Day)
	}
}
