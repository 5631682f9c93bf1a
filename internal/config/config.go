// Package config reads the program's configuration. All problems of a
// configuration come in one error, the variable's name first; secrets cannot
// print.
package config

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
)

// Prefix begins the name of every variable.
const Prefix = "SCHEDULER_"

// Config is a configuration that was checked.
type Config struct {
	PublicURL   string // no trailing slash
	Listen      string
	DatabaseURL string
	SecretKeys  []seal.Key // the first encrypts, all decrypt

	Microsoft Microsoft
	Webex     Webex

	Admins        []string // UPNs or tenant-id/object-id
	SweepInterval time.Duration
	Lease         time.Duration
	OfficeJSURL   string

	LogFormat     string // text or json
	LogLevel      slog.Level
	MetricsListen string
}

// Microsoft is the app registration and where Microsoft is.
type Microsoft struct {
	ClientID     string
	ClientSecret meeting.Secret
	Certificates []tls.Certificate // the newest valid one first; empty: none
	LoginURL     string
	GraphURL     string
}

// Webex is the integration and where Webex is.
type Webex struct {
	ClientID     string
	ClientSecret meeting.Secret
	APIURL       string // without /v1
}

// Variable describes one setting for help and documentation.
type Variable struct {
	Name    string // without Prefix
	Default string
	Help    string
}

// Variables lists every setting, in the order of the README.
var Variables = []Variable{
	{"PUBLIC_URL", "", "address that browsers, Microsoft and Webex reach (required)"},
	{"LISTEN", ":8080", "address to bind"},
	{"DATABASE_URL", "sqlite://var/scheduler.db", "sqlite://path or postgres://…"},
	{"SECRET_KEYS", "", "comma-separated base64 keys of 32 bytes; the first encrypts, all decrypt (required; make one with `keys`)"},
	{"MICROSOFT_CLIENT_ID", "", "application id of the app registration (required)"},
	{"MICROSOFT_CLIENT_SECRET", "", "its client secret, or else a certificate"},
	{"MICROSOFT_CERTIFICATE", "", "path of a PEM file with certificate and private key, of which it may hold several; needed for tenant-wide authorisation"},
	{"MICROSOFT_LOGIN_URL", "https://login.microsoftonline.com", "where Microsoft signs people in"},
	{"MICROSOFT_GRAPH_URL", "https://graph.microsoft.com", "where Microsoft Graph is"},
	{"WEBEX_CLIENT_ID", "", "client id of the Webex integration (required)"},
	{"WEBEX_CLIENT_SECRET", "", "its client secret (required)"},
	{"WEBEX_API_URL", "https://webexapis.com", "where Webex is, without /v1"},
	{"ADMINS", "", "comma-separated owners of /admin: user principal names or tenant-id/object-id"},
	{"SWEEP_INTERVAL", "15m", "how often each mailbox is checked for changes that no notification told"},
	{"LEASE", "30s", "how long a process that vanished keeps its mailboxes"},
	{"OFFICE_JS_URL", "https://appsforoffice.microsoft.com/lib/1/hosted/office.js", "where the pane loads Office.js from"},
	{"LOG_FORMAT", "text", "text or json"},
	{"LOG_LEVEL", "info", "debug, info, warn or error"},
	{"METRICS_LISTEN", "", "address for /metrics"},
}

// reader collects problems while it reads.
type reader struct {
	get      func(string) string
	problems Problems
}

// Parse checks the settings that get returns by name (without Prefix; empty:
// not set). readFile reads the certificates, which are judged as of now.
func Parse(get func(name string) string, readFile func(string) ([]byte, error), now time.Time) (Config, error) {
	r := &reader{get: get}
	c := Config{
		PublicURL:   r.publicURL("PUBLIC_URL"),
		Listen:      r.address("LISTEN"),
		DatabaseURL: r.database("DATABASE_URL"),
		SecretKeys:  r.keys("SECRET_KEYS"),
		Microsoft: Microsoft{
			ClientID:     r.required("MICROSOFT_CLIENT_ID"),
			ClientSecret: meeting.NewSecret(r.value("MICROSOFT_CLIENT_SECRET")),
			LoginURL:     r.baseURL("MICROSOFT_LOGIN_URL"),
			GraphURL:     r.baseURL("MICROSOFT_GRAPH_URL"),
		},
		Webex: Webex{
			ClientID:     r.required("WEBEX_CLIENT_ID"),
			ClientSecret: meeting.NewSecret(r.required("WEBEX_CLIENT_SECRET")),
			APIURL:       r.baseURL("WEBEX_API_URL"),
		},
		Admins:        r.admins("ADMINS"),
		SweepInterval: r.duration("SWEEP_INTERVAL", time.Second, 24*time.Hour),
		Lease:         r.duration("LEASE", time.Second, time.Hour),
		OfficeJSURL:   r.baseURL("OFFICE_JS_URL"),
		LogFormat:     r.oneOf("LOG_FORMAT", "text", "json"),
		LogLevel:      r.level("LOG_LEVEL"),
		MetricsListen: r.optionalAddress("METRICS_LISTEN"),
	}
	r.credentials(&c, readFile, now)
	return c, r.err()
}

// Database checks only what migrate and keys need; needKeys: the secret keys too.
func Database(get func(name string) string, needKeys bool) (databaseURL string, keys []seal.Key, err error) {
	r := &reader{get: get}
	databaseURL = r.database("DATABASE_URL")
	if needKeys || r.value("SECRET_KEYS") != "" {
		keys = r.keys("SECRET_KEYS")
	}
	return databaseURL, keys, r.err()
}

// PublicURL checks only the public address.
func PublicURL(get func(name string) string) (string, error) {
	r := &reader{get: get}
	address := r.publicURL("PUBLIC_URL")
	return address, r.err()
}

// Logging checks only what logging needs.
func Logging(get func(name string) string) (format string, level slog.Level, err error) {
	r := &reader{get: get}
	format, level = r.oneOf("LOG_FORMAT", "text", "json"), r.level("LOG_LEVEL")
	return format, level, r.err()
}

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return r.problems
}

func (r *reader) problem(name, format string, args ...any) {
	r.problems = append(r.problems, Problem{Variable: name, What: fmt.Sprintf(format, args...)})
}

// mend is problem with a fix of its own.
func (r *reader) mend(name, fix, format string, args ...any) {
	r.problem(name, format, args...)
	r.problems[len(r.problems)-1].Fix = fix
}

func (r *reader) value(name string) string {
	if v := strings.TrimSpace(r.get(name)); v != "" {
		return v
	}
	for _, v := range Variables {
		if v.Name == name {
			return v.Default
		}
	}
	return ""
}

func (r *reader) required(name string) string {
	v := r.value(name)
	if v == "" {
		r.problem(name, "is missing")
	}
	return v
}

func (r *reader) keys(name string) []seal.Key {
	text := r.required(name)
	if text == "" {
		return nil
	}
	keys, err := seal.ParseKeys(text)
	if err != nil {
		r.mend(name, "Make one with `webex-scheduler keys`.", "%v", err)
	}
	return keys
}

func (r *reader) publicURL(name string) string {
	v := r.required(name)
	if v == "" {
		return ""
	}
	u := r.checkURL(name, v)
	if u != nil && u.Path != "" {
		r.problem(name, "must be an address without a path or trailing slash, such as https://scheduler.example.com")
	}
	return v
}

func (r *reader) baseURL(name string) string {
	v := r.required(name)
	if v != "" {
		r.checkURL(name, v)
	}
	return strings.TrimRight(v, "/")
}

func (r *reader) checkURL(name, v string) *url.URL {
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		r.problem(name, "must be a full address that begins with https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Contains(v, "#"):
		r.problem(name, "must not hold a user name, query or fragment")
	case u.Scheme == "http" && !Loopback(u.Hostname()):
		r.problem(name, "must begin with https:// (http is for loopback addresses only)")
	default:
		return u
	}
	return nil
}

// Loopback reports whether host names this machine.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (r *reader) address(name string) string {
	v := r.value(name)
	if _, _, err := net.SplitHostPort(v); err != nil {
		r.problem(name, "must be host:port or :port, such as :8080")
	}
	return v
}

func (r *reader) optionalAddress(name string) string {
	if r.value(name) == "" {
		return ""
	}
	return r.address(name)
}

func (r *reader) database(name string) string {
	v := r.value(name)
	scheme, rest, _ := strings.Cut(v, "://")
	switch {
	case scheme == "sqlite" && rest != "":
	case scheme == "postgres" || scheme == "postgresql":
		if u, err := url.Parse(v); err != nil || u.Host == "" && u.Query().Get("host") == "" {
			r.problem(name, "is no PostgreSQL address; want postgres://user:password@host/database")
		}
	default:
		r.problem(name, "must begin with sqlite:// or postgres://")
	}
	return v
}

func (r *reader) duration(name string, least, most time.Duration) time.Duration {
	d, err := time.ParseDuration(r.value(name))
	if err != nil || d < least || d > most {
		r.problem(name, "must be a duration between %v and %v, such as 15m", least, most)
	}
	return d
}

func (r *reader) oneOf(name string, choices ...string) string {
	v := strings.ToLower(r.value(name))
	for _, c := range choices {
		if v == c {
			return v
		}
	}
	r.problem(name, "must be one of: %s", strings.Join(choices, ", "))
	return v
}

func (r *reader) level(name string) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(r.value(name))); err != nil {
		r.problem(name, "must be one of: debug, info, warn, error")
	}
	return level
}

func (r *reader) admins(name string) []string {
	var list []string
	for part := range strings.SplitSeq(r.value(name), ",") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
			continue
		case strings.Contains(part, "@") && !strings.ContainsAny(part, " /"):
		default:
			if _, err := meeting.ParseAccountID(part); err != nil {
				r.mend(name, "Write a user principal name, such as ana@example.com, or tenant-id/object-id, with commas between them.",
					"holds %q, which is neither a user principal name nor tenant-id/object-id", part)
			}
		}
		list = append(list, part)
	}
	return list
}

// credentials checks that Microsoft can be shown a secret or a certificate. One
// that is not valid at now stops the start only if it is all there is.
func (r *reader) credentials(c *Config, readFile func(string) ([]byte, error), now time.Time) {
	const name = "MICROSOFT_CERTIFICATE"
	path := r.value(name)
	if path == "" {
		if c.Microsoft.ClientSecret.Empty() {
			r.mend("MICROSOFT_CLIENT_SECRET", "Set it, or "+Prefix+name+".", "is missing")
		}
		return
	}
	file, err := readFile(path)
	if err != nil {
		r.mend(name, "Let it name the PEM file by a path that the server's user may read.", "cannot be read: %v", err)
		return
	}
	pairs, flaw := parseCertificates(file)
	if flaw != nil {
		r.mend(name, flaw.fix, "%s", flaw.what)
		return
	}
	sortCertificates(pairs, now)
	if flaw := ended(pairs, now); flaw != nil && c.Microsoft.ClientSecret.Empty() {
		r.mend(name, flaw.fix, "%s", flaw.what)
	}
	c.Microsoft.Certificates = pairs
}

// LogValue implements slog.LogValuer: what a start prints.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("public_url", c.PublicURL),
		slog.String("listen", c.Listen),
		slog.String("database", redactedDatabase(c.DatabaseURL)),
		slog.String("microsoft_client_id", c.Microsoft.ClientID),
		slog.Int("microsoft_certificates", len(c.Microsoft.Certificates)),
		slog.String("microsoft_login_url", c.Microsoft.LoginURL),
		slog.String("microsoft_graph_url", c.Microsoft.GraphURL),
		slog.String("webex_client_id", c.Webex.ClientID),
		slog.String("webex_api_url", c.Webex.APIURL),
		slog.Duration("sweep_interval", c.SweepInterval),
		slog.Duration("lease", c.Lease),
	)
}

func redactedDatabase(v string) string {
	if u, err := url.Parse(v); err == nil && u.User != nil {
		u.RawQuery = ""
		return u.Redacted()
	}
	v, _, _ = strings.Cut(v, "?")
	return v
}
