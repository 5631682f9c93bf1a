package syncer

import (
	"cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// history tells what became of the link's meeting since that was told last.
func (t *turn) history() []meeting.HistoryEntry {
	why := t.doing.Reason
	list := meeting.History(t.was, *t.link, why != meeting.SeriesDates && why != meeting.SeriesChecked)
	for i := range list {
		h := &list[i]
		h.At, h.Subject, h.Side, h.Reason = t.link.UpdatedAt, t.link.Subject, sideOf(t.doing), cmp.Or(t.doing.Reason, t.link.Reason)
	}
	return list
}

// sideOf tells where what an action does was asked for.
func sideOf(a plan.Action) meeting.Side {
	switch a.Reason {
	case meeting.ByPane, meeting.OptionsChanged, meeting.RemovedInPane, meeting.OrphanAdopted, meeting.OrphanDeleted:
		return meeting.InPane
	case meeting.MeetingChanged, meeting.MeetingDeleted:
		return meeting.InWebex
	case meeting.HostChanged, meeting.LostCreate, meeting.LostDelete, meeting.LateWrite, meeting.DraftUnused, meeting.EventOver, meeting.SeriesChecked, "":
		return meeting.ByProgram
	}
	if a.Do == plan.Bring || a.Do == plan.Take {
		return meeting.InWebex
	}
	return meeting.InCalendar
}
