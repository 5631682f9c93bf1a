package fakems

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRenameUser(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.alone("User.Read.All", "Calendars.ReadWrite")
	w.create(w.ana, meeting("Review", nine))
	w.RenameUser(w.ana.ID, "ana.novak@contoso.example")
	got := app.must(200, "GET", "/users/"+w.ana.ID+"?$select=mail,userPrincipalName,proxyAddresses", nil)
	if diff := cmp.Diff([]any{got.at("mail"), got.at("userPrincipalName"), got.at("proxyAddresses")}, []any{
		"ana.novak@contoso.example", "ana.novak@contoso.example", []any{"SMTP:ana.novak@contoso.example", "smtp:ana@contoso.example"},
	}); diff != "" {
		t.Errorf("renamed (-got +want):\n%s", diff)
	}
	w.refused(app.do("GET", "/users/ana@contoso.example", nil), 404, "Request_ResourceNotFound")
	if got := app.must(200, "GET", "/users/ana.novak@contoso.example/events", nil); got.at("value", 0, "subject") != "Review" {
		t.Errorf("the calendar is %s", got.raw)
	}
	// Back again: the old name is no alias of itself.
	w.RenameUser(w.ana.ID, "ana@contoso.example")
	if u, _ := w.User(w.ana.ID); !slices.Equal(u.ProxyAddresses, []string{"SMTP:ana@contoso.example", "smtp:ana.novak@contoso.example"}) {
		t.Errorf("proxy addresses %q", u.ProxyAddresses)
	}
}

func TestLeavers(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	app := w.alone("User.Read.All", "Calendars.ReadWrite")
	form := w.form(h, map[string]any{"resource": "users/" + w.ana.ID + "/events"})
	id := app.must(201, "POST", "/subscriptions", form).at("id").(string)
	_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
	refreshed := func() reply {
		return w.post(w.contoso.ID, url.Values{"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "refresh_token": {refresh}})
	}
	ana := w.as(w.ana)

	w.DisableUser(w.ana.ID)
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	if got := refreshed(); got.number() != 50057 {
		t.Errorf("a disabled person's refresh: %d %s", got.status, got.raw)
	}
	if got := app.must(200, "GET", "/users/"+w.ana.ID+"?$select=accountEnabled", nil); got.at("accountEnabled") != false {
		t.Errorf("disabled: %s", got.raw)
	}
	app.must(200, "GET", "/users/"+w.ana.ID+"/events", nil)
	w.EnableUser(w.ana.ID)
	ana.must(200, "GET", "/me", nil)

	w.RemoveUser(w.ana.ID)
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	if got := refreshed(); got.number() != 50034 {
		t.Errorf("a removed person's refresh: %d %s", got.status, got.raw)
	}
	w.refused(app.do("GET", "/users/"+w.ana.ID, nil), 404, "Request_ResourceNotFound")
	w.refused(app.do("GET", "/users/"+w.ana.ID+"/events", nil), 404, "ErrorInvalidUser")
	w.refused(app.do("GET", "/subscriptions/"+id, nil), 404, "ResourceNotFound")
	// Mail to who is gone disturbs nobody.
	w.create(w.bo, meeting("Farewell", nine, w.ana))

	// A namesake is somebody else.
	again := w.AddUser(User{UserPrincipalName: "ana@contoso.example", TenantID: w.contoso.ID})
	if again.ID == w.ana.ID || len(w.Events(again.ID, time.Time{}, time.Time{})) != 0 {
		t.Errorf("the namesake is %+v", again)
	}
}

func TestGuestsNameTheirHome(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.staff()
	w.app.EmitRoles = true
	w.AddApp(w.app)
	idp := func(upn string) any {
		w.GrantConsent(upn, w.app.ClientID, "openid", "profile")
		u, _ := w.User(upn)
		b, conf := w.browser(), w.config(w.contoso.ID, "openid", "profile")
		token, err := conf.Exchange(w.ctx(), b.press(b.open(conf.AuthCodeURL("s")), "account", u.ID).returned("code"))
		if err != nil {
			t.Fatal(err)
		}
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token.Extra("id_token").(string), ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		if claims["tid"] != w.contoso.ID {
			t.Errorf("%s: tid %v", upn, claims["tid"])
		}
		return claims["idp"]
	}
	if got, want := idp("zoe_fabrikam.example#EXT#@contoso.example"), "https://sts.windows.net/"+w.fabrikam.ID+"/"; got != want {
		t.Errorf("the guest's idp %v, want %s", got, want)
	}
	if got := idp("bo@contoso.example"); got != nil {
		t.Errorf("a member's idp %v", got)
	}
}
