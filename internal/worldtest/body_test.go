package worldtest

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"webex-scheduler/internal/sandbox/fakems"
)

// content is what a body holds, read without the program's own reader.
type content struct {
	blocks []joinBlock
	halves int    // begin or end lines without the other
	rest   string // all that is not in a block, in a form that compares
}

type joinBlock struct {
	key   string
	links []string // Webex meeting links in it
}

var (
	keyLink     = regexp.MustCompile(`/m/([a-z2-7]{32})(#end)?$`)
	keyAnywhere = regexp.MustCompile(`/m/[a-z2-7]{32}`)
	roomLink    = regexp.MustCompile(`https://[a-z]+\.webex\.com/meet/[a-z.]+`)
	joinLink    = regexp.MustCompile(`https://[a-z]+\.webex\.com/[a-z]+/j\.php\?MTID=m[0-9a-f]{32}`)
)

func read(b fakems.ItemBody) content {
	if b.ContentType == "text" {
		return readText(b.Content)
	}
	return readHTML(b.Content)
}

// joinLinks finds all Webex links of a body.
func joinLinks(b fakems.ItemBody) []string {
	return joinLink.FindAllString(strings.ReplaceAll(b.Content, "&amp;", "&"), -1)
}

func readText(text string) content {
	var c content
	var rest []string
	open := -1
	var all []string
	for line := range strings.Lines(text) {
		all = append(all, strings.TrimSpace(line))
	}
	var block joinBlock
	for i, line := range all {
		m := keyLink.FindStringSubmatch(line)
		switch {
		case m == nil && open < 0:
			rest = append(rest, line)
		case m == nil:
			block.links = append(block.links, joinLink.FindAllString(line, -1)...)
		case m[2] == "" && open < 0:
			open, block = i, joinBlock{key: m[1]}
		case m[2] != "" && open >= 0 && m[1] == block.key:
			c.blocks = append(c.blocks, block)
			open = -1
		default:
			c.halves++
		}
	}
	if open >= 0 {
		c.halves++
		rest = append(rest, all[open:]...)
	}
	// Blank lines set the block apart.
	c.rest = strings.Join(slices.DeleteFunc(rest, func(line string) bool { return line == "" }), "\n")
	return c
}

func readHTML(source string) content {
	body := parse(source)
	var c content
	for {
		begin, end, key := pairOf(body)
		if begin == nil {
			break
		}
		first, last := enclose(begin, end)
		block := joinBlock{key: key}
		for n := first; n != nil; {
			next := n.NextSibling
			for _, a := range anchors(n) {
				if href := attr(a, "href"); joinLink.MatchString(href) {
					block.links = append(block.links, href)
				}
			}
			n.Parent.RemoveChild(n)
			if n == last {
				break
			}
			n = next
		}
		c.blocks = append(c.blocks, block)
	}
	for _, a := range anchors(body) {
		if keyLink.MatchString(attr(a, "href")) {
			c.halves++
		}
	}
	c.rest = flatten(body)
	return c
}

func parse(source string) *html.Node {
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		panic(err) // a string can be read
	}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Body {
			return n
		}
	}
	panic("html.Parse made no body")
}

// pairOf finds the first begin line with its end line.
func pairOf(body *html.Node) (begin, end *html.Node, key string) {
	for _, a := range anchors(body) {
		m := keyLink.FindStringSubmatch(attr(a, "href"))
		switch {
		case m == nil:
		case m[2] == "":
			begin, key = a, m[1]
		case begin != nil && m[1] == key:
			return begin, a, key
		}
	}
	return nil, nil, ""
}

// enclose returns the siblings that hold all from begin to end: one, if
// nothing else is in their common parent.
func enclose(begin, end *html.Node) (first, last *html.Node) {
	parents := map[*html.Node]*html.Node{} // parent to the child on the way to begin
	for n := begin; n.Parent != nil; n = n.Parent {
		parents[n.Parent] = n
	}
	last = end
	for ; last.Parent != nil; last = last.Parent {
		if child, ok := parents[last.Parent]; ok {
			first = child
			break
		}
	}
	for first.Parent.DataAtom != atom.Body && sole(first, last) {
		first, last = first.Parent, first.Parent
	}
	return first, last
}

// sole reports whether there is nothing but white space beside first to last.
func sole(first, last *html.Node) bool {
	for n := first.PrevSibling; n != nil; n = n.PrevSibling {
		if n.Type != html.TextNode || strings.TrimSpace(n.Data) != "" {
			return false
		}
	}
	for n := last.NextSibling; n != nil; n = n.NextSibling {
		if n.Type != html.TextNode || strings.TrimSpace(n.Data) != "" {
			return false
		}
	}
	return true
}

func anchors(n *html.Node) []*html.Node {
	var all []*html.Node
	if n.DataAtom == atom.A {
		all = append(all, n)
	}
	for d := range n.Descendants() {
		if d.DataAtom == atom.A {
			all = append(all, d)
		}
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// flatten renders what is in a body; white space between elements does not count.
func flatten(body *html.Node) string {
	var drop []*html.Node
	for n := range body.Descendants() {
		if n.Type == html.TextNode {
			if n.Data = strings.Join(strings.Fields(n.Data), " "); n.Data == "" {
				drop = append(drop, n)
			}
		}
	}
	for _, n := range drop {
		n.Parent.RemoveChild(n)
	}
	var b strings.Builder
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&b, n); err != nil {
			panic(err)
		}
	}
	return b.String()
}

// edit changes the HTML of a body as Outlook does, and not at all if change
// finds nothing to do.
func edit(b *fakems.ItemBody, change func(body *html.Node) bool) bool {
	if b.ContentType != "html" {
		return false
	}
	body := parse(b.Content)
	if !change(body) {
		return false
	}
	var out strings.Builder
	if err := html.Render(&out, root(body)); err != nil {
		panic(err)
	}
	b.Content = out.String()
	return true
}

func root(n *html.Node) *html.Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

// block finds the element of the first whole block in a body.
func block(body *html.Node) *html.Node {
	begin, end, _ := pairOf(body)
	if begin == nil {
		return nil
	}
	if first, last := enclose(begin, end); first == last {
		return first
	}
	return nil
}

func clone(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.AppendChild(clone(child))
	}
	return c
}
