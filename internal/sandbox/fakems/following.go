package fakems

import (
	"errors"
	"fmt"
)

// UpdateFollowing edits a date and all after it, as Outlook does: the old series
// ends the day before and keeps its earlier exceptions, and a new one with a
// copy of its body and properties begins on that date, changed. Later exceptions
// and cancelled dates are lost. change gets the new series as it would go on;
// it must not call the server. On the first date the series itself is edited.
// It returns the series that goes on.
func (s *Server) UpdateFollowing(user, id string, change func(*Event)) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	if it.master == nil || !it.event.IsOrganizer {
		return Event{}, errors.New("fakems: update following: it is no date of an own series")
	}
	master := it.master
	c := master.copied(u)
	c.Start, c.End = master.event.Recurrence.at(it.day, c.IsAllDay, &s.Series)
	passed := 0
	for d := range master.event.Recurrence.dates(&s.Series) {
		if d == it.day {
			break
		}
		passed++
	}
	if passed == 0 {
		c = master.event.clone()
		change(&c)
		form := master.event.clone()
		form.enter(c)
		form.begins(&master.event)
		if err := s.update(u, master, form); err != nil {
			return Event{}, fmt.Errorf("fakems: update following: %w", err)
		}
		s.clicked(u, "update following", master)
		return master.event.clone(), nil
	}
	r := &c.Recurrence.Range
	if r.StartDate = it.day.String(); r.Type == "numbered" {
		r.NumberOfOccurrences -= passed
	}
	goesOn := c.clone()
	change(&c)
	form := newEvent(u)
	form.enter(c)
	form.begins(&goesOn)
	if from, err := form.Start.wall(); err == nil && form.Start != goesOn.Start && form.Recurrence != nil && form.Recurrence.Range.StartDate == it.day.String() {
		form.Recurrence.Range.StartDate = dayOf(from).String()
	}
	trial := form.clone()
	if err := s.Series.settle(&trial, &goesOn); err != nil {
		return Event{}, fmt.Errorf("fakems: update following: %w", err)
	}
	if err := s.cut(u, it); err != nil {
		return Event{}, fmt.Errorf("fakems: update following: %w", err)
	}
	made, err := s.createAs(u, form, &goesOn)
	if err != nil {
		panic(err) // it was tried
	}
	s.clicked(u, "update following", made)
	return made.event.clone(), nil
}

// DeleteFollowing ends a series the day before one of its dates. On the first
// date it deletes the series.
func (s *Server) DeleteFollowing(user, id string) error {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return ErrNotFound
	}
	if it.master == nil || !it.event.IsOrganizer {
		return errors.New("fakems: delete following: it is no date of an own series")
	}
	s.clicked(u, "delete following", it)
	for first := range it.master.event.Recurrence.dates(&s.Series) {
		if first == it.day {
			s.remove(u, it.master)
			return nil
		}
		break
	}
	return s.cut(u, it)
}

// cut ends the series of a date the day before it.
func (s *Server) cut(u *User, it *item) error {
	e := it.master.event.clone()
	e.Recurrence.Range.Type, e.Recurrence.Range.EndDate = "endDate", (it.day - 1).String()
	return s.update(u, it.master, e)
}
