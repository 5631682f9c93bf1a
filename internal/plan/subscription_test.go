package plan_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

func subscription(id string, as meeting.Authority, change ...func(*meeting.Subscription)) meeting.Subscription {
	s := meeting.Subscription{ID: id, GraphID: "graph-" + id, Authority: as, ExpiresAt: now.Add(5 * 24 * time.Hour), Granted: 7 * 24 * time.Hour}
	for _, c := range change {
		c(&s)
	}
	return s
}

// upkeep is what is planned, in words.
func upkeep(up plan.Upkeep) string {
	var words []string
	if up.Create {
		words = append(words, "create")
	}
	if up.Renew != nil {
		words = append(words, "renew "+up.Renew.ID)
	}
	for _, s := range up.Drop {
		words = append(words, "drop "+s.ID)
	}
	for _, s := range up.DropAfter {
		words = append(words, "then drop "+s.ID)
	}
	return strings.Join(words, ", ")
}

func TestSubscriptionAuthority(t *testing.T) {
	t.Parallel()
	own, wide := subscription("own", meeting.Individual), subscription("wide", meeting.TenantWide)
	expired := subscription("old", meeting.Individual, func(s *meeting.Subscription) { s.ExpiresAt = now })
	for name, test := range map[string]struct {
		rows    []meeting.Subscription
		as      meeting.Authority
		closing bool
		want    string
	}{
		"none":                         {nil, meeting.TenantWide, false, "create"},
		"the administrator takes over": {[]meeting.Subscription{own}, meeting.TenantWide, false, "create, then drop own"},
		"and took over":                {[]meeting.Subscription{own, wide}, meeting.TenantWide, false, "drop own"},
		"the person goes on alone":     {[]meeting.Subscription{wide}, meeting.Individual, false, "create, then drop wide"},
		"one that is over anyway":      {[]meeting.Subscription{expired}, meeting.TenantWide, false, "create, drop old"},
		"the right one":                {[]meeting.Subscription{wide}, meeting.TenantWide, false, ""},
		"closing":                      {[]meeting.Subscription{own, wide}, meeting.TenantWide, true, "drop own, drop wide"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := upkeep(plan.Subscription(now, test.rows, test.as, test.closing)); got != test.want {
				t.Errorf("plan = %q, want %q", got, test.want)
			}
		})
	}
}

// TestSubscriptionSettles: whatever rows there are, once the plan is carried out
// there is one live subscription of the right authority, and never a moment
// without one if there was one before.
func TestSubscriptionSettles(t *testing.T) {
	t.Parallel()
	authorities := rapid.SampledFrom([]meeting.Authority{meeting.Individual, meeting.TenantWide})
	rapid.Check(t, func(t *rapid.T) {
		as := authorities.Draw(t, "as")
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) meeting.Subscription {
			return subscription(rapid.StringMatching(`[a-z]{8}`).Draw(t, "id"), authorities.Draw(t, "authority"), func(s *meeting.Subscription) {
				s.Removed = rapid.IntRange(0, 3).Draw(t, "removed") == 0
				s.ExpiresAt = now.Add(time.Duration(rapid.IntRange(-2, 160).Draw(t, "hours")) * time.Hour)
			})
		}), 0, 4).Draw(t, "rows")
		live := func(rows []meeting.Subscription) (n, right int) {
			for _, s := range rows {
				if !s.Removed && s.ExpiresAt.After(now) {
					if n++; s.Authority == as {
						right++
					}
				}
			}
			return n, right
		}
		before, _ := live(rows)
		up := plan.Subscription(now, rows, as, false)
		drop := func(gone []meeting.Subscription) {
			var left []meeting.Subscription
			for _, s := range rows {
				stays := true
				for _, g := range gone {
					stays = stays && g.ID != s.ID
				}
				if stays {
					left = append(left, s)
				}
			}
			rows = left
		}
		drop(up.Drop)
		if n, _ := live(rows); before > 0 && n == 0 {
			t.Fatal("for a while nothing is told")
		}
		if up.Create {
			rows = append(rows, subscription("new", as))
		}
		drop(up.DropAfter)
		if up.Renew != nil {
			for i := range rows {
				if rows[i].ID == up.Renew.ID {
					rows[i].ExpiresAt = now.Add(rows[i].Granted)
				}
			}
		}
		if n, right := live(rows); n != 1 || right != 1 || len(rows) != 1 {
			t.Fatalf("%d live subscriptions, %d of them right, %d rows", n, right, len(rows))
		}
		if again := upkeep(plan.Subscription(now, rows, as, false)); again != "" {
			t.Fatalf("does not settle: %s", again)
		}
	})
}
