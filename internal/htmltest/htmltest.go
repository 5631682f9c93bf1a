// Package htmltest looks over a rendered page as a strict reader would: one
// heading on top, every control named, nothing inline that the content
// security policy forbids. It does not judge looks or wording.
package htmltest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Check reports every problem of the page as a test error.
func Check(t testing.TB, page string) {
	t.Helper()
	for _, problem := range Problems(page) {
		t.Error(problem)
	}
}

// Problems returns what is wrong with a whole page, in document order; the
// rules are those of WCAG 2.2 A that a program can see, and of our content
// security policy.
func Problems(page string) []string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{"does not parse: " + err.Error()}
	}
	c := checker{ids: map[string]*html.Node{}, labels: map[string]string{}}
	c.collect(root)
	c.page(root)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			c.element(n)
		}
	}
	return c.problems
}

type checker struct {
	ids      map[string]*html.Node
	labels   map[string]string // text of label[for], by that id
	problems []string
}

func (c *checker) problem(n *html.Node, format string, args ...any) {
	where := ""
	if n != nil {
		where = describe(n) + ": "
	}
	c.problems = append(c.problems, where+fmt.Sprintf(format, args...))
}

func (c *checker) collect(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id, ok := attr(n, "id"); ok {
			if c.ids[id] != nil {
				c.problem(n, "the id %q is there twice", id)
			}
			c.ids[id] = n
		}
		if id, ok := attr(n, "for"); ok && n.DataAtom == atom.Label {
			c.labels[id] = text(n)
		}
	}
}

func (c *checker) page(root *html.Node) {
	count := map[atom.Atom]int{}
	level := 0
	for n := range root.Descendants() {
		count[n.DataAtom]++
		if l := headingLevel(n); l > 0 {
			if l > level+1 {
				c.problem(n, "heading level jumps from %d to %d", level, l)
			}
			level = l
		}
		if n.DataAtom == atom.Html {
			if lang, _ := attr(n, "lang"); lang == "" {
				c.problem(n, "no lang")
			}
		}
		if n.DataAtom == atom.Title && n.Parent.DataAtom == atom.Head && strings.TrimSpace(text(n)) == "" {
			c.problem(n, "empty")
		}
	}
	if root.FirstChild == nil || root.FirstChild.Type != html.DoctypeNode {
		c.problem(nil, "no doctype")
	}
	for _, a := range []atom.Atom{atom.H1, atom.Main, atom.Title} {
		if count[a] != 1 {
			c.problem(nil, "%d of <%s>, want 1", count[a], a)
		}
	}
}

func (c *checker) element(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"):
			c.problem(n, "inline handler %s", a.Key)
		case a.Key == "style":
			c.problem(n, "inline style")
		case a.Key == "tabindex" && !slices.Contains([]string{"0", "-1"}, a.Val):
			c.problem(n, "tabindex %s", a.Val)
		case a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "aria-controls":
			for id := range strings.FieldsSeq(a.Val) {
				if c.ids[id] == nil {
					c.problem(n, "%s names %q, which is not there", a.Key, id)
				}
			}
		}
	}
	switch n.DataAtom {
	case atom.Style:
		c.problem(n, "inline style sheet")
	case atom.Script:
		if src, _ := attr(n, "src"); src == "" {
			c.problem(n, "inline script")
		}
	case atom.Label:
		if id, ok := attr(n, "for"); ok && c.ids[id] == nil {
			c.problem(n, "for names %q, which is not there", id)
		}
	case atom.Img:
		if _, ok := attr(n, "alt"); !ok {
			c.problem(n, "no alt")
		}
	case atom.Svg:
		if hidden, _ := attr(n, "aria-hidden"); hidden != "true" && c.name(n) == "" {
			c.problem(n, "neither hidden nor named")
		}
	case atom.A:
		c.link(n)
	case atom.Form:
		c.form(n)
	case atom.Table:
		c.table(n)
	case atom.Section, atom.Nav:
		if c.name(n) == "" {
			c.problem(n, "no name")
		}
	}
	if isControl(n) && c.name(n) == "" {
		c.problem(n, "no name")
	}
}

func (c *checker) link(n *html.Node) {
	href, ok := attr(n, "href")
	if !ok {
		c.problem(n, "no href")
		return
	}
	u, err := url.Parse(href)
	switch {
	case err != nil:
		c.problem(n, "href: %v", err)
	case href == "" || href == "#" || u.Scheme == "javascript" || strings.HasPrefix(href, "about:"):
		c.problem(n, "leads nowhere: %q", href)
	case u.Fragment != "" && u.Host == "" && u.Path == "" && c.ids[u.Fragment] == nil:
		c.problem(n, "leads to %q, which is not there", u.Fragment)
	}
	if target, _ := attr(n, "target"); target == "_blank" {
		if rel, _ := attr(n, "rel"); !strings.Contains(rel, "noopener") {
			c.problem(n, "opens a window without noopener")
		}
	}
}

func (c *checker) form(n *html.Node) {
	action, _ := attr(n, "action")
	if !strings.HasPrefix(action, "/") || strings.HasPrefix(action, "//") {
		c.problem(n, "action %q is no path of ours", action)
	}
	for d := range n.Descendants() {
		if d.DataAtom == atom.Button {
			return
		}
	}
	c.problem(n, "no button")
}

func (c *checker) table(n *html.Node) {
	caption, header := false, false
	for d := range n.Descendants() {
		caption = caption || d.DataAtom == atom.Caption
		if d.DataAtom == atom.Th {
			header = true
			if _, ok := attr(d, "scope"); !ok {
				c.problem(d, "no scope")
			}
		}
	}
	if !caption && c.name(n) == "" {
		c.problem(n, "no caption")
	}
	if !header {
		c.problem(n, "no header cells")
	}
}

// name is the accessible name, as far as our pages need the rules of
// https://www.w3.org/TR/accname-1.2/.
func (c *checker) name(n *html.Node) string {
	if ids, ok := attr(n, "aria-labelledby"); ok {
		var names []string
		for id := range strings.FieldsSeq(ids) {
			if by := c.ids[id]; by != nil {
				names = append(names, text(by))
			}
		}
		return strings.TrimSpace(strings.Join(names, " "))
	}
	if label, _ := attr(n, "aria-label"); strings.TrimSpace(label) != "" {
		return strings.TrimSpace(label)
	}
	switch n.DataAtom {
	case atom.Input, atom.Select, atom.Textarea:
		if id, ok := attr(n, "id"); ok && strings.TrimSpace(c.labels[id]) != "" {
			return strings.TrimSpace(c.labels[id])
		}
		for p := range n.Ancestors() {
			if p.DataAtom == atom.Label {
				return strings.TrimSpace(text(p))
			}
		}
		return ""
	case atom.Section, atom.Nav, atom.Table:
		return ""
	}
	return strings.TrimSpace(text(n))
}

func isControl(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Button, atom.Select, atom.Textarea, atom.Summary, atom.A:
		return true
	case atom.Input:
		kind, _ := attr(n, "type")
		return kind != "hidden"
	}
	return false
}

func headingLevel(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	}
	return 0
}

// text is what a screen reader would say of n's content.
func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if hidden, _ := attr(n, "aria-hidden"); hidden == "true" {
		return ""
	}
	if alt, ok := attr(n, "alt"); ok && n.DataAtom == atom.Img {
		return alt
	}
	var b strings.Builder
	for child := range n.ChildNodes() {
		b.WriteString(text(child))
	}
	return b.String()
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func describe(n *html.Node) string {
	s := "<" + n.Data
	for _, a := range n.Attr {
		if a.Key == "id" || a.Key == "href" || a.Key == "class" || a.Key == "action" {
			s += fmt.Sprintf(" %s=%q", a.Key, a.Val)
		}
	}
	return s + ">"
}
