package fakems

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// settle brings a body into Exchange's form. Text stays text.
func (b *ItemBody) settle() error {
	switch strings.ToLower(b.ContentType) {
	case "", "html":
		b.ContentType = "html"
		if b.Content != "" {
			b.Content = sanitise(b.Content)
		}
	case "text":
		b.ContentType = "text"
		b.Content = lines(b.Content)
	default:
		return badRequest("RequestBodyRead", "Requested value '%s' was not found.", b.ContentType)
	}
	return nil
}

// as returns the body in the format that Prefer: outlook.body-content-type asks
// for; without one as it was written.
// https://learn.microsoft.com/graph/api/event-get
func (b ItemBody) as(format string) ItemBody {
	switch {
	case format == "text" && b.ContentType == "html":
		return ItemBody{"text", plain(b.Content)}
	case format == "html" && b.ContentType == "text":
		text := strings.ReplaceAll(textEscaper.Replace(b.Content), "\r\n", "<br>")
		return ItemBody{"html", sanitise(`<div class="PlainText">` + text + "</div>")}
	}
	return b
}

// preview is the beginning of the body as one line of text, 255 characters at
// most.
func (b ItemBody) preview() string {
	text := b.Content
	if b.ContentType == "html" {
		text = plain(text)
	}
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), 255)])
}

// plain is the text of an HTML body: a line for each block, links in angle
// brackets behind their text.
func plain(body string) string {
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return ""
	}
	var w strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			text := strings.Join(strings.Fields(n.Data), " ")
			if text == "" {
				return
			}
			if strings.TrimLeft(n.Data, " \n\t") != n.Data && w.Len() > 0 && !strings.HasSuffix(w.String(), "\n") {
				w.WriteString(" ")
			}
			w.WriteString(text)
			if strings.TrimRight(n.Data, " \n\t") != n.Data {
				w.WriteString(" ")
			}
			return
		case n.Type == html.ElementNode && gone[n.Data]:
			return
		case n.DataAtom == atom.Br:
			w.WriteString("\r\n")
		case block[n.Data] && w.Len() > 0 && !strings.HasSuffix(w.String(), "\n"):
			w.WriteString("\r\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.DataAtom == atom.A {
			for _, a := range n.Attr {
				if a.Key == "href" && a.Val != "" {
					w.WriteString("<" + a.Val + ">")
				}
			}
		}
	}
	walk(doc)
	return strings.TrimSpace(w.String())
}
