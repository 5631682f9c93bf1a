package block

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"webex-scheduler/internal/meeting"
)

type kind int

const (
	other   kind = iota // comments, void elements, the inside of style and script
	text                // words
	address             // a URL among words
	open                // start tag
	shut                // end tag
	newline             // of plain text
)

// piece is a stretch of a body as read. The pieces' raw bytes, joined, are the body.
type piece struct {
	raw    string
	kind   kind
	name   string // of the element, lower case
	words  string // of text and addresses, entities decoded
	link   string // where an <a> or an address leads, Safe Links unwrapped
	row    int    // line as people see it
	part   int    // stretch of a row
	anchor int    // the <a> that this is in, -1 if none
	mate   int    // the other tag of its pair, -1 if none
	parent int    // start tag of the innermost pair around it, -1 if none
}

// read splits a body and finds the blocks in it.
func read(body meeting.Body) *doc {
	r := reader{anchor: -1}
	if body.HTML {
		r.html(body.Content)
		pair(r.pieces)
	} else {
		r.text(body.Content, false)
	}
	d := &doc{plain: !body.HTML, pieces: r.pieces, cut: make([]bool, len(r.pieces))}
	d.findMarkers()
	d.findParts()
	d.findSpans()
	return d
}

type reader struct {
	pieces []piece
	row    int
	anchor int
}

func (r *reader) add(p piece) {
	p.row, p.anchor, p.mate, p.parent = r.row, r.anchor, -1, -1
	r.pieces = append(r.pieces, p)
}

func (r *reader) html(content string) {
	z := html.NewTokenizer(strings.NewReader(content))
	at := 0
	for {
		token := z.Next()
		if token == html.ErrorToken {
			break
		}
		raw := content[at : at+len(z.Raw())]
		at += len(raw)
		switch token {
		case html.TextToken:
			if n := len(r.pieces); n > 0 && r.pieces[n-1].kind == open && opaque[r.pieces[n-1].name] {
				r.add(piece{raw: raw, kind: other})
			} else {
				r.text(raw, true)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z, raw)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(string(name), raw)
		default:
			r.add(piece{raw: raw, kind: other})
		}
	}
	if at < len(content) { // a tag that the end cut off
		r.add(piece{raw: content[at:], kind: other})
	}
}

func (r *reader) start(z *html.Tokenizer, raw string) {
	name, more := z.TagName()
	p := piece{raw: raw, kind: open, name: string(name)}
	if void[p.name] {
		p.kind = other
	}
	for p.name == "a" && more && p.link == "" {
		var key, value []byte
		if key, value, more = z.TagAttr(); string(key) == "href" {
			p.link = unwrap(string(value))
		}
	}
	if p.name == "a" {
		r.anchor = len(r.pieces)
	}
	if breaks[p.name] && p.name != "br" {
		r.row++
	}
	r.add(p)
	if p.name == "br" || p.name == "hr" {
		r.row++
	}
}

func (r *reader) end(name, raw string) {
	r.add(piece{raw: raw, kind: shut, name: name})
	if name == "a" {
		r.anchor = -1
	}
	if breaks[name] {
		r.row++
	}
}

var (
	urlStart  = regexp.MustCompile(`(?i)https?://`)
	lineBreak = regexp.MustCompile(`\r\n|\r|\n`)
)

// text adds a run of text: its addresses apart and, in plain text, its line ends.
func (r *reader) text(raw string, isHTML bool) {
	if !isHTML {
		for {
			at := lineBreak.FindStringIndex(raw)
			if at == nil {
				break
			}
			r.words(raw[:at[0]], false)
			r.add(piece{raw: raw[at[0]:at[1]], kind: newline})
			r.row++
			raw = raw[at[1]:]
		}
	} else if r.anchor >= 0 {
		if _, _, ours := keyOf(r.pieces[r.anchor].link); ours {
			r.add(piece{raw: raw, kind: text, words: html.UnescapeString(raw)})
			return
		}
	}
	r.words(raw, isHTML)
}

func (r *reader) words(raw string, isHTML bool) {
	decode := func(s string) string {
		if isHTML {
			return html.UnescapeString(s)
		}
		return s
	}
	for raw != "" {
		start, end := len(raw), len(raw)
		if at := urlStart.FindStringIndex(raw); at != nil {
			start = at[0]
			end = start + urlLength(raw[start:], isHTML)
		}
		if start > 0 {
			r.add(piece{raw: raw[:start], kind: text, words: decode(raw[:start])})
		}
		if start < end {
			url := decode(raw[start:end])
			r.add(piece{raw: raw[start:end], kind: address, words: url, link: unwrap(url)})
		}
		raw = raw[end:]
	}
}

// urlLength measures the address that s begins with: up to what cannot be part
// of it, without the punctuation that follows it in a sentence.
func urlLength(s string, isHTML bool) int {
	n := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("<>\"'`", r)
	})
	if n < 0 {
		n = len(s)
	}
	if isHTML {
		for at := 0; at < n; at++ {
			if s[at] == '&' && !strings.HasPrefix(s[at:], "&amp;") {
				n = at
			}
		}
	}
	scheme := strings.Index(s, "://") + len("://")
	return max(scheme, len(strings.TrimRight(s[:n], ".,;:!?)]}*_")))
}

func set(names string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}

// https://html.spec.whatwg.org/multipage/syntax.html#elements-2
var (
	void   = set("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
	opaque = set("iframe noembed noframes noscript plaintext script style textarea title xmp")

	// breaks are the elements that begin a new line, and br.
	breaks = set(`address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset
		figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li listing main menu nav ol p
		pre section summary table tbody td tfoot th thead tr ul`)
)
