package fakewebex

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Manner is what a site does with parts of a rule that no page tells of: BYDAY
// in monthly and yearly rules, with an ordinal (2TU, -1FR) or without, WKST, and
// an INTERVAL above 1 in yearly ones. What else RFC 5545 knows beside the pages
// is refused in any case.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
type Manner int

// The manners.
const (
	Refuse Manner = iota // with 400, and loudly
	Ignore               // as if the part were not there
	Take                 // as RFC 5545 means it
)

// rule is a recurrence: the value of an RRULE of RFC 2445.
type rule struct {
	freq     string
	interval int
	count    int       // 0: none
	until    time.Time // zero: none; inclusive, which is the sandbox's choice
	days     []weekday // of monthly and yearly rules one at most
	monthDay int
	month    time.Month
	week     string // WKST; empty: as the site has it
}

type weekday struct {
	ordinal int // 0: all of them
	name    string
}

var (
	dayNames   = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	dayForm    = regexp.MustCompile(`^([+-]?[1-9][0-9]?)?(SU|MO|TU|WE|TH|FR|SA)$`)
	numberForm = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)
)

const untilForm = "20060102T150405Z"

// parseRule reads the value without "RRULE:" in front. odd names the parts that
// nobody documents; with Ignore they are not in the rule.
func parseRule(text string, manner Manner) (r rule, odd []string, err error) {
	r.interval = 1
	bad := func(format string, args ...any) (rule, []string, error) {
		return rule{}, odd, invalid("Parameter 'recurrence' is invalid: %s.", fmt.Sprintf(format, args...))
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || seen[name] {
			return bad("%q", part)
		}
		seen[name] = true
		if !r.read(name, value) {
			return bad("%q", part)
		}
	}
	switch {
	case r.freq == "":
		return bad("FREQ is missing")
	case seen["COUNT"] && seen["UNTIL"]:
		return bad("COUNT and UNTIL exclude each other")
	}
	if what := r.beyond(seen); what != "" {
		return bad("%s", what)
	}
	odd = r.odd()
	if len(odd) > 0 && manner == Refuse {
		return bad("%s", strings.Join(odd, ", "))
	}
	if manner == Ignore {
		r.drop()
	}
	return r, odd, nil
}

// read takes one part; of days of the month, and of monthly and yearly days, only
// the first counts. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (r *rule) read(name, value string) (ok bool) {
	number := func(into *int) bool {
		*into, _ = strconv.Atoi(value)
		return numberForm.MatchString(value)
	}
	switch name {
	case "FREQ":
		r.freq = value
		return slices.Contains([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, value)
	case "INTERVAL":
		return number(&r.interval)
	case "COUNT":
		return number(&r.count)
	case "UNTIL":
		t, err := time.Parse(untilForm, value)
		r.until = t
		return err == nil && t.Format(untilForm) == value
	case "BYDAY":
		for one := range strings.SplitSeq(value, ",") {
			form := dayForm.FindStringSubmatch(one)
			if form == nil {
				return false
			}
			ordinal, _ := strconv.Atoi(form[1])
			if day := (weekday{ordinal, form[2]}); !slices.Contains(r.days, day) {
				r.days = append(r.days, day)
			}
		}
		return true
	case "BYMONTHDAY":
		for one := range strings.SplitSeq(value, ",") {
			day, err := strconv.Atoi(one)
			if err != nil || day < 1 || day > 31 || !numberForm.MatchString(one) {
				return false // counted from the end they are documented nowhere
			}
			if r.monthDay == 0 {
				r.monthDay = day
			}
		}
		return true
	case "BYMONTH":
		var month int
		ok := number(&month)
		r.month = time.Month(month)
		return ok && month <= 12
	case "WKST":
		r.week = value
		return slices.Contains(dayNames, value)
	}
	return false
}

// beyond names what no manner takes, and cuts lists to their first item.
func (r *rule) beyond(seen map[string]bool) string {
	ordinals := slices.ContainsFunc(r.days, func(d weekday) bool { return d.ordinal != 0 })
	if (r.freq == "MONTHLY" || r.freq == "YEARLY") && len(r.days) > 1 {
		r.days = r.days[:1]
	}
	switch {
	case r.freq == "DAILY" && (seen["BYDAY"] || seen["BYMONTHDAY"] || seen["BYMONTH"]):
		return "BY parts of a daily rule"
	case r.freq == "WEEKLY" && (ordinals || seen["BYMONTHDAY"] || seen["BYMONTH"]):
		return "parts of a weekly rule other than plain BYDAY"
	case r.freq == "MONTHLY" && seen["BYMONTH"]:
		return "BYMONTH of a monthly rule"
	case seen["BYDAY"] && seen["BYMONTHDAY"]:
		return "BYDAY and BYMONTHDAY together"
	case r.freq == "YEARLY" && seen["BYMONTH"] != (seen["BYMONTHDAY"] || seen["BYDAY"]):
		return "a yearly rule with one of month and day alone"
	case slices.ContainsFunc(r.days, func(d weekday) bool { return d.ordinal > 5 || d.ordinal < -5 }):
		return "BYDAY counts to five"
	}
	return ""
}

// odd names the parts that a manner decides about.
func (r *rule) odd() (list []string) {
	if len(r.days) > 0 && (r.freq == "MONTHLY" || r.freq == "YEARLY") {
		list = append(list, "BYDAY in a "+strings.ToLower(r.freq)+" rule")
	}
	if r.interval > 1 && r.freq == "YEARLY" {
		list = append(list, "INTERVAL in a yearly rule")
	}
	if r.week != "" {
		list = append(list, "WKST")
	}
	return list
}

func (r *rule) drop() {
	r.week = ""
	if r.freq == "YEARLY" {
		r.interval = 1
	}
	if len(r.days) > 0 && (r.freq == "MONTHLY" || r.freq == "YEARLY") {
		r.days, r.month = nil, 0 // what is left goes by the start
	}
}

// String has the parts in the order of Cisco's sample answer, whatever that of
// the request was. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (r rule) String() string {
	out := []string{"FREQ=" + r.freq}
	if r.count > 0 {
		out = append(out, "COUNT="+strconv.Itoa(r.count))
	}
	if !r.until.IsZero() {
		out = append(out, "UNTIL="+r.until.Format(untilForm))
	}
	out = append(out, "INTERVAL="+strconv.Itoa(r.interval))
	if r.month != 0 {
		out = append(out, "BYMONTH="+strconv.Itoa(int(r.month)))
	}
	if r.monthDay != 0 {
		out = append(out, "BYMONTHDAY="+strconv.Itoa(r.monthDay))
	}
	var days []string
	for _, d := range r.days {
		if d.ordinal != 0 {
			d.name = strconv.Itoa(d.ordinal) + d.name
		}
		days = append(days, d.name)
	}
	if days != nil {
		out = append(out, "BYDAY="+strings.Join(days, ","))
	}
	if r.week != "" {
		out = append(out, "WKST="+r.week)
	}
	return strings.Join(out, ";")
}

// ends reports whether the rule has an end.
func (r rule) ends() bool { return r.count > 0 || !r.until.IsZero() }
