package block

import (
	"strings"

	"webex-scheduler/internal/meeting"
)

// shows reports whether the lines of s tell the data of j that people join by:
// web link, number and password.
func (d *doc) shows(s span, j meeting.Join) bool {
	told := map[field][]string{}
	var everything strings.Builder
	for part := d.pieces[s.first].part; part <= d.pieces[s.last].part; part++ {
		p := d.parts[part]
		if p.class == ours && p.labelled {
			told[p.field] = append(told[p.field], p.value)
		}
		everything.WriteString(" " + p.words + " ")
	}
	said := strings.Join(strings.Fields(everything.String()), " ")

	return d.leadsTo(s, safeLink(j.WebLink), len(told[joinField]) > 0) &&
		tells(said, told[numberField], digits(j.Number), digits) &&
		tells(said, told[passwordField], words(j.Password.Reveal()), func(v string) string { return v })
}

// leadsTo reports whether the block has want, and no other meeting's link.
func (d *doc) leadsTo(s span, want string, labelled bool) bool {
	found := false
	for i := s.first; i <= s.last; i++ {
		p := d.pieces[i]
		switch {
		case p.link == "" || d.parts[p.part].class == theirs:
		case want != "" && sameLink(p.link, want):
			found = true
		case isMeetingLink(p.link):
			return false
		}
	}
	return found || want == "" && !labelled
}

// tells compares a value with the lines labelled so; where no label is known,
// it is enough that the value is somewhere, as a word of its own.
func tells(said string, lines []string, want string, form func(string) string) bool {
	for _, v := range lines {
		if form(v) != want {
			return false
		}
	}
	if len(lines) > 0 || want == "" {
		return true
	}
	said = " " + said + " "
	return strings.Contains(said, " "+want+" ") || strings.Contains(said, " "+grouped(want)+" ")
}
