package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

// TestExportPerson: a person gets all that is kept of them, nothing of others, and
// no secret.
func TestExportPerson(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	for _, who := range []meeting.AccountID{jana, petr} {
		name := string(who.Object())
		r.store.links = append(r.store.links, meeting.Link{
			Mailbox: who, Event: "e", Key: meeting.LinkKey("key of " + name), Subject: "Event of " + name, State: meeting.LinkLinked, Meeting: "m", Starts: noon, Ends: noon.Add(time.Hour),
			Join: meeting.Join{WebLink: "https://contoso.webex.com/j", Number: "2550", Password: meeting.NewSecret("hush")},
			Got:  meeting.Shape{Title: "Event of " + name, Invitees: []meeting.Invitee{{Email: "guest@contoso.example"}}},
		})
		r.store.history = append(r.store.history, meeting.HistoryEntry{Mailbox: who, Subject: "Past of " + name, At: noon, What: meeting.TitleChanged})
		r.store.orphans = append(r.store.orphans, meeting.Orphan{Mailbox: who, Meeting: "o", Title: "Orphan of " + name})
		r.store.receipts = append(r.store.receipts, receipt.Row{Chain: who, Entry: receipt.Entry{At: noon, Operation: "Call for " + name}})
	}
	res := b.get("/account/export")
	wantStatus(t, res, http.StatusOK)
	if got := res.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("Content-Disposition = %q", got)
	}
	body := text(t, res)
	var all map[string]any
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	own, other := string(jana.Object()), string(petr.Object())
	for _, want := range []string{`"userPrincipalName"`, "Event of " + own, "Past of " + own, "Orphan of " + own, "Call for " + own, "guest@contoso.example", "2550", `"preferences"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the file lacks %s:\n%s", want, body)
		}
	}
	for _, secret := range []string{"hush", " of " + other, "for " + other} {
		if strings.Contains(body, secret) {
			t.Errorf("the file has %q", secret)
		}
	}
}

// TestErasePerson: nothing is erased by mistake, nor what the organisation keeps,
// and the session is over after it.
func TestErasePerson(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	wantText(t, b.get("/account"), "Yes, erase everything", "Download all of it")
	wantStatus(t, b.send("/account/erase"), http.StatusBadRequest)
	r.store.mailbox = meeting.Mailbox{Connected: true, Authority: meeting.TenantWide}
	wantText(t, b.send("/account/erase", "sure", "yes"), "Only its administrators")
	if len(r.store.erased) != 0 {
		t.Fatalf("erased %v", r.store.erased)
	}
	r.store.mailbox = meeting.Mailbox{}
	res := b.send("/account/erase", "sure", "yes")
	wantStatus(t, res, http.StatusOK)
	wantText(t, res, "is being erased", "Sign in again")
	if len(r.store.erased) != 1 || r.store.erased[0] != jana {
		t.Errorf("erased %v", r.store.erased)
	}
	wantStatus(t, b.get("/account"), http.StatusSeeOther)
}
