package store_test

import (
	"fmt"
	"testing"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store/storetest"
)

// TestStatementsAreKept asks the same through one connection more often, and in
// more shapes, than it keeps statements: answers stay those of each question, also
// after the tables were made anew.
func TestStatementsAreKept(t *testing.T) {
	t.Parallel()
	s := storetest.New(t, clockwork.NewFakeClock())
	id := meeting.NewAccountID("contoso", "anna")
	if err := s.SaveAccount(t.Context(), meeting.Account{ID: id, UPN: "anna@contoso.example"}); err != nil {
		t.Fatal(err)
	}
	for n := range 600 {
		events := make([]meeting.EventID, n%300+1) // each length is a statement
		for i := range events {
			events[i] = meeting.EventID(fmt.Sprint("event-", i))
		}
		if links, err := s.Links(t.Context(), id, events); err != nil || len(links) != 0 {
			t.Fatalf("links of %d events: %v, %v, want none", len(events), links, err)
		}
		if a, err := s.Account(t.Context(), id); err != nil || a.UPN != "anna@contoso.example" {
			t.Fatalf("account: %+v, %v", a, err)
		}
		if _, err := s.Account(t.Context(), "contoso/nobody"); !errs.Is(err, errs.NotFound) {
			t.Fatalf("nobody's account: %v, want not found", err)
		}
	}
}
