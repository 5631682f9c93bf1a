package webex

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
)

func TestReassignHost(t *testing.T) {
	t.Parallel()
	const eva = "eva@contoso.example"
	w := setupAdmin(t)
	w.fake.AddPerson(fakewebex.Person{Email: eva, Sites: []string{"contoso.webex.com"}})
	w.fake.AddPerson(fakewebex.Person{Email: "idle@contoso.example"})
	forEva := meeting.Host{Grant: grant, Email: eva}
	m, err := w.CreateMeeting(t.Context(), forBo, spec("Plan"))
	if err != nil {
		t.Fatal(err)
	}
	reassign := func(to string) error {
		return w.ReassignHost(t.Context(), meeting.Host{Grant: grant, Email: to}, m.SiteURL, m.ID)
	}
	for range 2 { // the second changes nothing
		if err := reassign(eva); err != nil {
			t.Fatal(err)
		}
		got, err := w.Meeting(t.Context(), forEva, m.ID)
		if err != nil || got.HostEmail != eva || got.Join.WebLink != m.Join.WebLink {
			t.Errorf("read back %+v, %v", got, err)
		}
	}
	for _, unfit := range []string{"idle@contoso.example", "nobody@contoso.example"} {
		if err := reassign(unfit); !errs.Is(err, errs.Forbidden) {
			t.Errorf("to %s: %v", unfit, err)
		}
	}
	if err := w.ReassignHost(t.Context(), forBo, m.SiteURL, "nobody's"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a meeting that is not there: %v", err)
	}
	if err := w.fake.EditMeeting(string(m.ID), func(m *fakewebex.Meeting) { m.FixedHost = true }); err != nil {
		t.Fatal(err)
	}
	if err := reassign(bo); !errs.Is(err, errs.Forbidden) {
		t.Errorf("one that Webex keeps back: %v", err)
	}
	if err := w.fake.StartMeeting(string(m.ID)); err != nil {
		t.Fatal(err)
	}
	if err := reassign(bo); !errs.Is(err, errs.InProgress) {
		t.Errorf("a running one: %v", err)
	}
	if n := len(w.fake.Mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// TestReassignParts: what Webex says of one meeting among several.
func TestReassignParts(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]errs.Kind{
		`{"items":[{"meetingId":"m","httpStatus":"204"}]}`:                                                     "ok",
		`{"items":[{"meetingId":"x","httpStatus":"404"},{"meetingId":"m","httpStatus":200}]}`:                  "ok",
		`{"items":[{"meetingId":"m","httpStatus":403,"message":"no"}]}`:                                        errs.Forbidden,
		`{"items":[{"meetingId":"m","httpStatus":"403","errors":[{"description":"Meeting is in progress"}]}]}`: errs.InProgress,
		`{"items":[{"meetingId":"m","httpStatus":"400"}]}`:                                                     errs.Invalid,
		`{"items":[{"meetingId":"m","httpStatus":"soon"}]}`:                                                    errs.Uncertain,
		`{"items":[]}`: errs.Uncertain,
		`{}`:           errs.Uncertain,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if r.Method == http.MethodGet { // whether there is such a host
				_, _ = w.Write([]byte(`{"items":[{"id":"p","type":"person","emails":["bo@contoso.example"]}]}`))
				return
			}
			w.WriteHeader(http.StatusMultiStatus)
			_, _ = w.Write([]byte(body))
		}))
		c := newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
		err := c.ReassignHost(t.Context(), forBo, "contoso.webex.com", "m")
		if want == "ok" && err != nil || want != "ok" && !errs.Is(err, want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
		server.Close()
	}
}
