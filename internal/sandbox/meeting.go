package sandbox

import (
	"net/http"
	"slices"
	"strconv"
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
	Room  string `json:"room"` // link of the Personal Room; empty: none
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
	CoHosts  []string        `json:"coHosts"` // those of the invitees
	ByAPI    bool            `json:"byApi"`   // a program made it, not a person

	// Of a series Start and End are those of its first date.
	Recurrence string `json:"recurrence"` // RRULE value; empty: a single meeting
	Dates      []date `json:"dates"`      // of a series: the next few

	Kind        string  `json:"kind"` // always meeting: a Personal Room is the account's
	PasswordSet bool    `json:"passwordSet"`
	Options     options `json:"options"`
}

// date is one of a series, a wall-clock time of the mailbox's zone.
type date struct {
	ID       string    `json:"id"`
	Start    string    `json:"start"`
	StartsAt time.Time `json:"startsAt"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Moved    bool      `json:"moved"`   // it is not where its series puts it
	Deleted  bool      `json:"deleted"` // Webex shows it nowhere
}

// coming is how many dates of a series are shown, out of a year.
const coming = 6

func viewDates(all []fakewebex.Occurrence, zone string) []date {
	dates := []date{}
	for _, o := range all[:min(len(all), coming)] {
		dates = append(dates, date{
			ID: o.ID, Start: wallOf(o.Start, zone).String(), StartsAt: o.Start.UTC(), Title: o.Title, State: o.State,
			Moved: !o.Start.Equal(o.Original), Deleted: o.Deleted,
		})
	}
	return dates
}

// options are those of a meeting that somebody chose, in the API's words; what
// is empty is as the site has it.
type options struct {
	Template         string `json:"template"`       // its name
	JoinBeforeHost   string `json:"joinBeforeHost"` // minutes, or off
	Lobby            string `json:"lobby"`          // unlockedMeetingJoinSecurity
	Audio            string `json:"audio"`          // audioConnectionType
	EntryTone        string `json:"entryTone"`      // entryAndExitTone
	LeaveOutPassword bool   `json:"leaveOutPassword"`
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
		side.Account.Room, _, _ = a.PersonalRoom()
		sites := s.Webex.Sites()
		for _, m := range s.Webex.Meetings(a.Email) {
			v := viewMeeting(m, u.TimeZone)
			v.Options = viewOptions(m, sites)
			if now := s.clock.Now(); m.Recurrence != "" {
				v.Dates = viewDates(s.Webex.Occurrences(m.ID, now, now.AddDate(1, 0, 0)), u.TimeZone)
			}
			side.Meetings = append(side.Meetings, v)
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
		Link: m.WebLink, Password: m.Password, Invitees: []string{}, CoHosts: []string{}, ByAPI: m.Client != "",
		Kind: "meeting", PasswordSet: m.OwnPassword, Recurrence: m.Recurrence, Dates: []date{},
	}
	for _, i := range m.Invitees {
		v.Invitees = append(v.Invitees, i.Email)
		if i.CoHost {
			v.CoHosts = append(v.CoHosts, i.Email)
		}
	}
	return v
}

func viewOptions(m fakewebex.Meeting, sites []fakewebex.Site) (o options) {
	for _, site := range sites {
		for _, t := range site.Templates {
			if t.ID == m.Template {
				o.Template = t.Name
			}
		}
	}
	if before, said := m.Options["enabledJoinBeforeHost"].(bool); said {
		o.JoinBeforeHost = "off"
		if before {
			minutes, _ := m.Options["joinBeforeHostMinutes"].(float64)
			o.JoinBeforeHost = strconv.Itoa(int(minutes))
		}
	}
	o.Lobby, _ = m.Options["unlockedMeetingJoinSecurity"].(string)
	o.LeaveOutPassword, _ = m.Options["excludePassword"].(bool)
	audio, _ := m.Options["audioConnectionOptions"].(map[string]any)
	o.Audio, _ = audio["audioConnectionType"].(string)
	o.EntryTone, _ = audio["entryAndExitTone"].(string)
	return o
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
