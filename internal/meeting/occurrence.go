package meeting

import (
	"strings"
	"time"
)

// suffixForm is how an occurrence's id ends.
const suffixForm = "20060102T150405Z"

// OccurrenceID is the id of a series' occurrence at Webex, which it keeps when it
// is moved: original is where the series' rule puts it.
// https://developer.webex.com/docs/meetings#meeting-series-scheduled-meetings-and-meeting-instances
func OccurrenceID(series MeetingID, original time.Time) MeetingID {
	return series + "_" + MeetingID(original.UTC().Format(suffixForm))
}

// Original reads from an occurrence's id where the series' rule puts it; ok is
// false if the id is of another form.
func (id MeetingID) Original() (series MeetingID, original time.Time, ok bool) {
	i := strings.LastIndexByte(string(id), '_')
	if i <= 0 {
		return "", time.Time{}, false
	}
	original, err := time.Parse(suffixForm, string(id[i+1:]))
	if err != nil {
		return "", time.Time{}, false
	}
	return id[:i], original, true
}

// WebexOccurrence is one date of a Webex series as a list showed it.
type WebexOccurrence struct {
	ID         MeetingID
	Original   time.Time // where the series' rule puts it, UTC
	Start, End time.Time // where it stands, UTC, minute precision
	Title      string
	State      string // scheduled, ready, ended, missed
	Modified   bool   // it is not as the series has it
}
