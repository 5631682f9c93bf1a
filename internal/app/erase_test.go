package app_test

import (
	"crypto/rand"
	"encoding/json"
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

// TestEraseMe: whoever asks for it gets a file of all that is kept, and then
// nothing is kept: no subscription at Microsoft, no webhook at Webex, no row here.
// The meeting stays, and who comes back begins anew.
func TestEraseMe(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	browser := w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	ana.put("Review")
	browser.Open(w.URL + "/account/export")
	var all struct {
		Meetings, History, Receipts []map[string]any
	}
	if err := json.Unmarshal([]byte(browser.Text()), &all); err != nil || len(all.Meetings) != 1 || len(all.History) == 0 || len(all.Receipts) == 0 {
		t.Errorf("the file: %v, %s", err, browser.Text())
	}
	browser.Open(w.URL + "/account")
	browser.Post(w.URL+"/account/erase", map[string][]string{"sure": {"yes"}})
	browser.Shows("is being erased")
	w.AwaitRest()
	w.Advance(2 * time.Minute)
	ana.one("Review")
	if subs, hooks := ana.subscriptions(), w.Sandbox.Webex.Webhooks(); len(subs)+len(hooks) != 0 {
		t.Errorf("left are %d subscriptions and %d webhooks", len(subs), len(hooks))
	}
	id := object(t, w, apptest.Ana)
	if left := keptOf(t, w, id); left != "" {
		t.Errorf("left:\n%s", left)
	}

	w.Connect(apptest.Ana)
	w.AwaitRest()
	ana.put("Retro")
	w.Advance(20 * time.Minute)
	ana.has("Review", "Retro") // what the event shows is known again, and not made twice
}

// keptOf returns the receipts that are kept of somebody, which no page shows.
func keptOf(t *testing.T, w *apptest.World, object string) string {
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
	var left []string
	err = db.EachReceipt(t.Context(), "", func(r receipt.Row) error {
		if strings.HasSuffix(string(r.Chain), "/"+object) {
			left = append(left, r.Service+" "+r.Operation+" "+r.Reason)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(left, "\n")
}
