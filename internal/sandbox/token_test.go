package sandbox_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestScriptsGetATokenForTheProgram(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if status := w.do("POST", "/sandbox/token?user="+bo, nil, &got); status != 200 {
		t.Fatalf("status %d", status)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(got.AccessToken, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Scp, Aud, Ver string }
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Scp != "access_as_user" || claims.Aud != w.MicrosoftClientID || claims.Ver != "2.0" {
		t.Errorf("claims %s: %v", payload, err)
	}
	for path, want := range map[string]int{
		"/sandbox/token?user=nobody":                               404,
		"/sandbox/token?user=" + bo + "&scope=Mail.Everything":     400,
		"/sandbox/token?user=" + bo + "&scope=Calendars.ReadWrite": 200,
	} {
		if got := w.do("POST", path, nil, nil); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if got := w.send(w.request("POST", "/sandbox/token?user="+bo, nil), nil); got != http.StatusUnauthorized {
		t.Errorf("without the control token: %d", got)
	}
}

// Who opens a calendar is signed in at Microsoft: a program that hints at them
// gets no account picker, in the same browser.
func TestCalendarSignsIn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	page := w.request("GET", "/?as="+bo, nil)
	res, err := http.DefaultClient.Do(page)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if len(res.Cookies()) != 1 || !res.Cookies()[0].HttpOnly {
		t.Fatalf("cookies %v", res.Cookies())
	}
	ask := w.request("GET", "/organizations/oauth2/v2.0/authorize?client_id="+w.MicrosoftClientID+
		"&response_type=code&scope=openid&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fsignin%2Fcallback&login_hint="+bo, nil)
	ask.AddCookie(res.Cookies()[0])
	if res, err = http.DefaultClient.Do(ask); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(got), "Permissions requested") {
		t.Errorf("got %s: %v", got, err)
	}
}

func TestLocalTimes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for query, want := range map[string][2]string{
		"zone=Central+Europe+Standard+Time&wall=2026-03-05T10:00": {"2026-03-05T09:00:00Z", "2026-03-05T10:00:00"},
		"zone=India+Standard+Time&at=2026-03-05T09:00:00%2B01:00": {"2026-03-05T08:00:00Z", "2026-03-05T13:30:00"},
		"zone=Central+Europe+Standard+Time&wall=2026-07-01T00:00": {"2026-06-30T22:00:00Z", "2026-07-01T00:00:00"},
	} {
		var got struct{ At, Wall string }
		if status := w.do("GET", "/sandbox/time?"+query, nil, &got); status != 200 || got.At != want[0] || got.Wall != want[1] {
			t.Errorf("%s: %d %+v, want %v", query, status, got, want)
		}
	}
	for _, query := range []string{"zone=Nowhere&wall=2026-03-05T10:00", "zone=UTC&wall=noon", "zone=UTC", "zone=Nowhere&at=2026-03-05T09:00:00Z"} {
		if status := w.do("GET", "/sandbox/time?"+query, nil, nil); status != 400 {
			t.Errorf("%s: %d, want 400", query, status)
		}
	}
}
