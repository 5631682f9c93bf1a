package meeting

import "time"

// WebexLag is how long a read of Webex may still show what was changed since.
// https://developer.webex.com/docs/api/guides/webhooks says ten minutes for
// nearly all.
const WebexLag = 15 * time.Minute

// Glance is what a read of a link's meeting showed that we did not expect. Only
// a second read that shows the same makes it a change of somebody's.
type Glance struct {
	At      time.Time // of the first read that showed it
	Missing bool      // Webex did not show the meeting; the rest is empty then
	Title   string
	Start   time.Time // UTC
	End     time.Time
}

// Same reports whether both reads showed the same.
func (g Glance) Same(other Glance) bool {
	return g.Missing == other.Missing && g.Title == other.Title && g.Start.Equal(other.Start) && g.End.Equal(other.End)
}
