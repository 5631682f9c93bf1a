package meeting_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestShapeOfTimes(t *testing.T) {
	t.Parallel()
	prague := func(day, hour, minute int) time.Time { // March 2026: UTC+1, from the 29th UTC+2
		offset := -time.Hour
		if day >= 29 && (day > 29 || hour >= 3) {
			offset = -2 * time.Hour
		}
		return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC).Add(offset)
	}
	date := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	for name, test := range map[string]struct {
		event      meeting.Event
		start, end time.Time
		ok         bool
	}{
		"as it is":                            {meeting.Event{Start: start, End: start.Add(time.Hour)}, start, start.Add(time.Hour), true},
		"seconds are cut":                     {meeting.Event{Start: start.Add(59 * time.Second), End: start.Add(time.Hour + 30*time.Second)}, start, start.Add(time.Hour), true},
		"five minutes become ten":             {meeting.Event{Start: start, End: start.Add(5 * time.Minute)}, start, start.Add(10 * time.Minute), true},
		"no length at all":                    {meeting.Event{Start: start, End: start}, start, start.Add(10 * time.Minute), true},
		"as long as Webex allows":             {meeting.Event{Start: start, End: start.Add(23*time.Hour + 59*time.Minute)}, start, start.Add(23*time.Hour + 59*time.Minute), true},
		"a minute longer":                     {meeting.Event{Start: start, End: start.Add(24 * time.Hour)}, start, start.Add(24 * time.Hour), false},
		"all day in its own zone":             {meeting.Event{AllDay: true, Zone: "Europe/Prague", Start: date(2), End: date(3)}, prague(2, 0, 0), prague(2, 23, 59), true},
		"all day when clocks go forward":      {meeting.Event{AllDay: true, Zone: "Europe/Prague", Start: date(29), End: date(30)}, prague(29, 0, 0), prague(29, 23, 59), true},
		"two whole days":                      {meeting.Event{AllDay: true, Zone: "Europe/Prague", Start: date(2), End: date(4)}, prague(2, 0, 0), prague(2, 23, 59), false},
		"all day without a zone that we know": {meeting.Event{AllDay: true, Start: date(2), End: date(3)}, date(2), date(2).Add(23*time.Hour + 59*time.Minute), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := meeting.ShapeOf(test.event, meeting.Account{}, nil, "")
			if ok != test.ok {
				t.Errorf("ok = %v, want %v", ok, test.ok)
			}
			if ok && (!got.Start.Equal(test.start) || !got.End.Equal(test.end)) {
				t.Errorf("%v–%v, want %v–%v", got.Start, got.End, test.start, test.end)
			}
		})
	}
}

// TestADayOfTwentyFiveHoursFits: clocks go back on 25 October 2026 in Prague.
func TestADayOfTwentyFiveHoursFits(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC)
	got, ok := meeting.ShapeOf(meeting.Event{AllDay: true, Zone: "Europe/Prague", Start: day, End: day.AddDate(0, 0, 1)}, meeting.Account{}, nil, "")
	if !ok || got.End.Sub(got.Start) != meeting.MaxDuration {
		t.Errorf("length = %v, ok = %v; want the longest that Webex allows", got.End.Sub(got.Start), ok)
	}
}

func TestTitle(t *testing.T) {
	t.Parallel()
	of := func(e meeting.Event) string {
		s, _ := meeting.ShapeOf(e, meeting.Account{}, nil, "")
		return s.Title
	}
	for subject, want := range map[string]string{
		"Review": "Review", "": "(no subject)", " \t\n": "(no subject)", " two  words ": "two words", "a\x00b\x1f": "a b", "Ž😀": "Ž😀",
	} {
		if got := of(meeting.Event{Subject: subject}); got != want {
			t.Errorf("title of %q = %q, want %q", subject, got, want)
		}
	}
	if got := of(meeting.Event{Subject: "Salary", Private: true}); got != "Private meeting" {
		t.Errorf("a private event's title leaves the tenant: %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		got := of(meeting.Event{Subject: rapid.String().Draw(t, "subject")})
		if n := len(utf16.Encode([]rune(got))); n == 0 || n > 128 {
			t.Fatalf("%d UTF-16 units", n)
		}
	})
	if got := of(meeting.Event{Subject: strings.Repeat("😀", 100)}); strings.ContainsRune(got, '\uFFFD') || !strings.HasSuffix(got, "…") {
		t.Errorf("cut through a character: %q", got)
	}
}

func TestInvitees(t *testing.T) {
	t.Parallel()
	e := meeting.Event{Start: start, End: start.Add(time.Hour), Attendees: []meeting.Attendee{
		{Address: "Bo@Contoso.example"}, {Address: "bo@contoso.example"}, {Address: "ana.alias@contoso.example"}, {Address: "host@webex.example"},
		{Address: "room1@contoso.example", Resource: true}, {Address: "/o=ExchangeLabs/cn=x"}, {Address: "  abc@x.example "},
	}}
	got, _ := meeting.ShapeOf(e, meeting.Account{UPN: "ana@contoso.example", Addresses: []string{"ana.alias@contoso.example"}}, []string{"host@webex.example"}, "")
	var list []string
	for _, i := range got.Invitees {
		list = append(list, i.Email)
	}
	if want := "abc@x.example bo@contoso.example"; strings.Join(list, " ") != want {
		t.Errorf("invited %q, want %q", list, want)
	}
}

func TestReadWish(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]meeting.Wish{
		"": "", "Room 1": "", "@webex": meeting.OwnMeeting, "@Meet": meeting.OwnMeeting, " @WEBEX ": meeting.OwnMeeting,
		"Room 1; @webex": meeting.OwnMeeting, "(@webex)": meeting.OwnMeeting, "Room 1,@webex": meeting.OwnMeeting, "@webex, Room 1": meeting.OwnMeeting, "at @webex.": meeting.OwnMeeting,
		"@webex:myroom": meeting.PersonalRoom, "@meet:MyRoom": meeting.PersonalRoom, ":myroom": meeting.PersonalRoom, "@meet:space": meeting.Space, ":space": meeting.Space,
		"bo@webex.com": "", "@webex.com": "", "@webexample": "", "x@webex": "", "@webex:other": "", "https://x.webex.com/@webex": "",
	} {
		if got := meeting.ReadWish(location); got != want {
			t.Errorf("%q = %q, want %q", location, got, want)
		}
	}
}

func TestLocationIsOurs(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]bool{
		"": true, "  ": true, "@webex": true, "@webex:myroom": true, "https://contoso.webex.com/contoso/j.php?MTID=m1": true,
		meeting.NotAdded("https://old.example"): true,
		"Room 1":                                false, "Room 1 @webex": false, "https://teams.microsoft.com/x": false, "https://webex.com.evil.example/": false, "see https://contoso.webex.com/x": false,
		"https://contoso.webex.com/x; Room 1": false,
	} {
		if got := meeting.LocationIsOurs(location); got != want {
			t.Errorf("%q: ours = %v, want %v", location, got, want)
		}
	}
}

// TestLinkKey: a key is known again in any case of letters, and a typing error
// never leads to another link.
func TestLinkKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random")
		key, err := meeting.NewLinkKey(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := meeting.ParseLinkKey(strings.ToUpper(string(key))); err != nil || again != key {
			t.Fatalf("upper case: %q, %v", again, err)
		}
		at := rapid.IntRange(0, len(key)-1).Draw(t, "at")
		other := rapid.SampledFrom([]rune("abcdefghijklmnopqrstuvwxyz234567")).Draw(t, "letter")
		typo := string(key[:at]) + string(other) + string(key[at+1:])
		if _, err := meeting.ParseLinkKey(typo); err == nil && typo != string(key) {
			t.Fatalf("%q passes for %q", typo, key)
		}
	})
}
