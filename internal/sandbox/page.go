package sandbox

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"webex-scheduler/internal/sandbox/fakems"
)

//go:embed page
var files embed.FS

var pageTemplate = template.Must(template.ParseFS(files, "page/index.html"))

// zones are those the page offers besides the people's own.
var zones = []string{
	"UTC", "GMT Standard Time", "W. Europe Standard Time", "Central Europe Standard Time", "Romance Standard Time",
	"Eastern Standard Time", "Pacific Standard Time", "India Standard Time", "Tokyo Standard Time", "AUS Eastern Standard Time",
}

// GET /?as={user}
func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) {
	if u, err := url.Parse(s.base); err == nil && u.Host != "" && u.Host != r.Host {
		// Under another name it would be another site, and the add-in could not reach it.
		http.Redirect(w, r, s.base+r.URL.RequestURI(), http.StatusFound)
		return
	}
	props := struct {
		Token, SchedulerURL string
		Tenants             []pageTenant
		Shown               fakems.User
		Zones               []string
		Faults              []faultGroup
		Oftens              []often
	}{Token: s.token, SchedulerURL: s.cfg.SchedulerURL, Zones: zones, Faults: panel(), Oftens: oftens}
	wanted := r.FormValue("as")
	for _, u := range s.Microsoft.Users() {
		if u.NoMailbox {
			continue
		}
		n := len(props.Tenants)
		if n == 0 || props.Tenants[n-1].ID != u.TenantID {
			_, domain, _ := strings.Cut(u.UserPrincipalName, "@")
			props.Tenants = append(props.Tenants, pageTenant{ID: u.TenantID, Domain: domain})
			n++
		}
		props.Tenants[n-1].People = append(props.Tenants[n-1].People, u)
		if props.Shown.ID == "" || strings.EqualFold(u.UserPrincipalName, wanted) || u.ID == wanted {
			props.Shown = u
		}
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, props); err != nil {
		s.cfg.Log.Error("sandbox: page", "error", err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	if props.Shown.ID != "" {
		reader := props.Shown
		if by, ok := s.Microsoft.User(r.URL.Query().Get("by")); ok && by.ID != reader.ID && s.Microsoft.RoleIn(reader.ID, by.ID) != "" {
			reader = by
		}
		s.rememberPerson(w, reader)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
		"img-src 'self' data:; frame-src 'self' "+s.cfg.SchedulerURL+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	w.Write(b.Bytes())
}

// pageTenant is a group of the page's list of people.
type pageTenant struct {
	ID, Domain string
	People     []fakems.User
}

// static serves the page's style and scripts. Browsers ask each time: over
// loopback that costs nothing, and a new version is never half there.
func static() http.Handler {
	sub, err := fs.Sub(files, "page/static")
	if err != nil {
		panic(err) // the folder is embedded
	}
	server := http.StripPrefix("/sandbox/static/", http.FileServerFS(sub))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		server.ServeHTTP(w, r)
	})
}

// GET /sandbox/calendar/events/{id}/body?user=
//
// The body is a page of its own that may do nothing but be read: it holds what
// programs and people put there. Its links open in new tabs.
func (s *Sandbox) showBody(w http.ResponseWriter, r *http.Request, u fakems.User) {
	e, ok := s.Microsoft.Event(u.UserPrincipalName, r.PathValue("id"))
	if !ok {
		http.Error(w, "The calendar has no such event.", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "+
		"style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if e.Body.ContentType != "html" {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte(e.Body.Content))
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte(bodyHead + e.Body.Content))
}

const bodyHead = `<!doctype html><base target="_blank"><style>` +
	`:root{color-scheme:light dark}body{font:14px/1.45 "Segoe UI",system-ui,sans-serif;margin:10px 12px}</style>` + "\n"
