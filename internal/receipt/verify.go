package receipt

import (
	"bytes"
	"crypto/hmac"
	"fmt"
	"strconv"
	"time"
)

// Verifier looks whether receipts are as they were written. Give it all rolls,
// all removals, then all rows ordered by chain, day and number, and ask Findings
// at the end. It finds whatever somebody without the keys has changed, left out,
// put in or moved, except for a cut: that all is gone from some moment on, of
// every day that has no later one. The MAC of the last roll, kept elsewhere,
// shows that too.
type Verifier struct {
	findings []string
	keys     map[Day]Key
	rolls    map[Day]Roll
	lasts    map[Day][]Last
	removed  map[string]bool // MACs of what is gone that an opening may name
	gone     bool            // whole days are
	newest   Day

	last  *Row
	rows  int
	count int
}

const most = 100 // findings that are told

// lateClose is how long after its end a day may still be open.
const lateClose = 3 * time.Hour

// NewVerifier begins with the rolls, in order, and each one's key; a day without
// its key cannot be judged, and is a finding.
func NewVerifier(now time.Time, rolls []Roll, keys map[Day]Key, removals []Removal) *Verifier {
	v := &Verifier{keys: keys, rolls: map[Day]Roll{}, lasts: map[Day][]Last{}, removed: map[string]bool{}}
	var previous []byte
	for i, roll := range rolls {
		v.rolls[roll.Day], v.newest = roll, max(v.newest, roll.Day)
		key, ok := keys[roll.Day]
		switch {
		case !ok:
			v.find("%s: its key cannot be opened", roll.Day)
			continue
		case !roll.Closed() && i < len(rolls)-1 && DayOf(now.Add(-lateClose)) > roll.Day:
			v.find("%s: the day was not closed, though later ones follow", roll.Day)
		case roll.Closed() && !hmac.Equal(roll.MAC, roll.sign(key)):
			v.find("%s: the roll was changed", roll.Day)
		case roll.Closed() && !bytes.Equal(roll.Previous, previous):
			v.find("%s: the roll of the day before is missing", roll.Day)
		}
		if roll.Removed != "" {
			v.gone = true
			if !hmac.Equal(roll.Removal, key.mac("removed", roll.Day.String(), roll.Removed)) {
				v.find("%s: that its rows were removed was not said by this program", roll.Day)
			}
		}
		if roll.Closed() {
			previous = roll.MAC
		}
	}
	for _, r := range removals {
		key, ok := keys[r.Day]
		if !ok || !hmac.Equal(r.MAC, r.sign(key)) {
			v.find("%s: a removal was not made by this program", r.Day)
			continue
		}
		v.removed[string(r.Last)] = true
		v.lasts[r.Day] = append(v.lasts[r.Day], Last{r.Name, r.Last})
	}
	return v
}

func (v *Verifier) find(format string, args ...any) {
	if v.count++; v.count <= most {
		v.findings = append(v.findings, fmt.Sprintf(format, args...))
	}
}

// Row takes the next one.
func (v *Verifier) Row(r Row) {
	v.rows++
	same := v.last != nil && v.last.Chain == r.Chain
	first := !same || v.last.Day != r.Day
	if first {
		v.endDay()
	}
	where := fmt.Sprintf("%s, %s, number %d", r.Chain, r.Day, r.Seq)
	key, ok := v.keys[r.Day]
	switch {
	case !ok && v.rolls[r.Day].Day != r.Day:
		v.find("%s: there is no such day", where)
	case !ok: // told with its roll
	case first && (r.Seq != 0 || !r.opens()):
		v.find("%s: what was before it is missing", where)
	case first && !hmac.Equal(r.MAC, r.Sign(key, r.named())):
		v.find("%s: it was changed", where)
	case first && !v.follows(r, same):
		v.find("%s: the day before is missing, or its end", where)
	case !first && r.Seq != v.last.Seq+1:
		v.find("%s: what was before it is missing, or stands elsewhere", where)
	case !first && v.last.Closes():
		v.find("%s: it stands after the end of its day", where)
	case !first && !hmac.Equal(r.MAC, r.Sign(key, v.last.MAC)):
		v.find("%s: it, or the one before it, was changed", where)
	case r.Closes() && r.Result != strconv.Itoa(r.Seq):
		v.find("%s: the day had %s receipts", where, r.Result)
	}
	if v.rolls[r.Day].Removed != "" {
		v.find("%s: the rows of this day were removed", where)
	}
	v.last = &r
}

// follows reports whether a day's first row names the end of what was before it.
func (v *Verifier) follows(r Row, same bool) bool {
	named := r.named()
	switch {
	case same:
		return bytes.Equal(named, v.last.MAC)
	case len(named) == 0:
		return true // the rolls tell whether the chain was there before
	}
	return v.gone || v.removed[string(named)]
}

// endDay takes the chain's end of a day into the day's digest.
func (v *Verifier) endDay() {
	if v.last == nil {
		return
	}
	if roll := v.rolls[v.last.Day]; roll.Closed() && !v.last.Closes() {
		v.find("%s, %s: the end of the day is missing", v.last.Chain, v.last.Day)
	}
	if key, ok := v.keys[v.last.Day]; ok {
		v.lasts[v.last.Day] = append(v.lasts[v.last.Day], Last{key.Name(v.last.Chain), v.last.MAC})
	}
}

// Findings returns what is wrong, and how many rows were looked at.
func (v *Verifier) Findings() (findings []string, rows int) {
	v.endDay()
	v.last = nil
	for day := Day(0); day <= v.newest; day++ {
		roll, there := v.rolls[day]
		if _, ok := v.keys[day]; !there || !ok || !roll.Closed() || roll.Removed != "" {
			continue
		}
		switch got := v.lasts[day]; {
		case len(got) < roll.Chains:
			v.find("%s: receipts of %d mailboxes are missing", day, roll.Chains-len(got))
		case !bytes.Equal(digest(got), roll.Digest):
			v.find("%s: the ends of the chains are not those that were there when the day was closed", day)
		}
	}
	if v.count > most {
		v.findings = append(v.findings, fmt.Sprintf("and %d more", v.count-most))
	}
	return v.findings, v.rows
}
