package sandbox

import (
	"testing"

	"webex-scheduler/internal/sandbox/fakems"
)

func TestWebexLinkInEvent(t *testing.T) {
	t.Parallel()
	s := New(Config{})
	defer s.Close()
	const link = "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef"
	for _, c := range []struct{ name, location, body, want string }{
		{"link as location", link, "", link},
		{"location among others", "Room 3; " + link, "", link},
		{"link in the body", "", `<a href="` + link + `">Join</a>`, link},
		{"wrapped by Safe Links", "", `<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcontoso.webex.com%2Fcontoso%2Fj.php%3FMTID%3Dm0123456789abcdef0123456789abcdef&amp;data=05">Join</a>`, link},
		{"personal room", "", "see https://contoso.webex.com/meet/ana, or call", "https://contoso.webex.com/meet/ana"},
		{"keyword only", "@webex", "", ""},
		{"another host", "", "https://webex.com.evil.example/contoso/j.php?MTID=m01", ""},
		{"another page of Webex", "", "https://help.webex.com/article/x", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if j := s.joinOf(fakems.Event{Location: fakems.Location{DisplayName: c.location}, Body: fakems.ItemBody{Content: c.body}}); j != nil {
				got = j.Link
			}
			if got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestPersonalRoomInEvent(t *testing.T) {
	t.Parallel()
	s := New(Config{})
	defer s.Close()
	for link, known := range map[string]bool{"https://contoso.webex.com/meet/ana": true, "https://contoso.webex.com/meet/deepa": false} {
		j := s.joinOf(fakems.Event{Location: fakems.Location{DisplayName: link}})
		if j == nil || j.Link != link || (j.Number != "") != known || (j.SIP != "") != known || j.Password != "" {
			t.Errorf("%s: %+v", link, j)
		}
	}
}

func TestMeetingNumberIsGrouped(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"123456789": "123 456 789", "1234567890": "123 456 7890", "12345678901": "1234 567 8901", "": "", "123": "123",
	} {
		if got := grouped(number); got != want {
			t.Errorf("%s: %q, want %q", number, got, want)
		}
	}
}
