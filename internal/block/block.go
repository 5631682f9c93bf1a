// Package block keeps the join block in event bodies: it finds, writes,
// compares and removes it, in HTML and in plain text.
//
// A block runs from a begin line to an end line. Each carries a link to
// /m/{key}, the end line's with the fragment "end". Only these links count: of
// what a body says, Exchange and Outlook keep links, while comments, ids,
// classes and data attributes are lost or renamed. A key is recognised on any
// host and inside Safe Links; the words around it do not matter.
//
// Outside the block a body is bytes that are never touched: it is read with a
// tokenizer, and never parsed and rendered as a whole.
package block

import (
	"slices"

	"webex-scheduler/internal/meeting"
)

// Content is what a join block shows.
type Content struct {
	Key       meeting.LinkKey // valid, as meeting.ParseLinkKey has it
	PublicURL string          // address of this installation, no trailing slash
	Language  string          // BCP 47; what is not known becomes English
	Join      meeting.Join    // empty values leave their line out
}

// Found is what a body holds.
type Found struct {
	Keys    []meeting.LinkKey // distinct, in order of first sight
	Whole   bool              // exactly one block, complete
	Damaged bool              // half of a block, or more than one
	Foreign []string          // Webex meeting links outside our blocks, distinct, Safe Links unwrapped
}

// Find looks for blocks and for Webex links.
func Find(body meeting.Body) Found {
	d := read(body)
	var f Found
	for _, m := range d.markers {
		if !slices.Contains(f.Keys, m.key) {
			f.Keys = append(f.Keys, m.key)
		}
	}
	f.Whole = d.whole()
	f.Damaged = len(d.spans) > 0 && !f.Whole
	for i, p := range d.pieces {
		if isMeetingLink(p.link) && !d.cut[i] && !d.within(i) && !slices.Contains(f.Foreign, p.link) {
			f.Foreign = append(f.Foreign, p.link)
		}
	}
	return f
}

// Links returns the Webex meeting links inside our blocks, distinct and with
// Safe Links unwrapped: what an unknown block shows of its meeting.
func Links(body meeting.Body) (links []string) {
	d := read(body)
	for i, p := range d.pieces {
		if isMeetingLink(p.link) && (d.cut[i] || d.within(i)) && !slices.Contains(links, p.link) {
			links = append(links, p.link)
		}
	}
	return links
}

// Carries reports whether the body has exactly one block, complete, with c's
// key and the same web link, number and password, whatever its language,
// wording and place.
func Carries(body meeting.Body, c Content) bool {
	d := read(body)
	return d.whole() && d.spans[0].key == c.Key && d.shows(d.spans[0], c.Join)
}

// Put makes the body carry exactly one block, c's, at its end, and reports
// whether it had to change anything. A body that Carries c stays as it is,
// also where people have written below the block. Otherwise every block is
// removed as Remove does. Content that could not be found again (a key with a
// wrong check sum, a public address that is no URL) changes nothing.
func Put(body meeting.Body, c Content) (meeting.Body, bool) {
	if !c.lasting() || Carries(body, c) {
		return body, false
	}
	rest, _ := Remove(body)
	if !rest.HTML {
		rest.Content += c.text(rest.Content != "")
		return rest, true
	}
	at := read(rest).end()
	rest.Content = rest.Content[:at] + c.html() + rest.Content[at:]
	return rest, true
}

// Remove takes every block out, halves too, and reports whether there was any.
//
// What a person wrote between begin and end line is kept, as long as the block
// is in wording we know, so that our lines can be told from others: a line
// that does not begin with one of our labels and is more than one of our links.
// In unknown wording everything in between goes. Of half a block, our lines
// next to the line that is left go with it, as far as nothing else is between.
func Remove(body meeting.Body) (meeting.Body, bool) {
	removed := false
	// What is left of a removed block may, joined, be a link of ours again. It
	// takes malice to build that twice, so the passes are limited.
	for range 32 {
		d := read(body)
		if len(d.spans) == 0 {
			break
		}
		body.Content = d.rest()
		removed = true
	}
	return body, removed
}
