package block

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	nethtml "golang.org/x/net/html"
	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
)

func TestText(t *testing.T) {
	t.Parallel()
	got, _ := Put(plain("Agenda"), first)
	want := strings.Join([]string{
		"Agenda", "",
		"Webex meeting – please do not change anything below this line: https://scheduler.example.com/m/" + key1,
		"Join Webex meeting: " + join1,
		"Meeting number (access code): 2550 123 4567",
		"Meeting password: pa55&<Word>",
		"Password for phones and video systems: 72559673",
		"Join by phone (United States Toll): +1-408-525-6800",
		"Join from a video system: 25501234567@contoso.webex.com",
		"Video systems can also dial: 173.243.2.68 and enter the meeting number",
		"Help with Webex: https://help.webex.com",
		"End of the Webex meeting details: https://scheduler.example.com/m/" + key1 + "#end",
	}, "\r\n")
	if diff := cmp.Diff(got.Content, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	got, _ := Put(page(""), first)
	for _, want := range []string{
		`<div lang="en" `,
		`<a href="https://scheduler.example.com/m/` + key1 + `">`,
		`<a href="` + join1 + `">Join Webex meeting</a>`,
		`<div>Meeting number (access code): 2550 123 4567</div>`,
		`<div>Meeting password: pa55&amp;&lt;Word&gt;</div>`,
		`<a href="tel:+14085256800,,25501234567#72559673#">+1-408-525-6800</a>`,
		`<a href="sip:25501234567@contoso.webex.com">25501234567@contoso.webex.com</a>`,
		`<a href="https://help.webex.com">`,
		`<a href="https://scheduler.example.com/m/` + key1 + `#end">`,
	} {
		if !strings.Contains(got.Content, want) {
			t.Errorf("no %s in %s", want, got.Content)
		}
	}
	if strings.Contains(got.Content, "color") || strings.Contains(got.Content, "background") {
		t.Errorf("a fixed colour cannot be read in every mode: %s", got.Content)
	}
}

func TestEmptyValues(t *testing.T) {
	t.Parallel()
	c := Content{Key: key1, PublicURL: "https://scheduler.example.com", Language: "cs-CZ"}
	c.Join.CallIn = []meeting.CallIn{{Label: "Praha"}}
	got, _ := Put(plain(""), c)
	want := strings.Join([]string{
		"Schůzka Webex – pod tímto řádkem prosím nic neměňte: https://scheduler.example.com/m/" + key1,
		"Nápověda k Webexu: https://help.webex.com",
		"Konec údajů o schůzce Webex: https://scheduler.example.com/m/" + key1 + "#end",
	}, "\r\n")
	if diff := cmp.Diff(got.Content, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{"123456789": "123 456 789", "1234567890": "123 456 7890", "12345678901": "1234 567 8901", "12345678": "12345678", "": ""} {
		if got := grouped(number); got != want {
			t.Errorf("%s: got %q, want %q", number, got, want)
		}
	}
}

// Whatever Webex answers, the block is divs and links, and the links lead
// where links may lead.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := contents(t)
		c.PublicURL = "https://scheduler.example.com"
		z := nethtml.NewTokenizer(strings.NewReader(c.html()))
		for z.Next() != nethtml.ErrorToken {
			token := z.Token()
			switch token.Type {
			case nethtml.TextToken:
				continue
			case nethtml.StartTagToken, nethtml.EndTagToken:
			default:
				t.Fatalf("a %v: %s", token.Type, c.html())
			}
			if token.Data != "div" && token.Data != "a" {
				t.Fatalf("element %q: %s", token.Data, c.html())
			}
			for _, a := range token.Attr {
				scheme, _, _ := strings.Cut(a.Val, ":")
				switch {
				case a.Key == "href" && (scheme == "https" || scheme == "tel" || scheme == "sip"):
				case token.Data == "div" && (a.Key == "style" || a.Key == "lang"):
				default:
					t.Fatalf("attribute %s=%q: %s", a.Key, a.Val, c.html())
				}
			}
		}
	})
}

// Lines are told apart by how they begin.
func TestLabels(t *testing.T) {
	t.Parallel()
	for tag, w := range catalogue {
		for of, label := range w.labels {
			if label == "" || words(label) != label {
				t.Errorf("%s: label %d is %q", tag, of, label)
			}
			if f, value, ok := labelled(label + ": x"); !ok || f != field(of) || value != "x" {
				t.Errorf("%s: %q is read as field %d with value %q, %t", tag, label, f, value, ok)
			}
		}
	}
}
