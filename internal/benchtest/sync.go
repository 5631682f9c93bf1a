package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

const (
	hosts    = 400 // people, each with an own Webex grant: a grant has 270 calls a minute
	meetings = 5   // of each
)

// syncing measures how many changed events reach Webex in a second: their titles
// are changed in the calendars, the sandbox tells, the program reads and writes.
// The sandbox answers at once, and runs on the same processors.
func syncing(ctx context.Context) error {
	fmt.Printf("%d mailboxes with %d meetings each; sandbox, its notifications and program in one process; each row %v\n\n", hosts, meetings, *seconds)
	fmt.Println("| what | changed events/s | all of them once, median | longest |\n| --- | --- | --- | --- |")
	return databases(ctx, func(name, address string) error {
		t := &program{ctx: ctx}
		defer t.end()
		return t.run(func() { syncOn(t, name, address) })
	})
}

func hostName(i int) string { return fmt.Sprintf("host%04d@contoso.example", i) }

func syncOn(t *program, name, address string) {
	events := map[string][]string{} // by host, ids
	start := time.Now().UTC().Truncate(time.Hour).AddDate(0, 0, 20)
	w := apptest.Start(t, apptest.Options{DatabaseURL: address, Quiet: true, Settle: func(s *sandbox.Sandbox) {
		s.Microsoft.WholePages = true
		for i := range hosts {
			s.Microsoft.AddUser(fakems.User{TenantID: apptest.Contoso, UserPrincipalName: hostName(i), DisplayName: hostName(i), Licensed: true,
				ProxyAddresses: []string{"SMTP:" + hostName(i)}})
			s.Webex.AddPerson(fakewebex.Person{Email: hostName(i), DisplayName: hostName(i), Sites: []string{"contoso.webex.com"}, Org: apptest.Contoso})
			for n := range meetings {
				e, err := s.Microsoft.CreateEvent(hostName(i), fakems.Event{
					Subject: "Review 0", Location: fakems.Location{DisplayName: "@webex"},
					Start: fakems.At(start.Add(time.Duration(n)*2*time.Hour), "UTC"), End: fakems.At(start.Add(time.Duration(n)*2*time.Hour+time.Hour), "UTC"),
				})
				if err != nil {
					t.Fatal(err)
				}
				events[hostName(i)] = append(events[hostName(i)], e.ID)
			}
		}
	}})
	for i := range hosts {
		w.Connect(hostName(i))
	}
	awaitWrites(t, w, 0, http.MethodPost)
	w.AwaitRest()

	began, took, changed := time.Now(), []time.Duration(nil), 0
	for round := 1; time.Since(began) < *seconds; round++ {
		title := fmt.Sprintf("Review %d", round)
		at, seq := time.Now(), w.Sandbox.Trace.Last()
		for n := range meetings {
			for i := range hosts {
				if _, err := w.Sandbox.Microsoft.UpdateEvent(hostName(i), events[hostName(i)][n], func(e *fakems.Event) { e.Subject = title }); err != nil {
					t.Fatal(err)
				}
			}
		}
		awaitWrites(t, w, seq, http.MethodPatch)
		took, changed = append(took, time.Since(at)), changed+hosts*meetings
	}
	elapsed := time.Since(began)
	slices.Sort(took)
	fmt.Printf("| %s, one process | %.0f | %v | %v |\n", name, float64(changed)/elapsed.Seconds(),
		took[len(took)/2].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
}

// awaitWrites waits until that was done at Webex, after entry seq, to all meetings.
func awaitWrites(t *program, w *apptest.World, seq int64, method string) {
	ctx, cancel := context.WithTimeout(t.ctx, 5*time.Minute)
	defer cancel()
	for done := map[string]bool{}; len(done) < hosts*meetings; {
		e, err := w.Sandbox.Trace.Await(ctx, seq, func(e trace.Entry) bool {
			return e.Service == trace.Webex && e.Write && e.Method == method && e.Status == http.StatusOK && strings.HasPrefix(e.Path, "/v1/meetings")
		})
		if err != nil {
			t.Fatalf("%d of %d meetings: %v", len(done), hosts*meetings, err)
		}
		if seq = e.Seq; method == http.MethodPost {
			done[strconv.FormatInt(seq, 10)] = true // the path is the same for all
		} else {
			done[e.Path] = true
		}
	}
}
