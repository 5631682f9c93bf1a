package signin

import (
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Words of an OAuth redirect that came back with an error, besides those that
// blame us. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
var callbackErrors = map[string]errs.Kind{
	"access_denied":           errs.Forbidden,
	"consent_required":        errs.Forbidden,
	"interaction_required":    errs.Invalid,
	"login_required":          errs.Invalid,
	"server_error":            errs.Unavailable,
	"temporarily_unavailable": errs.Unavailable,

	"invalid_request":           errs.Internal,
	"invalid_client":            errs.Internal,
	"invalid_scope":             errs.Internal,
	"invalid_resource":          errs.Internal,
	"unauthorized_client":       errs.Internal,
	"unsupported_response_type": errs.Internal,
}

// callbackNumbers tells refusals apart that share the word access_denied.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var callbackNumbers = map[int]string{
	65001: sentenceApproval, // asked without a page
	90094: sentenceApproval,
	90095: sentenceApproval,
	90093: sentenceApproval,
	50105: sentenceNoAccount,
	50057: sentenceNoAccount,
	53000: sentencePolicy,
	53001: sentencePolicy,
	53002: sentencePolicy,
	53003: sentencePolicy,
}

// CallbackError says what a callback means that carries error=word. Both
// arguments are anybody's: the error shows the description nowhere, and word
// only if it is known. Its Message is a sentence for the person, unless the
// kind is Internal (our registration is wrong; for the log).
//
//	Forbidden    the person, or the organisation, said no
//	Invalid      it has to be started again
//	Unavailable  it may work later
func CallbackError(service meeting.Service, word, description string) error {
	kind, known := callbackErrors[word]
	if !known {
		return &errs.Error{Kind: errs.Invalid, Message: sentenceAgain}
	}
	e := &errs.Error{Kind: kind, Code: word}
	switch kind {
	case errs.Forbidden:
		e.Message = sentenceNoConsent[service]
		if service == meeting.Microsoft {
			for _, n := range textNumbers(description) {
				if sentence, ok := callbackNumbers[n]; ok {
					e.Message, e.Code = sentence, code(word, []int{n})
					break
				}
			}
		}
	case errs.Invalid:
		e.Message = sentenceAgain
	case errs.Unavailable:
		e.Message = sentenceUnavailable[service]
	default:
		e.Message = "signin: " + string(service) + " refuses our authorization request"
	}
	return e
}
