package storetest

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func secret(value string) meeting.Secret { return meeting.NewSecret(value) }

// inPane gives anna a browser session, and the pane a token through it.
func (w *world) inPane(session, token string) {
	w.Helper()
	ctx := w.Context()
	w.must(w.CreateSession(ctx, secret(session), anna))
	w.must(w.SaveCode(ctx, secret("code of "+token), "challenge", secret(session), anna))
	account, hash, err := w.TakeCode(ctx, secret("code of "+token), "challenge")
	w.must(err)
	w.same(account, anna, "whose code it was")
	w.must(w.SavePaneToken(ctx, secret(token), account, hash))
}

func testPaneCode(w *world) {
	ctx := w.Context()
	w.must(w.CreateSession(ctx, secret("session"), anna))
	save := func(code string) {
		w.Helper()
		w.must(w.SaveCode(ctx, secret(code), "challenge", secret("session"), anna))
	}
	take := func(code, challenge, what string) {
		w.Helper()
		_, _, err := w.TakeCode(ctx, secret(code), challenge)
		w.is(err, errs.NotFound, what)
	}
	save("code")
	_, _, err := w.TakeCode(ctx, secret("code"), "challenge")
	w.must(err)
	take("code", "challenge", "used code")
	take("never", "challenge", "unknown code")
	save("guessed at")
	take("guessed at", "other challenge", "another challenge")
	take("guessed at", "challenge", "code after a wrong challenge")
	save("late")
	w.clock.Advance(time.Minute)
	take("late", "challenge", "late code")
	save("signed out")
	w.must(w.EndSession(ctx, secret("session")))
	take("signed out", "challenge", "code of a session that ended")
	w.is(w.SaveCode(ctx, secret("code"), "", secret("session"), anna), errs.Invalid, "code without challenge")
}

func testPaneToken(w *world) {
	ctx := w.Context()
	ended := func(what string, tokens ...string) {
		w.Helper()
		for _, token := range tokens {
			_, err := w.PaneToken(ctx, secret(token))
			w.is(err, errs.NotFound, token+" "+what)
		}
	}
	lives := func(token string) {
		w.Helper()
		account, err := w.PaneToken(ctx, secret(token))
		w.must(err)
		w.same(account, anna, "whose token it is")
	}
	ended("that never was", "never", "")
	w.inPane("browser", "one")
	w.inPane("other browser", "two")
	lives("one")
	w.must(w.EndPaneToken(ctx, secret("one")))
	w.must(w.EndPaneToken(ctx, secret("one")))
	ended("after the pane signed out", "one")
	_, err := w.Session(ctx, secret("browser"))
	w.is(err, errs.NotFound, "the session it came from")
	lives("two")
	w.clock.Advance(time.Hour)
	ended("after an hour", "two")
	w.inPane("third browser", "three")
	w.must(w.EndSession(ctx, secret("third browser")))
	ended("after the browser signed out", "three")
	for name, end := range map[string]func() error{
		"after all sessions ended": func() error { return w.EndSessions(ctx, anna) },
		"after disconnecting":      func() error { return w.Disconnect(ctx, anna) },
	} {
		w.inPane("session "+name, "four")
		w.must(w.SaveCode(ctx, secret("left"), "challenge", secret("session "+name), anna))
		w.must(end())
		ended(name, "four")
		_, _, err := w.TakeCode(ctx, secret("left"), "challenge")
		w.is(err, errs.NotFound, "code "+name)
	}
	w.inPane("last browser", "five")
	w.must(w.SaveCode(ctx, secret("never taken"), "challenge", secret("last browser"), anna))
	w.clock.Advance(time.Hour)
	w.must(w.PurgeExpired(ctx))
	if dump := w.Dump(w); strings.Contains(dump, "pane_") {
		w.Errorf("left after a purge:\n%s", dump)
	}
}
