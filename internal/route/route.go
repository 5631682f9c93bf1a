// Package route names the addresses of the program and builds URLs to them.
// It knows nothing of what answers there.
package route

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// The addresses, as router patterns.
const (
	Home               = "/"
	Signin             = "/signin"
	SigninCallback     = "/signin/callback"
	Signout            = "/signout"
	WebexConnect       = "/connect/webex"
	WebexCallback      = "/connect/webex/callback"
	Account            = "/account"
	AccountDisconnect  = "/account/disconnect"
	AccountRelease     = "/account/release"
	AccountLook        = "/account/look"
	AccountPreferences = "/account/preferences"
	AccountOrphans     = "/account/orphans"
	AccountReceipts    = "/account/receipts"
	AccountExport      = "/account/export"
	AccountErase       = "/account/erase"
	AccountHistory     = "/account/history"
	AccountRestore     = "/account/history/restore"

	Admin               = "/admin"
	AdminConsent        = "/admin/consent"
	AdminConsentStart   = "/admin/consent/start"
	AdminConsentReturn  = "/admin/consent/callback"
	AdminWebex          = "/admin/connect/webex"
	AdminWebexConfirm   = "/admin/connect/webex/confirm"
	AdminMailboxes      = "/admin/mailboxes"
	AdminPreview        = "/admin/mailboxes/preview"
	AdminMailbox        = "/admin/mailboxes/:object"
	AdminMailboxRelease = "/admin/mailboxes/:object/release"
	AdminHosts          = "/admin/hosts"
	AdminHostsRemove    = "/admin/hosts/remove"
	AdminLook           = "/admin/look"
	AdminPause          = "/admin/pause"
	AdminSettings       = "/admin/settings"
	AdminOwners         = "/admin/owners"
	AdminOwnersRemove   = "/admin/owners/remove"
	AdminReceipts       = "/admin/receipts"

	AdminMailboxReceipts = "/admin/mailboxes/:object/receipts"
	AdminMailboxLook     = "/admin/mailboxes/:object/look"
	AdminMailboxOrphans  = "/admin/mailboxes/:object/orphans"
	AdminMailboxHistory  = "/admin/mailboxes/:object/history"

	Manifest         = "/manifest.xml"
	ManifestIcon     = "/manifest/:icon"
	Taskpane         = "/taskpane"
	TaskpaneCommands = "/taskpane/commands"
	TaskpaneToken    = "/taskpane/token"
	TaskpaneSignin   = "/taskpane/signin"
	TaskpaneWebex    = "/taskpane/webex"
	TaskpaneLinked   = "/taskpane/linked"

	API            = "/api/v1"
	APIDocument    = "/api/v1/openapi.json"
	APIMe          = "/api/v1/me"
	APIPreferences = "/api/v1/preferences"
	APIOffer       = "/api/v1/offer"
	APIMeetings    = "/api/v1/meetings"
	APIMeeting     = "/api/v1/meetings/:key"
	APIStart       = "/api/v1/meetings/:key/start"
	APIBody        = "/api/v1/meetings/:key/body"

	Details        = "/m/:key"
	GraphHook      = "/hooks/graph"
	GraphLifecycle = "/hooks/graph/lifecycle"
	WebexHook      = "/hooks/webex"
	Health         = "/healthz"
	Ready          = "/readyz"
	Static         = "/static/*"
)

// maxReturn is how long a return_to may be: longer than any address of ours.
const maxReturn = 1024

// landings are the pages that a sign-in may lead back to.
var landings = map[string]bool{
	Home:          true,
	Account:       true,
	WebexConnect:  true,
	Admin:         true,
	AdminConsent:  true,
	AdminWebex:    true,
	AdminSettings: true,
	AdminOwners:   true,
	AdminReceipts: true,

	AccountReceipts: true,
	AccountHistory:  true,
	AccountExport:   true,

	TaskpaneLinked: true,
}

// dialogs are the pages of the pane's dialogs that a sign-in leads back to, and
// what may be asked of them: each at most once, and nothing else.
var dialogs = map[string]map[string]*regexp.Regexp{
	TaskpaneSignin: {"challenge": challengeForm, "login_hint": hintForm, "again": againForm},
	TaskpaneWebex:  {"login_hint": hintForm, "again": againForm},
}

var (
	challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	hintForm      = regexp.MustCompile(`^[!-~]{1,254}$`)
	againForm     = regexp.MustCompile(`^1$`)
)

// IsChallenge reports whether s has the form of the base64url of a SHA-256.
func IsChallenge(s string) bool { return challengeForm.MatchString(s) }

// IsHint reports whether s may be a login hint in a dialog's address.
func IsHint(s string) bool { return hintForm.MatchString(s) }

// dialog returns the address of a dialog's page with its query in the one form
// that it has.
func dialog(u *url.URL) (string, bool) {
	allowed, ok := dialogs[u.Path]
	if !ok {
		return "", false
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || u.Path == TaskpaneSignin && !query.Has("challenge") {
		return "", false
	}
	for name, values := range query {
		if form := allowed[name]; form == nil || len(values) != 1 || !form.MatchString(values[0]) {
			return "", false
		}
	}
	if len(query) == 0 {
		return u.Path, true
	}
	return u.Path + "?" + query.Encode(), true
}

// isLanding reports whether a sign-in may lead back to path. A mailbox's page
// is one too; what is at the end of its path is looked up when it is asked for.
func isLanding(path string) bool {
	object, ok := strings.CutPrefix(path, AdminMailboxes+"/")
	return landings[path] || ok && object != "" && path != AdminPreview && !strings.Contains(object, "/") && strings.Trim(object, ".") != ""
}

// InAdmin reports whether an address is one of the console's.
func InAdmin(address string) bool {
	path, _, _ := strings.Cut(address, "?")
	return path == Admin || strings.HasPrefix(path, Admin+"/")
}

// ReturnTo returns raw if it is a page of ours that a sign-in may lead back
// to, else the account page. What it returns begins with exactly one slash,
// names no host and holds neither a backslash nor a control character: it is
// safe in a Location header.
func ReturnTo(raw string) string {
	if len(raw) > maxReturn || !strings.HasPrefix(raw, "/") || strings.HasPrefix(raw, "//") {
		return Account
	}
	// Browsers read a backslash as a slash and drop tabs and line ends, so
	// that "/\evil.example" and "/\t/evil.example" would leave this host.
	if strings.ContainsFunc(raw, func(r rune) bool { return r == '\\' || r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
		return Account
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Opaque != "" || u.Host != "" || u.User != nil {
		return Account
	}
	if u.EscapedPath() != u.Path {
		return Account
	}
	if address, ok := dialog(u); ok {
		return address
	}
	if !isLanding(u.Path) {
		return Account
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// InDialog reports whether an address is one of the pages that the pane opens
// in a dialog.
func InDialog(address string) bool {
	path, _, _ := strings.Cut(address, "?")
	return path == TaskpaneSignin || path == TaskpaneWebex || path == TaskpaneLinked
}

// SigninTo is the address that starts a sign-in which leads back to returnTo.
func SigninTo(returnTo string) string {
	return Signin + "?" + url.Values{"return_to": {returnTo}}.Encode()
}

// MeetingOf is a meeting in the API, by its link's key.
func MeetingOf(key string) string { return APIMeetings + "/" + url.PathEscape(key) }

// DetailsOf is the "meeting details" address of a link key.
func DetailsOf(key string) string { return "/m/" + url.PathEscape(key) }

// MailboxOf is the console's page of a mailbox, by its object id.
func MailboxOf(object string) string { return AdminMailboxes + "/" + url.PathEscape(object) }

// ReleaseOf is where the held deletions of a mailbox are let go, by its object id.
func ReleaseOf(object string) string { return MailboxOf(object) + "/release" }

// LookOf has the calendar of a mailbox looked through, by its object id.
func LookOf(object string) string { return MailboxOf(object) + "/look" }

// OrphansOf decides on meetings of a mailbox that no event has.
func OrphansOf(object string) string { return MailboxOf(object) + "/orphans" }

// HistoryOf is the page of what became of a mailbox's meetings, by its object id.
func HistoryOf(object string) string { return MailboxOf(object) + "/history" }

// ReceiptsOf is the page of a mailbox's receipts, by its object id.
func ReceiptsOf(object string) string { return MailboxOf(object) + "/receipts" }

// With adds a query to an address that has none; empty values are left out.
func With(address string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return address
	}
	return address + "?" + query.Encode()
}

// Asset is the address of a file in static.
func Asset(name string) string { return "/static/" + name }

// ManifestIconOf is the address of one of the add-in's icons, by its file's name.
func ManifestIconOf(file string) string { return "/manifest/" + url.PathEscape(file) }
