package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"webex-scheduler/internal/browsertest"
)

// TestTheWholeOrganisation does what README promises an administrator: authorise
// Contoso's 25 people, choose them, and their keyworded events get meetings
// with nobody else signing in.
func TestTheWholeOrganisation(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	program, sandbox := startDemo(t, "--calm") // a pause that Microsoft asks for is told in the form, and not waited for here
	began := time.Now()
	organisation(t, b, program, sandbox, func(string) {})
	t.Logf("from the first click to everybody's meetings: %v", time.Since(began).Round(100*time.Millisecond))
}

// TestOrganisationScreenshots takes the README's pictures of it (make screenshots).
func TestOrganisationScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("pictures are taken with make screenshots")
	}
	b := browsertest.Start(t)
	program, sandbox := startDemo(t, "--seed=1")
	organisation(t, b, program, sandbox, func(name string) {
		b.Resize(1280, 1400)
		b.Screenshot(filepath.Join(*screenshots, name+".png"), name != "admin")
		b.Resize(1280, 900)
	})
}

func organisation(t *testing.T, b *browsertest.Browser, program, sandbox string, picture func(name string)) {
	t.Helper()
	const ana = "ana@contoso.example"
	b.Open(program + "/admin")
	b.Click("button", ana)
	b.Click("button", "Accept") // to be signed in, nothing more
	b.See("What is asked for")
	picture("admin-consent")
	checkPage(t, b)
	b.Click("link", "Ask Microsoft")
	b.Click("button", ana)
	b.See("Read and write calendars in all mailboxes")
	b.Click("button", "Accept")
	b.Click("button", ana) // a fresh sign-in proves the role
	b.See("Open the console")
	b.Click("link", "Open the console")
	b.Click("link", "Connect Webex")
	b.Click("button", ana)
	b.Click("button", "Accept")
	b.See("to the Microsoft 365 organisation")
	b.Click("button", "Connect them")
	b.See("Connect another")

	b.Click("field", "Everybody with a licence")
	b.Click("button", "Show what would change")
	b.See("Nothing has been changed yet")
	picture("admin-preview")
	checkPage(t, b)
	b.Click("button", "Save this choice")
	wanted := []string{
		"freja@contoso.example", "alzbeta@contoso.example", "chiara@contoso.example", "haruki@contoso.example", "lucia@contoso.example",
	}
	defer func() {
		if len(wanted) > 0 {
			t.Errorf("without a meeting: %v", wanted)
		}
	}()
	await(t, sandbox, "everybody's keyworded event has its meeting", func() bool {
		wanted = slices.DeleteFunc(wanted, func(who string) bool { return meetingsOf(t, sandbox, who) == 1 })
		return len(wanted) == 0
	})
	b.Open(program + "/admin")
	b.See("In step")
	picture("admin")
	checkPage(t, b)
	b.Open(program + "/admin/settings")
	checkPage(t, b)
	b.Open(program + "/admin?q=freja")
	b.Click("link", "Freja Nielsen")
	b.See("Release call")
	checkPage(t, b)
}

// meetingsOf counts the person's meetings.
func meetingsOf(t *testing.T, sandbox, user string) int {
	t.Helper()
	resp, err := http.Get(sandbox + "/sandbox/webex?user=" + user)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the Webex side of %s: status %d", user, resp.StatusCode)
	}
	var side struct{ Meetings []struct{ ID string } }
	if err := json.NewDecoder(resp.Body).Decode(&side); err != nil {
		t.Fatal(err)
	}
	return len(side.Meetings)
}
