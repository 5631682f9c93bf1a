package signin

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// aadsts says what numbers of Microsoft's token endpoint mean. They refine
// what the member "error" says, which decides: Microsoft changes numbers and
// texts. Only the numbers of two other kinds than SignedOut overrule it, since
// a request loop and a broken directory also answer invalid_grant.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var aadsts = map[int]verdict{
	70000:  {kind: errs.SignedOut, reason: meeting.GrantRevoked}, // malformed or not known
	70008:  {kind: errs.SignedOut, reason: meeting.GrantExpired},
	700082: {kind: errs.SignedOut, reason: meeting.GrantExpired},
	700084: {kind: errs.SignedOut, reason: meeting.GrantExpired},
	50173:  {kind: errs.SignedOut, reason: meeting.GrantRevoked},
	50132:  {kind: errs.SignedOut, reason: meeting.GrantRevoked},
	50133:  {kind: errs.SignedOut, reason: meeting.GrantRevoked},
	70043:  {kind: errs.SignedOut, reason: meeting.GrantPolicy}, // sign-in frequency
	50074:  {kind: errs.SignedOut, reason: meeting.GrantPolicy}, // a second factor is wanted
	50076:  {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	50078:  {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	50079:  {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	53000:  {kind: errs.SignedOut, reason: meeting.GrantPolicy}, // device or access policy
	53001:  {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	53002:  {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	53003:  {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	50105:  {kind: errs.SignedOut, reason: meeting.GrantPolicy}, // not assigned to the app
	65001:  {kind: errs.SignedOut, reason: meeting.GrantWithdrawn},
	700016: {kind: errs.SignedOut, reason: meeting.GrantWithdrawn}, // the app is gone from the tenant
	50057:  {kind: errs.SignedOut, reason: meeting.GrantDisabled},
	50034:  {kind: errs.SignedOut, reason: meeting.GrantDisabled}, // no such user in the tenant
	51004:  {kind: errs.SignedOut, reason: meeting.GrantDisabled},
	90002:  {kind: errs.SignedOut, reason: meeting.GrantDisabled}, // no such tenant

	7000215: {kind: errs.Internal}, // wrong secret
	7000222: {kind: errs.Internal}, // expired secret
	700027:  {kind: errs.Internal}, // certificate not known
	700024:  {kind: errs.Internal}, // our clock

	50196: {kind: errs.Throttled}, // request loop
	90055: {kind: errs.Throttled},
	50033: {kind: errs.Unavailable},
	90033: {kind: errs.Unavailable},
	90006: {kind: errs.Unavailable},
}

// microsoftErrors says what the member "error" means. What is not here is an
// answer nobody foresaw, and never ends a grant.
var microsoftErrors = map[string]verdict{
	"invalid_grant":           {kind: errs.SignedOut, reason: meeting.GrantRevoked},
	"interaction_required":    {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	"login_required":          {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	"access_denied":           {kind: errs.SignedOut, reason: meeting.GrantPolicy},
	"consent_required":        {kind: errs.SignedOut, reason: meeting.GrantWithdrawn},
	"temporarily_unavailable": {kind: errs.Unavailable},
	"server_error":            {kind: errs.Unavailable},
	"slow_down":               {kind: errs.Throttled},
}

// suberrors refine invalid_grant where no known number does.
var suberrors = map[string]meeting.Reason{
	"token_expired":              meeting.GrantExpired,
	"bad_token":                  meeting.GrantRevoked,
	"consent_required":           meeting.GrantWithdrawn,
	"basic_action":               meeting.GrantPolicy,
	"additional_action":          meeting.GrantPolicy,
	"message_only":               meeting.GrantPolicy,
	"protection_policy_required": meeting.GrantPolicy,
}

// endsWithNumber are errors that end a grant only together with that number;
// alone they are complaints about our request or registration.
var endsWithNumber = map[string]int{
	"unauthorized_client": 700016,
	"invalid_request":     90002,
}

// microsoftVerdict reads a refusal of Microsoft's token endpoint.
func microsoftVerdict(a answer, now time.Time) verdict {
	f, ok := a.failure()
	numbers := f.numbers()
	v := verdict{kind: errs.Internal}
	known, number := knownNumber(numbers)
	switch refined, listed := microsoftErrors[f.Error]; {
	case a.status == http.StatusTooManyRequests:
		v.kind = errs.Throttled
	case a.status >= 500 || !ok || f.Error == "":
		// Without its "error" it is not the token endpoint that answered.
		v.kind = errs.Unavailable
	case f.Error == "invalid_client":
		v.kind = errs.Internal
	case number != 0 && known.kind != errs.SignedOut:
		v = known
	case number != 0 && endsWithNumber[f.Error] == number:
		v = known
	case listed:
		v = refined
		if v.kind != errs.SignedOut {
			break
		}
		if why, ok := suberrors[f.Suberror]; ok {
			v.reason = why
		}
		if number != 0 {
			v.reason = known.reason
		}
	}
	v.code, v.retryAt = code(f.Error, numbers), wire.RetryAt(a.retryAfter, now)
	return v
}

// goneNumbers say, of the program's own tokens, that a tenant does not know the
// program, whatever the word beside them: AADSTS7000229 comes as invalid_client,
// as a wrong secret does.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var goneNumbers = map[int]meeting.Reason{
	65001:   meeting.GrantWithdrawn,
	700016:  meeting.GrantWithdrawn,
	7000229: meeting.GrantWithdrawn, // no service principal
	7000112: meeting.GrantWithdrawn, // the tenant switched the program off
	90002:   meeting.GrantDisabled,  // no such tenant
}

// appVerdict reads a refusal of a token of the program alone.
func appVerdict(a answer, now time.Time) verdict {
	v := microsoftVerdict(a, now)
	if v.kind != errs.Internal && v.kind != errs.SignedOut {
		return v
	}
	f, _ := a.failure()
	for _, n := range f.numbers() {
		if reason, ok := goneNumbers[n]; ok {
			v.kind, v.reason = errs.SignedOut, reason
		}
	}
	return v
}

// knownNumber returns the first number of the table; one that spares the grant
// goes before those that end it.
func knownNumber(numbers []int) (v verdict, number int) {
	for _, n := range numbers {
		entry, ok := aadsts[n]
		if ok && (number == 0 || v.kind == errs.SignedOut && entry.kind != errs.SignedOut) {
			v, number = entry, n
		}
	}
	return v, number
}

var aadstsText = regexp.MustCompile(`\bAADSTS([1-9]\d{3,7})\b`)

// numbers returns the AADSTS numbers, from error_codes or else the text.
func (f failure) numbers() (numbers []int) {
	for _, c := range f.Codes {
		if n, err := strconv.Atoi(strings.Trim(string(c), `"`)); err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		numbers = textNumbers(f.Description)
	}
	return numbers
}

func textNumbers(text string) (numbers []int) {
	for _, match := range aadstsText.FindAllStringSubmatch(text, 4) {
		if n, err := strconv.Atoi(match[1]); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

var errorWord = regexp.MustCompile(`^[a-z_]{1,40}$`)

// code is the service's own code as it may be logged and shown.
func code(word string, numbers []int) string {
	if len(numbers) > 0 {
		return "AADSTS" + strconv.Itoa(numbers[0])
	}
	if errorWord.MatchString(word) {
		return word
	}
	return ""
}
