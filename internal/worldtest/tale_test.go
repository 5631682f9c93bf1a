package worldtest

import (
	"testing"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// tales are worlds told by hand: what a seed once brought to light, in short.
// The first step of most makes the event e1.
var tales = []struct {
	name  string
	delay time.Duration // of notifications
	steps []step
}{
	{"a copy that nobody told of, cancelled and restored", 0, []step{
		born("@webex", time.Minute),
		{Do: forget, Wait: time.Minute},
		{Do: copied, Event: "e2", From: "e1", In: 100 * time.Hour, Wait: time.Minute},
		{Do: cancel, Event: "e2", Wait: time.Minute},
		{Do: restore, Event: "e2", Wait: time.Minute},
	}},
	{"nobody is invited any more when a lost create is found", 40 * time.Second, []step{
		{Do: fault, In: time.Hour, Class: make_, Form: hangAfter, Wait: time.Minute},
		{Do: create, Event: "e1", Text: "@webex", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", Guest: []string{"bo@contoso.example"}, Wait: time.Minute},
		{Do: invite, Event: "e1", Wait: time.Minute},
		{Do: move, Event: "e1", In: 100 * time.Hour, Wait: time.Minute},
	}},
	{"grown too long amid changes without answers", 0, []step{
		born("@meet", time.Minute),
		{Do: crash, Class: change, Skip: 1, Wait: time.Minute},
		{Do: resize, Event: "e1", Long: 72 * time.Hour, Wait: time.Minute},
		{Do: fault, In: time.Hour, Class: change, Form: hang, Wait: time.Minute},
		{Do: rename, Event: "e1", Text: "Talk 559"},
		{Do: meet, Event: "e1", Wait: 20 * time.Minute},
	}},
	{"cancelled while its meeting ran early, and over before that ended", 0, []step{
		born("@meet", time.Minute),
		{Do: meet, Event: "e1", Wait: time.Minute},
		{Do: move, Event: "e1", In: 91 * time.Minute, Wait: time.Minute},
		{Do: cancel, Event: "e1", Wait: time.Minute},
		{Do: jump, In: 2 * time.Hour, Wait: time.Minute},
	}},
	{"wish withdrawn while the meeting is made", 0, []step{
		{Do: place, Event: "e1", Text: "Room 4", Class: make_},
		born("@webex", time.Minute),
	}},
	{"an old window brings the join link back in time", 0, []step{
		born("@webex", time.Minute),
		{Do: unblock, Event: "e1", Wait: time.Minute},
		{Do: unblock, Event: "e1", Flag: true, Wait: time.Second},
		{Do: stale, Event: "e1", N: 1, Wait: time.Minute},
	}},
	{"deleted, and restored with the join details of before", 0, []step{
		born("@webex", time.Minute),
		{Do: erase, Event: "e1", Wait: time.Minute},
		{Do: restore, Event: "e1"},
	}},
	{"deleted before the meeting was shown, and restored", 0, []step{
		{Do: fault, Class: make_, Form: resetAfter, N: 1},
		born("@webex", time.Second),
		{Do: erase, Event: "e1", Wait: time.Minute},
		{Do: restore, Event: "e1", Wait: time.Minute},
	}},
	{"a copy that became a draft of an invitation before anybody looked", 0, []step{
		{Do: create, Event: "e1", Text: "@meet", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", N: isDraft, Wait: time.Minute},
		{Do: stop},
		{Do: copied, Event: "e2", From: "e1", In: 100 * time.Hour},
		{Do: invite, Event: "e2", Guest: []string{"bo@contoso.example"}},
		{Do: start, Wait: time.Minute},
	}},
	{"grown too long, and its meeting over before the event is", 0, []step{
		{Do: create, Event: "e1", Text: "@meet", In: 2 * time.Hour, Long: time.Hour, Zone: "UTC", Wait: time.Minute},
		{Do: resize, Event: "e1", Long: 72 * time.Hour, Wait: time.Minute},
	}},
	{"moved into the past before its meeting was shown", 0, []step{
		{Do: move, Event: "e1", In: -3 * time.Hour, Class: patch},
		born("@webex", time.Minute),
	}},
	{"a draft invites people before its meeting is shown", 0, []step{
		{Do: fault, Class: make_, Form: resetAfter, N: 1},
		{Do: create, Event: "e1", Text: "@webex", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", N: isDraft, Wait: time.Second},
		{Do: invite, Event: "e1", Guest: []string{"bo@contoso.example"}, Wait: time.Minute},
	}},
	{"deleted, and read in Deleted Items before anybody heard of that", 40 * time.Second, []step{
		born("@webex", time.Second),
		{Do: erase, Event: "e1", Wait: time.Minute},
		{Do: restore, Event: "e1", Wait: time.Second},
	}},
	{"a link to somebody else's meeting is typed beside the join details", 0, []step{
		born("@webex", time.Minute),
		{Do: write, Event: "e1", Text: typed + "01", Flag: true, Wait: time.Minute},
	}},
	{name: "a date of a copied series moved before the copy was seen", delay: 3 * time.Minute, steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 18 * time.Hour, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 60}, Times: 12}, Wait: 10 * time.Minute},
		{Do: seriesCopy, Event: "s1", From: "s2", Wait: time.Minute},
		{Do: dateMove, Event: "s2", In: 3 * time.Hour, Long: 2 * time.Hour, N: 2, Wait: 10 * time.Minute},
	}},
	{name: "a date asks while the calendar is listed, and its series alone is told", steps: []step{
		{Do: repeat, Event: "s1", Text: "Room 4", In: 67*time.Hour + 30*time.Minute, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 3}, Days: 131}, Wait: time.Minute},
		{Do: following, Event: "s1", From: "s2", In: 3 * time.Hour, N: 1, Wait: time.Minute},
		{Do: dateWish, Event: "s2", Text: "@webex", N: 1, Class: list, Wait: 5 * time.Hour},
	}},
	{name: "a write in doubt is not doubted again because its echo comes", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 34*time.Hour + 30*time.Minute, Long: time.Hour, Zone: "UTC", Guest: []string{"extern@elsewhere.example"},
			Rule: rule{Pattern: fakems.Pattern{Type: "absoluteYearly", Interval: 3, Month: 6, DayOfMonth: 14}, Times: 4}, Wait: time.Minute},
		{Do: fault, In: time.Hour, Class: guests, Form: "429 until", Wait: time.Minute},
		{Do: seriesName, Event: "s1", Wait: time.Minute},
	}},
	{name: "a series is renamed in Outlook, of which one date stands alone", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 47*time.Hour + 30*time.Minute, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 1}}, Wait: time.Minute},
		{Do: dateCancel, Event: "s1", N: 3, Wait: time.Minute},
		{Do: dateBack, Event: "s1", Wait: time.Minute},
		{Do: seriesName, Event: "s1", Wait: time.Minute},
	}},
	{name: "a series is renamed in Webex, of which one date stands alone", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 47*time.Hour + 30*time.Minute, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 1}}, Wait: time.Minute},
		{Do: dateCancel, Event: "s1", N: 3, Wait: time.Minute},
		{Do: dateBack, Event: "s1", Wait: time.Minute},
		{Do: seriesTitle, Event: "s1", Wait: time.Minute},
	}},
	{name: "a date is renamed while the meeting of its series is made", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 76*time.Hour + 30*time.Minute, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 7}, Times: 9}},
		{Do: dateName, Event: "s1", Class: make_, Wait: time.Minute},
	}},
	{name: "one date alone is left of a series, and renamed in Webex", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 189 * time.Hour, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "relativeYearly", Interval: 1, Month: 4, DaysOfWeek: []string{"wednesday"}, Index: "fourth"}, Times: 1}, Wait: time.Minute},
		{Do: dateName, Event: "s1", Wait: time.Minute},
		{Do: seriesTitle, Event: "s1", Wait: time.Minute},
	}},
	{name: "a series of one date repeats no more, and is moved in Webex", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 146 * time.Hour, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 1}, Times: 1}, Wait: time.Minute},
		{Do: seriesOnce, Event: "s1", Wait: time.Minute},
		{Do: seriesShift, Event: "s1", In: -time.Hour, Wait: time.Minute},
	}},
	{name: "a date deleted in Webex stays so when its series is cut", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 83 * time.Hour, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 7}, Times: 9}, Wait: 20 * time.Minute},
		{Do: dateDrop, Event: "s1", Wait: 20 * time.Minute},
		{Do: following, Event: "s1", From: "s2", In: 2 * time.Hour, N: 1, Wait: time.Minute},
	}},
	{name: "discarded after Add, where the keyword asks for what is not to be had", steps: []step{
		{Do: create, Event: "e1", Text: ":space", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", Wait: time.Minute},
		{Do: add, Event: "e1", Wait: time.Minute},
	}},
	{name: "moved in Webex just before it was renamed in Outlook", steps: []step{
		born("@webex", time.Minute),
		{Do: shift, Event: "e1", In: 75 * time.Hour, Wait: time.Second},
		{Do: rename, Event: "e1", Text: "Talk 509", Wait: time.Minute},
	}},
	{name: "moved in Webex, and over before anybody looks again", steps: []step{
		born("@webex", time.Minute),
		{Do: shift, Event: "e1", In: 2 * time.Hour, Wait: 26 * time.Hour},
	}},
	{name: "renamed in Webex with spaces that nobody sees", steps: []step{
		born("@webex", time.Minute),
		{Do: retitle, Event: "e1", Text: "Two  spaces\tand a tab", Wait: time.Hour},
	}},
	{name: "a series that has begun repeats no longer", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 21 * time.Hour, Long: 30 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 1}, Days: 15}, Wait: 26 * time.Hour},
		{Do: seriesOnce, Event: "s1", Wait: time.Minute},
	}},
	{name: "a guest of the one date within reach, of a series that is moved", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 111 * time.Hour, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "absoluteYearly", Interval: 3, Month: 7, DayOfMonth: 5}, Times: 4}, Wait: time.Minute},
		{Do: dateInvite, Event: "s1", Guest: []string{"deepa@contoso.example"}, Wait: time.Minute},
		{Do: seriesMove, Event: "s1", In: time.Hour, Wait: time.Minute},
	}},
	{name: "asked for in the pane and not saved, of an event that leads elsewhere", steps: []step{
		{Do: create, Event: "e1", From: "<p>Join " + typed + "01</p>", Text: "@webex", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", Wait: time.Minute},
		{Do: add, Event: "e1", Wait: time.Minute},
	}},
	{name: "deleted and restored, with a date that stands alone", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 170*time.Hour + 30*time.Minute, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "weekly", Interval: 1, DaysOfWeek: []string{"monday", "tuesday", "friday"}, FirstDayOfWeek: "wednesday"}}, Wait: time.Minute},
		{Do: dateMove, Event: "s1", In: -31 * time.Hour, N: 1, Wait: time.Minute},
		{Do: seriesGone, Event: "s1", Wait: time.Minute},
		{Do: seriesBack, Event: "s1", Wait: time.Minute},
	}},
	{name: "the one date within reach is moved, and repeats no longer", steps: []step{
		{Do: repeat, Event: "s1", Text: "@meet", In: 141*time.Hour + 30*time.Minute, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "absoluteYearly", Interval: 2, Month: 3, DayOfMonth: 8}, Times: 1}, Wait: time.Minute},
		{Do: dateMove, Event: "s1", In: 15 * time.Hour, Wait: time.Minute},
		{Do: seriesOnce, Event: "s1", Wait: time.Minute},
	}},
	{name: "whole days over the change of clocks", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 30 * time.Minute, Long: time.Hour, Zone: "AUS Eastern Standard Time",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 1}}, Flag: true, Wait: time.Minute},
	}},
	{name: "a series of whole days east of Greenwich", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 230 * time.Hour, Long: time.Hour, Zone: "India Standard Time",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 2}, Times: 28}, Flag: true, Wait: 26 * time.Hour},
	}},
	{name: "the one date within reach has another title, and repeats no longer", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 357 * time.Hour, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "relativeMonthly", Interval: 2, DaysOfWeek: []string{"monday", "friday"}, Index: "second"}, Days: 88}, Wait: time.Minute},
		{Do: dateName, Event: "s1", Wait: time.Minute},
		{Do: seriesOnce, Event: "s1", Wait: time.Minute},
	}},
	{name: "the one date within reach has guests of its own, and repeats no longer", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 357 * time.Hour, Long: 90 * time.Minute, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "relativeMonthly", Interval: 2, DaysOfWeek: []string{"monday", "friday"}, Index: "second"}, Days: 88}, Wait: time.Minute},
		{Do: dateInvite, Event: "s1", Guest: []string{"deepa@contoso.example"}, Wait: time.Minute},
		{Do: seriesOnce, Event: "s1", Wait: time.Minute},
	}},
	{name: "moved in Webex to the evening before", steps: []step{
		{Do: repeat, Event: "s1", Text: "@webex", In: 160*time.Hour + 30*time.Minute, Long: time.Hour, Zone: "UTC",
			Rule: rule{Pattern: fakems.Pattern{Type: "daily", Interval: 3}}, Wait: 20 * time.Minute},
		{Do: seriesShift, Event: "s1", In: -3 * time.Hour, Wait: time.Minute},
	}},
	{name: "asked for once more before the invitation is sent that shows the first", steps: []step{
		{Do: create, Event: "e1", Text: "@webex", In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", Guest: []string{"bo@contoso.example"}, N: 1, Wait: time.Minute},
		{Do: add, Event: "e1", Wait: time.Minute},
		{Do: save, Event: "e1"},
		{Do: add, Event: "e1", Flag: true, Wait: time.Minute},
	}},
}

// born makes e1, a few days ahead.
func born(location string, wait time.Duration) step {
	return step{Do: create, Event: "e1", Text: location, In: 100 * time.Hour, Long: time.Hour, Zone: "UTC", Wait: wait}
}

func TestTales(t *testing.T) {
	t.Parallel()
	for _, tale := range tales {
		t.Run(tale.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(4) { // both services behave otherwise where no page tells
				s := script{Seed: 1 + seed, BinReadable: true, Delay: tale.delay, Start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), People: 1, Sweep: 15 * time.Minute, Steps: tale.steps}
				wrong, diary := play(t, s, newSQLite(t))
				if len(wrong) > 0 {
					t.Errorf("%v%v", wrong, s)
				}
				if *log {
					t.Log(diary)
				}
			}
		})
	}
}
