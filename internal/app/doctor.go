package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/signin"
	"webex-scheduler/internal/store"
)

// Finding is what Doctor found in one place. Fix is what to do about it; empty:
// all is well there.
type Finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"`
}

// Misconfigured are the findings of a configuration that config.Parse refuses:
// one for each line of its error. Nothing else can be looked at then.
func Misconfigured(err error) (findings []Finding) {
	for _, line := range strings.Split(strings.TrimPrefix(err.Error(), "configuration:"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			name, _, _ := strings.Cut(line, ":")
			findings = append(findings, problem("configuration", line, "Set "+name+" right: the README's table of variables says how."))
		}
	}
	return findings
}

// Doctor looks at everything that the program rests on, and changes nothing: a
// server may run meanwhile. Each place is one finding, in the order in which
// they are best mended.
func Doctor(ctx context.Context, o Options) []Finding {
	o.defaults()
	d := doctor{Options: o, http: &http.Client{
		Transport: o.Transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	findings := []Finding{fine("configuration", "every variable is set right")}
	for _, look := range []func(context.Context) Finding{
		d.certificate, d.database, d.public, d.clock, d.microsoft, d.graph, d.webex, d.subscriptions,
	} {
		findings = append(findings, look(ctx))
	}
	return findings
}

// patience is how long any of the others may take to answer.
const patience = 10 * time.Second

type doctor struct {
	Options
	http *http.Client
}

func fine(check, format string, args ...any) Finding {
	return Finding{Check: check, OK: true, Detail: fmt.Sprintf(format, args...)}
}

func problem(check, detail, fix string) Finding {
	return Finding{Check: check, Detail: detail, Fix: fix}
}

func (d *doctor) certificate(context.Context) Finding {
	const check = "certificate"
	if len(d.Config.Microsoft.Certificates) == 0 {
		return fine(check, "none is set: each person authorises alone, a whole organisation cannot")
	}
	expiry := d.Config.Microsoft.Expiry()
	if expiry.Near(d.Clock.Now()) {
		return problem(check, fmt.Sprintf("certificate %s ends on %s", expiry.Thumbprint, expiry.End.UTC().Format(time.DateOnly)),
			"Make another with `webex-scheduler keys certificate`, upload it to the app registration, then add it to SCHEDULER_MICROSOFT_CERTIFICATE.")
	}
	return fine(check, "certificate %s is good until %s", expiry.Thumbprint, expiry.End.UTC().Format(time.DateOnly))
}

// look opens the database to read it.
func (d *doctor) look(ctx context.Context) (*store.Store, error) {
	box, err := seal.New(d.Config.SecretKeys)
	if err != nil {
		return nil, err
	}
	return store.Look(ctx, d.Config.DatabaseURL, box, d.Clock, d.Random, d.Log)
}

func (d *doctor) database(ctx context.Context) Finding {
	const check = "database"
	db, err := d.look(ctx)
	switch {
	case errs.Is(err, errs.NotFound):
		return problem(check, "there is no database at SCHEDULER_DATABASE_URL yet",
			"Run `webex-scheduler migrate`, or start `serve`, which makes it; a relative path counts from the working directory.")
	case err != nil:
		return problem(check, "the database does not answer: "+reason(err), "Start the database, and see that address, user and password in SCHEDULER_DATABASE_URL are right.")
	}
	defer db.Close()
	if err := db.Migrated(ctx); err != nil {
		return problem(check, "the database is not migrated: "+reason(err), "Run `webex-scheduler migrate`, or start `serve`, which does it.")
	}
	if err := db.Readable(ctx); err != nil {
		return problem(check, "what is stored was sealed with a key that is not among SCHEDULER_SECRET_KEYS", "Add the old key at the end of SCHEDULER_SECRET_KEYS.")
	}
	return fine(check, "it answers, is migrated, and its secrets can be read")
}

func (d *doctor) public(ctx context.Context) Finding {
	const check = "public address"
	address := d.Config.PublicURL
	for _, path := range []string{"/healthz", "/readyz"} {
		answer, err := d.get(ctx, address+path)
		switch {
		case err != nil:
			return problem(check, address+" does not answer: "+reason(err),
				"Start `serve`; let name, certificate and proxy of SCHEDULER_PUBLIC_URL lead to it.")
		case answer.StatusCode != http.StatusOK && path == "/readyz":
			return problem(check, fmt.Sprintf("%s answers, but cannot work: %s is %d", address, path, answer.StatusCode), "See the server's log: mostly its database is away or not migrated.")
		case answer.StatusCode != http.StatusOK:
			return problem(check, fmt.Sprintf("somebody else answers at %s: %s is %d", address, path, answer.StatusCode), "Let the proxy pass every path on to `serve` as it is.")
		case answer.Header.Get("Content-Security-Policy") == "" && answer.Header.Get("X-Content-Type-Options") == "":
			return problem(check, "the proxy takes headers off our answers", "Let the proxy pass on the headers that the program sets.")
		}
	}
	return fine(check, "%s answers and is ready", address)
}

// skew is by how much the clocks may differ: Microsoft takes assertions that are
// five minutes off at the most.
const skew = 2 * time.Minute

func (d *doctor) clock(ctx context.Context) Finding {
	const check = "clock"
	answer, err := d.get(ctx, d.Config.Microsoft.LoginURL)
	if err != nil {
		return problem(check, "nobody to compare with: "+reason(err), "See the finding on Microsoft sign-in.")
	}
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return fine(check, "Microsoft did not say what time it is")
	}
	if off := d.Clock.Now().Sub(theirs).Round(time.Second); off.Abs() > skew {
		return problem(check, fmt.Sprintf("this machine's clock differs by %s from Microsoft's", off), "Have the clock set by NTP.")
	}
	return fine(check, "within %s of Microsoft's", skew)
}

// microsoft has the program refused: with the refusal Microsoft says whether it
// knows the program and its secret or certificate.
func (d *doctor) microsoft(ctx context.Context) Finding {
	const check = "Microsoft sign-in"
	c := d.Config
	client, err := signin.NewMicrosoft(signin.MicrosoftConfig{
		LoginURL: c.Microsoft.LoginURL, ClientID: c.Microsoft.ClientID, ClientSecret: c.Microsoft.ClientSecret,
		Certificates: c.Microsoft.Certificates, RedirectURL: c.PublicURL + "/signin/callback",
		AdminURL: c.PublicURL + "/admin/consent/callback", GraphURL: c.Microsoft.GraphURL, Clock: d.Clock, Random: d.Random, HTTP: d.http,
	})
	if err != nil {
		return problem(check, reason(err), "See SCHEDULER_MICROSOFT_LOGIN_URL.")
	}
	_, err = client.Refresh(ctx, meeting.Grant{Account: "organizations/nobody"}, meeting.NewSecret("of-nobody"))
	code := codeOf(err)
	switch {
	case code == "AADSTS7000215":
		return problem(check, "Microsoft does not know the client secret", "Put the secret's value, not its id, into SCHEDULER_MICROSOFT_CLIENT_SECRET.")
	case code == "AADSTS7000222":
		return problem(check, "the client secret has expired", "Make another in the app registration and set SCHEDULER_MICROSOFT_CLIENT_SECRET.")
	case code == "AADSTS700027":
		return problem(check, "Microsoft does not know the certificate", "Upload the certificate of SCHEDULER_MICROSOFT_CERTIFICATE to the app registration.")
	case code == "AADSTS700024":
		return problem(check, "Microsoft finds the assertion outside its time", "Have the clock set by NTP.")
	case code == "AADSTS700016":
		return problem(check, "Microsoft does not know the application", "Put the Application (client) ID into SCHEDULER_MICROSOFT_CLIENT_ID.")
	case errs.Is(err, errs.Unavailable), errs.Is(err, errs.Uncertain), errs.Is(err, errs.Throttled):
		return problem(check, c.Microsoft.LoginURL+" does not answer: "+reason(err), "Let this machine reach it over HTTPS; see SCHEDULER_MICROSOFT_LOGIN_URL.")
	case code == "" && !errs.Is(err, errs.SignedOut) && !errs.Is(err, errs.Invalid):
		return problem(check, "Microsoft's answer is not understood: "+reason(err), "See that SCHEDULER_MICROSOFT_LOGIN_URL is Microsoft's.")
	}
	return fine(check, "Microsoft answers and knows the program")
}

func (d *doctor) graph(ctx context.Context) Finding {
	return d.unknown(ctx, "Microsoft Graph", d.Config.Microsoft.GraphURL+"/v1.0/me", "SCHEDULER_MICROSOFT_GRAPH_URL")
}

// unknown asks with a token of nobody's: who refuses that with 401 is the right one.
func (d *doctor) unknown(ctx context.Context, check, address, variable string) Finding {
	answer, err := d.get(ctx, address, "Bearer of-nobody")
	switch {
	case err != nil:
		return problem(check, address+" does not answer: "+reason(err), "Let this machine reach it over HTTPS; see "+variable+".")
	case answer.StatusCode != http.StatusUnauthorized:
		return problem(check, fmt.Sprintf("%s answers %d where it should ask who calls", address, answer.StatusCode), "See that "+variable+" is right, and that no proxy answers in its place.")
	}
	return fine(check, "it answers")
}

func (d *doctor) webex(ctx context.Context) Finding {
	const check = "Webex"
	c := d.Config
	if f := d.unknown(ctx, check, c.Webex.APIURL+"/v1/people/me", "SCHEDULER_WEBEX_API_URL"); !f.OK {
		return f
	}
	client, err := signin.NewWebex(signin.WebexConfig{
		APIURL: c.Webex.APIURL, ClientID: c.Webex.ClientID, ClientSecret: c.Webex.ClientSecret,
		RedirectURL: c.PublicURL + "/connect/webex/callback", Clock: d.Clock, HTTP: d.http,
	})
	if err != nil {
		return problem(check, reason(err), "See SCHEDULER_WEBEX_API_URL.")
	}
	_, err = client.Refresh(ctx, meeting.Grant{Account: "organizations/nobody"}, meeting.NewSecret("of-nobody"))
	switch {
	case errs.Is(err, errs.SignedOut), errs.Is(err, errs.Invalid):
		return fine(check, "it answers and knows the integration")
	case errs.Is(err, errs.Unavailable), errs.Is(err, errs.Uncertain), errs.Is(err, errs.Throttled):
		return problem(check, "Webex does not answer: "+reason(err), "Let this machine reach it over HTTPS; see SCHEDULER_WEBEX_API_URL.")
	}
	return problem(check, "Webex does not know the integration or its secret", "Put the integration's Client ID and Client Secret into SCHEDULER_WEBEX_CLIENT_ID and SCHEDULER_WEBEX_CLIENT_SECRET.")
}

func (d *doctor) subscriptions(ctx context.Context) Finding {
	const check = "subscriptions"
	db, err := d.look(ctx)
	if err != nil {
		return problem(check, "they are in the database", "See the finding on the database.")
	}
	defer db.Close()
	mailboxes, silent, err := db.Subscribed(ctx)
	switch {
	case err != nil:
		return problem(check, "they cannot be read", "See the finding on the database.")
	case silent > 0:
		return problem(check, fmt.Sprintf("Graph tells nothing of %d of %d mailboxes: they are looked through every %s alone", silent, mailboxes, d.Config.SweepInterval),
			"Keep `serve` running, and see that Microsoft reaches SCHEDULER_PUBLIC_URL; /account and /admin say why for each mailbox.")
	}
	return fine(check, "all %d mailboxes have one", mailboxes)
}

func (d *doctor) get(ctx context.Context, address string, authorization ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	for _, value := range authorization {
		r.Header.Set("Authorization", value)
	}
	answer, err := d.http.Do(r)
	if err != nil {
		return nil, err
	}
	return answer, answer.Body.Close()
}

func codeOf(err error) string {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		return known.Code
	}
	return ""
}

// reason is the innermost cause of an error: the outer ones say what was tried.
func reason(err error) string {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}
