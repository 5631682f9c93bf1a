package meeting

import (
	"testing"
	"time"
)

func TestWhoAdministersATenant(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	global := []string{"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "62E90394-69F5-4237-9190-012177145E10"}
	for _, test := range []struct {
		name string
		who  Identity
		want bool
	}{
		{"a global administrator who has just signed in", Identity{Roles: global, AuthTime: now.Add(-time.Minute), IssuedAt: now}, true},
		{"a privileged role administrator", Identity{Roles: []string{"e8611ab8-c189-46e8-94e1-60213ab1f814"}, AuthTime: now}, true},
		{"an employee", Identity{Roles: []string{"b79fbf4d-3ef9-4689-8143-76b194e85509"}, AuthTime: now}, false},
		{"a user administrator, who may not consent", Identity{Roles: []string{"fe930be7-5e62-47db-91af-98c3a49a38b1"}, AuthTime: now}, false},
		{"a registration that emits no roles", Identity{AuthTime: now}, false},
		{"a guest who has the role at home", Identity{Roles: global, AuthTime: now, Guest: true}, false},
		{"signed in an hour ago, with a new token", Identity{Roles: global, AuthTime: now.Add(-time.Hour), IssuedAt: now}, false},
		{"ten minutes ago", Identity{Roles: global, AuthTime: now.Add(-10 * time.Minute)}, true},
		{"no auth_time, a new token", Identity{Roles: global, IssuedAt: now.Add(-5 * time.Minute)}, true},
		{"no auth_time, an old token", Identity{Roles: global, IssuedAt: now.Add(-11 * time.Minute)}, false},
		{"no time at all", Identity{Roles: global}, false},
		{"a clock that is a little ahead", Identity{Roles: global, AuthTime: now.Add(time.Minute)}, true},
		{"a time in the far future", Identity{Roles: global, AuthTime: now.Add(time.Hour)}, false},
	} {
		if got := test.who.Administers(now); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestDaysLeftOfACertificate(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		before time.Duration
		days   int
		near   bool
	}{
		{30*24*time.Hour + time.Hour, 30, false},
		{30 * 24 * time.Hour, 30, true},
		{25 * time.Hour, 1, true},
		{time.Hour, 0, true},
		{-time.Hour, -1, true},
	} {
		now, e := end.Add(-test.before), Expiry{End: end}
		if e.DaysLeft(now) != test.days || e.Near(now) != test.near {
			t.Errorf("%v before: %d days, near %v; want %d, %v", test.before, e.DaysLeft(now), e.Near(now), test.days, test.near)
		}
	}
	if (Expiry{}).Near(end) {
		t.Error("without a certificate there is nothing to warn of")
	}
}
