package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store"
)

// Run runs the suite; makeDatabase gives each test a database of its own.
func Run(t *testing.T, makeDatabase func(t testing.TB) *Fixture) {
	for _, test := range []struct {
		name string
		run  func(*world)
	}{
		{"schema is made from nothing, once", testMigrate},
		{"installation keeps its name", testInstallation},
		{"account is updated and keeps the person's choice", testAccount},
		{"session ends by idling, by age, by sign-out", testSession},
		{"pane's code serves once", testPaneCode},
		{"pane's token ends with what it came from", testPaneToken},
		{"flow serves once, in its browser, for its kind", testFlow},
		{"flow is taken by one of many", testFlowRace},
		{"grant given again keeps its id", testGrantAgain},
		{"grant for another subject ends the older one", testGrantReplaced},
		{"webhooks are kept with their secrets, and looked after by one", testHooks},
		{"a mark that can wait waits, and is not forgotten", testMarkAfter},
		{"sessions of a meeting are not overwritten", testMeetingSession},
		{"grant ends only by its newest tokens", testGrantEnds},
		{"tokens are leased and saved by comparison", testTokens},
		{"mailbox is connected once both grants live", testConnect},
		{"disconnected without subscription: gone at once", testDisconnectAtOnce},
		{"disconnected with subscription: closing, then gone", testDisconnectClosing},
		{"connected again while closing", testConnectWhileClosing},
		{"disconnected and nobody could take it down", testClosingGivenUp},
		{"expired things are purged", testPurge},
		{"claims take tenants in turn, oldest first", testClaimOrder},
		{"two claimers never share a mailbox", testClaimRace},
		{"lost lease changes nothing", testLeaseLost},
		{"lease is renewed and ends", testRenew},
		{"release computes when the mailbox is due", testRelease},
		{"release never sleeps over a mark", testReleaseRace},
		{"marks: joined, dropped where nobody listens", testMark},
		{"mark during a bite keeps the event", testMarkDuringBite},
		{"a crowd of marks is kept, and folded once", testCrowd},
		{"a crowd during a bite keeps the event", testCrowdDuringBite},
		{"a crowd that its process left is another's", testCrowdOfAnother},
		{"a crowd's marks of a closed mailbox go", testCrowdOfClosed},
		{"hold makes new marks wait", testHold},
		{"late write is marked without a lease, and kept", testLate},
		{"group commit loses nothing", testGroupCommit},
		{"full queue refuses, accepted is durable", testQueueFull},
		{"bad request does not cost its neighbours", testBadNeighbour},
		{"work set follows its model", testWorkModel},
		{"links come back as saved", testLinks},
		{"links are found, listed and moved", testLinkQueries},
		{"drafts are kept once, and are no events", testDraft},
		{"an event's link is the one that counts", testEventLink},
		{"what is asked stays", testAsk},
		{"what is asked stays, whatever becomes of the link", testAskRace},
		{"preferences are kept, keywords have the mailbox swept", testPreferences},
		{"other tracking codes have the wishes looked at that lack one", testUncodedWishes},
		{"intents come back, and go with their link", testIntents},
		{"intent is reopened without a lease", testReopenIntent},
		{"subscriptions come back, client state as a hash", testSubscriptions},
		{"lifecycle notifications are not overwritten", testLifecycle},
		{"sweep stores its finds and its next time", testSwept},
		{"a Webex identity has one budget", testBudget},
		{"creates of a day are counted among all callers", testCreateBudget},
		{"held deletions wait for a yes", testDeletionsHeld},
		{"tenant is proven, changed and read back", testTenant},
		{"tenant is looked after by one at a time", testTenantLease},
		{"stopped mailboxes keep their marks and are not claimed", testStopped},
		{"leaving the dry run has everything looked at", testDryRunEnds},
		{"settings that bring more have everything looked at anew", testSettingsBeginAnew},
		{"owners are proven, appointed or bound by name", testOwners},
		{"members join", testRosterJoins},
		{"a person's mailbox becomes the tenant's, and the person disconnects", testRosterTakesOver},
		{"a person disconnected in a tenant, and nobody could take it down", testDisconnectedInTenantGivenUp},
		{"members leave", testRosterLeaves},
		{"a withdrawn tenant leaves mailboxes to their persons", testWithdrawnFallsBack},
		{"a choice that was taken back is not carried out", testChoiceTakenBack},
		{"a host is found", testHostFound},
		{"owners give mailboxes a host", testAssignments},
		{"meetings without an event", testOrphans},
		{"what became of meetings", testHistory},
		{"a person is erased", testErase},
		{"roles are given and taken back", testAppointments},
		{"mailbox given by its address is named by the directory", testNamedByRoster},
		{"mailbox given by its address is named by a sign-in", testNamedBySignin},
		{"mailbox given by its address is its person's already", testNamedTwice},
		{"Webex organisation is offered, confirmed, replaced", testOrganization},
		{"what tenants leave is purged", testTenantPurge},
		{"deletions are counted over the tenant", testTenantDeletions},
		{"console shows each mailbox in one state", testConsole},
		{"console searches", testConsoleSearch},
		{"who only looks sees what is there", testSurvey},
		{"receipts are kept, closed, erased and removed", testReceipts},
		{"receipts that were tampered with are found", testReceiptsTampered},
		{"receipts are stored with results", testReceiptsWithResults},
		{"receipts are appended by one at a time", testReceiptsRace},
		{"secrets are nowhere in plain", testSecrets},
		{"keys are rotated", testRotation},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := &world{T: t, Fixture: makeDatabase(t), clock: clockwork.NewFakeClockAt(start)}
			w.Store = w.Open(t, w.clock)
			w.must(w.Migrate(w.Context()))
			test.run(w)
		})
	}
}

var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// world is what a test of the suite works with.
type world struct {
	*testing.T
	*Fixture
	*store.Store
	clock *clockwork.FakeClock
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// is fails the test unless err has the kind.
func (w *world) is(err error, kind errs.Kind, what string) {
	w.Helper()
	if !errs.Is(err, kind) {
		w.Errorf("%s: got error %v, want kind %q", what, err, kind)
	}
}

// same compares values of package meeting, secrets by what they hide.
func (w *world) same(got, want any, what string) {
	w.Helper()
	secrets := cmp.Comparer(func(a, b meeting.Secret) bool { return a.Reveal() == b.Reveal() })
	if diff := cmp.Diff(want, got, secrets); diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// person returns account number n of a tenant.
func person(tenant string, n int) meeting.AccountID {
	return meeting.NewAccountID(meeting.TenantID(tenant), meeting.ObjectID(fmt.Sprintf("person-%03d", n)))
}

func (w *world) grant(account meeting.AccountID, service meeting.Service, subject string) meeting.GrantID {
	w.Helper()
	id, err := w.SaveGrant(w.Context(), meeting.Grant{Account: account, Service: service, SubjectID: subject},
		meeting.Tokens{Access: meeting.NewSecret("access"), Refresh: meeting.NewSecret("refresh")})
	w.must(err)
	return id
}

// connect keeps the mailbox of a new person in step.
func (w *world) connect(account meeting.AccountID) {
	w.Helper()
	w.must(w.SaveAccount(w.Context(), meeting.Account{ID: account}))
	w.grant(account, meeting.Microsoft, string(account.Object()))
	w.grant(account, meeting.Webex, "webex-"+string(account.Object()))
	connected, err := w.Connect(w.Context(), account)
	w.must(err)
	if !connected {
		w.Fatalf("connect %s: got false, want true", account)
	}
}

// claim takes the one mailbox that is due.
func (w *world) claim(account meeting.AccountID) meeting.Claim {
	w.Helper()
	claims, err := w.Claim(w.Context(), 100, time.Hour)
	w.must(err)
	if len(claims) != 1 || claims[0].Mailbox != account {
		w.Fatalf("claim: got %+v, want one of %s", claims, account)
	}
	return claims[0]
}

// idle connects a mailbox and works off what that makes due.
func (w *world) idle(account meeting.AccountID) {
	w.Helper()
	w.connect(account)
	claim := w.claim(account)
	w.must(w.SubscriptionWork(w.Context(), claim, time.Time{}, false))
	w.must(w.Swept(w.Context(), claim, w.clock.Now(), nil, time.Time{}))
	w.must(w.Release(w.Context(), claim))
	if at, ok, err := w.NextDue(w.Context()); err != nil || ok {
		w.Fatalf("idle mailbox: got due %v, %v, want none", at, err)
	}
}

func (w *world) mark(account meeting.AccountID, events ...meeting.EventID) {
	w.Helper()
	marks := make([]meeting.Mark, len(events))
	for i, event := range events {
		marks[i] = meeting.Mark{Mailbox: account, Event: event}
	}
	w.must(w.Mark(w.Context(), marks))
}

func (w *world) bite(claim meeting.Claim) []meeting.Work {
	w.Helper()
	works, err := w.Bite(w.Context(), claim, 10_000)
	w.must(err)
	return works
}

// dueIn returns how long from now the next mailbox is due, -1 for never.
func (w *world) dueIn() time.Duration {
	w.Helper()
	at, ok, err := w.NextDue(w.Context())
	w.must(err)
	if !ok {
		return -1
	}
	return max(0, at.Sub(w.clock.Now()))
}

func (w *world) subscription(claim meeting.Claim, id string) {
	w.Helper()
	w.must(w.SaveSubscription(w.Context(), claim, meeting.Subscription{
		ID: id, Mailbox: claim.Mailbox, GraphID: "graph-" + id, ExpiresAt: w.clock.Now().Add(time.Hour),
	}, meeting.NewSecret(id+".random")))
}
