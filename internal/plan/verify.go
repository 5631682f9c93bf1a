package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

// Window is from when to when a series is listed at Webex, so that everything
// up to the horizon is seen wherever it was moved.
func Window(in SeriesInput) (from, to time.Time) {
	s, ok := in.read(*in.Series.Master.Recurrence)
	if !ok {
		return in.Now, in.Now
	}
	return in.Now.Add(-24 * time.Hour), s.start(s.horizon + reach)
}

// Verify takes in what Webex listed of the window. doubtful: something is not
// there that should be, or is there that should not, and is told of the rule's
// dates only as far as it can be. Webex may show an older state for a while.
// strayed: a date that was listed before is not as it was then; it is left as it
// is held, since only a second look tells whether somebody changed it.
func Verify(in SeriesInput, list []meeting.WebexOccurrence) (r meeting.Rhythm, doubtful, strayed bool) {
	r = *in.Held
	s, ok := in.read(r.Recurrence)
	if !ok {
		return r, true, false
	}
	made, err := recur.Between(r.Recurrence, s.anchor, r.Start, s.from-reach, s.horizon, r.Unended)
	if err != nil {
		return r, true, false
	}
	strays, remade := Strays(in, in.Shape.Title, list)
	if remade {
		r.Checked = s.horizon
		return r, false, true
	}
	_, to := Window(in)
	there := s.byBase(list)
	next := map[meeting.Date]meeting.Slot{}
	for _, o := range made {
		was, changed := r.Slots[o.Base]
		found, listed := there[o.Base]
		delete(there, o.Base)
		_, stray := strays[o.Base]
		switch {
		case stray:
			if changed {
				next[o.Base] = was
			}
		case listed:
			is := meeting.Slot{Start: found.Start, End: found.End, Title: found.Title, Invitees: was.Invitees, Alone: was.Alone && !was.Gone}
			doubtful = doubtful || was.Gone
			if !changed && (!found.Start.Equal(found.Original) || found.End.Sub(found.Start) != s.length || found.Title != in.Shape.Title) {
				// Changed by itself before the series was made as it is now: whom it
				// invites no list tells.
				is.Invitees = []meeting.Invitee{{Email: meeting.Unsure}}
			}
			if !found.Original.Equal(s.start(o.Base)) {
				is.Original = found.Original
			}
			if !sameSlot(is, s.plain(o.Base)) || !is.Original.IsZero() {
				next[o.Base] = is
			}
		case changed && (was.Gone || !was.Start.Before(to)):
			next[o.Base] = was
		case !s.start(o.Base).Add(s.length).After(in.Now):
			if changed {
				next[o.Base] = was
			}
		default:
			want := s.wanted(o, bounds(o, r), r)
			doubtful = doubtful || !want.Gone
			next[o.Base] = meeting.Slot{Gone: true, Alone: was.Alone}
		}
	}
	for base, o := range there { // what the rule should not make
		if base < s.from || base > s.horizon {
			continue
		}
		doubtful = true
		next[base] = meeting.Slot{Start: o.Start, End: o.End, Title: o.Title, Original: o.Original}
	}
	r.Slots, r.Checked = next, s.horizon
	return r, doubtful, len(strays) > 0
}
