package sandbox_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/sandbox/fakewebex"
)

func (w *world) meet(title string, change func(*fakewebex.Meeting)) fakewebex.Meeting {
	w.t.Helper()
	m := fakewebex.Meeting{Host: ana, Title: title, Start: wednesday.Add(time.Hour), End: wednesday.Add(2 * time.Hour)}
	if change != nil {
		change(&m)
	}
	m, err := w.Webex.AddMeeting(m)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func TestMeetingIsShownWithItsOptions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.meet("Plan", func(m *fakewebex.Meeting) {
		m.Invitees = []fakewebex.Invitee{{Email: "bo@contoso.example", CoHost: true}, {Email: "deepa@contoso.example"}}
		m.OwnPassword, m.Template = true, "contoso-workshop"
		m.Options = map[string]any{"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 10.0, "unlockedMeetingJoinSecurity": "blockFromJoin",
			"audioConnectionOptions": map[string]any{"audioConnectionType": "VoIP"}, "excludePassword": true}
	})
	var side struct {
		Account  object
		Meetings []struct {
			CoHosts     []string
			Kind        string
			PasswordSet bool
			Options     object
		}
	}
	w.do("GET", "/sandbox/webex?user="+ana, nil, &side)
	if len(side.Meetings) != 1 || side.Account["room"] != "https://contoso.webex.com/meet/ana" {
		t.Fatalf("seen: %+v", side)
	}
	m := side.Meetings[0]
	want := object{"template": "Workshop", "joinBeforeHost": "10", "lobby": "blockFromJoin", "audio": "VoIP", "entryTone": "", "leaveOutPassword": true}
	if diff := cmp.Diff(want, m.Options); diff != "" || m.Kind != "meeting" || !m.PasswordSet || len(m.CoHosts) != 1 || m.CoHosts[0] != "bo@contoso.example" {
		t.Errorf("%+v, options (-want +got):\n%s", m, diff)
	}
	w.do("GET", "/sandbox/webex?user=deepa@contoso.example", nil, &side)
	if side.Account["room"] != "" {
		t.Errorf("Deepa's room is %v", side.Account["room"])
	}
}

func TestSomebodyJoins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.meet("Plan", nil)
	base := "/sandbox/webex/meetings/" + m.ID
	state := func() fakewebex.State { m, _ := w.Webex.Meeting(m.ID); return m.State }
	for _, step := range []struct {
		path string
		body any
		want int
		then fakewebex.State
	}{
		{base + "/end", nil, 409, fakewebex.Active},
		{base + "/join", object{"email": "bo@contoso.example"}, 204, fakewebex.InProgress}, // in the lobby
		{base + "/join", nil, 204, fakewebex.InProgress},
		{base + "/join", object{"name": "Bo"}, 400, fakewebex.InProgress},
		{base + "/end", nil, 204, fakewebex.Active},
		{"/sandbox/webex/meetings/0/join", nil, 404, fakewebex.Active},
	} {
		if got := w.do("POST", step.path, step.body, nil); got != step.want || state() != step.then {
			t.Errorf("POST %s %v: %d, %s, want %d, %s", step.path, step.body, got, state(), step.want, step.then)
		}
	}
	if got := w.send(w.request("POST", base+"/join", nil), nil); got != 401 {
		t.Errorf("without the control token: %d", got)
	}
}

func TestSomebodyJoinsOnThePage(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.meet("Plan", nil)
	b := browsertest.Start(t)
	b.Resize(1440, 900)
	b.Open(w.url)
	b.See("Live")
	b.Click("button", "Host joins")
	b.See("in progress")
	b.Click("button", "End")
	b.Miss("in progress")
	b.See("scheduled")
}

func TestHostChangesMeetingInWebex(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.meet("Plan", nil)
	base := "/sandbox/webex/meetings/" + m.ID
	for _, step := range []struct {
		method, path string
		body         any
		want         int
	}{
		{"PATCH", base, object{"title": " "}, 409},
		{"PATCH", base, object{"name": "Plan B"}, 400},
		{"PATCH", base, object{"title": "Plan B", "start": m.Start.Add(time.Hour)}, 204},
		{"PATCH", "/sandbox/webex/meetings/0", object{"title": "Plan B"}, 404},
	} {
		if got := w.do(step.method, step.path, step.body, nil); got != step.want {
			t.Errorf("%s %s %v: %d, want %d", step.method, step.path, step.body, got, step.want)
		}
	}
	if is, _ := w.Webex.Meeting(m.ID); is.Title != "Plan B" || !is.Start.Equal(m.Start.Add(time.Hour)) || is.End.Sub(is.Start) != m.End.Sub(m.Start) {
		t.Errorf("meeting: %q %v–%v", is.Title, is.Start, is.End)
	}
	if got := w.do("DELETE", base, nil, nil); got != 204 {
		t.Errorf("deleted: %d", got)
	}
	if _, there := w.Webex.Meeting(m.ID); there {
		t.Error("the meeting is still there")
	}
}

func TestHostChangesMeetingOnThePage(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.meet("Plan", nil)
	b := browsertest.Start(t)
	b.Resize(1440, 900)
	b.Open(w.url)
	b.See("Live")
	b.Click("button", "An hour later")
	b.See("13:00 – 14:00")
	b.Click("button", "Delete")
	b.Miss("13:00 – 14:00")
	if _, there := w.Webex.Meeting(m.ID); there {
		t.Error("the meeting is still there")
	}
}
