package store

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"gorm.io/gorm"

	"webex-scheduler/internal/meeting"
)

// maxEventID is far above Graph's ids of some 150 characters.
const maxEventID = 1024

// markRow is a mark as the statement's table of marks reads it.
type markRow struct {
	Mailbox  meeting.AccountID `json:"mailbox"`
	Event    meeting.EventID   `json:"event"`
	Deleted  bool              `json:"deleted"`
	Missing  bool              `json:"missing"`
	Late     int64             `json:"late"`
	Urgent   bool              `json:"urgent"`
	Webex    int64             `json:"webex"`
	Vanished bool              `json:"vanished"`
	After    int64             `json:"after"`
}

// keptMark is the same in the inbox, where only its length counts.
type keptMark struct {
	Mailbox  meeting.AccountID `json:"m"`
	Event    meeting.EventID   `json:"e"`
	Deleted  bool              `json:"d,omitempty"`
	Missing  bool              `json:"g,omitempty"`
	Late     int64             `json:"l,omitempty"`
	Urgent   bool              `json:"u,omitempty"`
	Webex    int64             `json:"w,omitempty"`
	Vanished bool              `json:"v,omitempty"`
	After    int64             `json:"a,omitempty"`
}

func (r markRow) mark() meeting.Mark {
	return meeting.Mark{
		Mailbox: r.Mailbox, Event: r.Event, Deleted: r.Deleted, Missing: r.Missing, Late: moment(r.Late),
		Urgent: r.Urgent, Webex: moment(r.Webex), Vanished: r.Vanished, After: moment(r.After),
	}
}

// mark writes marks and makes their mailboxes due, in plain SQL: all marks are
// one argument of a statement that is always the same. Marks of mailboxes that
// are not kept in step fall out.
func (s *Store) mark(tx *gorm.DB, marks []meeting.Mark) error {
	rows := merge(marks)
	if len(rows) == 0 {
		return nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	if s.dialect.lock != "" {
		// Also those that are due already: Release locks the row before it
		// looks for work, and must not miss what is not committed yet.
		var locked []string
		err := tx.Raw("SELECT id FROM mailboxes WHERE id IN (SELECT mailbox FROM "+s.dialect.marks+") ORDER BY id"+s.dialect.lock,
			string(list)).Scan(&locked).Error
		if err != nil {
			return err
		}
	}
	now := s.now()
	err = tx.Exec("UPDATE mailboxes SET due_at = ? WHERE closing_until = 0 AND (due_at = 0 OR due_at > ?) AND id IN (SELECT mailbox FROM "+s.dialect.marks+")",
		now, now, string(list)).Error
	if err != nil {
		return err
	}
	number, err := s.draw(tx) // under the lock, so that a row's generations rise
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO work (mailbox, event, generation, marked_at, not_before, deleted, missing, late_until, urgent, webex_until, vanished, after_at)
		SELECT mailbox, event, CAST(? AS bigint), CAST(? AS bigint), `+s.dialect.greatest+`(CAST(? AS bigint), after), deleted, missing, late, urgent, webex, vanished, after
		FROM `+s.dialect.marks+` WHERE mailbox IN (SELECT id FROM mailboxes WHERE closing_until = 0)
		ORDER BY mailbox, event
		ON CONFLICT (mailbox, event) DO UPDATE SET
			generation = CASE WHEN excluded.after_at > 0 THEN work.generation ELSE excluded.generation END,
			after_at = CASE WHEN excluded.after_at > 0 THEN excluded.after_at ELSE work.after_at END,
			marked_at = CASE WHEN excluded.after_at = 0 AND work.not_before > excluded.marked_at THEN excluded.marked_at ELSE work.marked_at END,
			not_before = CASE WHEN work.hold OR work.not_before < excluded.not_before THEN work.not_before ELSE excluded.not_before END,
			deleted = work.deleted OR excluded.deleted,
			missing = work.missing OR excluded.missing,
			urgent = work.urgent OR excluded.urgent,
			vanished = work.vanished OR excluded.vanished,
			webex_until = `+s.dialect.greatest+`(work.webex_until, excluded.webex_until),
			late_until = `+s.dialect.greatest+`(work.late_until, excluded.late_until)`,
		number, now, now, string(list)).Error
}

// merge sorts marks and joins those of one event. What cannot be an event id is
// left out: it comes from outside, and must not cost its neighbours.
func merge(marks []meeting.Mark) []markRow {
	rows := make([]markRow, 0, len(marks))
	for _, m := range marks {
		if m.Event == "" || len(m.Event) > maxEventID || strings.ContainsRune(string(m.Mailbox)+string(m.Event), 0) {
			continue
		}
		rows = append(rows, markRow{m.Mailbox, m.Event, m.Deleted, m.Missing, micros(m.Late), m.Urgent, micros(m.Webex), m.Vanished, micros(m.After)})
	}
	slices.SortFunc(rows, func(a, b markRow) int {
		return cmp.Or(cmp.Compare(a.Mailbox, b.Mailbox), cmp.Compare(a.Event, b.Event))
	})
	joined := rows[:0]
	for _, row := range rows {
		if n := len(joined); n > 0 && joined[n-1].Mailbox == row.Mailbox && joined[n-1].Event == row.Event {
			joined[n-1].Deleted = joined[n-1].Deleted || row.Deleted
			joined[n-1].Missing = joined[n-1].Missing || row.Missing
			joined[n-1].Late = max(joined[n-1].Late, row.Late)
			joined[n-1].Urgent = joined[n-1].Urgent || row.Urgent
			joined[n-1].Webex = max(joined[n-1].Webex, row.Webex)
			joined[n-1].Vanished = joined[n-1].Vanished || row.Vanished
			joined[n-1].After = min(joined[n-1].After, row.After)
			continue
		}
		joined = append(joined, row)
	}
	return joined
}
