package signin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Lifetimes that an answer may name; what is odd is taken as an hour, and a
// 401 tells if that was too long.
const (
	usualLife = time.Hour
	mostLife  = 366 * 24 * time.Hour
)

// answer is what a token endpoint said. Codes and refreshes are posted by us
// and not by x/oauth2: its refresh cannot carry an assertion, and it reads
// expiries from the machine's clock.
type answer struct {
	status     int
	retryAfter string // the header
	body       []byte
}

// post calls a token endpoint. Without an answer: errs.Unavailable.
func post(ctx context.Context, client *http.Client, endpoint string, form url.Values) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, errs.New(errs.Unavailable, "token endpoint: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, errs.New(errs.Unavailable, "token endpoint: %w", err)
	}
	return answer{status: resp.StatusCode, retryAfter: resp.Header.Get("Retry-After"), body: body}, nil
}

func (a answer) good() bool { return a.status == http.StatusOK }

// success is the body of a good answer.
// https://datatracker.ietf.org/doc/html/rfc6749#section-5.1
type success struct {
	Access         string  `json:"access_token"`
	Expires        seconds `json:"expires_in"`
	Refresh        string  `json:"refresh_token"`
	RefreshExpires seconds `json:"refresh_token_expires_in"` // Webex alone names it
	Scope          string  `json:"scope"`
	IDToken        string  `json:"id_token"`
}

// success reads a good answer. One that is cut or no JSON may stand for tokens
// that were given: errs.Unavailable.
func (a answer) success() (success, error) {
	var s success
	if err := json.Unmarshal(a.body, &s); err != nil {
		return success{}, errs.New(errs.Unavailable, "token endpoint: unreadable answer")
	}
	if s.Access == "" {
		return success{}, errs.New(errs.Unavailable, "token endpoint: answer without access token")
	}
	return s, nil
}

func (s success) tokens(now time.Time) meeting.Tokens {
	life := s.Expires.duration()
	if life == 0 {
		life = usualLife
	}
	tokens := meeting.Tokens{
		Access:        meeting.NewSecret(s.Access),
		AccessExpires: now.Add(life),
		Refresh:       meeting.NewSecret(s.Refresh),
	}
	if life := s.RefreshExpires.duration(); life > 0 {
		tokens.RefreshExpires = now.Add(life)
	}
	return tokens
}

// seconds is a number, or a string that holds one, as v1 endpoints answer.
// What is neither is no reason to lose the tokens beside it.
type seconds float64

func (s *seconds) UnmarshalJSON(b []byte) error {
	if n, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64); err == nil {
		*s = seconds(n)
	}
	return nil
}

func (s seconds) duration() time.Duration {
	switch {
	case !(s > 0): // also what is no number
		return 0
	case float64(s) >= mostLife.Seconds():
		return mostLife
	}
	return time.Duration(float64(s) * float64(time.Second))
}

// failure is the body of a bad answer: Microsoft's, RFC 6749's, or that of the
// Webex platform. Its texts are for matching, never for logs or pages.
type failure struct {
	Error       string            `json:"error"`
	Suberror    string            `json:"suberror"`
	Codes       []json.RawMessage `json:"error_codes"`
	Description string            `json:"error_description"`

	Message string `json:"message"`
	Errors  []struct {
		Description string `json:"description"`
	} `json:"errors"`
}

// refuses reports whether the answer refuses with that AADSTS number.
func (a answer) refuses(number int) bool {
	if a.good() {
		return false
	}
	f, ok := a.failure()
	return ok && slices.Contains(f.numbers(), number)
}

// failure reads a bad answer; ok is false if it is not one of a token endpoint,
// but for instance a proxy's page.
func (a answer) failure() (f failure, ok bool) {
	if err := json.Unmarshal(a.body, &f); err != nil {
		// A member of an odd type doesn't hide the others.
		if _, odd := errors.AsType[*json.UnmarshalTypeError](err); !odd {
			return failure{}, false
		}
	}
	return f, f.Error != "" || f.Message != "" || len(f.Errors) > 0
}
