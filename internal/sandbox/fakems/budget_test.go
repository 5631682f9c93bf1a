package fakems

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

func TestDirectoryBudget(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.alone("User.Read.All")
	// A page of users costs 2 units; there are 3 500 in 10 s.
	for n := range 1750 {
		if got := app.do("GET", "/users", nil); got.status != 200 {
			t.Fatalf("call %d: %d %s", n+1, got.status, got.raw)
		}
	}
	w.clock.Advance(4 * time.Second)
	got := app.do("GET", "/users/"+w.ana.ID, nil)
	w.refused(got, 429, "TooManyRequests")
	if got.header.Get("Retry-After") != "6" {
		t.Errorf("Retry-After %q, want 6", got.header.Get("Retry-After"))
	}
	w.GrantTenant(w.fabrikam.ID, w.app.ClientID, "User.Read.All")
	(&caller{w: w, token: w.IssueAppToken(w.fabrikam.ID, w.app.ClientID), header: http.Header{}}).must(200, "GET", "/users", nil)
	w.clock.Advance(6 * time.Second)
	app.must(200, "GET", "/users/"+w.ana.ID, nil)
}

func TestSubscriptionBudget(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.alone("Calendars.Read")
	var parts []any
	for n := range 20 {
		parts = append(parts, map[string]any{"id": strconv.Itoa(n), "method": "DELETE", "url": "/subscriptions/none"})
	}
	for range subscriptionWrites / 20 {
		if got := app.must(200, "POST", "/$batch", map[string]any{"requests": parts}); got.at("responses", 19, "status") != 404.0 {
			t.Fatalf("got %s", got.raw)
		}
	}
	w.refused(app.do("DELETE", "/subscriptions/none", nil), 429, "TooManyRequests")
	app.must(200, "GET", "/subscriptions", nil)
	w.clock.Advance(20 * time.Second)
	w.refused(app.do("DELETE", "/subscriptions/none", nil), 404, "ResourceNotFound")
}

func TestDirectoryUnits(t *testing.T) {
	t.Parallel()
	var s Server
	for address, want := range map[string]int{
		"/v1.0/users":                         2,
		"/v1.0/users?$top=999":                2,
		"/v1.0/users?$select=id":              1,
		"/v1.0/users?$top=19":                 1,
		"/v1.0/users?$select=id&$top=5":       1,
		"/v1.0/users/ana@contoso.example":     1,
		"/v1.0/groups/none/transitiveMembers": 1,
	} {
		if got := units(s.newCall(httptest.NewRequest("GET", address, nil))); got != want {
			t.Errorf("%s costs %d, want %d", address, got, want)
		}
	}
}
