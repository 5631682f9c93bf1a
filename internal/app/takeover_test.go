package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/trace"
)

// TestTakeover: who authorised by themselves moves over to the tenant, and back,
// without losing a meeting.
func TestTakeover(t *testing.T) {
	t.Parallel()
	for name, webex := range map[string]string{"own Webex account": apptest.Bo, "another person's": apptest.Deepa} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := moving(t, apptest.Options{})
			w.ConnectAs(apptest.Bo, webex)
			w.AwaitRest()
			d := desk{t, w, apptest.Bo, webex}
			e := d.put("Plan")
			made := d.one("Plan")
			if subs := d.subscriptions(); len(subs) != 1 || subs[0].AppOnly {
				t.Fatalf("subscriptions: %+v, want one of his own", subs)
			}
			follows := func(title string, by ...string) {
				t.Helper()
				seq := w.Sandbox.Trace.Last()
				d.rename(e.ID, title)
				if m := d.one(title); m.ID != made.ID {
					t.Errorf("renamed to %q: another meeting", title)
				}
				for _, call := range w.Sandbox.Trace.Since(seq) {
					if call.Service == trace.Webex && call.Write && !slices.Contains(by, call.Actor) {
						t.Errorf("renamed to %q: %s wrote, want %v", title, call.Actor, by)
					}
				}
			}

			b := w.Authorise(apptest.Ana)
			seq := w.Sandbox.Trace.Last()
			w.Choose(b, "everybody")
			w.Advance(10 * time.Second)
			if subs := d.subscriptions(); len(subs) != 1 || !subs[0].AppOnly {
				t.Errorf("subscriptions: %+v, want one, the tenant's", subs)
			}
			d.replaced(seq)
			// Meetings belong to a person: the administrator acts for Bo, and for
			// nobody who is not the host of the mailbox.
			follows("Plan B", map[string]string{apptest.Bo: apptest.Ana, apptest.Deepa: apptest.Deepa}[webex])

			w.Choose(b, "nobody")
			w.Advance(10 * time.Second)
			if subs := d.subscriptions(); len(subs) != 1 || subs[0].AppOnly {
				t.Errorf("subscriptions: %+v, want one of his own again", subs)
			}
			follows("Plan C", webex)
			if subs := deskOf(t, w, freja).subscriptions(); len(subs) != 0 {
				t.Errorf("nobody is chosen, and Freja's mailbox has %+v", subs)
			}
			d.w.Advance(16 * time.Minute)
			follows("Plan D", webex)
			d.remove(e.ID)
			d.has()
		})
	}
}

// replaced checks the order of a move to the tenant: the new subscription is
// there before the old one goes, which goes by the token that made it.
func (d desk) replaced(seq int64) {
	d.t.Helper()
	var order []string
	id := object(d.t, d.w, d.upn)
	for _, e := range d.w.Sandbox.Trace.Since(seq) {
		if e.Service != trace.Graph || !strings.HasPrefix(e.Path, "/v1.0/subscriptions") {
			continue
		}
		switch {
		case e.Method == "POST" && e.Status == 201 && e.Actor == "Webex Scheduler":
			order = append(order, "made")
		case e.Method == "DELETE" && e.Actor == d.upn && e.Status == 204:
			order = append(order, "deleted")
		}
	}
	made := false
	for _, step := range order {
		made = made || step == "made"
		if step == "deleted" && made {
			return
		}
	}
	d.t.Errorf("subscriptions of %s: %q, want the tenant's made before the own one is deleted", id, order)
}
