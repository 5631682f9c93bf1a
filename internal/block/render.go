package block

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// lineEnd is what Exchange ends the lines of plain text with.
const lineEnd = "\r\n"

// line is a line of the block: a label that is a link itself, or one with a value.
type line struct {
	field field
	note  string // after the label, in brackets
	value string
	href  string
}

// lasting reports whether a block with this content will be found again.
func (c Content) lasting() bool {
	link := c.begin()
	key, end, ok := keyOf(unwrap(link))
	return ok && !end && key == c.Key && urlLength(link, false) == len(link)
}

func (c Content) begin() string {
	return strings.TrimRight(c.PublicURL, "/") + "/m/" + string(c.Key)
}

func (c Content) lines() []line {
	j := c.Join
	code := digits(j.AccessCode)
	number := digits(j.Number)
	phonePassword := digits(j.PhonePassword.Reveal())
	all := []line{
		{field: beginField, href: c.begin()},
		{field: joinField, href: safeLink(j.WebLink)},
		{field: numberField, value: grouped(number)},
		{field: passwordField, value: words(j.Password.Reveal())},
		{field: phonePasswordField, value: phonePassword},
	}
	if code == "" {
		code = number
	}
	if code != number {
		all = append(all, line{field: accessCodeField, value: grouped(code)})
	}
	for _, in := range j.CallIn {
		all = append(all, line{field: phoneField, note: words(in.Label), value: words(in.Number), href: tapToJoin(in.Number, code, phonePassword)})
	}
	if sip := words(j.SIPAddress); sipAddress.MatchString(sip) {
		all = append(all, line{field: videoField, value: sip, href: "sip:" + sip})
	}
	if ip, err := netip.ParseAddr(strings.TrimSpace(j.DialInIP)); err == nil && ip.Zone() == "" {
		all = append(all, line{field: addressField, value: ip.String() + " " + c.wording().then})
	}
	all = append(all, line{field: helpField, href: helpLink}, line{field: endField, href: c.begin() + "#" + endFragment})

	filled := all[:0]
	for _, l := range all {
		if l.value != "" || l.field != phoneField && l.href != "" {
			filled = append(filled, l)
		}
	}
	return filled
}

func (c Content) wording() wording { return catalogue[language(c.Language)] }

// html is the block as one element. It names no colour, so that it is readable
// in dark mode, and no class or id, since those do not last.
func (c Content) html() string {
	var b strings.Builder
	b.WriteString(`<div lang="` + language(c.Language) + `" style="margin-top:1.5em">`)
	for _, l := range c.lines() {
		words := html.EscapeString(c.words(l))
		value := html.EscapeString(l.value)
		open, shut := "", ""
		if l.href != "" {
			open, shut = `<a href="`+html.EscapeString(l.href)+`">`, "</a>"
		}
		switch l.field {
		case joinField:
			b.WriteString(`<div style="margin:1em 0;font-size:120%;font-weight:bold">`)
		case beginField, endField, helpField:
			b.WriteString(`<div style="font-size:85%">`)
		default:
			b.WriteString("<div>")
		}
		if value == "" {
			b.WriteString(open + words + shut)
		} else {
			b.WriteString(words + ": " + open + value + shut)
		}
		b.WriteString("</div>")
	}
	b.WriteString("</div>")
	return b.String()
}

// text is the block's twin for plain text; after sets it apart from what is before.
func (c Content) text(after bool) string {
	lines := make([]string, 0, 16)
	for _, l := range c.lines() {
		if l.value == "" {
			l.value = l.href
		}
		lines = append(lines, c.words(l)+": "+l.value)
	}
	s := strings.Join(lines, lineEnd)
	if after {
		s = strings.Repeat(lineEnd, gap) + s
	}
	return s
}

func (c Content) words(l line) string {
	s := c.wording().labels[l.field]
	if l.note != "" {
		s += " (" + l.note + ")"
	}
	return s
}

// tapToJoin is a telephone link that dials, waits, and enters code and password.
func tapToJoin(number, code, password string) string {
	dial := digits(number)
	if dial == "" {
		return ""
	}
	if strings.HasPrefix(strings.TrimSpace(number), "+") {
		dial = "+" + dial
	}
	if code == "" {
		return "tel:" + dial
	}
	dial = "tel:" + dial + ",," + code + "#"
	if password != "" {
		dial += password + "#"
	}
	return dial
}

var sipAddress = regexp.MustCompile(`^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$`)

// grouped sets a meeting number as Webex prints it.
func grouped(number string) string {
	var head, tail int
	switch len(number) {
	case 9:
		head, tail = 3, 6
	case 10:
		head, tail = 3, 6
	case 11:
		head, tail = 4, 7
	default:
		return number
	}
	return number[:head] + " " + number[head:tail] + " " + number[tail:]
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// words puts text into the form in which lines are compared: single plain
// spaces, nothing invisible. Exchange and Outlook change both at will.
func words(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
