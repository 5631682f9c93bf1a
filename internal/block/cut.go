package block

import (
	"slices"
	"strings"
)

// gap is how many line ends set a block apart in plain text. They belong to it.
const gap = 2

func (d *doc) cutSpan(s span) {
	first, last := d.pieces[s.first].part, d.pieces[s.last].part
	if s.whole {
		known := false
		for _, p := range d.parts[first : last+1] {
			known = known || p.labelled
		}
		for i := first; i <= last; i++ {
			if !known || d.parts[i].class != theirs {
				d.cutPart(i)
			}
		}
	} else {
		d.cutPart(first)
		if s.half.end {
			first = d.reach(first, -1)
		} else {
			last = d.reach(last, +1)
		}
	}
	// What else stands in the rows of the markers: the words of a text twin,
	// and the empty elements that Word strews about.
	for first > 0 && d.beside(first-1, first) {
		first--
		d.cutBeside(first)
	}
	for last+1 < len(d.parts) && d.beside(last+1, last) {
		last++
		d.cutBeside(last)
	}
	d.seam(d.parts[first].first, d.parts[last].last)
}

// seam settles the line ends around the cut pieces first to last, so that what
// people wrote before and after does not become one line.
func (d *doc) seam(first, last int) {
	ownRow := first == 0 || d.pieces[first-1].row != d.pieces[first].row
	if ends := d.pieces[last]; ends.kind == newline || ends.name == "br" && !ownRow {
		d.cut[last] = false
		last--
	}
	closed := last+1 == len(d.pieces) || d.pieces[last+1].kind == newline
	if !d.plain || !ownRow || !closed || slices.Contains(d.cut[first:last+1], false) {
		return
	}
	for range gap {
		if first > 0 && d.pieces[first-1].kind == newline {
			first--
			d.cut[first] = true
		}
	}
}

func (d *doc) cutPart(i int) {
	for at := d.parts[i].first; at <= d.parts[i].last; at++ {
		d.cut[at] = true
	}
}

// cutBeside leaves what may belong to more than this row: comments, and tags
// without their other half.
func (d *doc) cutBeside(i int) {
	for at := d.parts[i].first; at <= d.parts[i].last; at++ {
		p := d.pieces[at]
		d.cut[at] = p.kind != other && p.mate >= 0 || p.words != "" || p.kind == newline || p.name == "br"
	}
}

func (d *doc) beside(i, neighbour int) bool {
	p := d.parts[i]
	return p.row == d.parts[neighbour].row && (p.class == ours || p.class == blank)
}

// reach follows our lines from half a block, in one direction, up to the first
// that is not ours, and cuts as far as the last that is.
func (d *doc) reach(from, step int) int {
	to := from
	for i := from + step; i >= 0 && i < len(d.parts); i += step {
		switch d.parts[i].class {
		case ours:
			for ; to != i; to += step {
				d.cutPart(to + step)
			}
		case mark, theirs:
			return to
		}
	}
	return to
}

// rest is the body without what was cut. Elements go as a whole, if nothing
// else is in them; of others both tags stay, wherever the cut runs.
func (d *doc) rest() string {
	empty := d.emptied()
	var b strings.Builder
	for i := 0; i < len(d.pieces); i++ {
		p := d.pieces[i]
		switch {
		case p.mate > i && empty[i] && !cells[p.name]:
			i = p.mate
		case p.mate >= 0 && !d.marks(min(i, p.mate)), p.mate < 0 && !d.cut[i]:
			b.WriteString(p.raw)
		}
	}
	return b.String()
}

// marks reports whether the piece is the start tag of a marker's link.
func (d *doc) marks(i int) bool {
	p := d.pieces[i]
	return d.parts[p.part].class == mark && d.parts[p.part].first == i && p.name == "a"
}

var (
	// pages are never taken away, cells only with their table.
	pages = set("body head html")
	cells = set("caption col colgroup tbody td tfoot th thead tr")
)

// emptied tells the start tags of the elements that hold nothing but cut
// pieces and the line breaks of the source.
func (d *doc) emptied() map[int]bool {
	type element struct{ empty, cut bool }
	empty := map[int]bool{}
	stack := []element{{}}
	for i, p := range d.pieces {
		top := &stack[len(stack)-1]
		switch {
		case p.mate > i:
			stack = append(stack, element{empty: !pages[p.name], cut: d.cut[i]})
		case p.mate >= 0:
			done := *top
			done.cut = done.cut || d.cut[i]
			stack = stack[:len(stack)-1]
			top = &stack[len(stack)-1]
			if done.empty && done.cut {
				empty[p.mate] = true
				top.cut = true
			} else {
				top.empty = false
			}
		case d.cut[i]:
			top.cut = true
		case strings.Trim(p.raw, " \t\r\n") != "":
			top.empty = false
		}
	}
	return empty
}

// end is where a block is put: before the last </body>, else at the end,
// unless something unfinished there would swallow it.
func (d *doc) end() int {
	at, total := -1, 0
	for i, p := range d.pieces {
		if p.kind == shut && p.name == "body" && d.top(i) {
			at = total
		}
		total += len(p.raw)
	}
	if at >= 0 {
		return at
	}
	return total - d.unfinished()
}

// top reports whether nothing but the page is around piece i.
func (d *doc) top(i int) bool {
	for i = d.pieces[i].parent; i >= 0; i = d.pieces[i].parent {
		if !pages[d.pieces[i].name] {
			return false
		}
	}
	return true
}

// unfinished measures what stands open at the end of the body so that a tag
// behind it would not be read as one: a comment, half a tag, a script.
func (d *doc) unfinished() int {
	n := len(d.pieces)
	if n == 0 {
		return 0
	}
	const probe = "<div>"
	from := n - 1
	if n > 1 && d.pieces[from].kind == other && opaque[d.pieces[from-1].name] && d.pieces[from-1].kind == open {
		from--
	}
	tail := ""
	for _, p := range d.pieces[from:] {
		tail += p.raw
	}
	r := reader{anchor: -1}
	r.html(tail + probe)
	if last := r.pieces[len(r.pieces)-1]; last.raw == probe && last.kind == open {
		return 0
	}
	return len(tail)
}
