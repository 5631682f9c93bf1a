package sandbox

import (
	"strconv"
	"strings"
	"time"
)

// faultGroup is a part of the page's panel.
type faultGroup struct {
	Name string
	Rows []faultRow
}

// faultRow is a button of the panel. The page puts One and Many together with
// how often and with the choice, {choice} in both.
type faultRow struct {
	Fault     Fault
	One, Many string
	Param     string // what is chosen: wait, code or nothing
	Choices   []choice
	Nobody    bool // nobody's in particular
}

type choice struct{ Value, Text, Word string }

// codeWords say what AADSTS numbers of the catalogue mean.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var codeWords = map[int]string{
	50173: "revoked", 700082: "expired", 65001: "no consent", 50076: "second factor", 53003: "policy",
	50057: "disabled", 50034: "no account", 50105: "not assigned", 700016: "app is gone", 50196: "loop",
	90033: "may pass", 7000222: "expired", 7000215: "wrong",
}

// panel is the catalogue for the page.
func panel() []faultGroup {
	var groups []faultGroup
	for _, e := range catalogue {
		if n := len(groups); n == 0 || groups[n-1].Name != e.group {
			groups = append(groups, faultGroup{Name: e.group})
		}
		placed := strings.NewReplacer("{wait}", "{choice}", "{code}", "{choice}")
		row := faultRow{Fault: e.fault, One: placed.Replace(e.one), Many: placed.Replace(e.many), Nobody: e.nobody}
		for _, d := range e.wait {
			row.Param = "wait"
			row.Choices = append(row.Choices, choice{d.String(), short(d), words(d)})
		}
		for _, code := range e.codes {
			row.Param = "code"
			row.Choices = append(row.Choices, choice{strconv.Itoa(code), codeWords[code], strconv.Itoa(code)})
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, row)
	}
	return groups
}

// short is words for a narrow place.
func short(d time.Duration) string {
	number, name, _ := strings.Cut(words(d), " ")
	name = strings.NewReplacer("seconds", "s", "second", "s", "minutes", "min", "minute", "min", "hours", "h", "hour", "h").Replace(name)
	return number + " " + name
}

// often is a choice of how long something is broken: a number of turns, a
// length of time, or until it is mended.
type often struct {
	Times   int
	For     string
	Text    string
	Default bool
}

var oftens = []often{
	{Times: 1, Text: "The next time"},
	{Times: 3, Text: "The next 3 times", Default: true},
	{Times: 10, Text: "The next 10 times"},
	{For: time.Minute.String(), Text: "For 1 minute"},
	{For: (10 * time.Minute).String(), Text: "For 10 minutes"},
	{Text: "Until mended"},
}
