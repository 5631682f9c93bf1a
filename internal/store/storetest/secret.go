package storetest

import (
	"crypto/rand"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/seal"
)

// plant writes one of each secret and returns their values.
func (w *world) plant() (secrets []string, id meeting.GrantID) {
	w.Helper()
	ctx := w.Context()
	secret := func(value string) meeting.Secret {
		secrets = append(secrets, value)
		return meeting.NewSecret(value)
	}
	claim := w.claimed(anna)
	w.must(w.BeginProof(ctx, contoso))
	_, err := w.OfferWebex(ctx, contoso, "Contoso", meeting.Grant{SubjectID: "admin", OrgID: "org"}, meeting.Tokens{
		Access: secret("plain-organisation-access"), Refresh: secret("plain-organisation-refresh"),
	})
	w.must(err)
	id, err = w.SaveGrant(ctx, meeting.Grant{Account: anna, Service: meeting.Webex, SubjectID: "anna"}, meeting.Tokens{
		Access: secret("plain-access-token"), Refresh: secret("plain-refresh-token"), PreviousRefresh: secret("plain-previous-token"),
	})
	w.must(err)
	flow := newFlow("")
	flow.State, flow.Browser, flow.Verifier = secret("plain-state"), secret("plain-browser"), secret("plain-verifier")
	w.must(w.SaveFlow(ctx, flow))
	w.must(w.CreateSession(ctx, secret("plain-session"), anna))
	link := fullLink()
	link.Join.Password, link.Join.PhonePassword = secret("plain-password"), secret("9081726354")
	link.Join.WebLink = "https://contoso.webex.com/plain-join-link"
	secrets = append(secrets, "plain-join-link")
	link.Options.Password = secret("plain-own-password")
	w.must(w.SaveLink(ctx, claim, link, ""))
	_, err = w.Ask(ctx, anna, link.Key, meeting.Asked{Options: meeting.Options{Password: secret("plain-asked-password")}})
	w.must(err)
	w.must(w.SaveCode(ctx, secret("plain-code"), "challenge", meeting.NewSecret("plain-session"), anna))
	w.must(w.SavePaneToken(ctx, secret("plain-pane-token"), anna, "session"))
	w.must(w.SaveSubscription(ctx, claim, meeting.Subscription{ID: "sub", Mailbox: anna}, secret("sub.plain-client-state")))
	w.must(w.KeepReceipt(ctx, anna, receipt.Entry{At: w.clock.Now(), Service: "graph", Operation: "read events"}))
	return secrets, id
}

func testSecrets(w *world) {
	secrets, id := w.plant()
	written := w.Bytes(w)
	if !strings.Contains(written, "contoso.webex.com") { // of the link's site
		w.Fatal("the link is not in what was read: the test looks at the wrong place")
	}
	for _, secret := range secrets {
		if strings.Contains(written, secret) {
			w.Errorf("%q is in the database", secret)
		}
	}

	// What is moved to another row does not open.
	other := w.grant(ben, meeting.Webex, "ben")
	exec(w, w.raw, "UPDATE tokens SET access_sealed = (SELECT access_sealed FROM tokens WHERE grant_id = '"+string(id)+
		"') WHERE grant_id = '"+string(other)+"'")
	_, _, err := w.Tokens(w.Context(), other)
	w.is(err, errs.Invalid, "tokens of another grant")
}

func testRotation(w *world) {
	ctx := w.Context()
	_, id := w.plant()
	reopen := func(keys ...string) {
		w.Helper()
		w.must(w.Close())
		w.Keys = keys
		w.Store = w.Open(w, w.clock)
	}
	reseal := func(want int, what string) {
		w.Helper()
		got, err := w.Reseal(ctx)
		w.must(err)
		w.same(got, want, what)
	}
	older, newer := w.Keys[0], seal.NewKey(rand.Reader)
	const sealed = 1 + 3 + 2 + 2 + 3 + 1 // flow; Webex tokens; Microsoft and organisation tokens, which have no previous; link; a day of receipts
	reseal(0, "nothing to do")
	reopen(newer, older)
	w.grant(ben, meeting.Webex, "ben") // the newest tokens are under the newer key
	reopen(newer)
	w.is(w.Readable(ctx), errs.Invalid, "older tokens, under a key that was dropped too early")
	reopen(newer, older)
	w.must(w.Readable(ctx))
	reseal(sealed, "under the newer key")
	reseal(0, "again")
	reopen(newer)
	tokens, _, err := w.Tokens(ctx, id)
	w.must(err)
	w.same([]string{tokens.Access.Reveal(), tokens.Refresh.Reveal(), tokens.PreviousRefresh.Reveal()},
		[]string{"plain-access-token", "plain-refresh-token", "plain-previous-token"}, "tokens under the newer key alone")
	link, err := w.LinkByKey(ctx, "key")
	w.must(err)
	w.same([]string{link.Join.Password.Reveal(), link.Options.Password.Reveal(), link.Asked.Options.Password.Reveal()},
		[]string{"plain-password", "plain-own-password", "plain-asked-password"}, "passwords under the newer key alone")
	flow, err := w.TakeFlow(ctx, meeting.FlowWebex, meeting.NewSecret("plain-state"), meeting.NewSecret("plain-browser"))
	w.must(err)
	w.same([]any{flow.Verifier.Reveal(), flow.ExpiresAt}, []any{"plain-verifier", start.Add(10 * time.Minute)}, "flow under the newer key alone")

	w.must(w.Readable(ctx))
	w.same(w.receipts(), []string(nil), "receipts under the newer key alone")
	all, lost, err := w.Sealed(ctx)
	w.must(err)
	w.same([]int{all, lost}, []int{sealed - 1 + 2, 0}, "sealed, the flow being taken, and the newest tokens; lost")

	reopen(older)
	all, lost, err = w.Sealed(ctx)
	w.must(err)
	w.same(lost, all, "lost with a key that is gone")
	w.is(w.Readable(ctx), errs.Invalid, "what is stored, under a key that is gone")
	_, _, err = w.Tokens(ctx, id)
	w.is(err, errs.Unavailable, "tokens under a key that is gone")
}
