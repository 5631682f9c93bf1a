package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// What the page needs to play Outlook as the host of an add-in. The host itself
// lives in the page's scripts, its Office.js in page/office.

// officeJS are the parts of the stub of Office.js, in order.
var officeJS = []string{"enums", "channel", "member", "recurrence", "item", "prompt", "dialog", "office"}

// GET /sandbox/office.js
//
// One classic script that loads nothing more and evaluates nothing, so that a
// page of another site may allow it by its origin alone. The real one is at
// https://appsforoffice.microsoft.com/lib/1/hosted/office.js.
func showOfficeJS(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	b.WriteString("// Office.js, as the sandbox plays it for Outlook add-ins in an event.\n(() => {\n\"use strict\";\n")
	for _, name := range officeJS {
		part, err := files.ReadFile("page/office/" + name + ".js")
		if err != nil {
			panic(err) // it is embedded
		}
		fmt.Fprintf(&b, "\n// %s.js\n%s", name, part)
	}
	b.WriteString("})();\n")
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	w.Write(b.Bytes())
}

// GET /sandbox/compose
//
// The empty page that an event's body is written in. It may run nothing; the
// page around it, of the same origin, fills and reads it.
func showCompose(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "+
		"style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	w.Write([]byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Body</title>` + bodyHead[len("<!doctype html>"):] +
		`<style>body{min-height:calc(100vh - 20px);outline:none}body[data-type=text]{white-space:pre-wrap}</style></head><body id="compose"></body></html>`))
}

// GET /sandbox/time?zone=&wall= and GET /sandbox/time?zone=&at=
func showTime(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	zone := q.Get("zone")
	at, err := time.Parse(time.RFC3339, q.Get("at"))
	if text := q.Get("wall"); text != "" {
		var there wall
		if there, err = parseWall(text); err == nil {
			at, err = there.instant(zone)
		}
	}
	if err == nil {
		_, err = wall{at.UTC()}.instant(zone) // the zone
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	answer(w, http.StatusOK, struct {
		At   time.Time `json:"at"`
		Wall string    `json:"wall"`
	}{at.UTC(), wallOf(at, zone).String()})
}

// POST /sandbox/outlook/session?user=
//
// Who has Outlook open has signed in to Microsoft in this browser. The cookie is
// Entra's, which lives on the same host as the page.
func (s *Sandbox) signInToOutlook(w http.ResponseWriter, _ *http.Request, u fakems.User) {
	s.rememberPerson(w, u)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sandbox) rememberPerson(w http.ResponseWriter, u fakems.User) {
	if cookie := s.Microsoft.SignIn(u.ID); cookie != nil {
		http.SetCookie(w, cookie)
	}
}

// POST /sandbox/token?user=&scope=
//
// An access token of Entra's for the program's own API, as a script of that
// person gets one, or for the scopes that are named.
func (s *Sandbox) issueToken(w http.ResponseWriter, r *http.Request) {
	u, ok := s.user(r)
	if !ok {
		refuse(w, http.StatusNotFound, "There is no such person: name one in ?user=.")
		return
	}
	scopes := r.URL.Query()["scope"]
	if len(scopes) == 0 {
		scopes = []string{"api://" + s.MicrosoftClientID + "/" + accessAsUser}
	}
	for _, scope := range scopes {
		if !s.Microsoft.HasScope(scope) {
			refuse(w, http.StatusBadRequest, "There is no scope "+scope+".")
			return
		}
	}
	access, _ := s.Microsoft.IssueTokens(u.ID, s.MicrosoftClientID, scopes...)
	answer(w, http.StatusOK, map[string]string{"token_type": "Bearer", "access_token": access})
}

// accessAsUser is the scope that the program's registration exposes. It is
// pre-authorised for nobody.
const accessAsUser = "access_as_user"

// lateIDs is how long Graph does not know an event that Office.js saved: in
// cached mode the client is ahead of the server. How long is not documented.
// https://learn.microsoft.com/javascript/api/outlook/office.appointmentcompose#outlook-office-appointmentcompose-saveasync-member(1)
const lateIDs = 3 * time.Second
