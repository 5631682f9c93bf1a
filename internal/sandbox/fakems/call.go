package fakems

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// call is one request on its way through the server, or one part of a $batch.
type call struct {
	r     *http.Request
	base  string
	path  []string // segments of the path, unescaped
	query url.Values
	entry trace.Entry
	token *accessToken // of a Graph call, once checked
	wants prefer
}

// answer is what goes back.
type answer struct {
	status int
	header http.Header
	body   []byte
	reset  bool // cut the connection instead
}

func (s *Server) newCall(r *http.Request) *call {
	c := &call{r: r, base: s.BaseURL, query: r.URL.Query()}
	if c.base == "" {
		c.base = "http://" + r.Host
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/") {
		if p, err := url.PathUnescape(part); err == nil {
			part = p
		}
		c.path = append(c.path, part)
	}
	c.entry = trace.Entry{Service: trace.Entra, Method: r.Method, Path: r.URL.EscapedPath(), Part: IsPart(r)}
	if isGraph(r.URL.Path) {
		c.entry.Service = trace.Graph
		c.entry.Path = pathWithoutSecrets(r.URL)
	}
	return c
}

// pathWithoutSecrets is a Graph path and query for the log. Skip tokens carry
// queries of their own and say nothing to a reader.
func pathWithoutSecrets(u *url.URL) string {
	q, err := url.QueryUnescape(u.RawQuery)
	if err != nil || q == "" {
		return u.EscapedPath()
	}
	if before, _, ok := strings.Cut(q, "$skiptoken="); ok {
		q = before + "$skiptoken=…"
	}
	return u.EscapedPath() + "?" + q
}

// Handles reports whether path belongs to Entra ID or Graph, known or not.
func (s *Server) Handles(path string) bool {
	if isGraph(path) {
		return true
	}
	p := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if len(p) < 2 || p[0] == "" || p[0] == "v1" {
		return false
	}
	switch p[1] {
	case "oauth2", "discovery", "v2.0", "adminconsent", ".well-known":
		return true
	}
	return false
}

func isGraph(path string) bool {
	for _, prefix := range []string{"/v1.0", "/beta", "/oidc"} {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return true
		}
	}
	return false
}

// ServeHTTP answers as the real services do.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.setup()
	c := s.newCall(r)
	var a answer
	if c.entry.Service == trace.Graph {
		a = s.serveGraph(c)
	} else {
		a = s.faulty(c, s.serveEntra, entraFault)
	}
	s.finish(c, a)
	if a.reset {
		panic(http.ErrAbortHandler)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", s.Clock.Now().UTC().Format(http.TimeFormat))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// finish writes the call into the log.
func (s *Server) finish(c *call, a answer) {
	if !a.reset {
		c.entry.Status = a.status
	}
	s.trace(c.entry)
}

// wrote marks the call as one that changed something.
func (c *call) wrote() { c.entry.Write = true }

func jsonAnswer(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // a value of ours that cannot be encoded
	}
	return answer{
		status: status,
		header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		body:   body,
	}
}

func (a answer) with(name, value string) answer {
	if a.header == nil {
		a.header = make(http.Header)
	}
	a.header.Set(name, value)
	return a
}

// stamp is a time as Graph writes it: UTC, seven digits.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }
