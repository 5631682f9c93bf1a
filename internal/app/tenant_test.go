package app_test

import (
	"testing"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/store/storetest"
)

// TestAdministratorSaysYesOnce: the events of everybody get meetings, and
// nobody but the administrator ever signs in.
func TestAdministratorSaysYesOnce(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) *storetest.Fixture{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.Start(t, apptest.Options{DatabaseURL: database(t).URL})
			b := w.Authorise(apptest.Ana)
			w.Choose(b, "everybody")
			b.Open(w.URL + "/admin")
			t.Log(b.Text())
			for _, who := range []string{"freja@contoso.example", "alzbeta@contoso.example", "chiara@contoso-design.example", "haruki@contoso.example", "lucia@contoso.example"} {
				if all := w.Sandbox.Webex.Meetings(who); len(all) != 1 {
					t.Errorf("%s has %d meetings, want 1", who, len(all))
				}
			}
		})
	}
}
