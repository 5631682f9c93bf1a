package signin

import (
	"errors"
	"fmt"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// verdict is what a refusal of a token endpoint means.
type verdict struct {
	kind    errs.Kind      // SignedOut, Throttled, Unavailable; Internal is our own fault
	reason  meeting.Reason // why a grant is dead, for SignedOut
	code    string         // the service's own code
	retryAt time.Time
}

// refresh makes the error of a refused refresh. Our own fault never ends a
// grant: it has no kind.
func (v verdict) refresh() error {
	e := &errs.Error{Kind: v.kind, Code: v.code, RetryAt: v.retryAt}
	switch v.kind {
	case errs.SignedOut:
		e.Message, e.Err = "refresh token refused", ended{v.reason}
	case errs.Throttled:
		e.Message = "throttled"
	case errs.Unavailable:
		e.Message = "not available"
	default:
		e.Message = "our own registration or request is refused"
	}
	return e
}

// application makes the error of a refused token of the program alone.
func (v verdict) application() error {
	e := v.refresh().(*errs.Error)
	if v.kind == errs.SignedOut {
		e.Message = "the tenant does not let us in"
	}
	return e
}

// redeem makes the error of a refused code, with a sentence for the person.
func (v verdict) redeem(service meeting.Service) error {
	e := v.refresh().(*errs.Error)
	switch {
	case v.kind == errs.Throttled || v.kind == errs.Unavailable:
		e.Message = sentenceUnavailable[service]
	case v.kind != errs.SignedOut:
	case v.reason == meeting.GrantWithdrawn:
		e.Kind, e.Message = errs.Forbidden, sentenceNoConsent[service]
	case v.reason == meeting.GrantDisabled:
		e.Kind, e.Message = errs.Forbidden, sentenceNoAccount
	case v.reason == meeting.GrantPolicy:
		e.Kind, e.Message = errs.Forbidden, sentencePolicy
	default:
		e.Kind, e.Message = errs.Invalid, sentenceStartAgain
	}
	return e
}

// ended is the cause of an errs.SignedOut.
type ended struct{ reason meeting.Reason }

func (e ended) Error() string { return string(e.reason) }

// Reason says why the grant is dead.
func (e ended) Reason() meeting.Reason { return e.reason }

// ReasonOf returns why a refused refresh ended a grant, "" if err does not say.
func ReasonOf(err error) meeting.Reason {
	if e, ok := errors.AsType[ended](err); ok {
		return e.reason
	}
	return ""
}

// refuse is an error with a sentence for the person; the log also has the detail.
func refuse(kind errs.Kind, sentence, format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), &errs.Error{Kind: kind, Message: sentence})
}
