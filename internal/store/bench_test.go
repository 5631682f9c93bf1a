package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
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
