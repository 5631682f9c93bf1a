package fakems

import (
	"testing"
	"time"
)

// owned is a series of ana's with properties, an exception and a cancelled date.
func (w *world) owned() Event {
	series := weekly(w.bo)
	series.Properties = map[string]string{"key": "1"}
	master := w.create(w.ana, series)
	w.edit(w.ana, w.dated(w.ana, "2026-03-16").ID, func(e *Event) { e.Subject, e.Location.DisplayName = "Special", "Room 2" })
	if err := w.DeleteEvent(w.ana.ID, w.dated(w.ana, "2026-03-09").ID); err != nil {
		w.t.Fatal(err)
	}
	return master
}

func TestCopiesOfSeries(t *testing.T) {
	t.Parallel()
	const elsewhere = "Projects"
	for _, c := range []struct {
		name       string
		of         string // a date, or empty for the series
		copy       func(w *world, id string) (Event, error)
		properties bool
		kind       string
		want       string // on the copy, alone in the calendar
	}{
		{"occurrence dragged", "2026-03-23", func(w *world, id string) (Event, error) { return w.CopyEvent(w.ana.ID, id, nine) }, true, "singleInstance", "02 Planning"},
		{"exception dragged", "2026-03-16", func(w *world, id string) (Event, error) { return w.CopyEvent(w.ana.ID, id, nine) }, true, "singleInstance", "02 Special"},
		{"series copied to its start", "", func(w *world, id string) (Event, error) {
			return w.CopyEvent(w.ana.ID, id, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
		}, true, "seriesMaster", "02 Planning, 16 Special, 23 Planning, 30 Planning"},
		{"series copied to a week later", "", func(w *world, id string) (Event, error) {
			return w.CopyEvent(w.ana.ID, id, time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC))
		}, true, "seriesMaster", "09 Planning, 16 Planning, 23 Planning, 30 Planning"},
		{"series duplicated", "", func(w *world, id string) (Event, error) { return w.DuplicateEvent(w.ana.ID, id) }, false, "seriesMaster",
			"02 Planning, 09 Planning, 16 Planning, 23 Planning, 30 Planning"},
		{"exception duplicated", "2026-03-16", func(w *world, id string) (Event, error) { return w.DuplicateEvent(w.ana.ID, id) }, false, "singleInstance", "16 Special"},
		{"series pasted elsewhere", "", func(w *world, id string) (Event, error) { return w.PasteEvent(w.ana.ID, id, elsewhere) }, true, "seriesMaster",
			"02 Planning, 16 Special, 23 Planning, 30 Planning"},
		{"copy of a copy", "", func(w *world, id string) (Event, error) {
			e, err := w.PasteEvent(w.ana.ID, id, elsewhere)
			if err != nil {
				return e, err
			}
			return w.PasteEvent(w.ana.ID, e.ID, "")
		}, true, "seriesMaster", "02 Planning, 16 Special, 23 Planning, 30 Planning"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			master := w.owned()
			id := master.ID
			if c.of != "" {
				id = w.dated(w.ana, c.of).ID
			}
			from, _ := w.Event(w.ana.ID, id)
			made, err := c.copy(w, id)
			if err != nil {
				t.Fatal(err)
			}
			if made.ID == from.ID || made.ICalUID == from.ICalUID || made.Type != c.kind || made.Body != from.Body || made.Location != from.Location ||
				made.SeriesMasterID != "" || !made.OriginalStart.IsZero() || len(made.Attendees) != 1 || !made.IsOrganizer || (made.Properties["key"] == "1") != c.properties {
				t.Errorf("the copy %+v", made)
			}
			for _, e := range w.Events(w.ana.ID, time.Time{}, time.Time{}) {
				if e.ID != made.ID && e.SeriesMasterID != made.ID {
					if err := w.DeleteEvent(w.ana.ID, e.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
			if got := w.shown(w.ana, "2026-04-01"); got != c.want {
				t.Errorf("shown %q, want %q", got, c.want)
			}
		})
	}
}

func TestPastedElsewhereIsInListsOnly(t *testing.T) {
	t.Parallel()
	w := setup(t)
	master := w.owned()
	made, err := w.PasteEvent(w.ana.ID, master.ID, "Projects")
	if err != nil {
		t.Fatal(err)
	}
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)
	if got := ana.must(200, "GET", "/me/calendarView?"+march, nil); got.at("value", 4) != nil {
		t.Errorf("the view shows %s", got.raw)
	}
	if got := ana.must(200, "GET", "/me/events", nil); got.at("value", 1, "id") != made.ID {
		t.Errorf("the list shows %s", got.raw)
	}
}

func TestReceivedSeriesIsPasted(t *testing.T) {
	t.Parallel()
	for _, keeps := range []bool{false, true} {
		w := setup(t, func(s *Server) { s.Series.PastedKeepsUID = keeps })
		w.owned()
		bos := w.dated(w.bo, "2026-03-02").SeriesMasterID
		made, err := w.PasteInvitation(w.bo.ID, bos)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := w.Event(w.bo.ID, bos)
		if (made.ICalUID == from.ICalUID) != keeps || made.IsOrganizer == keeps || made.ID == from.ID || made.Recurrence == nil || made.Body != from.Body || made.Properties != nil {
			t.Errorf("keeping the uid %v: %+v", keeps, made)
		}
	}
}

func TestMovedToAnotherCalendar(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	master := w.owned()
	rest := w.as(w.ana).must(200, "GET", "/me/events/"+master.ID, nil).at("id")
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	moved, err := w.MoveEvent(w.ana.ID, master.ID, "Projects")
	if err != nil || moved.ID != master.ID || moved.ICalUID != master.ICalUID {
		t.Fatalf("%+v, %v", moved, err)
	}
	w.quiet()
	if now := w.as(w.ana).must(200, "GET", "/me/events/"+master.ID, nil).at("id"); now == rest || h.items[0].at("resourceData", "id") != rest || h.items[1].at("resourceData", "id") != now {
		t.Errorf("told of %v", h.items)
	}
	if got := w.as(w.ana).must(200, "GET", "/me/calendarView?"+march, nil); got.at("value", 0) != nil {
		t.Errorf("the view shows %s", got.raw)
	}
}
