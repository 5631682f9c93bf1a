package webex

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// TestChoicesOnTheWire: what is not chosen is not said, so that the site, the
// template or the meeting decides.
func TestChoicesOnTheWire(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options meeting.Options
		want    string
	}{
		{"nothing", meeting.Options{Kind: meeting.OwnKind, CoHosts: []string{"ana@contoso.example"}}, `{}`},
		{"all", meeting.Options{Password: meeting.NewSecret("Abc1234d"), LeaveOutPassword: true, JoinBeforeHost: "15", Lobby: "blockFromJoin", Audio: "VoIP", EntryTone: "noTone"},
			`{"password":"Abc1234d","excludePassword":true,"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":15,` +
				`"unlockedMeetingJoinSecurity":"blockFromJoin","audioConnectionOptions":{"audioConnectionType":"VoIP","entryAndExitTone":"noTone"}}`},
		{"nobody before the host", meeting.Options{JoinBeforeHost: "off"}, `{"enabledJoinBeforeHost":false}`},
		{"from the start on", meeting.Options{JoinBeforeHost: "0"}, `{"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":0}`},
		{"tracking codes", meeting.Options{TrackingCodes: map[string]string{"Project": "Moon", "Cost centre": "4711"}},
			`{"trackingCodes":[{"name":"Cost centre","value":"4711"},{"name":"Project","value":"Moon"}]}`},
		{"no tracking codes any more", meeting.Options{TrackingCodes: map[string]string{}}, `{"trackingCodes":null}`},
		{"a tone alone", meeting.Options{EntryTone: "beep"}, `{"audioConnectionOptions":{"entryAndExitTone":"beep"}}`},
	} {
		got, err := json.Marshal(newChoices(test.options))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %s, %v\nwant %s", test.name, got, err, test.want)
		}
	}
}

func TestPasswordThatTheSiteRefuses(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, 400, nil, `{"message":"The input parameters contain invalid items.","errors":[{"description":"Meeting password validation failed. The password 'hunter2' is too short."}]}`)
	_, err := c.CreateMeeting(t.Context(), host, spec("Plan"))
	if !errs.Is(err, errs.Invalid) || errs.CodeOf(err) != CodePassword {
		t.Errorf("create: %v (%s, %q), want invalid, %q", err, errs.KindOf(err), errs.CodeOf(err), CodePassword)
	}
	if want := "webex: create meeting: invalid: status 400: meeting password validation failed (password)"; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
}

// TestOptionsOfAMeeting: they are as chosen when it is made, and a change
// touches only what it names.
func TestOptionsOfAMeeting(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *fakewebex.Server) {
		s.AddSite(fakewebex.Site{URL: "contoso.webex.com", Templates: []fakewebex.Template{{ID: "t1", Name: "Quiet", Agenda: "Shh",
			Options: map[string]any{"audioConnectionOptions": map[string]any{"audioConnectionType": "VoIP", "entryAndExitTone": "noTone"}}}}})
	})
	s := spec("Plan")
	s.Options = meeting.Options{Template: "t1", Password: meeting.NewSecret("Abcdefg1"), LeaveOutPassword: true, JoinBeforeHost: "10", Lobby: "blockFromJoin", EntryTone: "beep"}
	m := create(t, w, s)
	audio := func(kind, tone string) map[string]any {
		return map[string]any{"audioConnectionType": kind, "entryAndExitTone": tone}
	}
	check := func(want map[string]any, password string) {
		t.Helper()
		real, _ := w.fake.Meeting(string(m.ID))
		if diff := cmp.Diff(want, real.Options); diff != "" || real.Password != password || real.Agenda != "Shh" {
			t.Errorf("password %q, options (-want +got):\n%s", real.Password, diff)
		}
	}
	want := map[string]any{"excludePassword": true, "enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 10.0,
		"unlockedMeetingJoinSecurity": "blockFromJoin", "audioConnectionOptions": audio("VoIP", "beep")}
	check(want, "Abcdefg1")
	update := func(patch meeting.MeetingPatch) {
		t.Helper()
		if _, err := w.UpdateMeeting(t.Context(), host, m.ID, patch); err != nil {
			t.Fatal(err)
		}
	}
	update(meeting.MeetingPatch{Title: new("Plan B")})
	check(want, "Abcdefg1")
	update(meeting.MeetingPatch{Options: &meeting.Options{JoinBeforeHost: "off"}})
	want["enabledJoinBeforeHost"], want["excludePassword"] = false, false
	check(want, "Abcdefg1")
	update(meeting.MeetingPatch{Options: &meeting.Options{Password: meeting.NewSecret("Hijklmn2"), LeaveOutPassword: true, Audio: "webexAudio", Lobby: "allowJoin"}})
	want["excludePassword"], want["unlockedMeetingJoinSecurity"], want["audioConnectionOptions"] = true, "allowJoin", audio("webexAudio", "beep")
	check(want, "Hijklmn2")

	weak := meeting.MeetingPatch{Options: &meeting.Options{Password: meeting.NewSecret("weak")}}
	if _, err := w.UpdateMeeting(t.Context(), host, m.ID, weak); errs.CodeOf(err) != CodePassword {
		t.Errorf("a weak password: %v", err)
	}
	s.Options.Template = "gone"
	if _, err := w.CreateMeeting(t.Context(), host, s); !errs.Is(err, errs.Invalid) {
		t.Errorf("a template that is gone: %v (%s)", err, errs.KindOf(err))
	}
}

// TestOptionsThatASiteDoesNotHonour are no error: Webex warns and goes on.
func TestOptionsThatASiteDoesNotHonour(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *fakewebex.Server) { s.AddSite(fakewebex.Site{URL: "contoso.webex.com", Converged: true}) })
	s := spec("Plan")
	s.Options = meeting.Options{Audio: "VoIP", EntryTone: "noTone", Lobby: "blockFromJoin"}
	real, _ := w.fake.Meeting(string(create(t, w, s).ID))
	if diff := cmp.Diff(map[string]any{"unlockedMeetingJoinSecurity": "blockFromJoin", "audioConnectionOptions": map[string]any{}}, real.Options); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}

func TestCoHosts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	s := spec("Plan")
	s.Invitees = []meeting.Invitee{{Email: "ana@contoso.example", Name: "Ana", CoHost: true}, {Email: "cy@contoso.example"}}
	m := create(t, w, s)
	ensure := func(add ...meeting.Invitee) {
		t.Helper()
		if err := w.AddInvitees(t.Context(), host, m.ID, add); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want map[string]bool) {
		t.Helper()
		all, err := w.Invitees(t.Context(), host, m.ID)
		got := map[string]bool{}
		for _, i := range all {
			got[i.Email] = i.CoHost
			if i.Email == "ana@contoso.example" && i.Name != "Ana" {
				t.Errorf("Ana is called %q", i.Name)
			}
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("cohosts: %v (-want +got):\n%s", err, diff)
		}
	}
	check(map[string]bool{"ana@contoso.example": true, "cy@contoso.example": false})
	ensure(meeting.Invitee{Email: "cy@contoso.example", CoHost: true}, meeting.Invitee{Email: "di@contoso.example", CoHost: true}, meeting.Invitee{Email: "Di@contoso.example"})
	check(map[string]bool{"ana@contoso.example": true, "cy@contoso.example": true, "di@contoso.example": true})
	ensure(meeting.Invitee{Email: "Ana@contoso.example"})
	check(map[string]bool{"ana@contoso.example": false, "cy@contoso.example": true, "di@contoso.example": true})
	if mails := w.fake.Mails(); len(mails) != 0 {
		t.Errorf("Webex mailed %v", mails)
	}
}
