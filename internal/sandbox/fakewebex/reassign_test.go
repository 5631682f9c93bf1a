package fakewebex

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// reassign has Root give meetings to a host.
func (b *testbed) reassign(host, site string, ids ...string) answer {
	raw, _ := json.Marshal(ids)
	return b.do("POST", "/v1/meetings/reassignHost", fmt.Sprintf(`{"hostEmail":%q,"meetingIds":%s}`, host, raw), "siteUrl", site)
}

func TestReassignHost(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	mine := id(b.as(anna).create(`,"invitees":[{"email":"bob@contoso.com"},{"email":"eva@contoso.com"}]`))
	before, _ := b.Meeting(mine)
	if a := b.reassign(bob, siteURL, mine); a.status != 204 {
		t.Fatalf("got %d %s, want 204", a.status, a.raw)
	}
	v, _ := b.Meeting(mine)
	if v.Host != bob || v.WebLink != before.WebLink || v.Password != before.Password || len(v.Invitees) != 1 || v.Invitees[0].Email != "eva@contoso.com" {
		t.Errorf("afterwards %+v", v)
	}
	if a := b.do("GET", "/v1/meetings/"+mine+"?hostEmail="+anna, ""); a.status != 404 {
		t.Errorf("the former host reads it: %d", a.status)
	}
	if a := b.reassign(bob, siteURL, mine); a.status != 204 {
		t.Errorf("once more: %d %s, want 204", a.status, a.raw)
	}
	if len(b.Mails()) != 0 {
		t.Errorf("mails: %v", b.Mails())
	}
}

func TestReassignHostRefused(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	good, running, fixed := id(b.as(anna).create("")), id(b.as(anna).create("")), id(b.as(anna).create(""))
	if err := b.StartMeeting(running); err != nil {
		t.Fatal(err)
	}
	if err := b.EditMeeting(fixed, func(m *Meeting) { m.FixedHost = true }); err != nil {
		t.Fatal(err)
	}
	if a := b.as(anna).reassign(bob, siteURL, good); a.status != 403 {
		t.Errorf("by somebody who administers nothing: %d %s", a.status, a.raw)
	}
	for _, unfit := range []string{gil, alien, nosite, "nobody@contoso.com"} {
		if a := b.reassign(unfit, siteURL, good); a.status != 403 {
			t.Errorf("to %s: %d %s, want 403", unfit, a.status, a.raw)
		}
	}
	checkAnswer(t, b.reassign("", siteURL, good), 400, "Parameter 'hostEmail' is required.")
	checkAnswer(t, b.reassign(bob, siteURL), 400, "Parameter 'meetingIds' must have 1 to 100 items.")
	checkAnswer(t, b.reassign(bob, siteURL, make([]string, 101)...), 400, "Parameter 'meetingIds' must have 1 to 100 items.")
	a := b.reassign(bob, siteURL, good, running, fixed, good+"_20260305T100000Z", "nobody's")
	if a.status != 207 {
		t.Fatalf("got %d %s, want 207", a.status, a.raw)
	}
	var got struct {
		Items []struct{ MeetingID, HTTPStatus string }
	}
	if err := json.Unmarshal([]byte(a.raw), &got); err != nil {
		t.Fatal(err)
	}
	var statuses []string
	for _, i := range got.Items {
		statuses = append(statuses, i.HTTPStatus)
	}
	if s := strings.Join(statuses, " "); s != "204 403 403 400 404" {
		t.Errorf("statuses are %s: %s", s, a.raw)
	}
	v, _ := b.Meeting(good)
	w, _ := b.Meeting(fixed)
	if v.Host != bob || w.Host != anna {
		t.Errorf("hosts are %s and %s", v.Host, w.Host)
	}
	if err := b.EndMeeting(running); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Second)
	if a := b.reassign(bob, siteURL, running); a.status != 204 {
		t.Errorf("after its end: %d %s", a.status, a.raw)
	}
}
