package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
)

const openDialog = `globalThis.show = (path, options = {promptBeforeOpen: false}) => ask(Office.context.ui.displayDialogAsync, path.startsWith('/') ? location.origin + path : path, options);
  globalThis.heard = (dialog) => new Promise((done) => {
    dialog.addEventHandler(Office.EventType.DialogMessageReceived, (a) => done(a.message + ' from ' + (a.origin === location.origin ? 'us' : a.origin)));
    dialog.addEventHandler(Office.EventType.DialogEventReceived, (a) => done('event ' + a.error));
  });`

func TestDialogTalksWithThePane(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.js(openDialog + `globalThis.dialog = (await show('/dialog')).value; globalThis.first = heard(dialog)`)
	var inside string
	a.run("/dialog", `const info = await Office.onReady(); const c = Office.context;
	  globalThis.fromParent = new Promise((done) => c.ui.addHandlerAsync(Office.EventType.DialogParentMessageReceived, (a) => done(a.message + ' from ' + (a.origin === location.origin ? 'us' : a.origin))));
	  c.ui.messageParent('hello');
	  return [info.host, c.requirements.isSetSupported('DialogOrigin', '1.1'), String(c.mailbox), history.replaceState].map(String).join(' ')`, &inside)
	if want := "Outlook true undefined null"; inside != want {
		t.Errorf("in the dialog: %q, want %q", inside, want)
	}
	if got := a.js(`return first`); got != "hello from us" {
		t.Errorf("the pane heard %q", got)
	}
	if got := a.js(`const r = await show('/dialog'); return r.error.code`); got != "12007" {
		t.Errorf("a second dialog: %s, want 12007", got)
	}
	a.js(`dialog.messageChild('welcome')`)
	a.run("/dialog", `return fromParent`, &inside)
	if inside != "welcome from us" {
		t.Errorf("the dialog heard %q", inside)
	}
	if got := a.js(`const closed = heard(dialog); dialog.close(); const next = await show('/nowhere'); globalThis.dialog = next.value; return Promise.race([closed, heard(dialog)])`); got != "event 12002" {
		t.Errorf("a page that is not there: %s, want event 12002 and nothing of the dialog closed before", got)
	}
	a.js(`dialog.close()`)
}

// The person closes the window.
func TestDialogIsClosed(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.js(openDialog + `globalThis.dialog = (await show('/dialog')).value; globalThis.first = heard(dialog)`)
	a.run("/dialog", `await Office.onReady(); setTimeout(() => window.close(), 50)`, nil)
	if got := a.js(`return first`); got != "event 12006" {
		t.Errorf("got %q, want event 12006", got)
	}
	if got := a.js(`const r = await show('/dialog'); r.value.close(); return r.status`); got != "succeeded" {
		t.Errorf("the next dialog %s", got)
	}
}

// A page that asks for a group of windows of its own is lost to its opener, and
// so is one that takes the name that the dialog is known by.
func TestDialogPagesThatBreakMessaging(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.heads["/dialog"] = http.Header{"Cross-Origin-Opener-Policy": {"same-origin"}}
	a.newEvent()
	a.js(openDialog + `globalThis.dialog = (await show('/dialog')).value; globalThis.first = heard(dialog)`)
	var inside string
	a.run("/dialog", `return String((await Office.onReady()).host) + ' ' + typeof Office.context.ui`, &inside)
	if inside != "null undefined" {
		t.Errorf("the page still knows it is a dialog: %s", inside)
	}
	if got := a.js(`return first`); got != "event 12006" {
		t.Errorf("got %q, want event 12006", got)
	}
	a.run("/dialog", `setTimeout(() => window.close(), 50)`, nil)
}

func TestDialogRefusals(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.js(openDialog)
	for _, c := range []struct{ name, code, want string }{
		{"another site", `show('` + a.url + `/')`, "12004"},
		{"our site by another port", `show('http://127.0.0.1:1/')`, "12004"},
		{"no HTTPS", `show('http://app.example/')`, "12005"},
		{"a blocked window", `(window.open = () => null, show('/dialog'))`, "12011"},
	} {
		if got := a.js(`return (await ` + c.code + `).error.code`); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	// Outlook on the web asks first, in the pane; other Outlooks do not.
	if got := a.js(`const asked = show('/dialog', {}); document.querySelectorAll('[role=alertdialog] button')[1].click(); return (await asked).error.code`); got != "12009" {
		t.Errorf("ignored: %s, want 12009", got)
	}
	if got := a.js(`try { Office.context.ui.messageParent('x'); return 'sent'; } catch { return 'thrown'; }`); got != "thrown" {
		t.Errorf("messageParent in the pane: %s", got)
	}
}

func TestRibbonCommand(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.Click("button", "New event")
	a.Click("button", "Add Webex meeting")
	var got string
	a.run("/taskpane/commands", `await Office.onReady();
	  const event = await new Promise((done) => Office.actions.associate('addMeeting', done));
	  globalThis.event = event;
	  await ask(item().notificationMessages.addAsync, 'p', {type: 'progressIndicator', message: 'Making it…'});
	  await ask(item().location.setAsync, 'Webex');
	  const no = await ask(item().addHandlerAsync, Office.EventType.RecipientsChanged, () => {});
	  return event.source.id + ' ' + no.error.name`, &got)
	if got != "addMeeting ApiCallNotSupportedByExtensionPoint" {
		t.Errorf("the command got %s", got)
	}
	a.See("Making it…")
	if got := a.Value("Location"); got != "Webex" {
		t.Errorf("location %q", got)
	}
	if n := a.Number(`document.getElementById('ribbon-add').disabled ? 1 : 0`); n != 1 {
		t.Error("the button can be pressed twice")
	}
	a.run("/taskpane/commands", `setTimeout(() => event.completed({allowEvent: true}), 20)`, nil)
	// A minute is all a command has, but for the time a dialog is open.
	a.Number(`((real) => { window.setTimeout = (f, ms, ...rest) => real(f, ms > 50000 ? 400 : ms, ...rest); return 1; })(window.setTimeout)`)
	a.Click("button", "Add Webex meeting") // once it can be pressed again
	a.See("Webex took too long and was stopped.")
	if n := a.Number(`document.querySelectorAll('#commands iframe').length`); n != 0 {
		t.Errorf("%v hidden frames are left", n)
	}
}

// A function command has no window that was clicked in: Outlook asks for a click
// and opens the dialog itself.
func TestRibbonCommandOpensADialog(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.Click("button", "New event")
	a.Click("button", "Add Webex meeting")
	a.run("/taskpane/commands", `await Office.onReady(); await new Promise((done) => Office.actions.associate('addMeeting', done));`+openDialog+`
	  globalThis.opened = show('/dialog')`, nil)
	a.See("Webex wants to display a new window.")
	a.Click("button", "Allow")
	a.run("/taskpane/commands", `globalThis.dialog = (await opened).value; globalThis.first = heard(dialog)`, nil)
	var got string
	a.run("/dialog", `await Office.onReady(); Office.context.ui.messageParent('code', {targetOrigin: location.origin}); return location.origin`, nil)
	a.run("/taskpane/commands", `const text = await first; dialog.close(); return text`, &got)
	if got != "code from us" {
		t.Errorf("the command heard %q", got)
	}
}

// On its way through other sites the dialog stays one, and is heard from there
// only if it says whom it speaks to.
func TestDialogGoesElsewhere(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.js(openDialog + `globalThis.dialog = (await show('/dialog')).value; globalThis.first = heard(dialog)`)
	ours := a.server.URL
	elsewhere := strings.Replace(ours, "127.0.0.1", "localhost", 1)
	a.run("/dialog", `setTimeout(() => location.href = '`+elsewhere+`/dialog?there', 20)`, nil)
	var got string
	a.run("/dialog?there", `const info = await Office.onReady();
	  Office.context.ui.messageParent('lost');
	  Office.context.ui.messageParent('lost too', {targetOrigin: location.origin});
	  Office.context.ui.messageParent('found', {targetOrigin: '`+ours+`'}); return info.host + ' ' + location.host`, &got)
	if want := "Outlook " + strings.TrimPrefix(elsewhere, "http://"); got != want {
		t.Fatalf("the dialog is at %q, want %q", got, want)
	}
	if got := a.js(`return first`); got != "found from "+elsewhere {
		t.Errorf("the pane heard %q", got)
	}
	a.js(`globalThis.first = heard(dialog)`)
	a.run("/dialog?there", `setTimeout(() => location.href = '`+ours+`/dialog?back', 20)`, nil)
	a.run("/dialog?back", `await Office.onReady(); Office.context.ui.messageParent('home again')`, nil)
	if got := a.js(`return first`); got != "home again from us" {
		t.Errorf("the pane heard %q", got)
	}
	a.js(`dialog.close()`)
}
