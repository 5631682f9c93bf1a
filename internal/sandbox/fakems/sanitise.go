package fakems

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Exchange rewrites the HTML it is given. Microsoft documents only that bodies
// are sanitised (https://learn.microsoft.com/graph/api/resources/itembody:
// "potentially unsafe HTML … is removed by default"); the rest is what people
// have seen. Modelled here:
//
//   - the whole is parsed and written anew: lower-case names, double quotes,
//     entities for & < > and the no-break space, line ends CR LF, a new line
//     before block elements; wrapped in
//     <html><head><meta …charset=utf-8></head><body>
//   - comments, scripts, frames, forms with their controls, objects, links and
//     bases to other documents go, elements unknown to HTML 4 lose their tags
//   - attributes that are not on a short list go: data-*, on*, aria-*, role
//   - href and src survive with the schemes of a list
//   - inline styles are rewritten "a:b; c:d"; position, behaviour and url() go
//   - style elements stay, in the head
//
// Not modelled: x_ prefixes (replies and forwards only), Safe Links, Word's own
// mark-up. The result is a fixed point: what Exchange has written it keeps.

const metaCharset = `<meta http-equiv="Content-Type" content="text/html; charset=utf-8">`

// sanitise returns a body as Exchange would store it.
func sanitise(body string) string {
	out := rewrite(body)
	// Repairing one bad nesting may uncover another.
	for range 8 {
		again := rewrite(out)
		if again == out {
			break
		}
		out = again
	}
	return out
}

func rewrite(body string) string {
	doc, err := html.ParseWithOptions(strings.NewReader(body), html.ParseOptionEnableScripting(false))
	if err != nil {
		return "" // the reader cannot fail, and HTML has no syntax errors
	}
	var w htmlWriter
	w.WriteString("<html>\r\n<head>\r\n" + metaCharset)
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Style && n.Type == html.ElementNode && n.FirstChild != nil {
			if css := strings.TrimSpace(n.FirstChild.Data); css != "" {
				w.WriteString("\r\n<style>\r\n" + lines(css) + "\r\n</style>")
			}
		}
	}
	w.WriteString("\r\n</head>\r\n")
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == atom.Body {
			w.open(n)
			w.children(n)
			w.WriteString("</body>")
			break
		}
	}
	w.WriteString("\r\n</html>")
	return w.String()
}

type htmlWriter struct {
	strings.Builder
	pre int // depth of <pre>
}

func (w *htmlWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			text := c.Data
			if w.pre == 0 && c.PrevSibling == nil && n.DataAtom == atom.Body {
				text = strings.TrimLeft(text, "\n")
			}
			if n.DataAtom == atom.Body && c.NextSibling == nil {
				text = strings.TrimRight(text, " \t\n\f") // the parser moves what follows </body> inside
			}
			w.WriteString(lines(textEscaper.Replace(text)))
		case html.ElementNode:
			w.element(c)
		}
	}
}

func (w *htmlWriter) element(n *html.Node) {
	switch {
	case gone[n.Data]:
		return
	case !kept[n.Data] || n.Namespace != "":
		w.children(n)
		return
	}
	if block[n.Data] && w.pre == 0 && !strings.HasSuffix(w.String(), "\n") {
		w.WriteString("\r\n")
	}
	w.open(n)
	if void[n.Data] {
		return
	}
	if n.DataAtom == atom.Pre {
		w.pre++
		defer func() { w.pre-- }()
		if c := n.FirstChild; c != nil && c.Type == html.TextNode && strings.HasPrefix(c.Data, "\n") {
			w.WriteString("\r\n") // the parser eats one
		}
	}
	w.children(n)
	w.WriteString("</" + n.Data + ">")
}

func (w *htmlWriter) open(n *html.Node) {
	w.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		value := strings.TrimSpace(a.Val)
		switch {
		case a.Namespace != "" || !attribute[a.Key]:
			continue
		case a.Key == "style":
			if value = style(value); value == "" {
				continue
			}
		case a.Key == "href" || a.Key == "src":
			if !safeLink(value) {
				continue
			}
		}
		w.WriteString(" " + a.Key + `="` + lines(attrEscaper.Replace(value)) + `"`)
	}
	w.WriteString(">")
}

var (
	textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
	attrEscaper = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
)

func lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

// style rewrites the declarations of a style attribute.
func style(css string) string {
	var kept []string
	for _, d := range declarations(css) {
		name, value, ok := strings.Cut(d, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		lower := strings.ToLower(value)
		if !ok || name == "" || value == "" || unsafeStyle[name] || strings.Contains(lower, "url(") || strings.Contains(lower, "expression(") {
			continue
		}
		kept = append(kept, name+":"+value)
	}
	return strings.Join(kept, "; ")
}

// declarations splits at semicolons outside quotes.
func declarations(css string) []string {
	var parts []string
	var quote rune
	start := 0
	for i, r := range css {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == ';':
			parts = append(parts, css[start:i])
			start = i + 1
		}
	}
	return append(parts, css[start:])
}

func safeLink(link string) bool {
	scheme, _, ok := strings.Cut(link, ":")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return true // relative, or an anchor
	}
	return slices.Contains([]string{"http", "https", "mailto", "tel", "sip", "sips", "cid", "callto", "webcal"}, strings.ToLower(scheme))
}

func set(names string) map[string]bool {
	m := make(map[string]bool)
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}

var (
	gone  = set("script style title meta link base iframe frame frameset noframes object embed applet form input button select option optgroup textarea svg math template noscript audio video canvas")
	kept  = set("a abbr address b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var")
	void  = set("br col hr img")
	block = set("blockquote center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td th tr ul")

	attribute   = set("abbr align alt background bgcolor border cellpadding cellspacing char cite class clear color cols colspan compact coords dir face headers height href hspace id lang name noshade nowrap rel rows rowspan rules scope size span src start style summary target title type valign value vspace width")
	unsafeStyle = set("position behavior -moz-binding z-index")
)
