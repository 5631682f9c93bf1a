package fakems

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// inner is what stands between the body tags.
func inner(t *testing.T, body string) string {
	t.Helper()
	head := "<html>\r\n<head>\r\n" + metaCharset + "\r\n</head>\r\n<body>"
	const tail = "</body>\r\n</html>"
	if !strings.HasPrefix(body, head) || !strings.HasSuffix(body, tail) {
		t.Fatalf("not wrapped: %q", body)
	}
	return strings.TrimSuffix(strings.TrimPrefix(body, head), tail)
}

func TestSanitise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"plain text", "Hello", "Hello"},
		{"comments go", "a<!-- marker -->b", "ab"},
		{"scripts go with their text", "a<script>alert(1)</script>b", "ab"},
		{"data and event attributes go", `<span data-key="1" onclick=x id=k class='c d'>t</span>`, `<span id="k" class="c d">t</span>`},
		{"links stay", `<a href='https://our.example/m/k?a=1&b=2#end'>J</a>`, `<a href="https://our.example/m/k?a=1&amp;b=2#end">J</a>`},
		{"phone links stay", `<a href="tel:+420,,1#">J</a>`, `<a href="tel:+420,,1#">J</a>`},
		{"script links go", `<a href="javascript:x()">J</a>`, `<a>J</a>`},
		{"no-break spaces are entities", "a\u00a0b &euro;", "a&nbsp;b €"},
		{"styles are rewritten", `<p style="COLOR: red;position:fixed;font-family:'A;B'; background:url(x)">t</p>`, "\r\n<p style=\"color:red; font-family:'A;B'\">t</p>"},
		{"blocks begin a line", "<div><p>a</p></div><hr>", "\r\n<div>\r\n<p>a</p></div>\r\n<hr>"},
		{"unknown elements lose their tags", "<main><o:p>a</o:p></main>", "a"},
		{"buttons and inputs go", "<button>x</button><input value=1>y", "y"},
		{"line ends", "<pre>a\nb</pre>", "\r\n<pre>a\r\nb</pre>"},
		{"unclosed", "<b>a", "<b>a</b>"},
	} {
		if got := inner(t, sanitise(c.in)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSanitiseKeepsStyleSheets(t *testing.T) {
	t.Parallel()
	got := sanitise("<html><head><style>p{color:red}</style><title>x</title></head><body><p>a</p></body></html>")
	if !strings.Contains(got, "<style>\r\np{color:red}\r\n</style>\r\n</head>") || strings.Contains(got, "title") {
		t.Errorf("%q", got)
	}
}

// What Exchange has written it keeps: otherwise a program that reads and writes
// back would never come to rest.
func TestSanitiseIsIdempotent(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{"p", "div", "b", "a", "table", "tr", "td", "ul", "li", "pre", "span", "br", "hr", "img", "script", "style", "o:p", "form", "svg", "h1", "textarea", "select", "option", "body", "head", "font", "template", "nobr"})
	piece := rapid.Custom(func(t *rapid.T) string {
		name := names.Draw(t, "name")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return "</" + name + ">"
		case 1:
			return rapid.SampledFrom([]string{"text", " ", "\n", "\r\n", "&amp;", "&lt;b&gt;", "\u00a0", "<!-- c -->", "é", "\t", "&#13;"}).Draw(t, "text")
		case 2:
			return "<" + name + ` style="color:red;;x:'a;b'; Width : 3PX" data-x=1 href="https://e.example/?a=1&b" class=" c ">`
		}
		return "<" + name + ">"
	})
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(piece, 0, 25).Draw(t, "pieces"), "")
		once := sanitise(in)
		if twice := sanitise(once); twice != once {
			t.Fatalf("%q\nonce  %q\ntwice %q", in, once, twice)
		}
	})
}

func FuzzSanitise(f *testing.F) {
	f.Add("<p>Hello <a href=x>there</a>")
	f.Add("<table><tr><td>a</table><!-- x")
	f.Fuzz(func(t *testing.T, in string) {
		out := sanitise(in)
		if sanitise(out) != out {
			t.Errorf("%q is no fixed point", out)
		}
		for z := html.NewTokenizer(strings.NewReader(out)); ; {
			kind := z.Next()
			if kind == html.ErrorToken {
				break
			}
			if name, _ := z.TagName(); kind == html.CommentToken || string(name) == "script" {
				t.Errorf("%s is left of %q", z.Raw(), in)
			}
		}
	})
}
