package fakewebex

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateRules(t *testing.T) {
	t.Parallel()
	for _, tt := range writeRules {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			path := "/v1/meetings/" + id(b.create(""))
			raw, err := json.Marshal(tt.change)
			if err != nil {
				t.Fatal(err)
			}
			status, text := tt.status, tt.text
			if tt.name == "Z with a zone" { // says nothing about times here
				status, text = 200, ""
			}
			checkAnswer(t, b.do("PATCH", path, string(raw)), status, text)
			checkAnswer(t, b.do("PATCH", path, string(raw), "Content-Type", "application/json-patch+json"), status, text)
		})
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := b.create(`,"agenda":"Old","integrationTags":["a"],"meetingOptions":{"enabledChat":false}`)
	path := "/v1/meetings/" + id(m)

	a := b.do("PATCH", path, `{"title":"New","start":"2026-03-05T12:00:00+01:00","end":"2026-03-05T13:30:00+01:00","timezone":"Europe/Prague","sendEmail":false}`)
	if got := []any{a.status, a.body["title"], a.body["start"], a.body["end"]}; !cmp.Equal(got, []any{200, "New", "2026-03-05T12:00:00+01:00", "2026-03-05T13:30:00+01:00"}) {
		t.Errorf("got %v", got)
	}
	read := b.do("GET", path, "").body
	if got := []any{read["agenda"], read["integrationTags"], read["webLink"], read["password"]}; !cmp.Equal(got, []any{"Old", []any{"a"}, m["webLink"], m["password"]}) {
		t.Errorf("what was not sent became %v", got)
	}
	b.do("PATCH", path, `{"agenda":null,"integrationTags":null,"meetingOptions":{"enabledVideo":false},"sendEmail":false}`)
	read = b.do("GET", path, "").body
	if read["agenda"] != nil || read["integrationTags"] != nil {
		t.Errorf("null left %v and %v", read["agenda"], read["integrationTags"])
	}
	if o := read["meetingOptions"].(map[string]any); o["enabledChat"] != false || o["enabledVideo"] != false {
		t.Errorf("options are %v", o)
	}
	if len(b.Mails()) != 0 {
		t.Error("mails were sent")
	}
	b.do("PATCH", path, `{"title":"Newer"}`)
	if len(b.Mails()) != 1 {
		t.Errorf("%d mails, want one to the host", len(b.Mails()))
	}
}

func TestRefusedWrites(t *testing.T) {
	t.Parallel()
	const forbid, missing = "The server understood the request, but refused to fulfill it because the access token is missing required scopes or the user is missing required roles or licenses.", "The meeting is not found."
	tests := []struct {
		name   string
		before func(b *testbed, id string)
		path   func(id string) string
		body   string
		status int
		text   string
		loud   string
	}{
		{name: "instance", path: func(id string) string { return id + "_I_123456789012345678" }, body: `{"title":"X"}`, status: 400, text: "Meeting ID '%s' is not allowed for this API."},
		{name: "no such meeting", path: func(string) string { return "0123456789abcdef0123456789abcdef" }, body: `{"title":"X"}`, status: 404, text: missing},
		{name: "in progress", before: func(b *testbed, id string) { b.StartMeeting(id) }, body: `{"title":"X"}`, status: 403, text: "Meeting is in progress"},
		{name: "made by a connector", before: func(b *testbed, id string) { b.EditMeeting(id, func(m *Meeting) { m.Connector = true }) }, body: `{"title":"X"}`, status: 403, text: "Updating a meeting that was created via a calendar connector is not allowed."},
		{name: "not mine and not invited", before: func(b *testbed, _ string) { b.token = b.as(bob).token }, body: `{"title":"X"}`, status: 404, text: missing},
		{name: "invited only", before: func(b *testbed, id string) {
			b.EditMeeting(id, func(m *Meeting) { m.Invitees = []Invitee{{Email: bob}} })
			b.token = b.as(bob).token
		}, body: `{"title":"X"}`, status: 403, text: forbid},
		{name: "begun, its own start again", before: func(b *testbed, _ string) { b.clock.Advance(22*time.Hour + 10*time.Minute) }, body: `{"start":"2026-03-05T10:00:00Z"}`, status: 400, text: "Parameter 'start' or 'end' is before current time."},
		{name: "begun, a later end", before: func(b *testbed, _ string) { b.clock.Advance(22*time.Hour + 10*time.Minute) }, body: `{"end":"2026-03-05T12:00:00Z"}`, status: 200},
		{name: "RFC 6902", body: `[{"op":"replace","path":"/title","value":"X"}]`, status: 400, text: "The request body is not a JSON object.", loud: "not a JSON object"},
		{name: "property that only a create takes", body: `{"invitees":[]}`, status: 200, loud: `"invitees" is ignored`},
		{name: "null where it means nothing", body: `{"title":null}`, status: 200, loud: `null for "title" is ignored`},
		{name: "occurrence", path: func(id string) string { return id + "_20260305T100000Z" }, body: `{"title":"X"}`, status: 400, text: "The sandbox does not model the occurrence of a single meeting.", loud: "not modelled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			target := id(b.create(""))
			if tt.before != nil {
				tt.before(b, target)
			}
			if tt.path != nil {
				target = tt.path(target)
			}
			text := tt.text
			if tt.name == "instance" {
				text = "Meeting ID '" + target + "' is not allowed for this API."
			}
			checkAnswer(t, b.do("PATCH", "/v1/meetings/"+target, tt.body), tt.status, text)
			if tt.loud != "" {
				b.wantComplaint(t, tt.loud)
			}
		})
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := "/v1/meetings/" + id(b.create(`,"invitees":[{"email":"bob@contoso.com"}]`))
	if a := b.as(bob).do("DELETE", path+"?sendEmail=false", ""); a.status != 403 {
		t.Errorf("an invitee's delete: %d", a.status)
	}
	if a := b.do("DELETE", path+"?sendEmail=false", ""); a.status != 204 || a.raw != "" {
		t.Errorf("delete: %d %q", a.status, a.raw)
	}
	checkAnswer(t, b.do("DELETE", path+"?sendEmail=false", ""), 404, "The meeting is not found.")
	checkAnswer(t, b.do("GET", path, ""), 404, "The meeting is not found.")
	if len(b.Mails()) != 0 {
		t.Error("mails were sent")
	}
	path = "/v1/meetings/" + id(b.create(`,"invitees":[{"email":"bob@contoso.com"}]`))
	b.StartMeeting(path[len("/v1/meetings/"):])
	checkAnswer(t, b.do("DELETE", path, ""), 403, "Meeting is in progress")
	b.EndMeeting(path[len("/v1/meetings/"):])
	b.do("DELETE", path, "")
	if len(b.Mails()) != 2 {
		t.Errorf("%d mails, want host and invitee", len(b.Mails()))
	}
}
