package views

// History lists what became of a mailbox's meetings.
type History struct {
	Frame   Frame
	Back    Action
	Told    string // what came of the person's last wish; empty: there was none
	Refused bool   // Told says why not
	Rows    []HistoryRow
}

// HistoryRow is one change, newest first.
type HistoryRow struct {
	When   Moment
	Title  string // of the event
	What   string
	Was    string // may be empty, as Became
	Became string
	Where  string // on which side
	Why    string
	Key    string // of a meeting that can be brought back; empty: it cannot
}
