package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
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
	fmt.Println("| what | changed events/s | change to Webex, p50 | p99 |\n| --- | --- | --- | --- |")
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
	await(t, func() bool { return len(titled(w, "Review 0")) >= hosts*meetings })
	w.AwaitRest()

	began, took, changed := time.Now(), []time.Duration(nil), 0
	for round := 1; time.Since(began) < *seconds; round++ {
		title := fmt.Sprintf("Review %d", round)
		at := time.Now()
		for n := range meetings {
			for i := range hosts {
				if _, err := w.Sandbox.Microsoft.UpdateEvent(hostName(i), events[hostName(i)][n], func(e *fakems.Event) { e.Subject = title }); err != nil {
					t.Fatal(err)
				}
			}
		}
		await(t, func() bool { return len(titled(w, title)) >= hosts*meetings })
		took, changed = append(took, time.Since(at)), changed+hosts*meetings
	}
	elapsed := time.Since(began)
	slices.Sort(took)
	fmt.Printf("| %s, one process | %.0f | %v | %v |\n", name, float64(changed)/elapsed.Seconds(),
		took[len(took)/2].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
}

// titled are the live meetings with that title.
func titled(w *apptest.World, title string) []fakewebex.Meeting {
	return slices.DeleteFunc(w.Sandbox.Webex.Meetings(""), func(m fakewebex.Meeting) bool { return m.Title != title })
}

func await(t *program, done func() bool) {
	for until := time.Now().Add(5 * time.Minute); !done(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(until) || t.ctx.Err() != nil {
			t.Fatalf("not done in time")
		}
	}
}
