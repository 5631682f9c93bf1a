package app_test

import (
	"strings"
	"testing"

	"webex-scheduler/internal/app/apptest"
)

// repeats makes the open form a weekly series of four dates.
func (d *station) repeats() {
	d.t.Helper()
	d.Page.Do(`const set = (name, value) => { const f = document.querySelector('[name=' + name + ']'); f.value = value; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true})); };
		set('repeat', 'weekly'); set('ends', 'numbered'); set('count', '4')`)
}

// whole turns from an open date to its series.
func (d *station) whole() {
	d.t.Helper()
	d.Page.Do("const f = document.querySelector('[name=of]'); f.value = 'series'; f.dispatchEvent(new Event('change', {bubbles: true}))")
	d.Page.Await("the whole series is open", "!document.getElementById('editor-form')?.inert && document.getElementById('pane').hidden")
	d.OpenPane()
}

// TestPaneSeries: a meeting is added to a series, joined from one of its dates,
// changed and removed for all of them.
func TestPaneSeries(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.repeats()
	d.Pane.See("Every date of this series gets it")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("This series has a Webex meeting")
	d.Save()
	d.w.AwaitRest()
	made := meetings(d.w)
	if len(made) != 1 || !strings.Contains(made[0].Recurrence, "COUNT=4") {
		t.Fatalf("at Webex: %+v, want one series of four dates", made)
	}

	d.OpenEvent("Plans")
	d.SignIn()
	d.Pane.See("This date has its series' Webex meeting")
	d.Pane.See("open the whole series")
	d.Pane.Miss("Add Webex meeting")
	d.Pane.Miss("Remove")
	if got := d.Pane.Text("document.querySelector('a.primary').href"); got != made[0].WebLink {
		t.Errorf("Join leads to %s, want %s", got, made[0].WebLink)
	}

	d.whole()
	d.SignIn()
	d.Pane.See("This series has a Webex meeting")
	d.Pane.Click("button", "Remove")
	d.Pane.See("leave all dates of this series")
	d.Pane.Click("button", "Remove")
	d.Pane.See("Save or send the event to finish.")
	d.Save()
	d.w.AwaitRest()
	if got := meetings(d.w); len(got) != 0 {
		t.Errorf("%d meetings after the removal was saved, want none", len(got))
	}
}

// TestPaneOneDate: one date of a series without a meeting gets one for itself.
func TestPaneOneDate(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.repeats()
	d.Save()
	d.OpenEvent("Plans")
	d.SignIn()
	d.Pane.See("This date alone gets it.")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Save() // the date is an exception from now on
	d.w.AwaitRest()
	if got := meetings(d.w); len(got) != 1 || got[0].Recurrence != "" {
		t.Fatalf("at Webex: %+v, want one meeting that does not repeat", got)
	}
	d.OpenEvent("Plans")
	d.SignIn()
	d.complete()
	d.Pane.See("Remove")
}
