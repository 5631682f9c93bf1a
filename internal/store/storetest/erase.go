package storetest

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

// testErase: of who asked for it nothing is left once the mailbox is closed, but
// that receipts were removed; others keep everything, and connecting again takes
// it back.
func testErase(w *world) {
	ctx := w.Context()
	fill := func(account meeting.AccountID) {
		w.Helper()
		w.idle(account)
		w.must(w.SaveAccount(ctx, meeting.Account{ID: account, UPN: string(account.Object()) + "@contoso.example", Name: "Name of " + string(account.Object())}))
		w.mark(account, "event")
		claim := w.claim(account)
		w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: account, Event: "event", Key: meeting.LinkKey("key of " + account), State: meeting.LinkLinked, UpdatedAt: start}, "",
			meeting.HistoryEntry{At: start, What: meeting.MeetingMade, After: "Review"}))
		w.must(w.SaveOrphans(ctx, claim, start.Add(time.Hour), []meeting.Orphan{{Meeting: "orphan", Title: "Review", Start: start, End: start}}))
		w.subscription(claim, "sub of "+string(account))
		w.must(w.KeepReceipt(ctx, account, receipt.Entry{At: start, Service: "graph", Operation: "read"}))
		w.must(w.Done(ctx, claim, w.bite(claim)[0]))
		w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
		w.must(w.Release(ctx, claim))
	}
	fill(anna)
	fill(ben)
	close := func() {
		w.Helper()
		claim := w.claim(anna)
		w.same(claim.Closing, true, "closing")
		w.must(w.DeleteSubscription(ctx, claim, "sub of "+string(anna)))
		w.must(w.Closed(ctx, claim))
	}
	w.must(w.Erase(ctx, "contoso/nobody"))
	w.must(w.Erase(ctx, anna))
	w.grant(anna, meeting.Microsoft, string(anna.Object()))
	w.grant(anna, meeting.Webex, "webex-"+string(anna.Object()))
	connected, err := w.Connect(ctx, anna)
	w.must(err)
	w.same(connected, true, "connected again")
	w.must(w.Disconnect(ctx, anna))
	close()
	links, err := w.KeptLinks(ctx, anna)
	w.must(err)
	w.same(len(links), 1, "links of one who took it back, and merely disconnected")

	w.must(w.Erase(ctx, anna))
	for _, row := range strings.Split(w.Dump(w), "\n") {
		if strings.Contains(row, string(anna)) || strings.Contains(row, "Name of "+string(anna.Object())) {
			w.Errorf("left: %s", row)
		}
	}
	findings, _, _, err := w.VerifyReceipts(ctx)
	w.must(err)
	w.same(len(findings), 0, "what is wrong with the receipts that are left")
	if _, err := w.Account(ctx, ben); err != nil {
		w.Errorf("the other's account: %v", err)
	}

	w.must(w.Erase(ctx, ben))
	if _, err := w.Account(ctx, ben); err != nil {
		w.Errorf("before Microsoft is told: %v", err)
	}
	claim := w.claim(ben)
	w.must(w.DeleteSubscription(ctx, claim, "sub of "+string(ben)))
	w.must(w.Closed(ctx, claim))
	_, err = w.Account(ctx, ben)
	w.is(err, errs.NotFound, "account once it is closed")
}
