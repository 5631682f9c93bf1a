package views

// Receipts lists what was written down of calls and acts.
type Receipts struct {
	Frame Frame
	Back  Action
	Rows  []Receipt // newest first
}

// Receipt is one of them.
type Receipt struct {
	When    Moment
	Service string
	What    string
	Why     string
	Result  string
	Who     string
}
