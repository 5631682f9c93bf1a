package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// length is a time.Duration as "1m30s".
type length time.Duration

func (l length) MarshalText() ([]byte, error) { return []byte(time.Duration(l).String()), nil }

func (l *length) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*l = length(d)
	return err
}

// breakForm is a Break in JSON.
type breakForm struct {
	Fault Fault  `json:"fault"`
	Who   string `json:"who,omitempty"`
	Call  string `json:"call,omitempty"`
	Times int    `json:"times,omitempty"`
	For   length `json:"for,omitzero"`
	Wait  length `json:"wait,omitzero"`
	Code  int    `json:"code,omitempty"`
}

// brokenView is a Broken in JSON.
type brokenView struct {
	ID int `json:"id,omitempty"` // absent of what happened at once
	breakForm
	Left     int       `json:"left,omitempty"`
	Ends     time.Time `json:"ends,omitzero"`
	Sentence string    `json:"sentence"`
}

func viewBroken(b Broken) brokenView {
	return brokenView{b.ID, breakForm{b.Fault, b.Who, b.Call, b.Times, length(b.For), length(b.Wait), b.Code}, b.Left, b.Ends, b.Sentence}
}

// faultView is a fault of the catalogue in JSON.
type faultView struct {
	Fault    Fault  `json:"fault"`
	Group    string `json:"group"`
	Sentence string `json:"sentence"` // with the defaults
	Calls    bool   `json:"calls"`    // call has a meaning
	AtOnce   bool   `json:"atOnce"`   // times and for have none
	Wait     length `json:"wait,omitzero"`
	WaitMin  length `json:"waitMin,omitzero"`
	WaitMax  length `json:"waitMax,omitzero"`
	Code     int    `json:"code,omitempty"`
}

// GET /sandbox/faults
func (s *Sandbox) listFaults(w http.ResponseWriter, r *http.Request) {
	all := struct {
		Broken []brokenView `json:"broken"`
		Faults []faultView  `json:"faults"`
	}{Broken: []brokenView{}}
	for _, b := range s.Broken() {
		all.Broken = append(all.Broken, viewBroken(b))
	}
	for _, e := range catalogue {
		b := e.defaults()
		all.Faults = append(all.Faults, faultView{
			Fault: e.fault, Group: e.group, Sentence: e.sentence(b, target{}), Calls: e.service != "", AtOnce: e.isAct(),
			Wait: length(b.Wait), WaitMin: length(e.least), WaitMax: length(e.most), Code: b.Code,
		})
	}
	answer(w, http.StatusOK, all)
}

// POST /sandbox/faults
func (s *Sandbox) postFault(w http.ResponseWriter, r *http.Request) {
	var in breakForm
	if !read(w, r, &in) {
		return
	}
	b, err := s.Break(Break{Fault: in.Fault, Who: in.Who, Call: in.Call, Times: in.Times,
		For: time.Duration(in.For), Wait: time.Duration(in.Wait), Code: in.Code})
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	answer(w, http.StatusCreated, viewBroken(b))
}

// DELETE /sandbox/faults/{id}
func (s *Sandbox) mendFault(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || !s.Mend(id) {
		refuse(w, http.StatusNotFound, "That is not broken, or no longer.")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// DELETE /sandbox/faults
func (s *Sandbox) calmDown(w http.ResponseWriter, r *http.Request) {
	s.Calm()
	w.WriteHeader(http.StatusNoContent)
}
