package receipt_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"webex-scheduler/internal/receipt"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func keyOf(day receipt.Day) (receipt.Key, error) { return receipt.Key{byte(day), 1}, nil }

// verified says what is wrong with rows whose days are open.
func verified(rows ...receipt.Row) []string {
	var rolls []receipt.Roll
	keys := map[receipt.Day]receipt.Key{}
	for _, r := range rows {
		if _, known := keys[r.Day]; !known {
			rolls = append(rolls, receipt.Roll{Day: r.Day})
			keys[r.Day], _ = keyOf(r.Day)
		}
	}
	v := receipt.NewVerifier(noon, rolls, keys, nil)
	for _, r := range rows {
		v.Row(r)
	}
	findings, _ := v.Findings()
	return findings
}

// TestAppend: a chain goes on over days, over a clock that goes back, and after
// the end of a day that came too early.
func TestAppend(t *testing.T) {
	t.Parallel()
	var all []receipt.Row
	put := func(now time.Time, want receipt.Day, rows int) {
		t.Helper()
		var head *receipt.Row
		if len(all) > 0 {
			head = &all[len(all)-1]
		}
		added, err := receipt.Append(head, "tenant/person", now, []receipt.Entry{{At: now, Service: "graph", Operation: "read events", Result: "200"}}, keyOf)
		if err != nil || len(added) != rows || added[len(added)-1].Day != want {
			t.Fatalf("%d rows, %v: %+v, want %d on %s", len(added), err, added, rows, want)
		}
		if all = append(all, added...); verified(all...) != nil {
			t.Fatalf("%q", verified(all...))
		}
	}
	today := receipt.DayOf(noon)
	put(noon, today, 2)                     // its first row too
	put(noon.Add(time.Hour), today, 1)      // no more
	put(noon.Add(24*time.Hour), today+1, 3) // closed, begun
	put(noon, today+1, 1)                   // by a clock that is a day late
	key, _ := keyOf(today + 1)
	all = append(all, all[len(all)-1].Close(noon, key))
	put(noon.Add(25*time.Hour), today+2, 2) // the day was closed before it was over

	changed := bytes.Clone(all[1].MAC)
	changed[0]++
	for name, tamper := range map[string]func([]receipt.Row) []receipt.Row{
		"a MAC":       func(rows []receipt.Row) []receipt.Row { rows[1].MAC = changed; return rows },
		"a reason":    func(rows []receipt.Row) []receipt.Row { rows[2].Reason = "x"; return rows },
		"one missing": func(rows []receipt.Row) []receipt.Row { return append(rows[:1], rows[2:]...) },
		"the first":   func(rows []receipt.Row) []receipt.Row { return rows[1:] },
		"another's":   func(rows []receipt.Row) []receipt.Row { rows[0].Chain = "tenant/other"; return rows },
		"words moved on": func(rows []receipt.Row) []receipt.Row {
			rows[1].Service, rows[1].Operation = "graphread", " events"
			return rows
		},
	} {
		if verified(tamper(append([]receipt.Row(nil), all...))...) == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

// TestBook: what could not be stored comes before what came later.
func TestBook(t *testing.T) {
	t.Parallel()
	receipt.BookOf(t.Context()).Note(noon, "graph", "nobody keeps it", "200")
	book := receipt.BookOf(receipt.Keep(context.Background(), "tenant/person"))
	book.Because("sweep")
	book.Note(noon, "graph", "first", "200")
	taken := book.Take()
	book.Note(noon, "graph", "second", "200")
	book.Return(taken)
	if got := book.Take(); len(got) != 2 || got[0].Operation != "first" || got[0].Reason != "sweep" || got[1].Actor != "tenant/person" || !book.Empty() {
		t.Errorf("%+v", got)
	}
}
