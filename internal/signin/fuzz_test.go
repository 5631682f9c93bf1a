package signin

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
)

var cleanCode = regexp.MustCompile(`^(AADSTS[1-9]\d*|[a-z_]{1,40})?$`)

// FuzzRefusal holds what must be true of a refusal whatever its body says: a
// grant ends only by a refusal in a form we know, and nothing of the body but
// a clean code gets into errors.
func FuzzRefusal(f *testing.F) {
	f.Add(400, `{"error":"invalid_grant","error_codes":[50173],"error_description":"AADSTS50173: text","suberror":"bad_token"}`)
	f.Add(400, `{"error":"unauthorized_client","error_codes":["700016", 7, null, {}]}`)
	f.Add(401, `{"error":"invalid_client","error_description":"AADSTS7000215: wrong"}`)
	f.Add(400, `{"message":"Client Id is invalid","errors":[{"description":"Client Id is invalid"}],"trackingId":"x"}`)
	f.Add(400, `{"error":{"code":"x"},"errors":"y","message":3}`)
	f.Add(429, `<html>`)
	f.Add(503, ``)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status == 200 {
			return
		}
		a := answer{status: status, retryAfter: body, body: []byte(body)}
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		for name, v := range map[string]verdict{"microsoft": microsoftVerdict(a, now), "application": appVerdict(a, now), "webex": webexVerdict(a, now)} {
			if !cleanCode.MatchString(v.code) {
				t.Errorf("%s: code %q", name, v.code)
			}
			if v.kind == errs.SignedOut {
				if status >= 500 || status == 429 || !strings.HasPrefix(strings.TrimSpace(body), "{") {
					t.Errorf("%s: status %d ended a grant", name, status)
				}
				if strings.Contains(body, `{"error":"invalid_client"}`) && len(body) == len(`{"error":"invalid_client"}`) {
					t.Errorf("%s: our own fault ended a grant", name)
				}
				if v.reason == "" || ReasonOf(v.refresh()) != v.reason {
					t.Errorf("%s: no reason", name)
				}
			}
			if !v.retryAt.IsZero() && (v.retryAt.Before(now) || v.retryAt.After(now.Add(24*time.Hour))) {
				t.Errorf("%s: retry at %s", name, v.retryAt)
			}
			if errs.KindOf(v.refresh()) != v.kind {
				t.Errorf("%s: kind is lost", name)
			}
		}
	})
}

// FuzzAnswer reads good answers: never a token that ends before it begins.
func FuzzAnswer(f *testing.F) {
	f.Add(`{"access_token":"a","expires_in":4216,"refresh_token":"r"}`)
	f.Add(`{"access_token":"a","expires_in":"1e400","refresh_token_expires_in":-1}`)
	f.Add(`{"access_token":"a","expires_in":"NaN"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := answer{status: 200, body: []byte(body)}.success()
		if err != nil {
			return
		}
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		tokens := got.tokens(now)
		if tokens.AccessExpires.Before(now) || tokens.AccessExpires.After(now.Add(mostLife)) || tokens.Access.Empty() {
			t.Errorf("%s: until %s", body, tokens.AccessExpires)
		}
		if !tokens.RefreshExpires.IsZero() && tokens.RefreshExpires.Before(now) {
			t.Errorf("%s: refresh until %s", body, tokens.RefreshExpires)
		}
	})
}
