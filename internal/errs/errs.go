// Package errs is the one vocabulary of errors. Each border translates once:
// the database driver in store, an HTTP status in the clients, a kind into a
// page or JSON in web. Everything without a kind is internal.
package errs

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what an error means to its caller.
type Kind string

// The kinds.
const (
	Internal    Kind = ""            // a bug or an unforeseen answer
	NotFound    Kind = "not found"   // it is not there, or not visible to us
	Conflict    Kind = "conflict"    // somebody changed it meanwhile, or the lease is lost
	Invalid     Kind = "invalid"     // refused for what it says; the same call will be refused again
	Forbidden   Kind = "forbidden"   // refused for who asks; permission, role or licence is missing
	SignedOut   Kind = "signed out"  // the grant is dead: the person has to connect again
	Throttled   Kind = "throttled"   // not before RetryAt
	Gone        Kind = "gone"        // it was there and is not any more
	Unavailable Kind = "unavailable" // the other side or the way to it fails; it may work later
	Uncertain   Kind = "uncertain"   // like Unavailable, but the call may have had its effect
	Busy        Kind = "busy"        // our own queue is full or the database away
	InProgress  Kind = "in progress" // Webex: the meeting is running and cannot be changed now
	TooLarge    Kind = "too large"   // the request is larger than we take
	Unsupported Kind = "unsupported" // a media type we do not take
)

// Error is an error with a kind.
type Error struct {
	Kind    Kind
	Message string    // what went wrong, without secrets or personal data
	Code    string    // the other side's own code, e.g. ErrorItemNotFound, AADSTS50173
	RetryAt time.Time // for Throttled; zero if the other side named no time
	Err     error     // what caused it, if anything
}

// New makes an error of a kind.
func New(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), Err: errors.Unwrap(err)}
}

func (e *Error) Error() string {
	switch {
	case e.Code != "" && e.Message != "":
		return e.Message + " (" + e.Code + ")"
	case e.Code != "":
		return string(e.Kind) + " (" + e.Code + ")"
	case e.Message != "":
		return e.Message
	}
	return string(e.Kind)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost *Error in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err has the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// CodeOf returns the other side's own code, "" if err carries none.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// RetryAt returns when a throttled call may be tried again; ok is false if err names no time.
func RetryAt(err error) (at time.Time, ok bool) {
	if e, found := errors.AsType[*Error](err); found && !e.RetryAt.IsZero() {
		return e.RetryAt, true
	}
	return time.Time{}, false
}

// Wrap puts the call and its arguments in front of *err, if there is one:
//
//	defer errs.Wrap(&err, "graph: list events of %s", mailbox)
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
