package syncer_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type values = map[string]string

// costCentre is a site's code that every meeting needs.
func costCentre(preset string) meeting.TrackingCode {
	return meeting.TrackingCode{Name: "Cost centre", Options: []string{"4711", "4712"}, Default: preset, Input: meeting.SelectInput, Required: true}
}

func (h *house) prefers(codes values) {
	h.t.Helper()
	h.must(h.db.SavePreferences(h.t.Context(), mailbox, meeting.Preferences{Options: meeting.Options{TrackingCodes: codes}}))
}

// coded fails the test unless there is one meeting, with those codes.
func (h *house) coded(when string, want values) {
	h.t.Helper()
	if len(h.webex.meetings) != 1 {
		h.t.Fatalf("%s: %d meetings, want 1", when, len(h.webex.meetings))
	}
	for _, m := range h.webex.meetings {
		if diff := cmp.Diff(want, m.options.TrackingCodes); diff != "" {
			h.t.Errorf("%s: at Webex (-want +got):\n%s", when, diff)
		}
	}
	if diff := cmp.Diff(want, h.wishLink().Options.TrackingCodes); diff != "" {
		h.t.Errorf("%s: kept (-want +got):\n%s", when, diff)
	}
}

func (h *house) wishLink() meeting.Link {
	h.t.Helper()
	links, err := h.db.Links(h.t.Context(), mailbox, []meeting.EventID{"event"})
	h.must(err)
	if len(links) != 1 {
		h.t.Fatalf("%d links", len(links))
	}
	return links[0]
}

func TestTrackingCodeByKeyword(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		codes     []meeting.TrackingCode
		preferred values
		want      values
		refused   int // creates
		listed    int
	}{
		"a site without any":                 {},
		"the site's default":                 {codes: []meeting.TrackingCode{costCentre("4712")}, want: values{"Cost centre": "4712"}, refused: 1, listed: 1},
		"the person's own before it":         {codes: []meeting.TrackingCode{costCentre("4712")}, preferred: values{"Cost centre": "4711"}, want: values{"Cost centre": "4711"}},
		"one of the person's own is unknown": {codes: []meeting.TrackingCode{costCentre("")}, preferred: values{"Cost centre": "4711", "Gone": "x"}, want: values{"Cost centre": "4711"}, refused: 1, listed: 1},
		"the last of the person's own is":    {preferred: values{"Gone": "x"}, refused: 1, listed: 1},
		"an optional one of the person's":    {codes: []meeting.TrackingCode{{Name: "Client"}}, preferred: values{"Client": "Fabrikam"}, want: values{"Client": "Fabrikam"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.webex.codes = test.codes
			h.prefers(test.preferred)
			h.change(func(*meeting.Event) {})
			h.rest()
			h.right("after the keyword")
			h.coded("after the keyword", test.want)
			if h.webex.refused != test.refused || h.webex.listed != test.listed {
				t.Errorf("%d creates refused, codes listed %d times; want %d and %d", h.webex.refused, h.webex.listed, test.refused, test.listed)
			}
			h.change(func(e *meeting.Event) { e.Subject = "Second" })
			h.rest()
			h.right("renamed")
			h.coded("renamed", test.want)
		})
	}
}

// TestTrackingCodeIsAskedFor: a meeting that lacks one waits for the person, is not
// tried in vain, and is made once there is a value.
func TestTrackingCodeIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.webex.codes = []meeting.TrackingCode{costCentre("")}
	h.change(func(*meeting.Event) {})
	h.rest()
	if l := h.wishLink(); l.State != meeting.LinkWished || l.Problem != meeting.ProblemTrackingCode || !meeting.IsNotAdded(h.event.now.Location) {
		t.Fatalf("the link is %s with %q, the location %q", l.State, l.Problem, h.event.now.Location)
	}
	h.change(func(*meeting.Event) {})
	h.rest()
	h.prefers(values{"Cost centre": "1"})
	h.rest()
	if l := h.wishLink(); l.Problem != meeting.ProblemTrackingCode || len(h.webex.meetings) != 0 {
		t.Errorf("with a value that is none the problem is %q", l.Problem)
	}
	if h.webex.refused != 1 || h.webex.listed != 1 {
		t.Errorf("%d creates refused, codes listed %d times; want 1 and 1", h.webex.refused, h.webex.listed)
	}
	h.clock.Advance(time.Minute)
	h.prefers(values{"Cost centre": "4711"})
	h.rest()
	h.right("with a value")
	h.coded("with a value", values{"Cost centre": "4711"})
	if l := h.wishLink(); l.Problem != "" || h.webex.refused != 1 {
		t.Errorf("the problem is %q, %d creates were refused", l.Problem, h.webex.refused)
	}
	h.prefers(values{"Cost centre": "4712"})
	h.rest()
	h.coded("a meeting that is there", values{"Cost centre": "4711"})
}

// TestTrackingCodesThatAreNotTold leave the refusal as it is, but for what passes.
func TestTrackingCodesThatAreNotTold(t *testing.T) {
	t.Parallel()
	for err, want := range map[errs.Kind]meeting.Reason{errs.Forbidden: meeting.ProblemRefused, errs.Unavailable: ""} {
		h := newHouse(t)
		h.webex.codes, h.webex.unlisted = []meeting.TrackingCode{costCentre("4711")}, errs.New(err, "no")
		h.change(func(*meeting.Event) {})
		h.rest()
		if l := h.wishLink(); l.State != meeting.LinkWished || l.Problem != want {
			t.Errorf("%s: the link is %s with %q, want %q", err, l.State, l.Problem, want)
		}
		if want == "" {
			h.webex.unlisted = nil
			h.clock.Advance(15 * time.Minute)
			h.rest()
			h.coded("told later", values{"Cost centre": "4711"})
		}
	}
}

func TestTrackingCodeInPane(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	h.webex.codes = []meeting.TrackingCode{costCentre("")}
	d := h.asks()
	h.rest()
	if got := h.linkOf(d); got.State != meeting.LinkEnded || got.Problem != meeting.ProblemTrackingCode {
		t.Fatalf("without a value the draft is %s with %q", got.State, got.Problem)
	}
	d = h.asks(func(l *meeting.Link) { l.Options.TrackingCodes = values{"Cost centre": "4711"} })
	h.rest()
	link := h.linkOf(d)
	if link.State != meeting.LinkLinked || !cmp.Equal(link.Options.TrackingCodes, values{"Cost centre": "4711"}) {
		t.Fatalf("the draft is %s with %v", link.State, link.Options.TrackingCodes)
	}
	h.ask(link, func(a *meeting.Asked) { a.Options.TrackingCodes = values{"Cost centre": "4712"} })
	h.rest()
	for _, m := range h.webex.meetings {
		if m.options.TrackingCodes["Cost centre"] != "4712" {
			t.Errorf("at Webex %v", m.options.TrackingCodes)
		}
	}
	h.webex.rules = &errs.Error{Kind: errs.Invalid, Code: "tracking"}
	h.ask(h.linkOf(d), func(a *meeting.Asked) { a.Options.TrackingCodes = nil })
	h.rest()
	if got := h.linkOf(d); got.Problem != meeting.ProblemTrackingCode || got.Options.TrackingCodes["Cost centre"] != "4712" {
		t.Errorf("taken away: %q, %v", got.Problem, got.Options.TrackingCodes)
	}
}
