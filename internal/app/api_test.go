package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
)

// script calls the API as a program would.
type script struct {
	t     *testing.T
	w     *apptest.World
	token string
}

// scriptOf has an access token of Entra's for somebody.
func scriptOf(t *testing.T, w *apptest.World, user string) *script {
	t.Helper()
	token, _ := w.Sandbox.Microsoft.IssueTokens(user, w.Sandbox.MicrosoftClientID, "api://"+w.Sandbox.MicrosoftClientID+"/access_as_user")
	return &script{t, w, token}
}

type answer struct {
	status   int
	location string
	text     string
	Key      string
	State    string
	Bound    bool
	Detail   string
	Join     struct{ Link, Password string }
	Meetings []struct{ Key, Title, State string }
}

func (s *script) call(method, address, body string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.w.URL+address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, location: resp.Header.Get("Location"), text: string(text)}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &a); err != nil {
			s.t.Fatalf("%s %s: %v\n%s", method, address, err, text)
		}
	}
	return a
}

func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d\n%s", a.status, status, a.text)
	}
	return a
}

// TestScriptKeepsAMeeting: with a token of Entra's in either version, a script
// adds a meeting to a saved event, changes it and takes it away.
func TestScriptKeepsAMeeting(t *testing.T) {
	t.Parallel()
	for _, version := range []int{1, 2} {
		t.Run(fmt.Sprint("version ", version), func(t *testing.T) {
			t.Parallel()
			w := apptest.Start(t, apptest.Options{AccessTokenVersion: version})
			s := scriptOf(t, w, apptest.Ana)
			if got := s.call("GET", "/api/v1/me", "").want(t, http.StatusForbidden); !strings.Contains(got.Detail, "Sign in once") {
				t.Errorf("detail = %q", got.Detail)
			}
			w.Connect(apptest.Ana)
			w.AwaitRest()
			e := create(t, w, review(func(e *fakems.Event) {
				e.Location.DisplayName, e.Body = "", fakems.ItemBody{ContentType: "html", Content: agenda}
			}))

			request := fmt.Sprintf(`{"clientKey":"script-0000000001","item":{"id":%q},"options":{"joinBeforeHost":"5"}}`, e.ID)
			made := s.call("POST", "/api/v1/meetings", request)
			if made.status == http.StatusAccepted { // a slow machine
				w.AwaitRest()
			} else {
				made.want(t, http.StatusCreated)
			}
			w.AwaitRest()
			meeting := one(t, w)
			shown := show(t, w, e.ID)
			if !strings.Contains(shown.Body.Content, made.Key) || !strings.Contains(shown.Body.Content, agenda) || shown.Location.DisplayName != meeting.WebLink {
				t.Errorf("the event shows %q at %q", shown.Body.Content, shown.Location.DisplayName)
			}
			now := s.call("GET", made.location, "").want(t, http.StatusOK)
			if !now.Bound || now.State != "ready" || now.Join.Link != meeting.WebLink || now.Join.Password == "" {
				t.Errorf("meeting = %+v", now)
			}
			for name, again := range map[string]answer{
				"the same request": s.call("POST", "/api/v1/meetings", request),
				"another request":  s.call("POST", "/api/v1/meetings", strings.Replace(request, "0001", "0002", 1)),
			} {
				if again.Key != made.Key || again.status/100 != 2 {
					t.Errorf("%s: %d %s", name, again.status, again.text)
				}
			}
			if list := s.call("GET", "/api/v1/meetings", "").want(t, http.StatusOK); len(list.Meetings) != 1 || list.Meetings[0].Key != made.Key {
				t.Errorf("list = %s", list.text)
			}
			if list := s.call("GET", "/api/v1/meetings?item="+url.QueryEscape(e.ID), ""); len(list.Meetings) != 1 {
				t.Errorf("of the item: %s", list.text)
			}
			s.call("PATCH", made.location, `{"options":{"joinBeforeHost":"10"}}`).want(t, http.StatusOK)
			if start := s.call("POST", made.location+"/start", "").want(t, http.StatusOK); strings.Count(start.text, "https://contoso.webex.com/") != 2 {
				t.Errorf("start = %s", start.text)
			}

			// A colleague's token sees nothing of it.
			w.Connect(apptest.Bo)
			bo := scriptOf(t, w, apptest.Bo)
			bo.call("GET", made.location, "").want(t, http.StatusNotFound)
			bo.call("DELETE", made.location, "").want(t, http.StatusNotFound)
			bo.call("GET", "/api/v1/meetings?item="+url.QueryEscape(e.ID), "").want(t, http.StatusNotFound)
			bo.call("POST", "/api/v1/meetings", request).want(t, http.StatusNotFound)

			if gone := s.call("DELETE", made.location, ""); gone.status != http.StatusNoContent {
				gone.want(t, http.StatusAccepted)
			}
			w.AwaitRest()
			if left := meetings(w); len(left) != 0 {
				t.Errorf("%d meetings are left", len(left))
			}
			if after := show(t, w, e.ID); strings.Contains(after.Body.Content, made.Key) || after.Location.DisplayName != "" {
				t.Errorf("the event still shows %q at %q", after.Body.Content, after.Location.DisplayName)
			}
			s.call("GET", made.location, "").want(t, http.StatusNotFound)
		})
	}
}

// TestDialogHandsOver: a person who was never here signs in through the pane's
// dialog; its code becomes a token, once, and signing out ends it.
func TestDialogHandsOver(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	address := w.URL + "/taskpane/signin?" + url.Values{"challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "login_hint": {apptest.Ana}}.Encode()
	b := w.SignInAt(address, apptest.Ana)
	code := regexp.MustCompile(`"code":"([^"]{43})"`).FindStringSubmatch(message(b))
	if code == nil {
		t.Fatalf("no code on %s:\n%s", b.URL, b.Text())
	}
	s := &script{t: t, w: w}
	exchange := fmt.Sprintf(`{"code":%q,"verifier":%q}`, code[1], verifier)
	var got struct{ Token string }
	if err := json.Unmarshal([]byte(s.call("POST", "/taskpane/token", exchange).want(t, http.StatusOK).text), &got); err != nil {
		t.Fatal(err)
	}
	s.call("POST", "/taskpane/token", exchange).want(t, http.StatusBadRequest)
	s.token = got.Token
	if me := s.call("GET", "/api/v1/me", "").want(t, http.StatusOK); !strings.Contains(me.text, `"calendar":"connected"`) || !strings.Contains(me.text, apptest.Ana) {
		t.Errorf("me = %s", me.text)
	}
	s.call("DELETE", "/taskpane/token", "").want(t, http.StatusNoContent)
	s.call("GET", "/api/v1/me", "").want(t, http.StatusUnauthorized)
}

// message is what a dialog's page hands over.
func message(b *apptest.Browser) string {
	for n := range b.Page.Descendants() {
		for _, a := range n.Attr {
			if n.Type == html.ElementNode && a.Key == "data-message" {
				return a.Val
			}
		}
	}
	return ""
}
