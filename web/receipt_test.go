package web_test

import (
	"net/http"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

// TestReceiptsOfMyMailbox: a person reads their own, and nobody else's.
func TestReceiptsOfMyMailbox(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for _, chain := range []meeting.AccountID{jana, meeting.NewAccountID(jana.Tenant(), "other")} {
		r.store.receipts = append(r.store.receipts, receipt.Row{Chain: chain, Entry: receipt.Entry{
			At: noon, Service: "webex", Operation: "create for " + string(chain.Object()), Reason: "keyword", Result: "200",
		}})
	}
	res := r.signedIn(t, jana).get("/account/receipts")
	wantStatus(t, res, http.StatusOK)
	page := text(t, res)
	if !strings.Contains(page, "create for "+string(jana.Object())) || strings.Contains(page, "create for other") {
		t.Errorf("shown: %s", page)
	}
	wantStatus(t, r.browser(t).get("/account/receipts"), http.StatusSeeOther)
}

// TestNoActWithoutReceipt: what an administrator asks for is written down first,
// and what can't be written down is not done.
func TestNoActWithoutReceipt(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	r.store.failReceipts = errs.New(errs.Busy, "no database")
	wantStatus(t, b.send("/admin/pause", "paused", "true"), http.StatusServiceUnavailable)
	if r.store.tenants[contoso].Paused {
		t.Error("paused without a receipt")
	}
	r.store.failReceipts = nil
	wantRedirect(t, b.send("/admin/pause", "paused", "true"), "/admin")
	wantRedirect(t, b.send("/admin/mailboxes/"+string(petr.Object())+"/release"), "/admin/mailboxes/"+string(petr.Object()))
	wantText(t, b.get("/admin/receipts"), "Console: pause or resume", "asked")
	wantText(t, b.get("/admin/mailboxes/"+string(petr.Object())+"/receipts"), "Console: release deletions")
	wantStatus(t, b.get("/admin/mailboxes/"+string(omar.Object())+"/receipts"), http.StatusNotFound)
}
