package sandbox

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// pageHeader carries the token that the page was served with.
const pageHeader = "X-Sandbox-Page"

// onlyLoopback refuses requests that name another host: a page of the open web
// could otherwise reach a loopback server by rebinding its own name.
func onlyLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			http.Error(w, "The sandbox answers only as localhost, 127.0.0.1 or [::1].", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

// controlled lets through whoever may change the world: a script with the
// control token, or our own page from our own origin.
func (s *Sandbox) controlled(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		bearer, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case isBearer && s.cfg.ControlToken != "" && same(bearer, s.cfg.ControlToken):
		case isBearer || !same(r.Header.Get(pageHeader), s.token):
			w.Header().Set("WWW-Authenticate", `Bearer realm="sandbox"`)
			refuse(w, http.StatusUnauthorized, "Changing the sandbox needs its control token.")
			return
		case r.Header.Get("Origin") != "http://"+r.Host:
			refuse(w, http.StatusForbidden, "Only the sandbox's own page may do that.")
			return
		}
		next(w, r)
	}
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
