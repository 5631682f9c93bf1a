package sandbox

import (
	"net/http"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/fakewebex"
)

// PATCH /sandbox/webex/meetings/{id}: what the host changes in Webex itself. The
// id may be that of one date of a series.
func (s *Sandbox) editMeeting(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Title *string    `json:"title"`
		Start *time.Time `json:"start"` // of a series that of its first date; the length stays
		End   *time.Time `json:"end"`
	}
	if !read(w, r, &in) {
		return
	}
	edit := func(title *string, start, end *time.Time) {
		if in.Title != nil {
			*title = *in.Title
		}
		if in.Start != nil {
			*start, *end = *in.Start, in.Start.Add(end.Sub(*start))
		}
		if in.End != nil {
			*end = *in.End
		}
	}
	s.inMeeting(w, r, func(id string) error {
		if isDate(id) {
			return s.Webex.EditOccurrence(id, func(o *fakewebex.Occurrence) { edit(&o.Title, &o.Start, &o.End) })
		}
		return s.Webex.EditMeeting(id, func(m *fakewebex.Meeting) { edit(&m.Title, &m.Start, &m.End) })
	})
}

// isDate reports whether the id is that of one date of a series.
func isDate(id string) bool { return strings.Contains(id, "_") }

// DELETE /sandbox/webex/meetings/{id}
func (s *Sandbox) deleteMeeting(w http.ResponseWriter, r *http.Request) {
	s.inMeeting(w, r, func(id string) error {
		if isDate(id) {
			return s.Webex.DeleteOccurrence(id)
		}
		return s.Webex.DeleteMeeting(id)
	})
}

// POST /sandbox/webex/meetings/{id}/join
func (s *Sandbox) joinMeeting(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email string `json:"email"` // anybody's; empty: the host
	}
	if !read(w, r, &in) {
		return
	}
	s.inMeeting(w, r, func(id string) error { return s.Webex.Join(id, in.Email) })
}

// POST /sandbox/webex/meetings/{id}/end
func (s *Sandbox) endMeeting(w http.ResponseWriter, r *http.Request) {
	s.inMeeting(w, r, s.Webex.EndMeeting)
}

func (s *Sandbox) inMeeting(w http.ResponseWriter, r *http.Request, do func(id string) error) {
	id := r.PathValue("id")
	series, _, _ := strings.Cut(id, "_")
	if _, ok := s.Webex.Meeting(series); !ok {
		refuse(w, http.StatusNotFound, "There is no such Webex meeting.")
		return
	}
	if err := do(id); err != nil {
		refuse(w, http.StatusConflict, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
