package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func marshal(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// shown is what the tests look at of a meeting.
type shown struct {
	Key, State, Kind, Title, Location string
	Bound, Repeats, OfSeries          bool
	Start                             time.Time
	Options                           map[string]any
	Join                              struct {
		Link, Password, PhonePassword string
	}
	Problem *struct{ Title, Detail string }
	Links   struct{ Self string }
}

func read[T any](t *testing.T, res *http.Response) (value T) {
	t.Helper()
	page := text(t, res)
	if err := json.Unmarshal([]byte(page), &value); err != nil {
		t.Fatalf("%v\n%s", err, page)
	}
	return value
}

func detail(t *testing.T, res *http.Response) string {
	t.Helper()
	return read[struct{ Detail string }](t, res).Detail
}

// form is the request of a form that was never saved.
func form(key string) string {
	return `{"clientKey":"` + key + `","item":null,"event":{"title":"Budget","start":"2026-03-02T14:00:00+01:00","end":"2026-03-02T14:30:00+01:00",` +
		`"timeZone":"Central Europe Standard Time","attendees":["petr@contoso.example","jana@webex.example","JANA@contoso.example","","Petr Unresolved"]},"options":{"kind":"meeting","lobby":"allowJoin"}}`
}

const key1, key2 = "client-key-000001", "client-key-000002"

// saved puts an event into somebody's mailbox.
func (r *rig) saved(account meeting.AccountID, id string, change ...func(*meeting.Event)) {
	e := meeting.Event{ID: "immutable-" + meeting.EventID(id), Type: meeting.SingleInstance, IsOrganizer: true, Subject: "Saved",
		Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour), Zone: "Europe/Prague", Attendees: []meeting.Attendee{{Address: "petr@contoso.example"}}}
	for _, c := range change {
		c(&e)
	}
	if r.items.events[account] == nil {
		r.items.events[account] = map[string]meeting.Event{}
	}
	r.items.events[account][id] = e
}

func ofItem(key, id string, open bool) string {
	return fmt.Sprintf(`{"clientKey":%q,"item":{"id":%q,"open":%t},"event":null,"options":null}`, key, id, open)
}

func TestCreateForAForm(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	c := r.client(t, jana)
	res := c.do("POST", "/api/v1/meetings", form(key1))
	wantStatus(t, res, http.StatusCreated)
	m := read[shown](t, res)
	if m.State != "ready" || m.Bound || m.Title != "Budget" || m.Join.Password != "Secret-Pa55" || m.Location != m.Join.Link || m.Options["lobby"] != "allowJoin" {
		t.Errorf("meeting = %+v", m)
	}
	if got := res.Header.Get("Location"); got != m.Links.Self || got != "/api/v1/meetings/"+m.Key {
		t.Errorf("Location = %q, self = %q", got, m.Links.Self)
	}
	draft := r.store.links[0]
	want := meeting.Shape{Title: "Budget", Start: noon.Add(time.Hour), End: noon.Add(90 * time.Minute), Zone: "Europe/Budapest",
		Invitees: []meeting.Invitee{{Email: "petr@contoso.example"}}}
	if diff := cmp.Diff(want, draft.Wanted); diff != "" {
		t.Errorf("shape (-want +got)\n%s", diff)
	}
	if draft.Mailbox != jana || draft.Event != meeting.DraftEvent(draft.Key) || draft.For != "" || !draft.Open || draft.ClientKey != key1 {
		t.Errorf("draft = %+v", draft)
	}
	again := c.do("POST", "/api/v1/meetings", form(key1)) // its answer was lost
	wantStatus(t, again, http.StatusCreated)
	if got := read[shown](t, again).Key; got != m.Key || len(r.store.links) != 1 {
		t.Errorf("the same request made %s after %s, %d in all", got, m.Key, len(r.store.links))
	}
}

// Two requests of the same name at once, as a double click sends them.
func TestCreateTwiceAtOnce(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	c := r.client(t, jana)
	keys := make([]string, 8)
	var wait sync.WaitGroup
	for i := range keys {
		wait.Go(func() { keys[i] = read[shown](t, c.do("POST", "/api/v1/meetings", form(key1))).Key })
	}
	wait.Wait()
	for _, key := range keys {
		if key != keys[0] {
			t.Errorf("keys = %v", keys)
		}
	}
	if len(r.store.links) != 1 {
		t.Errorf("%d meetings", len(r.store.links))
	}
}

func TestCreateTakesItsTime(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	res := c.do("POST", "/api/v1/meetings", form(key1))
	wantStatus(t, res, http.StatusAccepted)
	m := read[shown](t, res)
	if m.State != "creating" || m.Join.Link != "" || res.Header.Get("Retry-After") != "1" {
		t.Errorf("meeting = %+v, Retry-After %q", m, res.Header.Get("Retry-After"))
	}
	r.store.links[0] = ready(r.store.links[0])
	if got := read[shown](t, c.get(res.Header.Get("Location"))).State; got != "ready" {
		t.Errorf("state = %s", got)
	}
}

// What came to nothing after the first answer is still there to say why.
func TestCreateFailsLate(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	res := c.do("POST", "/api/v1/meetings", form(key1))
	wantStatus(t, res, http.StatusAccepted)
	r.store.links[0].State, r.store.links[0].Problem = meeting.LinkEnded, meeting.ProblemPassword
	m := read[shown](t, c.get(res.Header.Get("Location")))
	if m.State != "failed" || m.Problem == nil || !strings.Contains(m.Problem.Detail, "Choose a longer one") {
		t.Errorf("meeting = %+v", m)
	}
	wantStatus(t, c.do("POST", "/api/v1/meetings", form(key1)), http.StatusUnprocessableEntity)
}

func TestCreateForAnItem(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	r.saved(jana, "item")
	r.store.preferences[jana] = meeting.Preferences{Options: meeting.Options{JoinBeforeHost: "10"}}
	c := r.client(t, jana)
	res := c.do("POST", "/api/v1/meetings", ofItem(key1, "item", false))
	wantStatus(t, res, http.StatusCreated)
	m := read[shown](t, res)
	draft := r.store.links[0]
	if draft.For != "immutable-item" || draft.Open || draft.Subject != "Saved" || draft.Options.JoinBeforeHost != "10" || draft.Wanted.Zone != "Europe/Prague" {
		t.Errorf("draft = %+v", draft)
	}
	// Another request for the same event, as the ribbon and the pane at once send it.
	res = c.do("POST", "/api/v1/meetings", ofItem(key2, "item", true))
	wantStatus(t, res, http.StatusOK)
	if got := read[shown](t, res).Key; got != m.Key || len(r.store.links) != 1 {
		t.Errorf("the event has %s and %s", m.Key, got)
	}
	list := read[struct{ Meetings []shown }](t, c.get("/api/v1/meetings?item=item"))
	if len(list.Meetings) != 1 || list.Meetings[0].Key != m.Key || list.Meetings[0].Join.Password == "" {
		t.Errorf("of the item: %+v", list)
	}
}

// A form that is open shows what the calendar does not know yet.
func TestCreateForAnOpenItem(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	r.saved(jana, "item", func(e *meeting.Event) { e.Private = true })
	c := r.client(t, jana)
	body := strings.Replace(form(key1), `"item":null`, `"item":{"id":"item","open":true}`, 1)
	wantStatus(t, c.do("POST", "/api/v1/meetings", body), http.StatusCreated)
	draft := r.store.links[0]
	if draft.Wanted.Title != meeting.PrivateTitle || draft.Subject != meeting.PrivateTitle || !draft.Wanted.Start.Equal(noon.Add(time.Hour)) || draft.For != "immutable-item" || !draft.Open {
		t.Errorf("draft = %+v", draft)
	}
}

// A keyword was typed, and Add is pressed before its meeting is there.
func TestCreateBesideAKeyword(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.saved(jana, "item")
	c := r.client(t, jana)
	r.store.links = []meeting.Link{{Mailbox: jana, Event: "immutable-item", Key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", State: meeting.LinkWished, Reason: meeting.ByKeyword, Ends: noon.Add(time.Hour)}}
	wantStatus(t, c.do("POST", "/api/v1/meetings", ofItem(key1, "item", true)), http.StatusAccepted)
	if len(r.store.links) != 1 || len(r.store.marked) != 1 {
		t.Errorf("%d meetings, marked %v", len(r.store.links), r.store.marked)
	}
}

// What was only taken out of a form that nobody saved is put back.
func TestCreateAfterRemovingInTheForm(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.saved(jana, "item")
	c := r.client(t, jana)
	l := r.bound(jana, "immutable-item")
	res := c.do("DELETE", "/api/v1/meetings/"+string(l.Key)+"?open=true", "")
	wantStatus(t, res, http.StatusAccepted)
	if got := read[shown](t, res).State; got != "removing" {
		t.Errorf("state = %s", got)
	}
	r.store.answers = func(l meeting.Link) meeting.Link { l.Served = l.Asked.Revision; return l }
	res = c.do("POST", "/api/v1/meetings", ofItem(key1, "item", true))
	wantStatus(t, res, http.StatusOK)
	if m := read[shown](t, res); m.Key != string(l.Key) || m.State != "ready" || len(r.store.links) != 1 || r.store.asked[1].Remove {
		t.Errorf("meeting = %+v, %d links, asked %+v", m, len(r.store.links), r.store.asked)
	}
}

// bound is a link of an event with its meeting.
func (r *rig) bound(account meeting.AccountID, event meeting.EventID) meeting.Link {
	key, err := meeting.NewLinkKey(strings.NewReader("0123456789abcdef"))
	if err != nil {
		panic(err)
	}
	l := ready(meeting.Link{Mailbox: account, Event: event, Key: key, Subject: "Bound", Starts: noon.Add(time.Hour), Ends: noon.Add(2 * time.Hour),
		Options: meeting.Options{Kind: meeting.OwnKind, Audio: "VoIP", CoHosts: []string{"petr@contoso.example"}}})
	r.store.links = append(r.store.links, l)
	return l
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	event := func(title, start, end, zone string) string {
		return fmt.Sprintf(`{"clientKey":%q,"event":{"title":%q,"start":%q,"end":%q,"timeZone":%q}}`, key1, title, start, end, zone)
	}
	for _, c := range []struct {
		name, body string
		settle     func(*rig)
		status     int
		detail     string
	}{
		{"no JSON", `x`, nil, 400, "not the JSON"},
		{"more than one", form(key1) + form(key1), nil, 400, "not the JSON"},
		{"a field that nobody knows", `{"clientKey":"` + key1 + `","mailbox":"petr"}`, nil, 400, `unknown field "mailbox"`},
		{"a short key", form("short"), nil, 400, "clientKey"},
		{"an odd key", form("client key 000001"), nil, 400, "clientKey"},
		{"neither item nor event", `{"clientKey":"` + key1 + `"}`, nil, 400, "event"},
		{"an event beside an item that is not open", strings.Replace(form(key1), `"item":null`, `"item":{"id":"item"}`, 1), nil, 400, "the calendar counts"},
		{"an unknown zone", event("a", "2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z", "Nowhere"), nil, 400, "timeZone"},
		{"an end before its start", event("a", "2026-03-02T14:00:00Z", "2026-03-02T13:00:00Z", "UTC"), nil, 400, "end"},
		{"no time", event("a", "noon", "2026-03-02T13:00:00Z", "UTC"), nil, 400, "not the JSON"},
		{"an odd option", strings.Replace(form(key1), `"lobby":"allowJoin"`, `"lobby":"x"`, 1), nil, 400, "lobby: want one of"},
		{"a mail address that is none", strings.Replace(form(key1), `"lobby":"allowJoin"`, `"coHosts":["petr"]`, 1), nil, 400, "coHosts"},
		{"over", event("a", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "UTC"), nil, 422, "The event was over"},
		{"too long", event("a", "2026-03-02T14:00:00Z", "2026-03-04T14:00:00Z", "UTC"), nil, 422, "23 hours"},
		{"an unknown item", ofItem(key1, "unknown", true), nil, 404, "nothing like this"},
		{"a series by another calendar", ofItem(key1, "item", true), func(r *rig) { r.saved(jana, "item", func(e *meeting.Event) { e.Type = meeting.SeriesMaster }) }, 422, "cannot repeat a meeting by this calendar"},
		{"not the organiser", ofItem(key1, "item", true), func(r *rig) { r.saved(jana, "item", func(e *meeting.Event) { e.IsOrganizer = false }) }, 409, "Only the organiser"},
		{"a cancelled event", ofItem(key1, "item", true), func(r *rig) { r.saved(jana, "item", func(e *meeting.Event) { e.IsCancelled = true }) }, 409, "cancelled"},
		{"an item that is over", ofItem(key1, "item", true), func(r *rig) { r.saved(jana, "item", func(e *meeting.Event) { e.End = noon }) }, 422, "The event was over"},
		{"no calendar", form(key1), func(r *rig) { delete(r.store.grants, string(jana)+"microsoft") }, 422, "Your calendar is not connected. Sign in again"},
		{"no calendar, for an item", ofItem(key1, "item", true), func(r *rig) { delete(r.store.grants, string(jana)+"microsoft") }, 422, "Your calendar is not connected. Sign in again"},
		{"a dead calendar", form(key1), func(r *rig) {
			r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantDead, Reason: meeting.GrantExpired}
		}, 422, "expired. Sign in again"},
		{"no Webex", form(key1), func(r *rig) { delete(r.store.grants, string(jana)+"webex") }, 422, "Connect Webex"},
		{"a dead Webex", form(key1), func(r *rig) { r.store.grants[string(jana)+"webex"] = meeting.Grant{State: meeting.GrantDead} }, 422, "Connect Webex again"},
		{"not kept in step", form(key1), func(r *rig) { r.store.unkept = true }, 422, "not connected"},
		{"paused", form(key1), func(r *rig) {
			r.store.mailbox.Authority = meeting.TenantWide
			r.store.tenants[contoso] = meeting.Tenant{ID: contoso, Paused: true}
		}, 422, "paused"},
		{"only tried out", form(key1), func(r *rig) {
			r.store.mailbox.Authority = meeting.TenantWide
			r.store.tenants[contoso] = meeting.Tenant{ID: contoso, Settings: meeting.Settings{DryRun: true}}
		}, 422, "trying this out"},
		{"refused at Webex", form(key1), func(r *rig) {
			r.store.drafted = func(l meeting.Link) meeting.Link {
				l.State, l.Problem = meeting.LinkEnded, meeting.ProblemQuota
				return l
			}
		}, 422, "limited number of new meetings"},
		{"taken away meanwhile", form(key1), func(r *rig) { r.store.drafted = func(meeting.Link) meeting.Link { return meeting.Link{} } }, 409, "Try again"},
		{"Microsoft away", ofItem(key1, "item", true), func(r *rig) { r.items.fail = errs.New(errs.Unavailable, "secret") }, 503, "does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			api := r.client(t, jana)
			if c.settle != nil {
				c.settle(r)
			}
			res := api.do("POST", "/api/v1/meetings", c.body)
			wantStatus(t, res, c.status)
			if got := detail(t, res); !strings.Contains(got, c.detail) || strings.Contains(got, "secret") {
				t.Errorf("detail = %q, want %q in it", got, c.detail)
			}
			if len(r.store.links) != 0 && r.store.links[0].State != meeting.LinkEnded {
				t.Errorf("a draft is left: %+v", r.store.links)
			}
		})
	}
}

func TestRequestsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	wantStatus(t, c.do("POST", "/api/v1/meetings", form(key1), "Content-Type", "text/plain"), http.StatusUnsupportedMediaType)
	wantStatus(t, c.do("POST", "/api/v1/meetings", form(key1)+strings.Repeat(" ", 70_000)), http.StatusRequestEntityTooLarge)
	l := r.bound(jana, "event")
	wantStatus(t, c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/body", `{"action":"put","type":"html","content":"`+strings.Repeat("x", 4<<20)+`"}`), http.StatusRequestEntityTooLarge)
	wantStatus(t, c.do("PUT", "/api/v1/preferences", `{"keywords":true}`), http.StatusBadRequest)
	wantStatus(t, c.do("PUT", "/api/v1/preferences", `{"options":{"password":"Secret-Pa55"},"keywords":true}`), http.StatusBadRequest)
	wantStatus(t, c.do("PUT", "/api/v1/preferences", `{"options":{"coHosts":["a@b"]},"keywords":true}`), http.StatusBadRequest)
	wantStatus(t, c.get("/api/v1/meetings?state=x"), http.StatusBadRequest)
	wantStatus(t, c.do("DELETE", "/api/v1/meetings/"+string(l.Key)+"?open=maybe", ""), http.StatusBadRequest)
}

func TestManyNewMeetingsAtOnce(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	c, other := r.client(t, jana), r.client(t, petr)
	for i := range 100 {
		wantStatus(t, c.do("POST", "/api/v1/meetings", form(fmt.Sprintf("client-key-%06d", i))), http.StatusCreated)
	}
	r.clock.Advance(20 * time.Second)
	res := c.do("POST", "/api/v1/meetings", form(key1))
	wantStatus(t, res, http.StatusTooManyRequests)
	if got := res.Header.Get("Retry-After"); got != "40" {
		t.Errorf("Retry-After = %q", got)
	}
	wantStatus(t, other.do("POST", "/api/v1/meetings", form(key1)), http.StatusCreated)
	r.clock.Advance(40 * time.Second)
	wantStatus(t, c.do("POST", "/api/v1/meetings", form(key2)), http.StatusCreated)
}

func TestChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		answers    func(meeting.Link) meeting.Link
		settle     func(*meeting.Link)
		status     int
		want       string // of state, or in detail
		asked      int
	}{
		{"at once", `{"options":{"audio":"none"},"open":true}`, obeys, nil, 200, "ready", 1},
		{"later", `{"options":{"audio":"none"}}`, nil, nil, 202, "changing", 1},
		{"nothing", `{"options":{"audio":"VoIP","kind":"meeting","coHosts":null}}`, nil, nil, 200, "ready", 0},
		{"no options", `{"open":true}`, nil, nil, 200, "ready", 0},
		{"another kind", `{"options":{"kind":"personalRoom"}}`, nil, nil, 409, "can't be changed", 0},
		{"another template", `{"options":{"template":"t"}}`, nil, nil, 409, "can't be changed", 0},
		{"an odd value", `{"options":{"audio":"x"}}`, nil, nil, 400, "audio", 0},
		{"refused at Webex", `{"options":{"password":"short"}}`, func(l meeting.Link) meeting.Link {
			l.Served, l.Problem = l.Asked.Revision, meeting.ProblemRefused
			return l
		}, nil, 422, "Webex refuses", 1},
		{"of a meeting being made", `{"options":{"audio":"none"}}`, nil, func(l *meeting.Link) { l.State = meeting.LinkWished }, 409, "no meeting yet", 0},
		{"of one that is over", `{"options":{"audio":"none"}}`, nil, func(l *meeting.Link) { l.Ends = noon }, 422, "over", 0},
		{"of one that was taken out of its form", `{"options":{}}`, obeys, func(l *meeting.Link) {
			l.Asked = meeting.Asked{Revision: 1, Remove: true}
		}, 200, "ready", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			api := r.client(t, jana)
			l := r.bound(jana, "event")
			if c.settle != nil {
				c.settle(&r.store.links[0])
			}
			r.store.answers = c.answers
			res := api.do("PATCH", "/api/v1/meetings/"+string(l.Key), c.body)
			wantStatus(t, res, c.status)
			if c.status < 300 {
				if got := read[shown](t, res); got.State != c.want {
					t.Errorf("state = %s, want %s", got.State, c.want)
				}
			} else if got := detail(t, res); !strings.Contains(got, c.want) {
				t.Errorf("detail = %q", got)
			}
			if len(r.store.asked) != c.asked {
				t.Errorf("asked %+v", r.store.asked)
			}
		})
	}
}

// What is not given stays, a password too.
func TestChangeKeepsTheRest(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	l := r.bound(jana, "event")
	r.store.links[0].Options.Password = meeting.NewSecret("Secret-Pa55")
	r.store.answers = obeys
	res := c.do("PATCH", "/api/v1/meetings/"+string(l.Key), `{"options":{"leaveOutPassword":true,"password":"","coHosts":[]},"open":true}`)
	wantStatus(t, res, http.StatusOK)
	want := meeting.Options{Kind: meeting.OwnKind, Audio: "VoIP", LeaveOutPassword: true, Password: meeting.NewSecret("Secret-Pa55")}
	if got := r.store.asked[0]; !got.Options.Equal(want) || !got.Open || got.Remove {
		t.Errorf("asked %+v", got)
	}
	if options := read[shown](t, res).Options; options["password"] != nil {
		t.Errorf("options = %v", options)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	gone := func(l meeting.Link) meeting.Link { l.Served, l.State = l.Asked.Revision, meeting.LinkEnded; return l }
	for _, c := range []struct {
		name    string
		event   meeting.EventID
		query   string
		answers func(meeting.Link) meeting.Link
		status  int
	}{
		{"a draft", "draft:x", "", obeys, 204},
		{"a draft in its form", "draft:x", "?open=true", obeys, 204},
		{"of a saved event", "event", "?open=false", gone, 204},
		{"of a saved event, later", "event", "", nil, 202},
		{"of an event that is open", "event", "?open=true", nil, 202},
		{"held", "event", "", func(l meeting.Link) meeting.Link {
			l.Served, l.Problem = l.Asked.Revision, meeting.ProblemHeld
			return l
		}, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			api := r.client(t, jana)
			l := r.bound(jana, c.event)
			r.store.answers = c.answers
			wantStatus(t, api.do("DELETE", "/api/v1/meetings/"+string(l.Key)+c.query, ""), c.status)
			if got := r.store.asked[0]; !got.Remove || got.Open != strings.HasSuffix(c.query, "true") {
				t.Errorf("asked %+v", got)
			}
			if c.status == 204 {
				wantStatus(t, api.get("/api/v1/meetings/"+string(l.Key)), http.StatusNotFound)
			}
		})
	}
}

func TestListOfMeetings(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	at := func(l meeting.Link, name string, hours int) meeting.Link {
		l.Subject, l.Starts, l.Ends = name, noon.Add(time.Duration(hours)*time.Hour), noon.Add(time.Duration(hours+1)*time.Hour)
		return l
	}
	own := r.bound(jana, "event")
	other := own
	other.Mailbox = petr
	ended, failed := own, own
	ended.State = meeting.LinkEnded
	failed.State, failed.Problem = meeting.LinkWished, meeting.ProblemTooLong
	r.store.links = []meeting.Link{at(own, "later", 5), at(other, "a colleague's", 2), at(ended, "ended", 2), at(own, "over", -3), at(failed, "failed", 3), at(own, "soon", 1)}
	page := text(t, c.get("/api/v1/meetings"))
	var list struct{ Meetings []shown }
	if err := json.Unmarshal([]byte(page), &list); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list.Meetings {
		got = append(got, m.Title+" "+m.State)
	}
	if diff := cmp.Diff([]string{"soon ready", "failed failed", "later ready"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, secret := range []string{"Secret-Pa55", "73217321"} {
		if strings.Contains(page, secret) {
			t.Errorf("the list tells %q", secret)
		}
	}
	list = read[struct{ Meetings []shown }](t, c.get("/api/v1/meetings?state=problem"))
	if len(list.Meetings) != 1 || list.Meetings[0].Problem == nil || !strings.HasPrefix(list.Meetings[0].Problem.Detail, list.Meetings[0].Problem.Title+" Make the event shorter") {
		t.Errorf("problems = %+v", list)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	l := r.bound(jana, "event")
	r.store.links[0].Host = "jana@webex.example"
	wantText(t, c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/start", ""), `"startLink":"https://contoso.webex.com/start-secret"`, `"joinLink":"https://contoso.webex.com/join"`)
	if want := (meeting.Host{Grant: "grant", Email: "jana@webex.example"}); r.sites.host != want {
		t.Errorf("host = %+v", r.sites.host)
	}
	r.sites.fail = errs.New(errs.NotFound, "gone")
	wantStatus(t, c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/start", ""), http.StatusUnprocessableEntity)
	r.store.links[0].Meeting = "" // a Personal Room
	wantText(t, c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/start", ""), `"startLink":"https://contoso.webex.com/j/`)
	r.store.links[0].State = meeting.LinkWished
	wantStatus(t, c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/start", ""), http.StatusConflict)
}

func TestBody(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	l := r.bound(jana, "event")
	address := "/api/v1/meetings/" + string(l.Key) + "/body"
	wantText(t, c.do("POST", address, `{"action":"put","type":"html","content":"<p>a&b</p>"}`), `"changed":true`, "["+string(l.Key)+"]")
	if r.blocks.language != "cs-CZ" {
		t.Errorf("language = %q", r.blocks.language)
	}
	wantText(t, c.do("POST", address, `{"action":"remove","type":"text","content":"a"}`), `{"changed":false,"content":"a"}`)
	wantStatus(t, c.do("POST", address, `{"action":"read","type":"text","content":"a"}`), http.StatusBadRequest)
	wantStatus(t, c.do("POST", address, `{"action":"put","type":"rtf","content":"a"}`), http.StatusBadRequest)
	r.store.links[0].State = meeting.LinkWished
	wantStatus(t, c.do("POST", address, `{"action":"put","type":"text","content":"a"}`), http.StatusConflict)
	wantStatus(t, c.do("POST", address, `{"action":"remove","type":"text","content":"a"}`), http.StatusOK)
}

func TestMe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		settle          func(*rig)
		calendar, webex string
	}{
		{"all connected", func(*rig) {}, "connected", "connected"},
		{"nothing connected", func(r *rig) { clear(r.store.grants) }, "missing", "missing"},
		{"both dead", func(r *rig) {
			for key, g := range r.store.grants {
				g.State = meeting.GrantDead
				r.store.grants[key] = g
			}
		}, "dead", "dead"},
		{"all by the organisation", func(r *rig) {
			clear(r.store.grants)
			r.store.mailbox.Authority = meeting.TenantWide
			r.store.tenants[contoso] = meeting.Tenant{ID: contoso, State: meeting.TenantAuthorised}
			r.store.hosts[jana] = meeting.Grant{State: meeting.GrantLive, HostEmail: "jana@webex.example"}
		}, "connected", "organization"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			api := r.client(t, jana)
			c.settle(r)
			me := read[struct {
				Account  struct{ UPN string }
				Calendar string
				Webex    struct{ State string }
				Language string
			}](t, api.get("/api/v1/me"))
			if me.Account.UPN != "jana@contoso.example" || me.Calendar != c.calendar || me.Webex.State != c.webex || me.Language != "cs-CZ" {
				t.Errorf("me = %+v", me)
			}
		})
	}
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	wantText(t, c.get("/api/v1/preferences"), `"kind":"meeting"`, `"keywords":true`)
	res := c.do("PUT", "/api/v1/preferences", `{"options":{"kind":"personalRoom","entryTone":"beep"},"keywords":false}`)
	wantText(t, res, `"kind":"personalRoom"`, `"entryTone":"beep"`, `"keywords":false`)
	if got := r.store.preferences[jana]; !got.Options.Room() || !got.KeywordsOff {
		t.Errorf("kept %+v", got)
	}
}

func TestTrackingCodes(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	wantText(t, c.do("PUT", "/api/v1/preferences", `{"options":{"trackingCodes":{"Cost centre":" 4711 ","Project":""}},"keywords":true}`), `"trackingCodes":{"Cost centre":"4711"}`)
	if got := r.store.preferences[jana].Options.TrackingCodes; !maps.Equal(got, map[string]string{"Cost centre": "4711"}) {
		t.Errorf("kept %v", got)
	}
	r.store.answers = obeys
	for change, want := range map[string]map[string]string{
		`{"lobby":"allowJoin"}`:                 {"Cost centre": "4711"},
		`{"trackingCodes":null}`:                {"Cost centre": "4711"},
		`{"trackingCodes":{"Project":"Moon"}}`:  {"Project": "Moon"},
		`{"trackingCodes":{"Cost centre":" "}}`: nil,
		`{"trackingCodes":{}}`:                  nil,
	} {
		r.store.links, r.store.asked = nil, nil
		l := r.bound(jana, "event")
		r.store.links[0].Options.TrackingCodes = map[string]string{"Cost centre": "4711"}
		wantStatus(t, c.do("PATCH", "/api/v1/meetings/"+string(l.Key), `{"options":`+change+`}`), http.StatusOK)
		if got := r.store.links[0].Options.TrackingCodes; !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", change, got, want)
		}
	}
	// Too long is refused as what it is.
	key := r.store.links[0].Key
	res := c.do("PATCH", "/api/v1/meetings/"+string(key), `{"options":{"trackingCodes":{"Cost centre":"`+strings.Repeat("x", 121)+`"}}}`)
	wantStatus(t, res, http.StatusBadRequest)
	if got := detail(t, res); !strings.Contains(got, "trackingCodes: want names and values of at most 120 characters") {
		t.Errorf("detail = %q", got)
	}
}

func TestOffer(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	wantText(t, c.get("/api/v1/offer"), `"personalRoom":false`, `"templates":[]`, `"lobby":[]`, `"trackingCodes":[]`, `"password":null`)
	r.sites.offer = meeting.Offer{PersonalRoom: true, Templates: []meeting.Template{{ID: "t", Name: "Stand-up"}}, Lobby: meeting.LobbyValues,
		TrackingCodes: []meeting.TrackingCode{
			{Name: "Cost centre", Options: []string{"4711", "4712"}, Default: "4712", Input: meeting.SelectInput, Required: true}, {Name: "Client", Input: meeting.TextInput}},
		Password: &meeting.PasswordRule{MinLength: 8, MixedCase: true}}
	wantText(t, c.get("/api/v1/offer"), `"name":"Stand-up"`,
		`{"name":"Cost centre","options":["4711","4712"],"default":"4712","input":"select","required":true}`, `{"name":"Client","options":[],"default":"","input":"text","required":false}`, `"allowJoinWithLobby"`, `"minLength":8`)
	r.sites.fail = errs.New(errs.Throttled, "wait")
	wantStatus(t, c.get("/api/v1/offer"), http.StatusServiceUnavailable)
	delete(r.store.hosts, jana)
	delete(r.store.grants, string(jana)+"webex")
	res := c.get("/api/v1/offer")
	wantStatus(t, res, http.StatusUnprocessableEntity)
	wantText(t, res, "Connect Webex")
}

func TestScriptsComeWithAnAccessToken(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	c.token = "jana.access.token"
	wantText(t, c.get("/api/v1/me"), "jana@contoso.example")

	delete(r.store.accounts, jana) // never signed in here
	res := c.get("/api/v1/me")
	wantStatus(t, res, http.StatusForbidden)
	if got := detail(t, res); !strings.Contains(got, "Sign in once at https://scheduler.example/account") {
		t.Errorf("detail = %q", got)
	}
	r.store.mailbox.Authority = meeting.TenantWide // kept by the organisation
	wantStatus(t, c.get("/api/v1/me"), http.StatusOK)

	r.access["for.another.scope"] = errs.New(errs.Forbidden, "no scope")
	c.token = "for.another.scope"
	res = c.get("/api/v1/me")
	wantStatus(t, res, http.StatusForbidden)
	if got := res.Header.Get("WWW-Authenticate"); !strings.Contains(got, "insufficient_scope") {
		t.Errorf("WWW-Authenticate = %q", got)
	}
	r.access["microsoft.is.away"] = errs.New(errs.Unavailable, "away")
	c.token = "microsoft.is.away"
	wantStatus(t, c.get("/api/v1/me"), http.StatusServiceUnavailable)
}

// Passwords, links, titles and addresses are nothing for the log.
func TestAPILog(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	c := r.client(t, jana)
	l := r.bound(jana, "event")
	c.do("POST", "/api/v1/meetings", strings.Replace(form(key1), `"kind":"meeting"`, `"kind":"meeting","password":"Chosen-Pa55"`, 1))
	c.do("POST", "/api/v1/meetings", strings.Replace(form(key2), `"kind":"meeting"`, `"kind":"secret-kind"`, 1))
	c.do("POST", "/api/v1/meetings", `{"secret-field":1}`)
	c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/start", "")
	c.do("POST", "/api/v1/meetings/"+string(l.Key)+"/body", `{"action":"put","type":"html","content":"secret-body"}`)
	c.get("/api/v1/meetings?item=secret-item")
	log := r.log.String()
	for _, secret := range []string{"secret", "Pa55", "Budget", "petr@", "contoso.webex.com", c.token, string(l.Key)} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
}

// The pane speaks Outlook's language, and what the server tells it does too.
func TestAPISpeaksCzech(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	r.store.drafted = func(l meeting.Link) meeting.Link {
		l.State, l.Problem = meeting.LinkEnded, meeting.ProblemQuota
		return l
	}
	res := c.do("POST", "/api/v1/meetings", form(key1), "Accept-Language", "cs")
	if got, want := detail(t, res), "Webex povoluje omezený počet nových schůzek denně a dnešní jsou vyčerpány. Zkuste to zítra."; got != want {
		t.Errorf("detail = %q, want %q", got, want)
	}
	key := string(r.store.links[0].Key)
	m := read[shown](t, c.do("GET", "/api/v1/meetings/"+key, "", "Accept-Language", "cs-CZ, en;q=0.5"))
	if m.Problem == nil || !strings.HasSuffix(m.Problem.Detail, "Zkuste to zítra.") {
		t.Errorf("problem = %+v", m.Problem)
	}
	if got := detail(t, c.do("GET", "/api/v1/meetings/unknown", "", "Accept-Language", "de")); got != "There is nothing like this in your calendar." {
		t.Errorf("detail = %q", got)
	}
}
