package signin

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const (
	maxAnswer = 1 << 20          // bytes of an answer; token answers have a few thousand
	callLimit = 30 * time.Second // for one call, answer included
)

// fence lets requests go to one scheme, host and port only, and cuts answers
// off at maxAnswer: codes, secrets and refresh tokens go nowhere else, whatever
// a discovery document or a redirect says.
type fence struct {
	origin string
	next   http.RoundTripper
}

func (f fence) RoundTrip(r *http.Request) (*http.Response, error) {
	if got := origin(r.URL); got != f.origin {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, fmt.Errorf("call to %s: only %s is configured", got, f.origin)
	}
	resp, err := f.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	return resp, nil
}

// fenced checks the configured address base and returns it without a trailing
// slash, with a client that calls nothing else and follows no redirect.
func fenced(base string, client *http.Client) (string, *http.Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", nil, fmt.Errorf("address %q: want scheme and host", base)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return "", nil, fmt.Errorf("address %q: want https (http on a loopback host only)", base)
	}
	own := http.Client{Timeout: callLimit}
	if client != nil {
		own = *client
		if own.Timeout == 0 {
			own.Timeout = callLimit
		}
	}
	next := own.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	own.Transport = fence{origin: origin(u), next: next}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	own.Jar = nil
	return strings.TrimRight(base, "/"), &own, nil
}

// origin returns scheme, host and port of u, the port always named.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

func loopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback()
	}
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
