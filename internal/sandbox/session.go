package sandbox

import "net/http"

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
