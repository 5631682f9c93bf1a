package fakems

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFilters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first := w.create(w.ana, meeting("It's first", nine))
	w.clock.Advance(time.Hour)
	w.create(w.ana, meeting("Second", nine.Add(48*time.Hour)))
	w.clock.Advance(time.Hour)
	w.create(w.ana, meeting("Third", nine.Add(-24*time.Hour)))
	for _, c := range []struct{ query, want string }{
		{"", "It's first, Second, Third"},
		{"$filter=lastModifiedDateTime ge 2026-03-02T09:00:00Z", "Second, Third"},
		{"$filter=lastModifiedDateTime gt 2026-03-02T10:00:00%2B01:00", "Third"},
		{"$filter=iCalUId eq '" + first.ICalUID + "'", "It's first"},
		{"$filter=subject eq 'It''s first'", "It's first"},
		{"$filter=end/dateTime ge '2026-03-02T09:30:00'&$orderby=start/dateTime desc", "Second, It's first"},
		{"$filter=start/dateTime ge '2026-03-01T00:00:00' and start/dateTime lt '2026-03-03T00:00:00'&$orderby=start/dateTime", "Third, It's first"},
		{"$orderby=subject", "It's first, Second, Third"},
		{"$top=2&$orderby=createdDateTime desc", "Third, Second"},
	} {
		got := w.as(w.ana).must(200, "GET", "/me/events?"+strings.ReplaceAll(c.query, " ", "%20"), nil)
		if s := strings.Join(subjects(got), ", "); s != c.want {
			t.Errorf("%s: %s, want %s", c.query, s, c.want)
		}
	}
}

func subjects(r reply) []string {
	var all []string
	for i := 0; r.at("value", i) != nil; i++ {
		all = append(all, r.at("value", i, "subject").(string))
	}
	return all
}

func TestCalendarView(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(w.ana, meeting("ends at the start", nine.Add(-time.Hour)))
	w.create(w.ana, meeting("reaches in", nine.Add(-30*time.Minute)))
	w.create(w.ana, meeting("starts at the end", nine.Add(2*time.Hour)))
	w.create(w.ana, meeting("inside", nine.Add(time.Hour)))
	got := w.as(w.ana).must(200, "GET", "/me/calendarView?startDateTime=2026-03-02T10:00:00%2B01:00&endDateTime=2026-03-02T11:00:00&$select=subject", nil)
	if want := []string{"reaches in", "inside"}; !slices.Equal(subjects(got), want) {
		t.Errorf("view %q, want %q", subjects(got), want)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, calm := range []bool{true, false} {
		t.Run(fmt.Sprintf("calm %v", calm), func(t *testing.T) {
			t.Parallel()
			w := setup(t, func(s *Server) { s.Calm = calm; s.Seed = 11 })
			var want []string
			for i := range 23 {
				want = append(want, fmt.Sprint("event ", i))
				w.create(w.ana, meeting(want[i], nine.Add(time.Duration(i)*time.Hour)))
			}
			ana := w.as(w.ana)
			var got []string
			pages := 0
			next := "/me/events?$select=subject&$orderby=start/dateTime"
			for next != "" {
				page := ana.do("GET", strings.ReplaceAll(next, " ", "%20"), nil)
				if page.status == 429 {
					continue
				}
				pages++
				got = append(got, subjects(page)...)
				next, _ = page.at("@odata.nextLink").(string)
				if calm == strings.Contains(next, "$skiptoken") && next != "" {
					t.Errorf("next link %s", next)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if calm && pages != 3 || !calm && pages < 8 {
				t.Errorf("%d pages", pages)
			}
		})
	}
	t.Run("a changed next link", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		w.refused(w.as(w.ana).do("GET", "/me/events?$skiptoken=x&$select=id", nil), 400, "BadRequest")
		w.surprised("next link")
	})
}
