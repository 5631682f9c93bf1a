package fakewebex

import (
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       [3]string // with Refuse, Ignore and Take; empty: refused
	}{
		{"parts are put in order", "FREQ=DAILY;INTERVAL=1;COUNT=10", [3]string{"FREQ=DAILY;COUNT=10;INTERVAL=1", "FREQ=DAILY;COUNT=10;INTERVAL=1", "FREQ=DAILY;COUNT=10;INTERVAL=1"}},
		{"several weekdays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", same("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH")},
		{"only the first day of the month counts", "FREQ=MONTHLY;BYMONTHDAY=10,11,12", same("FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=10")},
		{"until an instant", "FREQ=WEEKLY;UNTIL=20270101T000000Z", same("FREQ=WEEKLY;UNTIL=20270101T000000Z;INTERVAL=1")},
		{"a day of the year", "FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=28", same("FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=28")},
		{"every year on the start's day", "FREQ=YEARLY", same("FREQ=YEARLY;INTERVAL=1")},
		{"ordinal", "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR", [3]string{"", "FREQ=MONTHLY;INTERVAL=1", "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR"}},
		{"only the first ordinal counts", "FREQ=MONTHLY;BYDAY=2TU,3WE", [3]string{"", "FREQ=MONTHLY;INTERVAL=1", "FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU"}},
		{"ordinal in a yearly rule", "FREQ=YEARLY;BYMONTH=3;BYDAY=2TH", [3]string{"", "FREQ=YEARLY;INTERVAL=1", "FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYDAY=2TH"}},
		{"every two years", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=1", [3]string{"", "FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=1", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=1"}},
		{"where weeks begin", "FREQ=WEEKLY;BYDAY=MO;WKST=SU", [3]string{"", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU"}},
		{"no frequency", "INTERVAL=1", same("")},
		{"with its name", "RRULE:FREQ=DAILY", same("")},
		{"small letters", "freq=daily", same("")},
		{"by the hour", "FREQ=HOURLY", same("")},
		{"interval of none", "FREQ=DAILY;INTERVAL=0", same("")},
		{"count of none", "FREQ=DAILY;COUNT=0", same("")},
		{"count and until", "FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z", same("")},
		{"until a date", "FREQ=DAILY;UNTIL=20270101", same("")},
		{"until a local time", "FREQ=DAILY;UNTIL=20270101T000000", same("")},
		{"a part twice", "FREQ=DAILY;FREQ=DAILY", same("")},
		{"an empty part", "FREQ=DAILY;", same("")},
		{"position in a set", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", same("")},
		{"last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1", same("")},
		{"day 32", "FREQ=MONTHLY;BYMONTHDAY=32", same("")},
		{"month 13", "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1", same("")},
		{"two months", "FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=1", same("")},
		{"no such day", "FREQ=WEEKLY;BYDAY=XX", same("")},
		{"weekly with an ordinal", "FREQ=WEEKLY;BYDAY=2TU", same("")},
		{"daily on some days", "FREQ=DAILY;BYDAY=MO", same("")},
		{"the hour", "FREQ=DAILY;BYHOUR=9", same("")},
	}
	for _, tt := range tests {
		for manner, want := range tt.want {
			r, odd, err := parseRule(tt.text, Manner(manner))
			got := ""
			if err == nil {
				got = r.String()
			}
			if got != want {
				t.Errorf("%s, %d: %q is %q (%v), want %q", tt.name, manner, tt.text, got, err, want)
			}
			if refused := tt.want[Refuse] == "" && tt.want[Take] != ""; refused != (len(odd) > 0) {
				t.Errorf("%s: odd are %v", tt.name, odd)
			}
		}
	}
}

func same(want string) [3]string { return [3]string{want, want, want} }

// FuzzRule: a rule that is taken reads the same from its own text.
func FuzzRule(f *testing.F) {
	for _, text := range []string{"FREQ=DAILY;INTERVAL=1;COUNT=10", "FREQ=MONTHLY;BYDAY=-1FR,2TU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29,30;UNTIL=20270101T000000Z", "FREQ=WEEKLY;WKST=MO;BYDAY=SU,MO"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, manner := range []Manner{Refuse, Ignore, Take} {
			r, _, err := parseRule(text, manner)
			if err != nil {
				continue
			}
			again, _, err := parseRule(r.String(), manner)
			if err != nil || again.String() != r.String() {
				t.Errorf("%q is %q, and that %q, %v", text, r, again, err)
			}
			if r.interval < 1 || r.count < 0 || strings.Contains(r.String(), " ") {
				t.Errorf("%q is %+v", text, r)
			}
		}
	})
}
