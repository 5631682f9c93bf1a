package storetest

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// given is the mailbox of anna as an owner gave it, by address.
const given meeting.AccountID = "contoso/person-001@contoso.example"

// plantGiven keeps a mailbox by its address, with one of everything.
func (w *world) plantGiven() {
	w.Helper()
	ctx := w.Context()
	w.authorise(contoso)
	m := hosted(anna)
	m.Account, m.Person.ID = given, given.Object()
	w.apply(meeting.MemberChange{Member: m})
	w.mark(given, "marked")
	claim := w.claim(given)
	link := fullLink()
	link.Mailbox = given
	w.must(w.SaveLink(ctx, claim, link, ""))
	_, err := w.Ask(ctx, given, link.Key, meeting.Asked{At: start, Options: meeting.Options{Password: meeting.NewSecret("asked")}})
	w.must(err)
	w.must(w.SaveIntent(ctx, claim, meeting.Intent{Nonce: "nonce", Mailbox: given, Event: "marked"}))
	w.must(w.SaveSubscription(ctx, claim, meeting.Subscription{ID: "sub", Mailbox: given, GraphID: "g", Authority: meeting.TenantWide,
		ExpiresAt: start.Add(time.Hour)}, meeting.NewSecret("sub.x")))
	w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
	w.must(w.Release(ctx, claim))
	w.state("sub") // remembered from now on
}

// moved checks that everything of given is anna's.
func (w *world) moved() {
	w.Helper()
	ctx := w.Context()
	if dump := w.Dump(w); strings.Contains(dump, string(given)+" ") || strings.Contains(dump, "="+string(given)+"\n") {
		w.Errorf("left behind under the address:\n%s", dump)
	}
	state := w.mailbox(anna)
	w.same([]any{state.Connected, state.Authority, state.Waiting}, []any{true, meeting.TenantWide, 2}, "mailbox")
	want := fullLink()
	want.Asked = meeting.Asked{Revision: 1, At: start, Options: meeting.Options{Password: meeting.NewSecret("asked")}}
	links, err := w.Links(ctx, anna, []meeting.EventID{"event"})
	w.must(err)
	w.same(links, []meeting.Link{want}, "link, with what is sealed in it")
	intents, err := w.Intents(ctx, anna, "marked")
	w.must(err)
	w.same(len(intents), 1, "intents")
	mailbox, _ := w.state("sub")
	w.same(mailbox, anna, "mailbox of the client state")
	members, err := w.Members(ctx, contoso)
	w.must(err)
	w.same(members, []meeting.Member{hosted(anna)}, "members")
	_, err = w.Account(ctx, given)
	w.is(err, errs.NotFound, "account under the address")
	_, err = w.Account(ctx, anna)
	w.must(err)
}

func testNamedByRoster(w *world) {
	w.plantGiven()
	w.apply(meeting.MemberChange{Member: hosted(anna), Was: given})
	w.moved()
	claim := w.claim(anna)
	w.same(claim.Authority, meeting.TenantWide, "claim")
}

func testNamedBySignin(w *world) {
	ctx := w.Context()
	w.plantGiven()
	before := w.Dump(w)
	w.must(w.NameMember(ctx, person("fabrikam", 1), "person-001@contoso.example"))
	w.must(w.NameMember(ctx, anna, "somebody@contoso.example"))
	w.must(w.NameMember(ctx, anna, ""))
	w.must(w.NameMember(ctx, given, "person-001@contoso.example"))
	w.same(w.Dump(w), before, "a name that means no member changed the database")

	under := w.lookAt(contoso) // a look that still knows the address
	w.must(w.NameMember(ctx, anna, "Person-001@Contoso.example"))
	w.moved()
	stale := hosted(anna)
	stale.Account, stale.Person.ID = given, given.Object()
	w.must(w.ApplyRoster(ctx, under, meeting.Choice{}, []meeting.MemberChange{{Member: stale}}, w.at))
	w.moved()
}

// testNamedTwice has the person connect on their own before it is known that
// their mailbox was given by its address.
func testNamedTwice(w *world) {
	ctx := w.Context()
	w.plantGiven()
	w.connect(anna)
	claims, err := w.Claim(ctx, 10, time.Hour)
	w.must(err)
	for _, claim := range claims {
		if claim.Mailbox == anna {
			w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: anna, Event: "event", State: meeting.LinkEnded}, ""))
			w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: anna, Event: "own", State: meeting.LinkLinked, Meeting: "own"}, ""))
		}
		w.must(w.Release(ctx, claim))
	}
	w.apply(meeting.MemberChange{Member: hosted(anna), Was: given})
	w.moved()
	_, err = w.LinkByMeeting(ctx, "own")
	w.must(err)
	grant, err := w.Grant(ctx, anna, meeting.Webex)
	w.must(err)
	w.same(grant.State, meeting.GrantLive, "the person's own grant")
}
