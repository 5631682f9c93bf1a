package fakems

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPermissionsOfTheAppAlone(t *testing.T) {
	t.Parallel()
	w := setup(t)
	g := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "Product"})
	e := w.create(w.ana, meeting("Review", nine))
	events := "/users/" + w.ana.ID + "/events"
	view := "/users/" + w.ana.ID + "/calendarView?startDateTime=2026-03-01&endDateTime=2026-04-01"
	change := map[string]any{"subject": "Changed"}
	for _, c := range []struct {
		method, path string
		body         any
		granted      []string // each of which is enough
	}{
		{"GET", events, nil, []string{"Calendars.Read", "Calendars.ReadWrite"}},
		{"GET", events + "/" + e.ID, nil, []string{"Calendars.Read", "Calendars.ReadWrite"}},
		{"GET", "/users/" + w.ana.ID + "/calendar", nil, []string{"Calendars.Read", "Calendars.ReadWrite"}},
		{"GET", "/users/" + w.ana.ID + "/calendar/calendarPermissions", nil, []string{"Calendars.Read", "Calendars.ReadWrite"}},
		{"GET", view, nil, []string{"Calendars.Read", "Calendars.ReadWrite"}},
		{"PATCH", events + "/" + e.ID, change, []string{"Calendars.ReadWrite"}},
		{"GET", "/subscriptions", nil, []string{"Calendars.Read", "Calendars.ReadWrite"}},
		{"GET", "/users", nil, []string{"User.Read.All", "Directory.Read.All"}},
		{"GET", "/users/" + w.bo.ID, nil, []string{"User.Read.All", "Directory.Read.All"}},
		{"GET", "/groups/" + g.ID, nil, []string{"GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"}},
		{"GET", "/groups/" + g.ID + "/members", nil, []string{"GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"}},
		{"GET", "/groups/" + g.ID + "/transitiveMembers", nil, []string{"GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"}},
		{"GET", "/organization", nil, []string{"Organization.Read.All", "Directory.Read.All"}},
	} {
		for permission := range roleWords {
			w.WithdrawTenant(w.contoso.ID, w.app.ClientID)
			want := http.StatusForbidden
			if slices.Contains(c.granted, permission) {
				want = http.StatusOK
			}
			got := w.alone(permission).do(c.method, c.path, c.body)
			if got.status != want {
				t.Errorf("%s %s with %s: %d %s, want %d", c.method, c.path, permission, got.status, got.raw, want)
			}
			code := "ErrorAccessDenied"
			if !strings.Contains(c.path, "/events") && !strings.Contains(c.path, "/calendar") && c.path != "/subscriptions" {
				code = "Authorization_RequestDenied"
			}
			if want == http.StatusForbidden && got.code() != code {
				t.Errorf("%s %s with %s: %s, want %s", c.method, c.path, permission, got.code(), code)
			}
		}
	}
}

func TestAnyMailboxOfTheTenant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.AddUser(User{UserPrincipalName: "erik@contoso.example", TenantID: w.contoso.ID, NoMailbox: true})
	w.AddUser(User{UserPrincipalName: "left@contoso.example", TenantID: w.contoso.ID, Disabled: true})
	e := w.create(w.ana, meeting("Review", nine, w.bo))
	app := w.alone("Calendars.ReadWrite").with("Prefer", `IdType="ImmutableId"`)
	for _, c := range []struct {
		name, user string
		status     int
		code       string
	}{
		{"by object id", w.bo.ID, 200, ""},
		{"by user principal name", "BO@contoso.example", 200, ""},
		{"of somebody who may not sign in", "left@contoso.example", 200, ""},
		{"without a mailbox", "erik@contoso.example", 404, "MailboxNotEnabledForRESTAPI"},
		{"of another tenant", w.zoe.ID, 404, "ErrorInvalidUser"},
		{"of nobody", "nobody@contoso.example", 404, "ErrorInvalidUser"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.refused(app.do("GET", "/users/"+c.user+"/events", nil), c.status, c.code)
		})
	}
	app.must(200, "PATCH", "/users/"+w.ana.ID+"/events/"+e.ID, map[string]any{"subject": "By the app"})
	if got := w.Events(w.bo.ID, time.Time{}, time.Time{}); len(got) != 1 || got[0].Subject != "By the app" {
		t.Errorf("bo has %+v", got)
	}
	// ana's event is not in bo's mailbox.
	w.refused(app.do("GET", "/users/"+w.bo.ID+"/events/"+e.ID, nil), 404, "ErrorItemNotFound")
}

func TestOwnerOfACalendar(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.AddUser(User{UserPrincipalName: "erik@contoso.example", TenantID: w.contoso.ID, NoMailbox: true})
	app := w.alone("Calendars.ReadWrite")
	got := app.must(200, "GET", "/users/"+w.bo.UserPrincipalName+"/calendar?$select=owner", nil)
	if got.at("owner", "address") != w.bo.Mail || got.at("owner", "name") != w.bo.DisplayName || got.at("canEdit") != nil {
		t.Errorf("got %s", got.raw)
	}
	w.refused(app.do("GET", "/users/erik@contoso.example/calendar", nil), 404, "MailboxNotEnabledForRESTAPI")
	w.refused(app.do("GET", "/users/"+w.zoe.ID+"/calendar", nil), 404, "ErrorInvalidUser")
}

func TestMeIsForPeople(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/me", "/me/events", "/me/calendarView"} {
		w := setup(t)
		got := w.alone("Calendars.ReadWrite").do("GET", path, nil)
		w.refused(got, 400, "BadRequest")
		if got.at("error", "message") != "/me request is only valid with delegated authentication flow." {
			t.Errorf("%s: %s", path, got.raw)
		}
		w.surprised(path)
	}
	t.Run("in a batch", func(t *testing.T) {
		w := setup(t)
		got := w.alone("Calendars.ReadWrite").must(200, "POST", "/$batch", map[string]any{"requests": []any{
			map[string]any{"id": "1", "method": "GET", "url": "/users/" + w.ana.ID + "/events"},
			map[string]any{"id": "2", "method": "GET", "url": "/me/events"},
		}})
		if got.at("responses", 0, "status") != 200.0 || got.at("responses", 1, "status") != 400.0 {
			t.Errorf("got %s", got.raw)
		}
		w.surprised("/me/events")
	})
	t.Run("userinfo", func(t *testing.T) {
		w := setup(t)
		w.refused(w.alone("User.Read.All").do("GET", w.BaseURL+"/oidc/userinfo", nil), 403, "Authorization_RequestDenied")
	})
}

func TestApplicationAccessPolicy(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	w.bo.ProxyAddresses = []string{"SMTP:bo@contoso.example", "smtp:boss@contoso.example"}
	w.AddUser(w.bo)
	for _, name := range []string{w.bo.ID, "bo@contoso.example", "boss@contoso.example"} {
		w.contoso.OutOfReach = []string{name}
		w.AddTenant(w.contoso)
		app := w.alone("Calendars.ReadWrite", "User.Read.All")
		got := app.do("GET", "/users/"+w.bo.ID+"/events", nil)
		w.refused(got, 403, "ErrorAccessDenied")
		if text, _ := got.at("error", "message").(string); !strings.Contains(text, "AccessPolicy") {
			t.Errorf("the message is %q", text)
		}
		form := w.form(h, map[string]any{"resource": "users/" + w.bo.ID + "/events"})
		w.refused(app.do("POST", "/subscriptions", form), 403, "ErrorAccessDenied")
		// It is about mailboxes, of that tenant, and about apps alone.
		app.must(200, "GET", "/users/"+w.bo.ID, nil)
		app.must(200, "GET", "/users/"+w.ana.ID+"/events", nil)
		w.as(w.bo).must(200, "GET", "/me/events", nil)
	}
}

func TestSubscriptionsOfTheAppAlone(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	app, ana := w.alone("Calendars.ReadWrite"), w.as(w.ana)
	form := w.form(h, map[string]any{"resource": "users/" + w.ana.ID + "/events"})
	own := ana.must(201, "POST", "/subscriptions", form).at("id").(string)
	made := app.must(201, "POST", "/subscriptions", form) // beside the person's own
	id := made.at("id").(string)
	if oid := claimsOf(t, app.token)["oid"]; made.at("creatorId") != oid {
		t.Errorf("creator %v, want the service principal %v", made.at("creatorId"), oid)
	}
	w.refused(app.do("POST", "/subscriptions", w.form(h, map[string]any{"resource": "/users/ana@contoso.example/events"})), 409, "Conflict")

	for _, c := range []struct {
		name  string
		as    *caller
		sees  string
		other string
	}{
		{"the app", app, id, own},
		{"ana", ana, own, id},
	} {
		list := c.as.must(200, "GET", "/subscriptions", nil)
		if list.at("value", 0, "id") != c.sees || list.at("value", 1) != nil {
			t.Errorf("%s sees %s", c.name, list.raw)
		}
		renew := map[string]any{"expirationDateTime": w.clock.Now().Add(time.Hour).Format(time.RFC3339)}
		w.refused(c.as.do("GET", "/subscriptions/"+c.other, nil), 404, "ResourceNotFound")
		w.refused(c.as.do("PATCH", "/subscriptions/"+c.other, renew), 404, "ResourceNotFound")
		w.refused(c.as.do("DELETE", "/subscriptions/"+c.other, nil), 404, "ResourceNotFound")
		w.refused(c.as.do("POST", "/subscriptions/"+c.other+"/reauthorize", nil), 404, "ResourceNotFound")
		c.as.must(200, "PATCH", "/subscriptions/"+c.sees, renew)
		c.as.must(204, "POST", "/subscriptions/"+c.sees+"/reauthorize", nil)
	}
	w.GrantTenant(w.fabrikam.ID, w.app.ClientID, "Calendars.ReadWrite")
	neighbour := &caller{w: w, token: w.IssueAppToken(w.fabrikam.ID, w.app.ClientID), header: http.Header{}}
	w.refused(neighbour.do("GET", "/subscriptions/"+id, nil), 404, "ResourceNotFound")
	w.refused(neighbour.do("POST", "/subscriptions", form), 404, "ResourceNotFound")

	subs := w.Subscriptions(w.ana.ID)
	if len(subs) != 2 || subs[0].AppOnly || !subs[1].AppOnly || subs[1].TenantID != w.contoso.ID {
		t.Errorf("subscriptions %+v", subs)
	}
	ana.must(204, "DELETE", "/subscriptions/"+own, nil)
	app.must(204, "DELETE", "/subscriptions/"+id, nil)
}

func TestSubscribingWithoutAPerson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, resource string
		status         int
		code, about    string
	}{
		{"me", "me/events", 400, "InvalidRequest", "me/events"},
		{"nobody", "users/nobody@contoso.example/events", 404, "ResourceNotFound", ""},
		{"no mailbox", "users/erik@contoso.example/events", 404, "ResourceNotFound", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, h := setup(t), newHook(t)
			w.AddUser(User{UserPrincipalName: "erik@contoso.example", TenantID: w.contoso.ID, NoMailbox: true})
			w.refused(w.alone("Calendars.Read").do("POST", "/subscriptions", w.form(h, map[string]any{"resource": c.resource})), c.status, c.code)
			if c.about != "" {
				w.surprised(c.about)
			}
		})
	}
}

// Each withdrawal ends the subscriptions that lived on it, with one word.
func TestSubscriptionsAfterWithdrawal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		withdraw func(w *world)
		app, own bool // which fall silent
	}{
		{"the person's consent", func(w *world) { w.RevokeConsent(w.ana.ID) }, false, true},
		{"the person's consent, beside an administrator's", func(w *world) {
			w.app.RequiredDelegated = []string{"Calendars.ReadWrite"}
			w.AddApp(w.app)
			w.GrantTenant(w.contoso.ID, w.app.ClientID)
			w.RevokeConsent(w.ana.ID)
		}, false, false},
		{"the permission", func(w *world) { w.WithdrawTenant("contoso.example", w.app.ClientID, "Calendars.ReadWrite") }, true, false},
		{"another permission", func(w *world) { w.WithdrawTenant("contoso.example", w.app.ClientID, "User.Read.All") }, false, false},
		{"the app", func(w *world) { w.WithdrawTenant("contoso.example", w.app.ClientID) }, true, true},
		{"the app, elsewhere", func(w *world) { w.WithdrawTenant("fabrikam.example", w.app.ClientID) }, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, h := setup(t), newHook(t)
			w.GrantTenant(w.fabrikam.ID, w.app.ClientID, "Calendars.ReadWrite")
			form := w.form(h, map[string]any{"resource": "users/" + w.ana.ID + "/events"})
			own := w.as(w.ana).must(201, "POST", "/subscriptions", form).at("id")
			app := w.alone("Calendars.ReadWrite", "User.Read.All").must(201, "POST", "/subscriptions", form).at("id")
			c.withdraw(w)
			w.create(w.ana, meeting("Review", nine))
			w.quiet()
			for id, silent := range map[any]bool{own: c.own, app: c.app} {
				var kinds []string
				for _, n := range h.items {
					if n.at("subscriptionId") == id {
						kind, _ := n.at("changeType").(string)
						event, _ := n.at("lifecycleEvent").(string)
						kinds = append(kinds, kind+event)
					}
				}
				want := []string{"created"}
				if silent {
					want = []string{"reauthorizationRequired"}
				}
				if !slices.Equal(kinds, want) {
					t.Errorf("subscription of the app: %v; told %q, want %q", id == app, kinds, want)
				}
			}
		})
	}
}

// Four calls at a time are a limit of each mailbox, not of the app.
func TestMailboxesAreCountedApart(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	arrived := make(chan struct{}, 10)
	w := setup(t, func(s *Server) {
		s.OnRequest = func(r *http.Request) *Fault {
			if r.URL.Query().Get("$select") == "subject" {
				arrived <- struct{}{}
				<-release
			}
			return nil
		}
	})
	app := w.alone("Calendars.ReadWrite")
	done := make(chan int, 4)
	for range 4 {
		go func() { done <- app.do("GET", "/users/"+w.ana.ID+"/events?$select=subject", nil).status }()
	}
	for range 4 {
		<-arrived
	}
	w.refused(app.do("GET", "/users/"+w.ana.ID+"/events", nil), 429, "ApplicationThrottled")
	app.must(200, "GET", "/users/"+w.bo.ID+"/events", nil)
	close(release)
	for range 4 {
		if status := <-done; status != 200 {
			t.Errorf("status %d", status)
		}
	}
}

func TestLogNamesTheApp(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.GrantTenant(w.contoso.ID, w.app.ClientID, "Calendars.ReadWrite")
	got := w.post(w.contoso.ID, w.bySecret())
	app := &caller{w: w, token: got.at("access_token").(string), header: http.Header{}}
	app.must(200, "GET", "/users/"+w.ana.ID+"/events", nil)
	var actors []string
	for _, e := range w.Log.Since(0) {
		actors = append(actors, e.Actor)
		if strings.Contains(e.Path+e.Note, app.token) {
			t.Error("the token is in the log")
		}
	}
	if want := []string{"Webex Scheduler", "Webex Scheduler"}; !slices.Equal(actors, want) {
		t.Errorf("actors %q, want %q", actors, want)
	}
}
