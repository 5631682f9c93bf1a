package meeting

import (
	"maps"
	"time"
)

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
	// Of a series: the dates that are otherwise than we know them, by base date,
	// and whether it has other times than it was given.
	Dates  map[Date]Slot `json:",omitempty"`
	Remade bool          `json:",omitempty"`
}

// Same reports whether both reads showed the same.
func (g Glance) Same(other Glance) bool {
	return g.Missing == other.Missing && g.Title == other.Title && g.Start.Equal(other.Start) && g.End.Equal(other.End) &&
		g.Remade == other.Remade && maps.EqualFunc(g.Dates, other.Dates, func(a, b Slot) bool {
		return a.Gone == b.Gone && a.Title == b.Title && a.Start.Equal(b.Start) && a.End.Equal(b.End)
	})
}
