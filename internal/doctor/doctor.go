// Package doctor looks at everything that the program rests on, from outside,
// and changes nothing: a server may run meanwhile. Each place is one check, each
// problem comes with its fix. It repairs nothing, and what it cannot look at it
// says.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/signin"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/webex"
)

// Config is what the doctor looks at and with.
type Config struct {
	Settings config.Config
	Problems config.Problems // of Settings, which may be half there

	Clock     clockwork.Clock   // nil: the real one
	Random    io.Reader         // for ids of calls
	Transport http.RoundTripper // nil: http.DefaultTransport
}

// Finding is what was found in one place: all is well there, or a problem with
// its fix, or it could not be looked at before another check is well.
type Finding struct {
	Check     string `json:"check"`
	OK        bool   `json:"ok"`
	Detail    string `json:"detail"`
	Fix       string `json:"fix,omitempty"`
	BlockedBy string `json:"blocked_by,omitempty"`
}

// patience is how long any of the others may take to answer.
const patience = 10 * time.Second

// few is how many of a kind are looked at where each costs a call.
const few = 20

// Examine makes every check, in the order in which problems are best mended. A
// configuration that is half broken stops only those that need what is missing.
func Examine(ctx context.Context, c Config) []Finding {
	if c.Clock == nil {
		c.Clock = clockwork.NewRealClock()
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	d := &doctor{Config: c, settings: c.Settings, found: map[string]Finding{}, http: &http.Client{
		Transport: c.Transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	defer d.close()
	findings := d.configuration()
	for _, check := range Checks[1:] {
		f, stopped := d.stopped(check)
		if !stopped {
			f = check.look(d, ctx)
		}
		f.Check = check.Name
		d.found[check.Name] = f
		findings = append(findings, f)
	}
	return findings
}

// doctor is one examination.
type doctor struct {
	Config
	settings config.Config
	http     *http.Client
	found    map[string]Finding // by the check's name

	// Of the checks so far.
	db        *store.Store // nil: none could be opened
	microsoft *signin.Microsoft
	calendar  *graph.Client
	meetings  *webex.Client
	tokens    *tokens
}

func (d *doctor) close() {
	if d.db != nil {
		_ = d.db.Close()
	}
}

// stopped says which variable or check has to be mended before this one is made.
func (d *doctor) stopped(c Check) (Finding, bool) {
	for _, name := range c.variables {
		for _, p := range d.Problems {
			if p.Variable == name {
				return blocked(configuration, "not looked at: %s%s is not set right", config.Prefix, name), true
			}
		}
	}
	for _, need := range c.needs {
		f := d.found[need]
		switch {
		case f.BlockedBy != "":
			return blocked(f.BlockedBy, "not looked at"), true
		case !f.OK:
			return blocked(need, "not looked at"), true
		}
	}
	return Finding{}, false
}

func fine(format string, args ...any) Finding {
	return Finding{OK: true, Detail: fmt.Sprintf(format, args...)}
}

func problem(fix, format string, args ...any) Finding {
	return Finding{Detail: fmt.Sprintf(format, args...), Fix: fix}
}

func blocked(by, format string, args ...any) Finding {
	return Finding{Detail: fmt.Sprintf(format, args...), BlockedBy: by}
}

// reason is the innermost cause of an error: the outer ones say what was tried.
func reason(err error) string {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// discard is the log of parts that want one.
var discard = slog.New(slog.DiscardHandler)
