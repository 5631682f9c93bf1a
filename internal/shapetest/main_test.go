package shapetest

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/shapes.md")

const page = "../../docs/shapes.md"

// TestShapes plays each shape and looks at both sides.
func TestShapes(t *testing.T) {
	t.Parallel()
	for _, c := range chapters {
		for _, s := range c.shapes {
			t.Run(c.title+"/"+strings.TrimSuffix(s.name+", "+s.does, ", "), func(t *testing.T) {
				t.Parallel()
				if len(s.meetings) == 0 && s.says == "" && s.does == "" {
					t.Fatal("the row is empty")
				}
				p := begin(t, s)
				if s.act != nil {
					s.act(p)
				}
				got := []string{}
				for _, m := range p.ours() {
					got = append(got, p.told(s, m))
				}
				if diff := cmp.Diff(append([]string{}, s.meetings...), got); diff != "" {
					t.Errorf("at Webex (-want +got):\n%s", diff)
				}
				p.agree(s)
				p.b.Open(p.w.URL + "/account")
				if s.says != "" {
					p.b.Shows(s.says)
				} else if strings.Contains(p.b.Text(), "Needs your attention") {
					t.Errorf("the account page asks for attention:\n%s", p.b.Text())
				}
			})
		}
	}
}

// TestPage compares docs/shapes.md with the table.
func TestPage(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(`# Every shape, and what becomes of it

Each row is a test: a person in Outlook on one side, Webex on the other, this program between them. Events are
an hour from 10:00 in Berlin and ask with @webex as their location, unless the row says otherwise; the clock
stands at 1 January 2026. A meeting that repeats is shown by the rule that Webex holds and the first dates it
lists, one that does not by its date. Where the rule alone has other dates, the program has moved or deleted them at Webex.
What departs from the usual is shown with its date: other hours, another title, somebody invited.

In the pane the same things happen; browser tests of it are in ` + "`internal/app`" + ` (` + "`TestPaneSeries`, `TestPaneOneDate`" + `).
Made by ` + "`go test ./internal/shapetest -args -update`" + `.
`)
	for _, c := range chapters {
		fmt.Fprintf(&text, "\n## %s\n\n", c.title)
		if c.text != "" {
			text.WriteString(c.text + "\n\n")
		}
		text.WriteString("| event | the person | at Webex | on the account page |\n| --- | --- | --- | --- |\n")
		for _, s := range c.shapes {
			does, at, says := s.does, strings.Join(s.meetings, "<br>"), s.says
			if does == "" {
				does = "makes it"
			}
			if at == "" {
				at = "no meeting"
			}
			if says == "" {
				says = "–"
			}
			fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", s.name, does, at, says)
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text.String(), string(got)); diff != "" {
		t.Errorf("docs/shapes.md is not what the table says; go test ./internal/shapetest -args -update (-want +got):\n%s", diff)
	}
}
