package block

import "strings"

// field is what a line of the block tells.
type field int

const (
	beginField field = iota
	joinField
	numberField
	passwordField
	phonePasswordField
	accessCodeField
	phoneField
	videoField
	addressField
	helpField
	endField
	fields
)

// wording is the labels of a block's lines, by field, and a few words more.
type wording struct {
	labels [fields]string
	then   string // after the address for video systems
}

// catalogue holds the wording of each language. Whoever changes a label has to
// let labelled know the old one too: blocks in the old wording live on in
// calendars, and their lines must not be taken for a person's.
var catalogue = map[string]wording{
	"en": {
		labels: [fields]string{
			beginField:         "Webex meeting – please do not change anything below this line",
			joinField:          "Join Webex meeting",
			numberField:        "Meeting number (access code)",
			passwordField:      "Meeting password",
			phonePasswordField: "Password for phones and video systems",
			accessCodeField:    "Access code for phones",
			phoneField:         "Join by phone",
			videoField:         "Join from a video system",
			addressField:       "Video systems can also dial",
			helpField:          "Help with Webex",
			endField:           "End of the Webex meeting details",
		},
		then: "and enter the meeting number",
	},
	"cs": {
		labels: [fields]string{
			beginField:         "Schůzka Webex – pod tímto řádkem prosím nic neměňte",
			joinField:          "Připojit se ke schůzce Webex",
			numberField:        "Číslo schůzky (přístupový kód)",
			passwordField:      "Heslo schůzky",
			phonePasswordField: "Heslo pro telefony a videosystémy",
			accessCodeField:    "Přístupový kód pro telefony",
			phoneField:         "Připojit se telefonem",
			videoField:         "Připojit se z videosystému",
			addressField:       "Videosystémy mohou volat také",
			helpField:          "Nápověda k Webexu",
			endField:           "Konec údajů o schůzce Webex",
		},
		then: "a zadat číslo schůzky",
	},
}

// language chooses from the catalogue by the first part of a BCP 47 tag.
func language(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if _, ok := catalogue[tag]; !ok {
		return "en"
	}
	return tag
}

// labelled reads a line that begins with a label of ours, in any language, and
// returns what follows it.
func labelled(line string) (f field, value string, ok bool) {
	for _, w := range catalogue {
		for i, label := range w.labels {
			if len(line) >= len(label) && strings.EqualFold(line[:len(label)], label) {
				value = strings.TrimPrefix(strings.TrimSpace(line[len(label):]), ":")
				return field(i), strings.TrimSpace(value), true
			}
		}
	}
	return 0, "", false
}
