package block

import (
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
)

// contents draws contents with any values that Webex may answer, and worse.
func contents(t *rapid.T) Content {
	value := rapid.OneOf(rapid.StringN(0, 20, -1), rapid.StringMatching(`[A-Za-z0-9&<>"' (:)-]{0,12}`))
	number := rapid.StringMatching(`([0-9]{9,11})?`)
	c := Content{
		Key:       rapid.SampledFrom([]meeting.LinkKey{key1, key2}).Draw(t, "key"),
		PublicURL: rapid.SampledFrom([]string{"https://scheduler.example.com", "http://localhost:8080", "https://example.com/webex/"}).Draw(t, "public url"),
		Language:  rapid.SampledFrom([]string{"", "en-GB", "cs", "cs-CZ", "de"}).Draw(t, "language"),
		Join: meeting.Join{
			WebLink:       rapid.SampledFrom([]string{"", join1, join2, "https://meet.example.gov/j?a=1&b=%20#x", "https://contoso.webex.com/meet/o'hara.", "javascript:alert(1)", "http://evil.example/"}).Draw(t, "link"),
			Number:        number.Draw(t, "number"),
			Password:      meeting.NewSecret(value.Draw(t, "password")),
			PhonePassword: meeting.NewSecret(number.Draw(t, "phone password")),
			SIPAddress:    rapid.SampledFrom([]string{"", "25501234567@contoso.webex.com", `"><script>@x`}).Draw(t, "sip"),
			DialInIP:      rapid.SampledFrom([]string{"", "173.243.2.68", "::1", "x"}).Draw(t, "ip"),
			AccessCode:    number.Draw(t, "access code"),
		},
	}
	for range rapid.IntRange(0, 2).Draw(t, "numbers") {
		c.Join.CallIn = append(c.Join.CallIn, meeting.CallIn{Label: value.Draw(t, "label"), Number: value.Draw(t, "phone")})
	}
	return c
}

// fragments draws what people write: well-formed, with anything in it.
func fragments(t *rapid.T, label string) string {
	one := rapid.SampledFrom([]string{
		"Agenda", " ", "\r\n", "&nbsp;", "&amp; more", "<br>", "<!-- note -->", `<img src="cid:1">`, "<hr>", "<o:p></o:p>", "<p>", "</p>",
		`<p class="MsoNormal">Bring <b>a pen</b></p>`, "<ul><li>one</li><li>two</li></ul>", "<table><tr><td>x</td><td></td></tr></table>",
		`<a href="https://contoso.com/x?a=1&amp;b=2">map</a>`, "https://contoso.com/m/", "<div><div>deep</div></div>", "<style>p{}</style>",
		"Meeting password: of the room", "<blockquote><div>old</div></blockquote>", "žluťoučký 会議",
	})
	return strings.Join(rapid.SliceOfN(one, 0, 6).Draw(t, label), "")
}

func TestPutAndRemove(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := contents(t)
		body := meeting.Body{HTML: rapid.Bool().Draw(t, "html")}
		if body.HTML {
			body.Content = fragments(t, "body")
			if rapid.Bool().Draw(t, "page") {
				body.Content = "<html><body>" + body.Content + "</body></html>"
			}
		} else {
			body.Content = rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-z <>:/]|\r|\n)*`)).Draw(t, "text")
		}
		with, changed := Put(body, c)
		if !changed || !Carries(with, c) {
			t.Fatalf("changed %t, got %s", changed, with.Content)
		}
		if keys := Find(with).Keys; !slices.Equal(keys, []meeting.LinkKey{c.Key}) {
			t.Fatalf("got keys %q", keys)
		}
		if again, changed := Put(with, c); changed || again != with {
			t.Fatalf("not idempotent: got %s, want %s", again.Content, with.Content)
		}
		if back, _ := Remove(with); back != body {
			t.Fatalf("removed: got %q, want %q", back.Content, body.Content)
		}
	})
}

func TestRewritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := contents(t)
		block := rewrite(t, c.html())
		before, after := "<html><body>"+whole(fragments(t, "before")), whole(fragments(t, "after"))+"</body></html>"
		body := page(before + block + after)
		if f := Find(body); !f.Whole || !slices.Equal(f.Keys, []meeting.LinkKey{c.Key}) {
			t.Fatalf("got %+v in %s", f, body.Content)
		}
		if !Carries(body, c) {
			t.Fatalf("does not carry its content: %s", body.Content)
		}
		if got, _ := Remove(body); got.Content != before+after {
			t.Fatalf("Remove: got  %s\nwant %s\nfrom %s", got.Content, before+after, body.Content)
		}
	})
}

// whole sets a fragment apart from what follows it, so that the block's rows are its own.
func whole(fragment string) string {
	return "<div>" + strings.NewReplacer("<p></p>", "", "<p>", "", "</p>", "").Replace(fragment) + "</div>"
}

// rewrite does to a block what Exchange, Outlook and browsers do.
func rewrite(t *rapid.T, block string) string {
	z := nethtml.NewTokenizer(strings.NewReader(block))
	var b strings.Builder
	wrap := rapid.SampledFrom([]string{"", "div", "table", "blockquote"}).Draw(t, "wrap")
	switch wrap {
	case "":
	case "table":
		b.WriteString("<table><tbody><tr><td>")
	default:
		b.WriteString("<" + wrap + ">\r\n")
	}
	lines := rapid.SampledFrom([]string{"div", "p", "DIV"}).Draw(t, "lines")
	depth, inner := 0, ""
	for z.Next() != nethtml.ErrorToken {
		token := z.Token()
		name := token.Data
		switch token.Type {
		case nethtml.StartTagToken:
			if name == "div" {
				if depth++; depth == 2 {
					name = lines
				}
			}
			b.WriteString("<" + name)
			if rapid.Bool().Draw(t, "class") {
				token.Attr = append(token.Attr, nethtml.Attribute{Key: "class", Val: "x_x_MsoNormal"})
			}
			for _, a := range token.Attr {
				if a.Key == "style" && rapid.Bool().Draw(t, "drop style") {
					continue
				}
				b.WriteString(attribute(t, a))
			}
			b.WriteString(">")
			if name == "a" && rapid.Bool().Draw(t, "span") {
				b.WriteString("<span>")
				inner = "</span>"
			}
		case nethtml.EndTagToken:
			if name == "div" {
				if depth == 2 {
					name = lines
					b.WriteString(rapid.SampledFrom([]string{"", "<o:p></o:p>", "<o:p>&nbsp;</o:p>", "\r\n"}).Draw(t, "noise"))
				}
				depth--
			}
			if name == "a" {
				b.WriteString(inner)
				inner = ""
			}
			b.WriteString("</" + name + ">")
		case nethtml.TextToken:
			flow := rapid.SampledFrom([]string{" ", "\r\n", "&nbsp;", " &#160;"}).Draw(t, "space")
			b.WriteString(strings.ReplaceAll(nethtml.EscapeString(token.Data), " ", flow))
			continue
		}
		if depth < 2 {
			b.WriteString(rapid.SampledFrom([]string{"", "\r\n", "\n  "}).Draw(t, "line end"))
		}
	}
	switch wrap {
	case "":
	case "table":
		b.WriteString("</td></tr></tbody></table>")
	default:
		b.WriteString("</" + wrap + ">")
	}
	return strings.TrimRight(b.String(), "\r\n ")
}

func attribute(t *rapid.T, a nethtml.Attribute) string {
	if a.Key == "href" && strings.HasPrefix(a.Val, "http") && rapid.Bool().Draw(t, "safe link") {
		a.Val = "https://nam02.safelinks.protection.outlook.com/?url=" + strings.NewReplacer("%", "%25", ":", "%3A", "/", "%2F", "?", "%3F", "=", "%3D", "&", "%26", "#", "%23").Replace(a.Val) + "&data=05%7C02&reserved=0"
	}
	value := strings.ReplaceAll(nethtml.EscapeString(a.Val), "'", "&#39;")
	switch rapid.IntRange(0, 3).Draw(t, "quotes") {
	case 0:
		return " " + strings.ToUpper(a.Key) + "='" + value + "'"
	case 1:
		if !strings.ContainsAny(value, " `=") {
			return " " + a.Key + "=" + value
		}
	case 2:
		return "\r\n" + a.Key + ` = "` + strings.ReplaceAll(value, "/", "&#x2F;") + `"`
	}
	return " " + a.Key + `="` + value + `"`
}

func FuzzBody(f *testing.F) {
	for _, s := range wholes {
		f.Add(s.read().Content, !s.plain)
	}
	f.Add(`<div><a href="https://h/m/`+key1+`">`, true)
	f.Add(`</<a href=https://h/m/`+key1+`#end><table></td><p><hr></p></a><svg><style><plaintext>`, true)
	f.Fuzz(func(t *testing.T, content string, isHTML bool) {
		check(t, meeting.Body{HTML: isHTML, Content: content})
	})
}

func TestBroken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{
			"<div>", "</div>", "<p>", "</p>", "<span>", "</span>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<body>", "</body>", "</html>", "<br>", "<hr>", "<o:p/>",
			"text", " ", "\r\n", "&nbsp;", "<", "</", "&lt;", "<!--", "-->", "<style>", "</style>", "<textarea>", "<svg/>", "https://h/m/", "Meeting password: x", "Join Webex meeting",
			`<a href="https://h/m/` + key1 + `">`, `<a href="https://h/m/` + key1 + `#end">`, `<a href="https://h/m/` + key2 + `#end"/>`, "https://h/m/" + key1, "https://h/m/" + key1 + "#end", key1,
			`<a href="` + join1 + `">`, "</a>", "<a>", `<a href="tel:1">`,
		})
		content := strings.Join(rapid.SliceOfN(piece, 0, 25).Draw(t, "pieces"), "")
		check(t, meeting.Body{HTML: rapid.Bool().Draw(t, "html"), Content: content})
	})
}

// check is what holds for every body.
func check(t interface{ Errorf(string, ...any) }, body meeting.Body) {
	found := Find(body)
	bare, removed := Remove(body)
	if removed != (len(found.Keys) > 0) {
		t.Errorf("removed %t, had keys %q", removed, found.Keys)
	}
	if !removed && bare != body || !within(bare.Content, body.Content) {
		t.Errorf("Remove(%q): got %q", body.Content, bare.Content)
	}
	with, changed := Put(body, first)
	if !Carries(with, first) {
		t.Errorf("Put(%q): got %q", body.Content, with.Content)
	}
	if !changed {
		return
	}
	if again, changed := Put(with, first); changed || again != with {
		t.Errorf("Put twice on %q: got %q, want %q", body.Content, again.Content, with.Content)
	}
	if back, _ := Remove(with); back != bare {
		t.Errorf("Remove after Put on %q: got %q, want %q", body.Content, back.Content, bare.Content)
	}
}

// TestBalance scatters a block's lines over well-formed HTML: what is left is
// well-formed, and nothing that a person wrote is missing.
func TestBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := []string{
			`<a href="https://h/m/` + key1 + `">Webex meeting – please do not change anything below this line</a>`,
			`<p><a href="` + join1 + `">Join Webex meeting</a></p>`, "<div>Meeting password: pa55</div>", "<div></div>",
			`<a href="https://h/m/` + key1 + `#end">End</a>`,
		}
		if rapid.Bool().Draw(t, "half") {
			lines = lines[rapid.IntRange(0, 1).Draw(t, "from"):]
		}
		written := 0
		var tree func(depth int) string
		tree = func(depth int) string {
			var b strings.Builder
			for range rapid.IntRange(1, 4).Draw(t, "children") {
				switch n := rapid.IntRange(0, 4).Draw(t, "child"); {
				case n == 0 && len(lines) > 0:
					b.WriteString(lines[0])
					lines = lines[1:]
				case n == 1 || depth == 4:
					written++
					b.WriteString("<br>w" + strings.Repeat("i", written) + "w<br>")
				default:
					name := rapid.SampledFrom([]string{"div", "span", "blockquote", "table><tbody><tr><td"}).Draw(t, "element")
					ends := strings.Split(name, "><")
					slices.Reverse(ends)
					b.WriteString("<" + name + ">" + tree(depth+1) + "</" + strings.Join(ends, "></") + ">")
				}
			}
			return b.String()
		}
		body := page("<html><body>" + tree(0) + strings.Join(lines, "") + "</body></html>")
		got, _ := Remove(body)
		var open []string
		z := nethtml.NewTokenizer(strings.NewReader(got.Content))
		for z.Next() != nethtml.ErrorToken {
			switch token := z.Token(); {
			case token.Type == nethtml.StartTagToken && token.Data != "br":
				open = append(open, token.Data)
			case token.Type == nethtml.EndTagToken:
				if len(open) == 0 || open[len(open)-1] != token.Data {
					t.Fatalf("unbalanced at </%s>: %s\nfrom %s", token.Data, got.Content, body.Content)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Fatalf("open at the end: %q in %s\nfrom %s", open, got.Content, body.Content)
		}
		for n := range written {
			if !strings.Contains(got.Content, "w"+strings.Repeat("i", n+1)+"w") {
				t.Fatalf("text %d is lost: %s\nfrom %s", n+1, got.Content, body.Content)
			}
		}
	})
}

// within reports whether a is b with bytes left out.
func within(a, b string) bool {
	for i := range len(a) {
		at := strings.IndexByte(b, a[i])
		if at < 0 {
			return false
		}
		b = b[at+1:]
	}
	return true
}
