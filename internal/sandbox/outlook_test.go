package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPaneKnowsItsOutlook(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	const told = `const c = Office.context, m = c.mailbox; return [JSON.stringify(await Office.onReady()), m.diagnostics.hostName,
	  c.displayLanguage, m.userProfile.emailAddress, m.userProfile.timeZone, m.item.itemType,
	  ['1.5', '1.15', '1.16'].map((v) => c.requirements.isSetSupported('Mailbox', v)), c.requirements.isSetSupported('NestedAppAuth', '1.1'),
	  m.convertToRestId?.('a/b+c', 'v2.0'), c.officeTheme?.bodyBackgroundColor, c.officeTheme?.isDarkTheme,
	  'recurrence' in m.item, 'sessionData' in m.item, 'getSharedPropertiesAsync' in m.item, history.pushState].map(String).join(' ')`
	const me = " ana@contoso.example Central Europe Standard Time appointment "
	for query, want := range map[string]string{
		"":                               `{"host":"Outlook","platform":"OfficeOnline"} OutlookWebApp cs-CZ` + me + `true,true,false false a-b_c #FFFFFF false true true false null`,
		"&profile=windows&theme=dark":    `{"host":"Outlook","platform":"PC"} newOutlookWindows cs-CZ` + me + `true,true,false false a-b_c #292929 true true true false null`,
		"&profile=mac&theme=contrast":    `{"host":"Outlook","platform":"Mac"} MacOutlook cs-CZ` + me + `true,true,false false a-b_c #000000 true true true false null`,
		"&profile=mobile&lang=en-US":     `{"host":"Outlook","platform":"iOS"} OutlookIOS en-US` + me + `true,false,false false undefined undefined undefined false false false null`,
		"&profile=nonsense&theme=purple": `{"host":"Outlook","platform":"OfficeOnline"} OutlookWebApp cs-CZ` + me + `true,true,false false a-b_c #FFFFFF false true true false null`,
	} {
		a.Open(a.url + "/?as=" + ana + query)
		a.newEvent()
		if got := a.js(told); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", query, got, want)
		}
	}
}

func TestPaneWritesTheForm(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.Fill("Title", "Plans")
	got := a.js(`const i = item();
	  const before = (await ask(i.subject.getAsync)).value;
	  await ask(i.subject.setAsync, 'Plans for spring');
	  await ask(i.location.setAsync, 'https://contoso.webex.com/x');
	  await ask(i.body.setAsync, '<p>Join</p>', {coercionType: 'html'});
	  await ask(i.requiredAttendees.setAsync, ['bo@contoso.example']);
	  await ask(i.optionalAttendees.addAsync, [{displayName: 'Erik', emailAddress: 'erik@contoso.example'}]);
	  await ask(i.start.setAsync, new Date('2026-03-05T09:00:00Z'));
	  const late = await ask(i.end.setAsync, new Date('2026-03-05T08:00:00Z'));
	  const [start, end] = [(await ask(i.start.getAsync)).value, (await ask(i.end.getAsync)).value];
	  const people = (await ask(i.requiredAttendees.getAsync)).value;
	  return [before, late.error.name, start.toISOString(), (end - start) / 60000, people[0].displayName].join(' ')`)
	if want := "Plans InvalidEndTime 2026-03-05T09:00:00.000Z 30 Bo Larsen"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for label, want := range map[string]string{"Title": "Plans for spring", "Location": "https://contoso.webex.com/x", "Attendees": bo, "Optional attendees": "erik@contoso.example", "Start": "2026-03-05T10:00"} {
		if got := a.Value(label); got != want {
			t.Errorf("%s = %q, want %q", label, got, want)
		}
	}
	if n := len(a.calendar(ana, "&from=2026-03-05&to=2026-03-06")); n != 3 {
		t.Errorf("%d events before Save, want the three of the week", n)
	}
	a.Click("button", "Save")
	a.Click("button", "Plans for spring")
	e := a.find(ana, "Plans for spring")
	if !strings.Contains(e.Body, "<p>Join</p>") || e.Location != "https://contoso.webex.com/x" || len(e.Attendees) != 2 || e.Draft {
		t.Errorf("saved %+v", e)
	}
}

// Answers of the members that a pane asks, and of what they refuse.
func TestMembers(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.js(`globalThis.say = ({status, value, error, asyncContext}) => [status, value === undefined ? '' : JSON.stringify(value), error?.name, error?.code, asyncContext].filter((x) => x !== undefined && x !== '').join(' ');
	  globalThis.thrown = (work) => { try { work(); return 'nothing'; } catch (e) { return e.message.split(':')[0]; } }`)
	for _, c := range []struct{ name, code, want string }{
		{"a context comes back", `ask(i.subject.getAsync, {asyncContext: 'mine'})`, `succeeded "" mine`},
		{"a title of 255", `ask(i.subject.setAsync, 'x'.repeat(255))`, `succeeded`},
		{"a title of 256", `ask(i.subject.setAsync, 'x'.repeat(256))`, `failed DataExceedsMaximumSize 9002`},
		{"a location of 256", `ask(i.location.setAsync, 'x'.repeat(256))`, `failed DataExceedsMaximumSize 9002`},
		{"a body of 1 000 001", `ask(i.body.setAsync, 'x'.repeat(1000001), {coercionType: 'html'})`, `failed DataExceedsMaximumSize 9002`},
		{"a body read without a type", `ask(i.body.getAsync, 'rtf')`, `failed InvalidParameterValueError 9031`},
		{"HTML without its type is text", `(await ask(i.body.setAsync, '<b>x</b>'), await ask(i.body.getAsync, 'text'))`, `succeeded "<b>x</b>"`},
		{"the type of the body", `ask(i.body.getTypeAsync)`, `succeeded "html"`},
		{"an event without an id", `ask(i.getItemIdAsync)`, `failed ItemNotSaved 9046`},
		{"the organiser", `ask(i.organizer.getAsync)`, `succeeded {"displayName":"Ana Nováková","emailAddress":"ana@contoso.example"}`},
		{"a single event", `ask(i.recurrence.getAsync)`, `succeeded null`},
		{"a time that is none", `ask(i.start.setAsync, 'tomorrow')`, `failed InvalidParameterValueError 9031`},
		{"too many people", `ask(i.requiredAttendees.setAsync, Array(501).fill('x@y.example'))`, `failed NumberOfRecipientsExceeded 9012`},
		{"a name nobody resolved", `(await ask(i.optionalAttendees.setAsync, ['Somebody']), await ask(i.optionalAttendees.getAsync))`,
			`succeeded [{"displayName":"Somebody","emailAddress":"","recipientType":"other","appointmentResponse":"none"}]`},
		{"locations", `(await ask(i.location.setAsync, 'Room 1'), await ask(i.enhancedLocation.addAsync, [{id: 'Webex', type: 'custom'}]), await ask(i.location.getAsync))`, `succeeded "Room 1; Webex"`},
		{"one location less", `(await ask(i.enhancedLocation.removeAsync, [{id: 'Room 1', type: 'custom'}]), await ask(i.enhancedLocation.getAsync))`,
			`succeeded [{"locationIdentifier":{"id":"Webex","type":"custom"},"displayName":"Webex","emailAddress":""}]`},
		{"session data", `(await ask(i.sessionData.setAsync, 'k', 'v'), await ask(i.sessionData.getAsync, 'k'))`, `succeeded "v"`},
		{"no such session data", `ask(i.sessionData.getAsync, 'other')`, `failed KeyNotFound 9050`},
		{"session data of 50 001", `ask(i.sessionData.setAsync, 'k', 'x'.repeat(50001))`, `failed SessionObjectMaxLengthExceeded 9051`},
		{"sensitivity", `(await ask(i.sensitivity.setAsync, 'private'), await ask(i.sensitivity.getAsync))`, `succeeded "private"`},
		{"custom properties", `(async () => { const p = (await ask(i.loadCustomPropertiesAsync)).value; p.set('k', 'v'); await ask(p.saveAsync);
		  return {status: (await ask(i.loadCustomPropertiesAsync)).value.get('k')}; })()`, `v`},
		{"custom properties of 2501", `(async () => { const p = (await ask(i.loadCustomPropertiesAsync)).value; p.set('k', 'x'.repeat(2501)); return ask(p.saveAsync); })()`, `failed CustomPropertiesExceedMaximumSize 9019`},
		{"a notification", `ask(n.addAsync, 'k', {type: 'progressIndicator', message: 'm'})`, `succeeded`},
		{"its key again", `ask(n.addAsync, 'k', {type: 'progressIndicator', message: 'm'})`, `failed DuplicateNotificationKey 9023`},
		{"it is replaced", `ask(n.replaceAsync, 'k', {type: 'errorMessage', message: 'other'})`, `succeeded`},
		{"it is there", `ask(n.getAllAsync)`, `succeeded [{"key":"k","type":"errorMessage","message":"other"}]`},
		{"a key of 33", `ask(n.addAsync, 'k'.repeat(33), {type: 'progressIndicator', message: 'm'})`, `failed DataExceedsMaximumSize 9002`},
		{"a message of 151", `ask(n.addAsync, 'l', {type: 'progressIndicator', message: 'm'.repeat(151)})`, `failed DataExceedsMaximumSize 9002`},
		{"an error with an icon", `ask(n.addAsync, 'l', {type: 'errorMessage', message: 'm', icon: 'Icon16'})`, `failed InvalidParameterValueError 9031`},
		{"progress that persists", `ask(n.addAsync, 'l', {type: 'progressIndicator', message: 'm', persistent: false})`, `failed InvalidParameterValueError 9031`},
		{"information without an icon", `ask(n.addAsync, 'l', {type: 'informationalMessage', message: 'm', persistent: false})`, `failed InvalidParameterValueError 9031`},
		{"information without persistence", `ask(n.addAsync, 'l', {type: 'informationalMessage', message: 'm', icon: 'Icon16'})`, `failed InvalidParameterValueError 9031`},
		{"five notifications", `(await Promise.all([1, 2, 3, 4].map((k) => ask(n.addAsync, 'i' + k, {type: 'informationalMessage', message: 'm', icon: 'Icon16', persistent: false})))).at(-1)`, `succeeded`},
		{"six", `ask(n.addAsync, 'six', {type: 'errorMessage', message: 'm'})`, `failed NumberOfNotificationMessagesExceeded 9025`},
		{"one less", `ask(n.removeAsync, 'i1')`, `succeeded`},
		{"one that is gone", `ask(n.removeAsync, 'i1')`, `failed NotificationKeyNotFound 9024`},
		{"an unknown event type", `ask(i.addHandlerAsync, 'other', () => {})`, `failed UnsupportedEventType 5001`},
		{"no argument", `({status: thrown(() => i.subject.setAsync())})`, `Sys.ArgumentException`},
		{"a callback too early", `({status: thrown(() => i.subject.getAsync(() => {}, {}))})`, `Sys.ArgumentException`},
		{"nothing is answered at once", `(async () => { let now = true, at; await new Promise((done) => { i.subject.getAsync(() => { at = now; done(); }); now = false; }); return {status: String(at)}; })()`, `false`},
	} {
		if got := a.js(`const i = item(), n = i.notificationMessages; return say(await ` + c.code + `)`); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	a.See("other Dismiss")
	a.Click("button", "Dismiss: other")
	a.Miss("other Dismiss")
}

func TestOutlookRewritesTheBody(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	for set, want := range map[string]string{
		`<p>a</p>`: `<p>a</p>`,
		`<!-- mark --><div class="x" data-key="k" id="b" onclick="x()" role="note">a&nbsp;&amp;</div>`:                   `<div id="b">a&nbsp;&amp;</div>`,
		`<a style="COLOR:#FF0000;x:y" href="https://w.example/?a=1&b=2" class="c">l</a> and text<p>x`:                    `<div><a href="https://w.example/?a=1&amp;b=2" style="color: rgb(255, 0, 0);">l</a> and text</div><p>x</p>`,
		`<html><head><title>t</title><style>p{}</style></head><body><script>1</script><svg></svg><b>x</b></body></html>`: `<div><b>x</b></div>`,
	} {
		// What is read, set again, reads the same.
		got := a.js(`const b = item().body, read = async () => (await ask(b.getAsync, 'html')).value.replace(/^.*<body dir="ltr">/s, '').replace('</body></html>', '');
		  await ask(b.setAsync, ` + quote(set) + `, {coercionType: 'html'});
		  const once = await read();
		  await ask(b.setAsync, once, {coercionType: 'html'});
		  const twice = await read();
		  return once === twice ? once : once + ' then ' + twice`)
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", set, got, want)
		}
	}
	got := a.js(`const b = item().body; await ask(b.setAsync, '<p>below</p>', {coercionType: 'html'}); await ask(b.prependAsync, 'above\n<i>', {});
	  return (await ask(b.getAsync, 'text')).value.replace(/\s+/g, ' ')`)
	if got != "above <i> below" {
		t.Errorf("prepended: %q", got)
	}
}

func quote(text string) string { return "`" + text + "`" }

// What the person types and what a program writes to the store meanwhile stand
// side by side: Save sends what was changed in the form.
func TestSaveSendsWhatWasChanged(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	e := a.make(ana, object{"body": "<p>Agenda</p>", "location": "Room 1"})
	a.Click("button", "Chess")
	a.Click("button", "Webex")
	if got := a.js(`const i = item(); const b = (await ask(i.body.getAsync, 'html')).value; await ask(i.subject.setAsync, 'Chess night');
	  return [(await ask(i.location.getAsync)).value, b.includes('<p>Agenda</p>')].join()`); got != "Room 1,true" {
		t.Errorf("read %s", got)
	}
	if status := a.do("PATCH", events+"/"+e.ID+"?user="+ana, object{"body": "<p>Agenda</p><p>Join</p>", "location": "https://contoso.webex.com/x"}, nil); status != 200 {
		t.Fatalf("status %d", status)
	}
	a.js(`while (!(await ask(item().location.getAsync)).value.startsWith('https')) await new Promise((r) => setTimeout(r, 20))`)
	if got := a.js(`return (await ask(item().body.getAsync, 'text')).value`); !strings.Contains(got, "Join") {
		t.Errorf("the form did not follow the store: %q", got)
	}
	a.js(`await ask(item().body.prependAsync, '<p>First</p>', {coercionType: 'html'})`)
	a.Click("button", "Save")
	a.See("Saved.")
	if got := a.find(ana, "Chess night"); got.Location != "https://contoso.webex.com/x" || strings.Index(got.Body, "First") > strings.Index(got.Body, "Join") || !strings.Contains(got.Body, "Agenda") {
		t.Errorf("saved %+v", got)
	}
}

// saveAsync puts the event into the calendar and invites nobody; Graph learns
// of it later, and by another spelling of its id.
func TestGraphLearnsOfASavedEventLate(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana+"&late=5s")
	a.newEvent()
	a.Fill("Title", "Plans")
	a.Fill("Attendees", bo)
	id := a.js(`return (await ask(item().saveAsync)).value`)
	if again := a.js(`return (await ask(item().getItemIdAsync)).value`); again != id || !strings.Contains(id, "/") && !strings.Contains(id, "+") {
		t.Errorf("ids %s and %s, want the same EWS id", id, again)
	}
	if e := a.find(ana, "Plans"); !e.Draft {
		t.Errorf("saved as %+v, want a draft", e)
	}
	rest := a.js(`return Office.context.mailbox.convertToRestId(` + quote(id) + `, 'v2.0')`)
	access, _ := a.Microsoft.IssueTokens(ana, a.MicrosoftClientID, "Calendars.ReadWrite")
	get := func(id string) int {
		req := a.request("GET", "/v1.0/me/events/"+strings.ReplaceAll(id, "/", "%2F"), nil)
		req.Header.Set("Authorization", "Bearer "+access)
		return a.send(req, nil)
	}
	if got := get(rest); got != http.StatusNotFound {
		t.Errorf("Graph knows the event at once: %d", got)
	}
	a.clock.Advance(5 * time.Second)
	if got := get(rest); got != http.StatusOK {
		t.Errorf("Graph after 5 s: %d", got)
	}
	if got := get(id); got != http.StatusBadRequest {
		t.Errorf("an EWS id at Graph: %d, want 400", got)
	}
	a.Click("button", "Save")
	a.See("Saved.")
	if e := a.find(bo, "Plans"); e.Own {
		t.Errorf("the attendee has %+v", e)
	}
	if e := a.find(ana, "Plans"); e.Draft {
		t.Error("Save left the event a draft")
	}
}

// Two saves at once and a Save on top make one event, also on a phone, whose
// ids are REST ids and which shows one notification.
func TestSavedOnce(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana+"&profile=mobile")
	a.newEvent()
	a.Fill("Title", "Plans")
	ids := a.js(`item().subject.setAsync('Plan'); const p = (await ask(item().loadCustomPropertiesAsync)).value; p.set('k', 'v'); await ask(p.saveAsync);
	  const [x, y] = await Promise.all([ask(item().saveAsync), ask(item().saveAsync)]);
	  return [x.value === y.value, /^[A-Za-z0-9_=-]+$/.test(x.value), (await ask(item().loadCustomPropertiesAsync)).value.get('k'),
	    (await ask(item().notificationMessages.addAsync, 'a', {type: 'errorMessage', message: 'm'})).status,
	    (await ask(item().notificationMessages.addAsync, 'b', {type: 'errorMessage', message: 'm'})).error.name].join(' ')`)
	if ids != "true true v succeeded NumberOfNotificationMessagesExceeded" {
		t.Errorf("got %s, want one REST id, the custom property and room for one notification", ids)
	}
	a.Click("button", "Save")
	a.See("Saved.")
	n := 0
	for _, e := range a.calendar(ana, "") {
		if e.Title == "Plan" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d events, want one", n)
	}
}

func TestOutsideOutlook(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.Open(a.server.URL + "/taskpane")
	if got := a.js(`const i = await Office.onReady(); return [i.host, i.platform, Office.context.mailbox, Office.context.requirements.isSetSupported('Mailbox', '1.1')].map(String).join(' ')`); got != "null null undefined false" {
		t.Errorf("got %s", got)
	}
}

func TestFormIsUsable(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	for _, size := range [][2]int64{{1440, 900}, {1000, 700}, {360, 740}} {
		a.Resize(size[0], size[1])
		a.newEvent()
		a.js(`await ask(item().notificationMessages.addAsync, 'k', {type: 'errorMessage', message: 'm'.repeat(150)})`)
		if problems := a.Problems(); len(problems) > 0 {
			t.Errorf("%d wide: %q", size[0], problems)
		}
		if n := a.Number(`document.querySelector('#pane iframe').clientWidth`); n != 320 {
			t.Errorf("%d wide: the pane has %v pixels, want 320", size[0], n)
		}
		a.Click("button", "Close")
	}
}

func TestAttendeeReadsOnly(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.Click("button", "Design review")
	a.Click("button", "Webex")
	got := a.js(`const i = item(); return [i.itemType, i.subject, i.location, i.organizer.emailAddress, i.requiredAttendees.map((a) => a.emailAddress), i.start.toISOString(),
	  i.seriesId, (await ask(i.body.getAsync, 'text')).value.includes('drafts'), i.body.setAsync, i.saveAsync, i.getItemIdAsync, i.itemId.length > 100].map(String).join(' ')`)
	want := "appointment Design review Room Kronborg bo@contoso.example ana@contoso.example,deepa@contoso.example 2026-03-03T13:00:00.000Z null true undefined undefined undefined true"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := a.Number(`document.getElementById('ribbon-add').checkVisibility() ? 1 : 0`); n != 0 {
		t.Error("an attendee can add a meeting")
	}
}

func TestPaneHearsOfChanges(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	a.newEvent()
	a.js(`globalThis.heard = []; for (const [name, tell] of Object.entries({
	    AppointmentTimeChanged: (e) => e.start.toISOString() + '/' + (e.end - e.start) / 60000, RecipientsChanged: (e) => e.changedRecipientFields.requiredAttendees,
	    RecurrenceChanged: (e) => e.recurrence.recurrenceType + e.recurrence.seriesTime.getStartTime(), EnhancedLocationsChanged: (e) => e.enhancedLocations[0].displayName})) {
	  await ask(item().addHandlerAsync, Office.EventType[name], (e) => heard.push(e.type + ' ' + tell(e)));
	}
	await ask(Office.context.mailbox.addHandlerAsync, Office.EventType.OfficeThemeChanged, (e) => heard.push(e.officeTheme.bodyBackgroundColor))`)
	a.Fill("Start", "2026-03-05T10:00")
	a.Fill("Attendees", bo)
	a.Fill("Repeat", "weekly")
	a.Fill("Location", "Room 1")
	a.Number(`(document.querySelector('.outlook').open = true, 1)`)
	a.Fill("Theme", "dark")
	got := a.js(`while (heard.length < 5) await new Promise((r) => setTimeout(r, 20)); return heard.sort().join(' ')`)
	want := "#292929 olkAppointmentTimeChanged 2026-03-05T09:00:00.000Z/30 olkEnhancedLocationsChanged Room 1 olkRecipientsChanged true olkRecurrenceChanged weeklyT10:00:00.000"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := a.js(`const r = (await ask(item().recurrence.getAsync)).value; return [r.recurrenceType, r.recurrenceProperties.days, r.seriesTime.getStartDate(), r.seriesTime.getEndDate(), r.seriesTime.getDuration(), r.recurrenceTimeZone.offset].join(' ')`); got != "weekly thu 2026-03-05  30 60" {
		t.Errorf("recurrence %q", got)
	}
	a.Click("button", "Save")
	a.See("Saved.")
	if dates := a.dates(ana, "&from=2026-03-02&to=2026-03-20"); len(dates) != 3 || dates[1].Start != "2026-03-12T10:00:00" {
		t.Errorf("the calendar shows %+v", dates)
	}
}

func TestOfficeIsSlowAndFails(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana+"&slow=300&fail=body.setAsync,saveAsync")
	a.newEvent()
	got := a.js(`const from = performance.now(); const s = await ask(item().subject.getAsync); const took = performance.now() - from;
	  const b = await ask(item().body.setAsync, 'x', {coercionType: 'text'}), v = await ask(item().saveAsync);
	  return [s.status, took >= 300, b.error.name, b.error.code, v.error.name, (await ask(item().body.getAsync, 'text')).value].join(' ')`)
	if got != "succeeded true InternalServerError 9042 InternalServerError " {
		t.Errorf("got %s", got)
	}
}
