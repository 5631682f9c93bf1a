package sandbox

import (
	"net/http"
	"time"

	"webex-scheduler/internal/sandbox/fakewebex"
)

// PATCH /sandbox/webex/meetings/{id}: what the host changes in Webex itself.
func (s *Sandbox) editMeeting(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Title *string    `json:"title"`
		Start *time.Time `json:"start"` // of a series that of its first date; the length stays
		End   *time.Time `json:"end"`
	}
	if !read(w, r, &in) {
		return
	}
	s.inMeeting(w, r, func(id string) error {
		return s.Webex.EditMeeting(id, func(m *fakewebex.Meeting) {
			if in.Title != nil {
				m.Title = *in.Title
			}
			if in.Start != nil {
				m.Start, m.End = *in.Start, in.Start.Add(m.End.Sub(m.Start))
			}
			if in.End != nil {
				m.End = *in.End
			}
		})
	})
}

// DELETE /sandbox/webex/meetings/{id}
func (s *Sandbox) deleteMeeting(w http.ResponseWriter, r *http.Request) {
	s.inMeeting(w, r, s.Webex.DeleteMeeting)
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
	if _, ok := s.Webex.Meeting(id); !ok {
		refuse(w, http.StatusNotFound, "There is no such Webex meeting.")
		return
	}
	if err := do(id); err != nil {
		refuse(w, http.StatusConflict, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
