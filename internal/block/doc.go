package block

import (
	"strings"

	"webex-scheduler/internal/meeting"
)

// doc is a body that was read.
type doc struct {
	plain   bool
	pieces  []piece
	markers []marker
	parts   []part
	spans   []span
	cut     []bool // by piece: goes with the blocks
}

// marker is a link of a begin or end line: pieces first to last.
type marker struct {
	first, last int
	key         meeting.LinkKey
	end         bool
}

// span is a block, or half of one: pieces first to last, the markers included.
type span struct {
	first, last int
	key         meeting.LinkKey
	whole       bool
	half        marker // the one marker there is, if it is not whole
}

// class says whose a part is.
type class int

const (
	blank  class = iota
	mark         // a marker
	ours         // one of the lines between
	theirs       // what people wrote
)

// part is a stretch of a row: a marker, or what is between markers.
type part struct {
	first, last int // pieces
	row         int
	class       class
	words       string
	labelled    bool
	field       field // if labelled
	value       string
}

func (d *doc) whole() bool { return len(d.spans) == 1 && d.spans[0].whole }

func (d *doc) within(i int) bool {
	for _, s := range d.spans {
		if s.whole && s.first <= i && i <= s.last {
			return true
		}
	}
	return false
}

func (d *doc) findMarkers() {
	for i := 0; i < len(d.pieces); i++ {
		p := d.pieces[i]
		key, end, ok := keyOf(p.link)
		if !ok {
			continue
		}
		m := marker{first: i, last: i, key: key, end: end}
		if p.kind == open {
			for j := i + 1; j < len(d.pieces); j++ {
				next := d.pieces[j]
				if next.row != p.row || next.kind == open && next.name == "a" {
					break
				}
				m.last = j
				if p.mate == j {
					break
				}
			}
		}
		i = m.last
		// Word splits a link at each change of format.
		if n := len(d.markers); n > 0 && d.continues(d.markers[n-1], m) {
			d.markers[n-1].last = m.last
			continue
		}
		d.markers = append(d.markers, m)
	}
}

func (d *doc) continues(m, next marker) bool {
	if m.key != next.key || m.end != next.end || d.pieces[m.first].row != d.pieces[next.first].row {
		return false
	}
	for _, p := range d.pieces[m.last+1 : next.first] {
		if p.name == "img" || strings.Trim(words(p.words), decoration) != "" {
			return false
		}
	}
	return true
}

// decoration is what may stand around a line of ours: bullets, quote marks,
// the brackets that a conversion to text puts around links.
const decoration = " >*•·–—_|=<[]():-"

func (d *doc) findParts() {
	next := 0 // marker
	for i := range d.pieces {
		if next < len(d.markers) && d.markers[next].last < i {
			next++
		}
		inside := next < len(d.markers) && d.markers[next].first <= i
		row := d.pieces[i].row
		n := len(d.parts)
		if n == 0 || d.parts[n-1].row != row || inside && d.markers[next].first == i || !inside && d.parts[n-1].class == mark {
			d.parts = append(d.parts, part{first: i, row: row})
			if inside {
				d.parts[n].class = mark
			}
			n++
		}
		d.parts[n-1].last = i
		d.pieces[i].part = n - 1
	}
	for i := range d.parts {
		d.classify(&d.parts[i])
	}
}

func (d *doc) classify(p *part) {
	var all, unlinked strings.Builder
	image := false
	for _, piece := range d.pieces[p.first : p.last+1] {
		link := piece.link
		if piece.anchor >= 0 {
			link = d.pieces[piece.anchor].link
		}
		all.WriteString(piece.words)
		if !isOurKind(link) {
			unlinked.WriteString(piece.words)
		}
		image = image || piece.name == "img"
	}
	p.words = words(all.String())
	line := strings.TrimLeft(p.words, decoration)
	p.field, p.value, p.labelled = labelled(line)
	switch {
	case p.class == mark:
	case line == "" && !image:
		p.class = blank
	case p.labelled || strings.Trim(words(unlinked.String()), decoration) == "" && !image:
		p.class = ours
	default:
		p.class = theirs
	}
}

// findSpans pairs begin and end lines, and tells what goes with them.
func (d *doc) findSpans() {
	for i := 0; i < len(d.markers); i++ {
		m := d.markers[i]
		if i+1 < len(d.markers) {
			if n := d.markers[i+1]; !m.end && n.end && n.key == m.key {
				d.spans = append(d.spans, span{first: m.first, last: n.last, key: m.key, whole: true})
				i++
				continue
			}
		}
		d.spans = append(d.spans, span{first: m.first, last: m.last, key: m.key, half: m})
	}
	for _, s := range d.spans {
		d.cutSpan(s)
	}
}
