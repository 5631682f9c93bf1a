package wire

import (
	"net/http"
	"strings"
	"testing"
)

func TestNext(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"as Webex sends it", []string{`<https://webexapis.com/v1/meetings?max=10&cursor=a%2Bb>; rel="next"`}, "https://webexapis.com/v1/meetings?max=10&cursor=a%2Bb"},
		{"none", nil, ""},
		{"first and next in one line", []string{`<https://a/1>; rel="first", <https://a/2>; rel="next"`}, "https://a/2"},
		{"first and next in two lines", []string{`<https://a/1>; rel="first"`, `<https://a/2>; rel=next`}, "https://a/2"},
		{"several relations", []string{`<https://a/2>; rel="last next"`}, "https://a/2"},
		{"comma in the address", []string{`<https://a/?x=1,2>; rel="prev", <https://a/?x=3,4>; rel="next"`}, "https://a/?x=3,4"},
		{"comma and quote in a parameter", []string{`<https://a/1>; title="a \", b"; rel="prev", <https://a/2>; title=x; Rel="NEXT"`}, "https://a/2"},
		{"only the previous", []string{`<https://a/1>; rel="prev"`}, ""},
		{"next as a title", []string{`<https://a/1>; title="next"`}, ""},
		{"unfinished", []string{`<https://a/1; rel="next"`}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Next(http.Header{"Link": test.lines}); got != test.want {
				t.Errorf("Next = %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzNext(f *testing.F) {
	f.Add(`<https://a/1>; rel="first", <https://a/2>; rel="next"`)
	f.Add(`<a>; title="\`)
	f.Fuzz(func(t *testing.T, line string) {
		if next := Next(http.Header{"Link": {line}}); !strings.Contains(line, "<"+next+">") && next != "" {
			t.Errorf("Next of %q = %q, which is not in it", line, next)
		}
	})
}
