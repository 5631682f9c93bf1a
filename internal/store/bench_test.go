package store_test

import (
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/store/storetest"
)

// Many callers with a mark each, as notifications come.
func BenchmarkMark(b *testing.B) {
	for name, makeDatabase := range map[string]func(testing.TB) *storetest.Fixture{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := makeDatabase(b).Open(b, clockwork.NewRealClock())
			if err := s.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			var ids []meeting.AccountID
			for i := range 500 {
				id := meeting.NewAccountID("contoso", meeting.ObjectID(fmt.Sprint("person-", i)))
				connect(b, s, id)
				ids = append(ids, id)
			}
			var n atomic.Int64
			b.SetParallelism(256)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					if err := s.Mark(b.Context(), []meeting.Mark{{Mailbox: ids[i%500], Event: meeting.EventID(fmt.Sprint("event-", i/500))}}); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "marks/s")
		})
	}
}

// A tenant of ten thousand members with fifty thousand links, beside another of
// the same size: its roster, and the console's pages.
func BenchmarkTenant(b *testing.B) {
	const members, links = 10_000, 5 // links of each
	fixture := storetest.Postgres(b)
	s := fixture.Open(b, clockwork.NewRealClock())
	if err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	for _, tenant := range []meeting.TenantID{"fabrikam", "contoso"} {
		applyAll(b, s, tenant, members, "join")
	}
	raw, err := sql.Open("pgx", fixture.URL)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	for _, statement := range []string{
		`UPDATE mailboxes SET swept_at = due_at`,
		`INSERT INTO subscriptions SELECT 's' || id, id, 'g', '', 9e15, 0, 0, 0, false, false, 'tenant' FROM mailboxes`,
		`INSERT INTO links SELECT id, 'e' || n, 'uid', '', 'linked', '', CASE WHEN n = 1 AND random() < 0.1 THEN 'webex quota' ELSE '' END, '', 'subject',
			0, CASE WHEN n < 4 THEN 9e15 ELSE 1 END, 'm' || id || n, '', '', '', NULL, repeat('x', 500), repeat('y', 500), '{}', 0, '{}', '', 0, 0, 0, '[]', 0, 0
			FROM mailboxes, generate_series(1, ` + fmt.Sprint(links) + `) AS n`,
		`INSERT INTO work (mailbox, event, generation, marked_at, not_before, reason, deleted, missing)
			SELECT id, 'e1', 1, 1, 1, CASE WHEN random() < 0.02 THEN 'held' ELSE '' END, false, false FROM mailboxes`,
		`ANALYZE`, // as autovacuum does within a minute
	} {
		if _, err := raw.ExecContext(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
	ask := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	console := func(query meeting.ConsoleQuery) func() error {
		return func() error { _, err := s.ConsoleMailboxes(b.Context(), "contoso", query); return err }
	}
	ask("counts", func() error { _, err := s.MailboxCounts(b.Context(), "contoso"); return err })
	ask("first page", console(meeting.ConsoleQuery{Limit: 50}))
	ask("last page", console(meeting.ConsoleQuery{Limit: 50, After: "contoso/person-09940"}))
	ask("problems", console(meeting.ConsoleQuery{Limit: 50, State: meeting.MailboxProblems}))
	ask("search", console(meeting.ConsoleQuery{Limit: 50, Search: "ON-09999@"}))
	ask("one mailbox", func() error { _, err := s.ConsoleMailbox(b.Context(), "contoso", "contoso/person-05000"); return err })
	ask("members", func() error { _, err := s.Members(b.Context(), "contoso"); return err })
	ask("deletions", func() error { _, err := s.Deletions(b.Context(), "contoso/person-05000", time.Now()); return err })
	ask("claim", func() error {
		claims, err := s.Claim(b.Context(), 20, 0)
		if err == nil && len(claims) != 20 {
			err = fmt.Errorf("got %d claims", len(claims))
		}
		return err
	})
	ask("pause and go on", func() error {
		if err := s.PauseTenant(b.Context(), "contoso", true); err != nil {
			return err
		}
		return s.PauseTenant(b.Context(), "contoso", false)
	})
	applyAll(b, s, "contoso", members, "same again")
}

// applyAll makes the tenant authorised, and n people its members.
func applyAll(b *testing.B, s *store.Store, tenant meeting.TenantID, n int, name string) {
	b.Helper()
	ctx := b.Context()
	if err := s.BeginProof(ctx, tenant); err != nil {
		b.Fatal(err)
	}
	claim, ok, err := s.ClaimTenant(ctx, time.Hour)
	if err != nil || !ok || claim.Tenant != tenant {
		b.Fatalf("claim: got %+v, %t, %v", claim, ok, err)
	}
	if err := s.SaveStanding(ctx, claim, meeting.Tenant{State: meeting.TenantAuthorised}); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for first := 0; first < n; first += 500 {
		var changes []meeting.MemberChange
		for i := first; i < min(n, first+500); i++ {
			id := meeting.ObjectID(fmt.Sprintf("person-%05d", i))
			address := string(id) + "@" + string(tenant) + ".example"
			changes = append(changes, meeting.MemberChange{Member: meeting.Member{
				Account: meeting.NewAccountID(tenant, id),
				Person:  meeting.Person{ID: id, UPN: address, Name: "Person", Mail: address, Addresses: []string{address}},
				Host:    meeting.WebexPerson{ID: "webex", Email: address, Aliases: []string{address}},
			}})
		}
		if err := s.ApplyRoster(ctx, claim, meeting.Choice{}, changes, func(int) time.Time { return began }); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%s: %d members of %s in %v", name, n, tenant, time.Since(began))
	if err := s.ReleaseTenant(ctx, claim, time.Time{}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkReceipts tells what receipts cost: an event's result is stored with
// three of them (a read, a call of Webex, a write) and without any, in turn.
func BenchmarkReceipts(b *testing.B) {
	for name, makeDatabase := range map[string]func(testing.TB) *storetest.Fixture{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := makeDatabase(b).Open(b, clockwork.NewRealClock())
			if err := s.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			id := meeting.NewAccountID("contoso", "person")
			connect(b, s, id)
			claims, err := s.Claim(b.Context(), 1, time.Hour)
			if err != nil || len(claims) != 1 {
				b.Fatalf("%d claims, %v", len(claims), err)
			}
			var took [2]time.Duration
			store := func(n int) time.Duration {
				ctx := receipt.Keep(b.Context(), "")
				for range n {
					receipt.BookOf(ctx).Note(time.Now(), "graph", "read events", "200")
				}
				if err := s.Mark(ctx, []meeting.Mark{{Mailbox: id, Event: "event"}}); err != nil {
					b.Fatal(err)
				}
				works, err := s.Bite(ctx, claims[0], 1)
				if err != nil || len(works) != 1 {
					b.Fatalf("%d events, %v", len(works), err)
				}
				began := time.Now()
				if err := s.Done(ctx, claims[0], works[0]); err != nil {
					b.Fatal(err)
				}
				return time.Since(began)
			}
			store(3) // the day's key
			b.ResetTimer()
			for range b.N {
				took[0] += store(0)
				took[1] += store(3)
			}
			b.ReportMetric(float64(took[0].Microseconds())/float64(b.N), "µs/without")
			b.ReportMetric(float64(took[1].Microseconds())/float64(b.N), "µs/with")
			b.ReportMetric(float64(took[1])/float64(took[0]), "ratio")
		})
	}
}
