package worldtest

import (
	"testing"
	"time"
)

// tales are worlds told by hand: what a seed once brought to light, in short.
var tales = []struct {
	name  string
	steps []step
}{
	{"wish withdrawn while the meeting is made", []step{
		{Do: place, Event: "e1", Text: "Room 4", Class: make_},
		{Do: create, Event: "e1", Text: "@webex", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", Wait: time.Minute},
	}},
}

func TestTales(t *testing.T) {
	t.Parallel()
	for _, tale := range tales {
		t.Run(tale.name, func(t *testing.T) {
			t.Parallel()
			s := script{Seed: 1, Start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), People: 1, Sweep: 15 * time.Minute, Steps: tale.steps}
			wrong, diary := play(t, s, newSQLite(t))
			if len(wrong) > 0 {
				t.Errorf("%v%v", wrong, s)
			}
			if *log {
				t.Log(diary)
			}
		})
	}
}
