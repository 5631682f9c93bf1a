package app_test

import (
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
)

// TestPaneNetworkGone: nothing is lost, and the same press goes on once the
// network is back.
func TestPaneNetworkGone(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Offline(true)
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("The server cannot be reached")
	if got := d.Pane.Text("document.activeElement.innerText"); got != "Add Webex meeting" {
		t.Errorf("after the failed press the focus is on %q, want the button", got)
	}
	d.untouched()
	d.Pane.Offline(false)
	d.Pane.Click("button", "Try again")
	d.complete()
}

// TestPaneAnswerLost: the meeting was made, and the pane never heard of it. The
// next press gets that one.
func TestPaneAnswerLost(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Do(`{
	  const real = window.fetch;
	  window.fetch = async (address, options) => {
	    const answer = await real(address, options);
	    if (options?.method !== 'POST' || address !== '/api/v1/meetings') return answer;
	    window.fetch = real;
	    throw new TypeError('Failed to fetch');
	  };
	}`)
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("The server cannot be reached")
	d.untouched()
	d.Pane.Click("button", "Try again")
	d.complete()
}

// TestPaneSessionOver: the person signs in again and goes on; what was chosen
// is kept.
func TestPaneSessionOver(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Do("document.querySelector('summary').click()")
	d.Pane.Fill("Password", "Spring2027xyz")
	// As after an hour.
	d.Pane.Do(`{
	  const real = window.fetch;
	  window.fetch = (address, options) => {
	    window.fetch = real;
	    return real(address, {...options, headers: {...options.headers, Authorization: 'Bearer over'}});
	  };
	}`)
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("Your sign-in has ended")
	d.untouched()
	d.SignIn()
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	if got := meetings(d.w)[0].Password; got != "Spring2027xyz" {
		t.Errorf("password = %q, want what was chosen before", got)
	}
}

// TestPaneSlowServer: work that takes long shows itself, and is not begun twice.
func TestPaneSlowServer(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.slowWebex(10 * time.Second)
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("Adding the Webex meeting…")
	d.Pane.Await("Add cannot be pressed", "[...document.querySelectorAll('button')].find(b => b.textContent === 'Add Webex meeting').disabled")
	if got := d.Pane.Text("document.querySelector('[role=status]').innerText.trim()"); got != "Adding the Webex meeting…" {
		t.Errorf("the status says %q", got)
	}
	d.complete()
}

// TestPaneDoubleClick: one request, one meeting.
func TestPaneDoubleClick(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Do(`window.posted = 0; const real = window.fetch;
	  window.fetch = (address, options) => { if (options?.method === 'POST' && address === '/api/v1/meetings') posted++; return real(address, options); }; 0`)
	d.Pane.DoubleClick("button", "Add Webex meeting")
	d.complete()
	if got := d.Pane.Number("posted"); got != 1 {
		t.Errorf("%v requests, want 1", got)
	}
	// Nor does a double click on Remove answer its own question.
	d.Pane.DoubleClick("button", "Remove")
	d.Pane.See("Remove the Webex meeting?")
	d.Pane.Click("button", "Cancel")
	d.complete()
}

// TestPaneClosedInTheMiddle: the event is as it was; opened again, the pane goes
// on with the meeting that was made meanwhile.
func TestPaneClosedInTheMiddle(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.slowWebex(3 * time.Second)
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("Adding the Webex meeting…")
	d.ClosePane()
	d.untouched()
	d.OpenPane()
	d.SignIn()
	d.Pane.See("Add a Webex meeting")
	d.untouched()
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
}

// TestPaneRefused: what Outlook does not let us write leaves no trace, neither
// in the event nor at Webex.
func TestPaneRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ member, sentence string }{
		{"body.setAsync", "Outlook did not let us write into the event"},
		{"body.getAsync", "Outlook did not let us write into the event"},
		{"subject.getAsync", "Outlook did not answer"},
	} {
		t.Run(c.member, func(t *testing.T) {
			t.Parallel()
			d := startStation(t, apptest.Options{}, "")
			d.ready("Plans")
			d.Page.Do("history.replaceState(null, '', location.href + '&fail=" + c.member + "')")
			d.Pane.Click("button", "Add Webex meeting")
			d.Pane.See(c.sentence)
			d.untouched()
			d.w.AwaitRest()
			if got := meetings(d.w); len(got) != 0 {
				t.Errorf("%d meetings, want none", len(got))
			}
			d.Page.Do("history.replaceState(null, '', location.href.replace(/&fail=[^&]*/, ''))")
			d.Pane.Click("button", "Try again")
			d.complete()
		})
	}
}

// TestPaneLocationRefused: told, and the meeting stays.
func TestPaneLocationRefused(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Page.Do("history.replaceState(null, '', location.href + '&fail=location.setAsync')")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("This event has a Webex meeting")
	d.Pane.See("did not let us set the location")
	if got := d.Location(); got != "" {
		t.Errorf("location = %q, want none", got)
	}
	if d.Details() != 1 || len(meetings(d.w)) != 1 {
		t.Errorf("join details %d times and %d meetings, want one of each", d.Details(), len(meetings(d.w)))
	}
}

// TestPaneKeepsAPlace: a room that people meet in is not written over.
func TestPaneKeepsAPlace(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Page.Fill("Location", "Room 1")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("This event has a Webex meeting")
	if got := d.Location(); got != "Room 1" {
		t.Errorf("location = %q, want Room 1", got)
	}
}

// TestPaneAndKeyword: the keyword was saved, its meeting is being made, and then
// Add is pressed: there is one in the end, and the open event shows it.
func TestPaneAndKeyword(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.NewEvent("Plans")
	d.Write(agenda)
	d.Page.Fill("Location", "@webex")
	d.slowWebex(8 * time.Second)
	d.Save()
	d.OpenEvent("Plans")
	d.SignIn()
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Save()
	d.w.AwaitRest()
	if got := meetings(d.w); len(got) != 1 {
		t.Fatalf("%d meetings, want one", len(got))
	}
	d.OpenEvent("Plans")
	d.SignIn()
	d.complete()
}

// TestPaneRefusedOptions: what is refused says why, beside the button.
func TestPaneRefusedOptions(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Do("document.querySelector('summary').click()")
	d.Pane.Fill("Password", "abc")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.Await("an alert", "document.querySelector('[role=alert]').innerText.toLowerCase().includes('password')")
	d.untouched()
	d.Pane.Fill("Password", "Spring2027xyz")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
}
