package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// webexSide is what Webex holds for one person, and who got mail.
type webexSide struct {
	Account  *account      `json:"account"` // null: none
	Meetings []meeting     `json:"meetings"`
	Webex    []webexMail   `json:"webexMails"`   // all that Webex would have sent, to anybody
	Outlook  []fakems.Mail `json:"outlookMails"` // sent by this person's mailbox
}

type account struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	Site  string `json:"site"`
}

// meeting is one of the person's Webex meetings. Start and End are wall-clock
// times of the mailbox's zone.
type meeting struct {
	ID       string          `json:"id"`
	Number   string          `json:"number"` // grouped
	Title    string          `json:"title"`
	State    fakewebex.State `json:"state"`
	Start    string          `json:"start"`
	End      string          `json:"end"`
	StartsAt time.Time       `json:"startsAt"`
	EndsAt   time.Time       `json:"endsAt"`
	TimeZone string          `json:"timeZone"` // IANA name, as scheduled
	Link     string          `json:"link"`
	Password string          `json:"password"`
	Invitees []string        `json:"invitees"`
	ByAPI    bool            `json:"byApi"` // a program made it, not a person
}

type webexMail struct {
	Time    time.Time `json:"time"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Because string    `json:"because"` // the call that did not say sendEmail false
}

// GET /sandbox/webex?user=
func (s *Sandbox) showWebex(w http.ResponseWriter, r *http.Request) {
	u, ok := s.user(r)
	if !ok {
		refuse(w, http.StatusNotFound, "There is no such person: name one in ?user=.")
		return
	}
	side := webexSide{Meetings: []meeting{}, Webex: []webexMail{}, Outlook: []fakems.Mail{}}
	if a, ok := s.webexAccount(u); ok {
		side.Account = &account{Email: a.Email, Name: a.DisplayName}
		if len(a.Sites) > 0 {
			side.Account.Site = a.Sites[0]
		}
		for _, m := range s.Webex.Meetings(a.Email) {
			side.Meetings = append(side.Meetings, viewMeeting(m, u.TimeZone))
		}
	}
	for _, m := range s.Webex.Mails() {
		side.Webex = append(side.Webex, webexMail{m.Time, m.To, m.About, m.Because})
	}
	for _, m := range s.Microsoft.Mails() {
		if strings.EqualFold(m.From, u.Mail) {
			side.Outlook = append(side.Outlook, m)
		}
	}
	answer(w, http.StatusOK, side)
}

func viewMeeting(m fakewebex.Meeting, zone string) meeting {
	v := meeting{
		ID: m.ID, Number: grouped(m.Number), Title: m.Title, State: m.State,
		Start: wallOf(m.Start, zone).String(), End: wallOf(m.End, zone).String(),
		StartsAt: m.Start.UTC(), EndsAt: m.End.UTC(), TimeZone: m.TimeZone,
		Link: m.WebLink, Password: m.Password, Invitees: []string{}, ByAPI: m.Client != "",
	}
	for _, i := range m.Invitees {
		v.Invitees = append(v.Invitees, i.Email)
	}
	return v
}

// webexAccount is the Webex account with one of u's addresses, the primary one
// if it can be.
func (s *Sandbox) webexAccount(u fakems.User) (fakewebex.Person, bool) {
	if isGuest(u) {
		return fakewebex.Person{}, false
	}
	people := s.Webex.People()
	for _, address := range slices.Concat([]string{"SMTP:" + u.Mail}, u.ProxyAddresses, []string{"SMTP:" + u.UserPrincipalName}) {
		for _, p := range people {
			if strings.EqualFold("smtp:"+p.Email, address) {
				return p, true
			}
		}
	}
	return fakewebex.Person{}, false
}

// isGuest reports whether u's account is at home in another tenant.
// https://learn.microsoft.com/entra/external-id/user-properties
func isGuest(u fakems.User) bool { return strings.Contains(u.UserPrincipalName, "#EXT#") }
