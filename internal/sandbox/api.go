package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"webex-scheduler/internal/sandbox/fakems"
)

// about is the answer to GET /sandbox/.
const about = `The sandbox: a local Microsoft 365 and Webex. Nothing here is real.

GET    /                                     the page; ?as=ana@contoso.example opens that calendar
GET    /sandbox/people                       everybody, with and without mailbox
GET    /sandbox/calendar?user=&from=&to=     events that overlap [from, to); dates of the mailbox's zone; default: this week
POST   /sandbox/calendar/events?user=        a new event: title, location, start, end, timeZone, allDay, attendees, body, draft, in
GET    /sandbox/calendar/events/{id}?user=   one event, a whole series too
PATCH  /sandbox/calendar/events/{id}?user=   changes what is named; &of=following: a date of a series and all after it
DELETE /sandbox/calendar/events/{id}?user=   deletes (organiser) or declines (attendee); &of=following as above
POST   /sandbox/calendar/events/{id}/cancel?user= cancels (organiser); the event goes to Deleted Items as well
POST   /sandbox/calendar/events/{id}/copy?user=   copies; start: when (default: the next day), in: its zone
POST   /sandbox/calendar/events/{id}/duplicate?user=  makes a new event of what the form shows
POST   /sandbox/calendar/events/{id}/dates?user=  brings back the cancelled date of that series: date
GET    /sandbox/calendar/deleted?user=       what lies in Deleted Items
POST   /sandbox/calendar/events/{id}/restore?user=  moves it back from there, with its id
GET    /sandbox/calendar/events/{id}/body?user=   the body as a page without scripts
GET    /sandbox/calendar/shares?user=        whom the owner lets into the calendar, and as what
PUT    /sandbox/calendar/shares?user=        lets somebody in: with, role (none ends it; write, delegateWithoutPrivateEventAccess, …)
GET    /sandbox/webex?user=                  the person's Webex meetings with their options and a series' next dates, mails by Webex and by Outlook
PATCH  /sandbox/webex/meetings/{id}          the host changes it in Webex itself: title, start, end (RFC 3339)
DELETE /sandbox/webex/meetings/{id}          the host deletes it in Webex itself
POST   /sandbox/webex/meetings/{id}/join     somebody joins: email, default: the host; others may have to wait in the lobby
POST   /sandbox/webex/meetings/{id}/end      the session ends
POST   /sandbox/token?user=                  an Entra access token of that person for the program's API (scope access_as_user); ?scope= names others
GET    /sandbox/time?zone=&wall=             the instant of a local time of a zone; at= instead of wall=: the other way round
GET    /sandbox/office.js                    Office.js for Outlook add-ins, see below
GET    /sandbox/log?since=                   calls, notifications, mails and clicks after that number
GET    /sandbox/events                       the same as server-sent events "call", and "changed" when a read may answer anew
GET    /sandbox/faults                       what is broken, and everything that can be
POST   /sandbox/faults                       breaks something: fault, who, call, times, for, wait, code
DELETE /sandbox/faults/{id}                  mends it
DELETE /sandbox/faults                       mends all

user is a user principal name or object id. start and end are local times such as
2026-03-02T09:00 in the zone "in" (default: timeZone), timeZone is the event's own
(Windows name; default: the mailbox's); end is exclusive, all-day events have dates.
An event repeats by repeat: {"rule": {"pattern": …, "range": …}} in Graph's words, or
no longer by {"rule": null}. Calendars show its dates, each with an id of its own;
their series is the id of the whole.
body comes with bodyType (html or text), attendees with optional; late ("5s") lets
Graph know a new event only then.

The page's event form hosts the program's add-in as Outlook does: {program}/taskpane
in a frame beside the form, {program}/taskpane/commands in a hidden one for the
function addMeeting. Their Office.js has to be loaded from here. What the page is
opened with: ?profile= web, windows, mac or mobile; &theme= light, dark or contrast;
&lang=cs-CZ; &slow=2000 (milliseconds of each call); &fail=body.setAsync,saveAsync;
&late=5s (how long Graph does not know what saveAsync saved); &css=drop (inline styles
of a body that is set, which Office.js documents as unsupported); &by=UPN (who opened
the calendar that ?as= shows: somebody whom its owner lets in).
Who opens a calendar is signed in at Microsoft in that browser.

A fault lasts for so many times (calls, notifications, reads, …), or for so long
("10m"), or until it is mended; one that happens at once takes neither. It may be
one person's (who: as user, or a mail address), else everybody's, and that of
some calls (call: "POST /v1/meetings", the start of a path). wait is its
Retry-After, hang, lag or lifetime ("1m30s"), code an AADSTS number. The next
three creations of meetings that are made, but whose answers are lost:
  curl -H "Authorization: Bearer $TOKEN" -d '{"fault":"webex-reset-after","times":3,
    "call":"POST /v1/meetings"}' http://localhost:8081/sandbox/faults
What is broken comes on top of the manners the sandbox was started with.

What changes something wants "Authorization: Bearer {control token}".
Errors are {"error": "a sentence"}.
`

func (s *Sandbox) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.Handle("GET /sandbox/static/", static())
	mux.HandleFunc("GET /sandbox/office.js", showOfficeJS)
	mux.HandleFunc("GET /sandbox/compose", showCompose)
	mux.HandleFunc("GET /sandbox/time", showTime)
	mux.HandleFunc("POST /sandbox/outlook/session", s.controlled(s.forMailbox(s.signInToOutlook)))
	mux.HandleFunc("POST /sandbox/token", s.controlled(s.issueToken))
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "page/static/icon.svg")
	})
	mux.HandleFunc("GET /sandbox/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, about)
	})
	mux.HandleFunc("GET /sandbox/people", s.listPeople)
	mux.HandleFunc("GET /sandbox/calendar", s.forMailbox(s.showCalendar))
	mux.HandleFunc("POST /sandbox/calendar/events", s.controlled(s.forMailbox(s.createEvent)))
	mux.HandleFunc("PATCH /sandbox/calendar/events/{id}", s.controlled(s.forMailbox(s.updateEvent)))
	mux.HandleFunc("DELETE /sandbox/calendar/events/{id}", s.controlled(s.forMailbox(s.deleteEvent)))
	mux.HandleFunc("POST /sandbox/calendar/events/{id}/copy", s.controlled(s.forMailbox(s.copyEvent)))
	mux.HandleFunc("POST /sandbox/calendar/events/{id}/cancel", s.controlled(s.forMailbox(s.cancelEvent)))
	mux.HandleFunc("POST /sandbox/calendar/events/{id}/restore", s.controlled(s.forMailbox(s.restoreEvent)))
	mux.HandleFunc("POST /sandbox/calendar/events/{id}/duplicate", s.controlled(s.forMailbox(s.duplicateEvent)))
	mux.HandleFunc("POST /sandbox/calendar/events/{id}/dates", s.controlled(s.forMailbox(s.restoreDate)))
	mux.HandleFunc("GET /sandbox/calendar/events/{id}", s.forMailbox(s.showEvent))
	mux.HandleFunc("GET /sandbox/calendar/deleted", s.forMailbox(s.listDeleted))
	mux.HandleFunc("GET /sandbox/calendar/events/{id}/body", s.forMailbox(s.showBody))
	mux.HandleFunc("GET /sandbox/calendar/shares", s.forMailbox(s.listShares))
	mux.HandleFunc("PUT /sandbox/calendar/shares", s.controlled(s.forMailbox(s.putShare)))
	mux.HandleFunc("GET /sandbox/webex", s.showWebex)
	mux.HandleFunc("PATCH /sandbox/webex/meetings/{id}", s.controlled(s.editMeeting))
	mux.HandleFunc("DELETE /sandbox/webex/meetings/{id}", s.controlled(s.deleteMeeting))
	mux.HandleFunc("POST /sandbox/webex/meetings/{id}/join", s.controlled(s.joinMeeting))
	mux.HandleFunc("POST /sandbox/webex/meetings/{id}/end", s.controlled(s.endMeeting))
	mux.HandleFunc("GET /sandbox/log", s.showLog)
	mux.HandleFunc("GET /sandbox/events", s.stream)
	mux.HandleFunc("GET /sandbox/faults", s.listFaults)
	mux.HandleFunc("POST /sandbox/faults", s.controlled(s.postFault))
	mux.HandleFunc("DELETE /sandbox/faults", s.controlled(s.calmDown))
	mux.HandleFunc("DELETE /sandbox/faults/{id}", s.controlled(s.mendFault))
	return mux
}

// forMailbox finds the person that ?user= names. Verbs panic for strangers.
func (s *Sandbox) forMailbox(next func(http.ResponseWriter, *http.Request, fakems.User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch u, ok := s.user(r); {
		case !ok:
			refuse(w, http.StatusNotFound, "There is no such person: name one in ?user=.")
		case u.NoMailbox:
			refuse(w, http.StatusNotFound, u.DisplayName+" has no mailbox.")
		default:
			next(w, r, u)
		}
	}
}

func (s *Sandbox) user(r *http.Request) (fakems.User, bool) {
	return s.Microsoft.User(r.URL.Query().Get("user"))
}

// person is one of everybody.
type person struct {
	ID       string `json:"id"`
	UPN      string `json:"upn"`
	Name     string `json:"name"`
	Mail     string `json:"mail"`
	Tenant   string `json:"tenant"` // its GUID
	TimeZone string `json:"timeZone"`
	Language string `json:"language"`
	Mailbox  bool   `json:"mailbox"`
	Licensed bool   `json:"licensed"`
	Disabled bool   `json:"disabled"`        // may not sign in
	Webex    string `json:"webex,omitempty"` // e-mail address of the Webex account
}

// GET /sandbox/people
func (s *Sandbox) listPeople(w http.ResponseWriter, r *http.Request) {
	people := []person{}
	for _, u := range s.Microsoft.Users() {
		p := person{
			ID: u.ID, UPN: u.UserPrincipalName, Name: u.DisplayName, Mail: u.Mail, Tenant: u.TenantID,
			TimeZone: u.TimeZone, Language: u.PreferredLanguage, Mailbox: !u.NoMailbox, Licensed: u.Licensed, Disabled: u.Disabled,
		}
		if account, ok := s.webexAccount(u); ok {
			p.Webex = account.Email
		}
		people = append(people, p)
	}
	answer(w, http.StatusOK, people)
}

func answer(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // all values are ours
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}

func refuse(w http.ResponseWriter, status int, sentence string) {
	answer(w, status, struct {
		Error string `json:"error"`
	}{sentence})
}

// read decodes a JSON body and answers itself when it cannot. An unknown
// property is refused: it would be a wish that is silently not met.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		refuse(w, http.StatusBadRequest, err.Error())
		return false
	}
	return true
}
