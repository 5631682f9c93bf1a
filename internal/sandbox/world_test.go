package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"webex-scheduler/internal/sandbox"
)

// At any moment of any week: the people's week is this one of theirs, whom they
// invite exists and has the event too, and there is no noise of the making.
func TestWorldIsSane(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0).UTC()
		s := sandbox.New(sandbox.Config{Clock: clockwork.NewFakeClockAt(now), Seed: rapid.Uint64().Draw(t, "seed")})
		defer s.Close()

		known := map[string]bool{}
		for _, u := range s.Microsoft.Users() {
			known[strings.ToLower(u.Mail)] = true
		}
		uids := map[string]map[string]bool{}
		wishes := 0
		for _, u := range s.Microsoft.Users() {
			if u.NoMailbox {
				continue
			}
			events := s.Microsoft.Events(u.ID, time.Time{}, time.Time{})
			if len(events) < 6 {
				t.Errorf("%s has %d events", u.DisplayName, len(events))
			}
			uids[u.Mail] = map[string]bool{}
			for _, e := range events {
				uids[u.Mail][e.ICalUID] = true
				if strings.HasPrefix(e.Location.DisplayName, "@") && e.IsOrganizer {
					wishes++
				}
				start, err := e.Start.Time()
				if err != nil {
					t.Fatalf("%s: %s: %v", u.DisplayName, e.Subject, err)
				}
				if strings.HasPrefix(e.Location.DisplayName, "@") && !start.After(now) {
					t.Errorf("%s: %s wants a meeting, and is over", u.DisplayName, e.Subject)
				}
				if off := start.Sub(now); off < -8*24*time.Hour || off > 8*24*time.Hour {
					t.Errorf("%s: %s begins %s from now", u.DisplayName, e.Subject, off)
				}
			}
		}
		for _, u := range s.Microsoft.Users() {
			if u.NoMailbox {
				continue
			}
			for _, e := range s.Microsoft.Events(u.ID, time.Time{}, time.Time{}) {
				for _, a := range e.Attendees {
					address := a.EmailAddress.Address
					if !known[address] {
						t.Errorf("%s: %s: nobody has the address %s", u.DisplayName, e.Subject, address)
					}
					sameTenant := strings.HasSuffix(address, u.Mail[strings.Index(u.Mail, "@"):])
					if box := uids[address]; box != nil && sameTenant && !e.IsDraft && !box[e.ICalUID] {
						t.Errorf("%s: %s is not in the calendar of %s", u.DisplayName, e.Subject, address)
					}
				}
			}
		}
		if wishes != 7 {
			t.Errorf("%d events with a keyword, want 7", wishes)
		}
		if n := s.Trace.Last(); n != 0 {
			t.Errorf("%d trace entries before anything happened", n)
		}
		if mails := s.Microsoft.Mails(); len(mails) != 0 {
			t.Errorf("%d mails before anything happened", len(mails))
		}
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var people []struct {
		UPN, Name, TimeZone, Language, Webex, Tenant string
		Mailbox                                      bool
	}
	if status := w.do("GET", "/sandbox/people", nil, &people); status != 200 {
		t.Fatalf("status %d", status)
	}
	var without []string
	elsewhere := map[string]string{}
	languages, zones, tenants := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range people {
		tenants[p.Tenant] = true
		if !p.Mailbox {
			without = append(without, p.Name)
			continue
		}
		languages[p.Language], zones[p.TimeZone] = true, true
		if p.Webex != p.UPN {
			elsewhere[p.UPN] = p.Webex
		}
	}
	if diff := cmp.Diff(elsewhere, map[string]string{
		"amir@contoso.example": "", "frontdesk@contoso.example": "", "jonas@contoso.example": "", "nora@contoso.example": "",
		"chiara@contoso.example": "chiara@contoso-design.example", "emma@contoso.example": "emma.schneider@contoso.example",
	}); diff != "" {
		t.Errorf("Webex accounts under another address, or none (-got +want):\n%s", diff)
	}
	if got, want := fmt.Sprint(without), "[Erik Holm Mia Torres (Guest)]"; got != want {
		t.Errorf("without mailbox: %s, want %s", got, want)
	}
	if len(tenants) != 2 || len(languages) < 4 || len(zones) < 4 {
		t.Errorf("%d tenants, %d languages, %d zones", len(tenants), len(languages), len(zones))
	}
}

func TestProgramIsRegistered(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, path := range []string{
		"/organizations/oauth2/v2.0/authorize?response_type=code&scope=openid+profile&state=s&nonce=n&client_id=" + w.MicrosoftClientID,
		"/v1/authorize?response_type=code&scope=meeting:schedules_write+spark:people_read&state=s&client_id=" + w.WebexClientID,
	} {
		page := w.page(path + "&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fsignin%2Fcallback")
		if !strings.Contains(page, "ana@contoso.example") {
			t.Errorf("%s offers no account:\n%s", path, page)
		}
	}
}
