package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

var now = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

const (
	me    = meeting.AccountID("tenant/me")
	other = meeting.AccountID("tenant/other")
	link  = "https://contoso.webex.com/contoso/j.php?MTID=m1"
)

func event(change ...func(*meeting.Event)) *meeting.Event {
	e := &meeting.Event{
		ID: "event", ICalUID: "uid", Type: meeting.SingleInstance, Subject: "Review", IsOrganizer: true,
		Start: now.Add(time.Hour), End: now.Add(2 * time.Hour), Zone: "Europe/Prague", Location: "@webex",
	}
	for _, c := range change {
		c(e)
	}
	return e
}

func live() meeting.Grant {
	return meeting.Grant{ID: "grant", Account: me, Service: meeting.Webex, State: meeting.GrantLive, Aliases: []string{"me@contoso.example"}}
}

func wanted(t *testing.T, e *meeting.Event) meeting.Shape {
	t.Helper()
	s, ok := meeting.ShapeOf(*e, meeting.Account{ID: me}, live().Aliases, "")
	if !ok {
		t.Fatal("no meeting can hold the event of this test")
	}
	return s
}

// held is the link of an event that is in step and shows its meeting.
func held(t *testing.T, e *meeting.Event, change ...func(*meeting.Link)) *meeting.Link {
	l := &meeting.Link{
		Mailbox: me, Event: e.ID, Key: "mine", State: meeting.LinkLinked, Meeting: "meeting", Grant: "grant",
		Location: "@webex", Starts: e.Start, Ends: e.End, Wanted: wanted(t, e), Join: meeting.Join{WebLink: link},
		ShownAt: now.Add(-time.Hour), BodyWrites: []time.Time{now.Add(-2 * time.Hour)},
	}
	for _, c := range change {
		c(l)
	}
	return l
}

func in(e *meeting.Event, l *meeting.Link, change ...func(*plan.Input)) plan.Input {
	i := plan.Input{Now: now, PublicURL: "https://scheduler.example", Account: meeting.Account{ID: me}, Host: live(), Event: e, Link: l}
	for _, c := range change {
		c(&i)
	}
	return i
}

// weekly is a master that began in an hour.
func weekly(change ...func(*meeting.Event)) *meeting.Event {
	repeats := func(e *meeting.Event) {
		e.Type = meeting.SeriesMaster
		e.Recurrence = &meeting.Recurrence{Type: meeting.Weekly, Interval: 1, Days: meeting.AllDays, Start: meeting.DateOf(now), Zone: "Europe/Prague"}
	}
	return event(append([]func(*meeting.Event){repeats}, change...)...)
}

// past ends a series yesterday.
func past(e *meeting.Event) {
	e.Recurrence.Start, e.Recurrence.End = meeting.DateOf(now)-20, meeting.DateOf(now)-1
	e.Start, e.End = e.Start.AddDate(0, 0, -20), e.End.AddDate(0, 0, -20)
}

// endless and ended are links of series that were made so.
func endless(l *meeting.Link) {
	l.Rhythm = &meeting.Rhythm{Recurrence: *weekly().Recurrence, Rule: "FREQ=DAILY;INTERVAL=1"}
}

func ended(l *meeting.Link) {
	l.Rhythm = &meeting.Rhythm{Recurrence: *weekly(past).Recurrence, Rule: "FREQ=DAILY;INTERVAL=1;COUNT=20", Clock: 11 * time.Hour, Length: time.Hour, Zone: "Europe/Prague"}
}

// dates are those of a master, as the calendar listed them.
func dates(instances []meeting.Instance) func(*plan.Input) {
	return func(i *plan.Input) {
		i.Dates = &plan.Dates{Series: meeting.Series{Master: *i.Event, Known: true}, Instances: instances}
	}
}

func shown(i *plan.Input)   { i.Body = plan.Body{Keys: []meeting.LinkKey{"mine"}, Current: true} }
func strange(i *plan.Input) { i.Body = plan.Body{Keys: []meeting.LinkKey{"theirs"}} }

func ending(l *meeting.Link)  { l.State = meeting.LinkEnding }
func doubted(l *meeting.Link) { l.Wanted = l.Wanted.Doubted() }

// brief is an action as the table below names it.
func brief(actions []plan.Action) []string {
	list := []string{}
	for _, a := range actions {
		s := string(a.Do) + ": " + string(a.Reason)
		if a.Do == plan.Show && a.Location != nil {
			s += " → " + *a.Location
		}
		list = append(list, s)
	}
	return list
}

func TestEvent(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) func(*meeting.Event) {
		return func(e *meeting.Event) { e.Start, e.End = now.Add(d), now.Add(d+time.Hour) }
	}
	place := func(text string) func(*meeting.Event) { return func(e *meeting.Event) { e.Location = text } }
	guests := func(e *meeting.Event) { e.Attendees = []meeting.Attendee{{Address: "ana@contoso.example"}} }
	draft := func(e *meeting.Event) { e.IsDraft = true }
	owner := func(mailbox meeting.AccountID, gone bool) func(*plan.Input) {
		return func(i *plan.Input) {
			i.Owner = &meeting.Link{Mailbox: mailbox, Event: "elsewhere", Key: "theirs", State: meeting.LinkLinked, Meeting: "m2"}
			i.OwnerGone = gone
		}
	}
	const told = "https://scheduler.example/account"
	for name, test := range map[string]struct {
		in   plan.Input
		want []string
	}{
		"an ordinary event is left alone":                  {in(event(place("Room 1")), nil), nil},
		"a keyword makes a meeting":                        {in(event(), nil), []string{"create: keyword"}},
		"a keyword among other words does too":             {in(event(place("Room 1, @Meet")), nil), []string{"create: keyword"}},
		"an address is no keyword":                         {in(event(place("bo@webex.com")), nil), nil},
		"a longer word is no keyword":                      {in(event(place("@webexample")), nil), nil},
		"keywords turned off by the person":                {in(event(), nil, func(i *plan.Input) { i.Account.KeywordsOff = true }), nil},
		"an event that is over":                            {in(event(at(-3*time.Hour)), nil), nil},
		"somebody else's invitation":                       {in(event(func(e *meeting.Event) { e.IsOrganizer = false }), nil), nil},
		"an invitation not sent yet":                       {in(event(draft, guests), nil), nil},
		"a draft of one person alone":                      {in(event(draft), nil), []string{"create: keyword"}},
		"a running event gets a meeting too":               {in(event(at(-30*time.Minute)), nil), []string{"create: keyword"}},
		"no Webex account: told in the event":              {in(event(), nil, func(i *plan.Input) { i.Host = meeting.Grant{} }), []string{"note: webex not linked", "show: webex not linked → Webex: not added, see " + told}},
		"no Webex account, but others would be mailed":     {in(event(guests), nil, func(i *plan.Input) { i.Host = meeting.Grant{} }), []string{"note: webex not linked"}},
		"no Webex account, but other text in the location": {in(event(place("Room 1 @webex")), nil, func(i *plan.Input) { i.Host = meeting.Grant{} }), []string{"note: webex not linked"}},
		"a space is not offered":                           {in(event(place("@meet:space")), nil), []string{"note: no spaces", "show: no spaces → Webex: not added, see " + told}},
		"longer than Webex allows":                         {in(event(func(e *meeting.Event) { e.End = e.Start.Add(25 * time.Hour) }), nil), []string{"note: too long", "show: too long → Webex: not added, see " + told}},
		"a Webex link of somebody else":                    {in(event(), nil, func(i *plan.Input) { i.Body.Foreign = true }), []string{"note: other webex link", "show: other webex link → Webex: not added, see " + told}},
		"the wish is met once it can be":                   {in(event(place("Webex: not added, see "+told)), held(t, event(), func(l *meeting.Link) { l.State, l.Problem = meeting.LinkWished, meeting.ProblemWebexNotLinked })), []string{"create: keyword"}},
		"our sentence alone is no wish":                    {in(event(place("Webex: not added, see "+told)), nil), nil},
		"the wish is withdrawn":                            {in(event(place("Room 1")), held(t, event(), func(l *meeting.Link) { l.State = meeting.LinkWished })), []string{"note: join details removed"}},
		"refused as it stands: not tried again": {in(event(place("Room 1 @webex")), held(t, event(), func(l *meeting.Link) {
			l.State, l.Problem, l.Refused, l.Location = meeting.LinkWished, meeting.ProblemRefused, l.Wanted, "Room 1 @webex"
		})), nil},
		"refused, then changed: tried again": {in(event(place("Room 1 @webex"), func(e *meeting.Event) { e.Subject = "Other" }), held(t, event(), func(l *meeting.Link) {
			l.State, l.Problem, l.Refused, l.Location = meeting.LinkWished, meeting.ProblemRefused, l.Wanted, "Room 1 @webex"
		})), []string{"create: keyword"}},
		"a keyword acts once per location text":             {in(event(), held(t, event(), func(l *meeting.Link) { l.State = meeting.LinkEnded })), nil},
		"typed anew after the link ended":                   {in(event(), held(t, event(), func(l *meeting.Link) { l.State, l.Location = meeting.LinkEnded, "" })), []string{"create: keyword"}},
		"made, not shown yet":                               {in(event(), held(t, event(), func(l *meeting.Link) { l.ShownAt = time.Time{} })), []string{"show: join details missing → " + link}},
		"made, not shown yet, in a room":                    {in(event(place("Room 1 @webex")), held(t, event(), func(l *meeting.Link) { l.ShownAt = time.Time{} })), []string{"show: join details missing"}},
		"made, not shown yet, our sentence in the location": {in(event(place("Webex: not added, see "+told)), held(t, event(), func(l *meeting.Link) { l.ShownAt = time.Time{} })), []string{"show: join details missing → " + link}},
		"made, the wish withdrawn meanwhile: first read":    {in(event(place("Room 1")), held(t, event(), func(l *meeting.Link) { l.ShownAt = time.Time{} })), []string{"note: second read", "wait: second read"}},
		"made, the wish withdrawn meanwhile: second read":   {in(event(place("Room 1")), held(t, event(), func(l *meeting.Link) { l.ShownAt, l.BareSince = time.Time{}, now.Add(-time.Minute) })), []string{"delete: join details removed", "note: join details removed"}},
		"in step": {in(event(place(link)), held(t, event()), shown), nil},
		"renamed": {in(event(func(e *meeting.Event) { e.Subject = "Retro" }), held(t, event()), shown), []string{"update: event changed"}},
		"renamed beyond what Webex can tell apart":      {in(event(func(e *meeting.Event) { e.Subject = "  Review " }), held(t, event()), shown), nil},
		"moved and one more guest":                      {in(event(at(3*time.Hour), guests), held(t, event()), shown), []string{"update: event changed", "invite: event changed"}},
		"grown too long: told, and the time stays":      {in(event(func(e *meeting.Event) { e.End = e.Start.Add(25 * time.Hour) }), held(t, event()), shown), []string{"note: too long"}},
		"grown too long and renamed: the title follows": {in(event(func(e *meeting.Event) { e.Subject, e.End = "Retro", e.Start.Add(25*time.Hour) }), held(t, event()), shown), []string{"update: event changed"}},
		"cancelled":                             {in(event(func(e *meeting.Event) { e.IsCancelled = true }), held(t, event()), shown), []string{"delete: event cancelled", "note: event cancelled"}},
		"gone":                                  {in(nil, held(t, event())), []string{"delete: event deleted", "note: event deleted"}},
		"gone when it was over":                 {in(nil, held(t, event(at(-3*time.Hour)))), []string{"note: event deleted"}},
		"gone, with nothing linked":             {in(nil, nil), nil},
		"gone, made with another Webex account": {in(nil, held(t, event(), func(l *meeting.Link) { l.Grant = "older" })), []string{"note: cannot be seen", "wait: signed out"}},
		"join details and location removed, first read":     {in(event(place("")), held(t, event())), []string{"note: second read", "wait: second read"}},
		"join details removed, second read too soon":        {in(event(place("")), held(t, event(), func(l *meeting.Link) { l.BareSince = now.Add(-59 * time.Second) })), []string{"wait: second read"}},
		"join details removed, second read":                 {in(event(place("")), held(t, event(), func(l *meeting.Link) { l.BareSince = now.Add(-time.Minute) })), []string{"delete: join details removed", "note: join details removed"}},
		"join details removed, join link still in location": {in(event(place(link)), held(t, event())), []string{"show: join details missing"}},
		"the block is put back once an hour at most":        {in(event(place(link)), held(t, event(), func(l *meeting.Link) { l.BodyWrites = []time.Time{now.Add(-2 * time.Minute), now.Add(-time.Minute)} })), []string{"wait: put back once an hour"}},
		"the block is put back at once the first time":      {in(event(place(link)), held(t, event(), func(l *meeting.Link) { l.BodyWrites = []time.Time{now.Add(-time.Minute)} })), []string{"show: join details missing"}},
		"half a block": {in(event(place(link)), held(t, event()), func(i *plan.Input) { shown(i); i.Body.Damaged = true }), []string{"show: join details damaged"}},
		"another product undoes our writes": {in(event(place(link)), held(t, event(), func(l *meeting.Link) {
			l.BodyWrites = []time.Time{now.Add(-3 * time.Minute), now.Add(-2 * time.Minute), now.Add(-time.Minute)}
		}), func(i *plan.Input) { shown(i); i.Body.Damaged = true }), []string{"note: too many writes"}},
		"a copy within the mailbox":                    {in(event(place(link)), nil, strange, owner(me, false)), []string{"create: event copied"}},
		"a copy whose original is gone":                {in(event(place(link)), nil, strange, owner(me, true)), []string{"adopt: event moved"}},
		"a copy of somebody else's invitation":         {in(event(), nil, strange, owner(other, false)), nil},
		"a block that nobody knows":                    {in(event(place("Room 1")), nil, strange), []string{"note: unknown join details"}},
		"somebody pasted a copy's block over ours":     {in(event(place(link)), held(t, event()), strange, owner(me, false)), []string{"show: event copied"}},
		"Webex signed out: the change waits":           {in(event(func(e *meeting.Event) { e.Subject = "Retro" }), held(t, event()), shown, func(i *plan.Input) { i.Host.State = meeting.GrantDead }), []string{"note: webex signed out", "wait: signed out"}},
		"a problem that is no more":                    {in(event(), held(t, event(), func(l *meeting.Link) { l.Problem = meeting.ProblemTooLong }), shown), []string{"note: "}},
		"restored from Deleted Items":                  {in(event(place(link)), held(t, event(), func(l *meeting.Link) { l.State = meeting.LinkEnded }), shown), []string{"create: join details missing"}},
		"a deletion without answer, the event is back": {in(event(place(link)), held(t, event(), ending), shown), []string{"delete: delete without answer", "note: delete without answer"}},
		"a deletion without answer, the event is gone": {in(nil, held(t, event(), ending)), []string{"delete: event deleted", "note: event deleted"}},
		"a deletion without answer, Webex signed out":  {in(event(), held(t, event(), ending), shown, func(i *plan.Input) { i.Host.State = meeting.GrantDead }), []string{"note: webex signed out", "wait: signed out"}},
		"a late write may have changed everything":     {in(event(place(link)), held(t, event(), doubted), shown), []string{"update: event changed", "invite: event changed"}},
		"a series is asked for its dates first":        {in(weekly(), nil, dates(nil)), []string{"expand: dates of the series"}},
		"a series gets one meeting":                    {in(weekly(), nil, dates([]meeting.Instance{})), []string{"create: keyword"}},
		"a single event became a series":               {in(weekly(place(link)), held(t, event()), shown, dates([]meeting.Instance{})), []string{"update: event changed"}},
		"a series by another calendar":                 {in(weekly(func(e *meeting.Event) { e.Recurrence = nil }), nil, dates(nil)), []string{"note: other calendar", "show: other calendar → Webex: not added, see " + told}},
		"a date of a series is judged by it":           {in(event(func(e *meeting.Event) { e.Type = meeting.Exception }), nil), nil},
		"a date that its series cannot hold":           {in(event(place(""), func(e *meeting.Event) { e.Type = meeting.Exception }), nil, func(i *plan.Input) { i.Alone = held(t, event()) }), []string{"create: date stands alone"}},
		"a date that its series has again":             {in(event(func(e *meeting.Event) { e.Type = meeting.Occurrence }), held(t, event()), strange, func(i *plan.Input) { i.InSeries = true }), []string{"delete: back in its series", "note: back in its series"}},
		"a series that was ended early":                {in(weekly(past), held(t, event(), endless), shown, dates(nil)), []string{"delete: series ended", "note: series ended"}},
		"a series that is over":                        {in(weekly(past), held(t, event(), ended), shown, dates(nil)), nil},
		"a date whose own text asks":                   {in(event(func(e *meeting.Event) { e.Type = meeting.Exception }), nil, func(i *plan.Input) { i.Single = true }), []string{"create: keyword"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want == nil {
				want = []string{}
			}
			if diff := cmp.Diff(want, brief(plan.Event(test.in))); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateSendsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	renamed := plan.Event(in(event(func(e *meeting.Event) { e.Subject = "Retro" }), held(t, event()), shown))
	if p := renamed[0].Patch; p.Title == nil || *p.Title != "Retro" || p.Start != nil || p.End != nil {
		t.Errorf("renamed: patch = %+v, want the title alone", p)
	}
	moved := plan.Event(in(event(func(e *meeting.Event) { e.Start = now.Add(90 * time.Minute) }), held(t, event()), shown))
	if p := moved[0].Patch; p.Title != nil || p.Start == nil || !p.Start.Equal(now.Add(90*time.Minute)) || p.Zone != "Europe/Prague" {
		t.Errorf("moved: patch = %+v, want the times alone, with their zone", p)
	}
}

func TestRunningEventStartsNextMinute(t *testing.T) {
	t.Parallel()
	e := event(func(e *meeting.Event) { e.Start, e.End = now.Add(-30*time.Minute), now.Add(5*time.Minute) })
	got := plan.Event(in(e, nil))[0].Spec
	if want := now.Add(time.Minute); !got.Start.Equal(want) {
		t.Errorf("start = %v, want the next minute %v", got.Start, want)
	}
	if want := got.Start.Add(10 * time.Minute); !got.End.Equal(want) {
		t.Errorf("end = %v, want ten minutes after the start %v", got.End, want)
	}
}

// TestKeywordActsAgain: a restored event's keyword acts again if the meeting it
// had made was never shown.
func TestKeywordActsAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		shown time.Time
		want  string
	}{
		"shown before the event went": {now.Add(-time.Hour), "@webex"},
		"never shown":                 {time.Time{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actions := plan.Event(in(nil, held(t, event(), func(l *meeting.Link) { l.ShownAt = test.shown })))
			if got := actions[len(actions)-1].Text; got != test.want {
				t.Errorf("the location acted on is %q, want %q", got, test.want)
			}
		})
	}
}

// TestTenant: what a tenant's administrators decided, and meetings of a person
// who connected before them.
func TestTenant(t *testing.T) {
	t.Parallel()
	const told = "https://scheduler.example/account"
	place := func(text string) func(*meeting.Event) { return func(e *meeting.Event) { e.Location = text } }
	guests := func(e *meeting.Event) { e.Attendees = []meeting.Attendee{{Address: "ana@contoso.example"}} }
	renamed := func(e *meeting.Event) { e.Subject = "Retro" }
	settings := func(s meeting.Settings) func(*plan.Input) { return func(i *plan.Input) { i.Settings = s } }
	copies := settings(meeting.Settings{CopyReceived: true})
	received := func(i *plan.Input) {
		strange(i)
		i.Owner = &meeting.Link{Mailbox: other, Event: "elsewhere", Key: "theirs", State: meeting.LinkLinked, Meeting: "m2"}
	}
	tenant := func(i *plan.Input) { i.Authority = meeting.TenantWide }
	mapped := func(state meeting.GrantState) func(*plan.Input) {
		return func(i *plan.Input) {
			i.Authority = meeting.TenantWide
			i.Maker = live()
			i.Maker.State = state
			i.Host = meeting.Grant{ID: "organisation", State: meeting.GrantLive, HostEmail: "host@contoso.example", HostID: "host", Aliases: []string{"host@contoso.example"}}
		}
	}
	nobody := func(i *plan.Input) { i.Authority, i.Host = meeting.TenantWide, meeting.Grant{} }
	for name, test := range map[string]struct {
		in   plan.Input
		want []string
	}{
		"keywords are off":                     {in(event(), nil, settings(meeting.Settings{KeywordsOff: true})), nil},
		"the bare word means the room":         {in(event(place("Room 1 @webex")), nil, settings(meeting.Settings{BareIsRoom: true})), []string{"room: keyword"}},
		"a received invitation, copied":        {in(event(guests), nil, received), nil},
		"the same, where copies count":         {in(event(guests), nil, received, copies), []string{"create: event copied"}},
		"without guests it is no invitation":   {in(event(), nil, received, copies), nil},
		"the copy shows its own":               {in(event(guests, place(link)), held(t, event(guests), func(l *meeting.Link) { l.ShownAt = time.Time{} }), received, copies), []string{"show: event copied"}},
		"somebody else's is not taken over":    {in(event(guests), nil, received, copies, func(i *plan.Input) { i.OwnerGone = true }), []string{"create: event copied"}},
		"nobody in Webex for the mailbox":      {in(event(), nil, nobody), []string{"note: no webex host", "show: no webex host → Webex: not added, see " + told}},
		"nobody any more: the change waits":    {in(event(renamed), held(t, event()), shown, nobody), []string{"note: no webex host", "wait: signed out"}},
		"made before, by another Webex person": {in(event(renamed), held(t, event()), shown, mapped(meeting.GrantLive)), []string{"update: event changed"}},
		"and deleted with it":                  {in(nil, held(t, event()), mapped(meeting.GrantLive)), []string{"delete: event deleted", "note: event deleted"}},
		"whose grant is dead":                  {in(event(renamed), held(t, event()), shown, mapped(meeting.GrantDead)), []string{"note: cannot be seen", "wait: signed out"}},
		"of whom nothing is known":             {in(event(renamed), held(t, event(), func(l *meeting.Link) { l.Grant = "older" }), shown, mapped(meeting.GrantLive)), []string{"note: cannot be seen", "wait: signed out"}},
		"an ordinary event of the tenant":      {in(event(), nil, tenant), []string{"create: keyword"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want == nil {
				want = []string{}
			}
			if diff := cmp.Diff(want, brief(plan.Event(test.in))); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrivateTitle(t *testing.T) {
	t.Parallel()
	e := event(func(e *meeting.Event) { e.Subject, e.Private = "Salary", true })
	for setting, want := range map[string]string{"": "Private meeting", "Busy": "Busy"} {
		got := plan.Event(in(e, nil, func(i *plan.Input) { i.Settings.PrivateTitle = setting }))
		if got[0].Spec.Title != want {
			t.Errorf("title %q for the setting %q, want %q", got[0].Spec.Title, setting, want)
		}
	}
}

// TestSeriesThatRepeatsNoLonger: its only date is over. What Webex still shows to
// come goes; of a series that is over there too nothing is deleted.
func TestSeriesThatRepeatsNoLonger(t *testing.T) {
	t.Parallel()
	past := event(func(e *meeting.Event) { e.Start, e.End = now.Add(-26*time.Hour), now.Add(-25*time.Hour) })
	today := meeting.DateOf(now)
	for name, c := range map[string]struct {
		change func(*meeting.Rhythm)
		want   bool
	}{
		"dates to come":               {func(*meeting.Rhythm) {}, true},
		"without end":                 {func(h *meeting.Rhythm) { h.Recurrence.Count = 0 }, true},
		"a change was under way":      {func(h *meeting.Rhythm) { h.Recurrence = meeting.Recurrence{} }, true},
		"the last was yesterday":      {func(h *meeting.Rhythm) { h.Recurrence.Count = 2 }, false},
		"the last was earlier today":  {func(h *meeting.Rhythm) { h.Recurrence.Count, h.Clock = 3, 0 }, false},
		"the last is later today":     {func(h *meeting.Rhythm) { h.Recurrence.Count, h.Clock = 3, 23*time.Hour }, true},
		"Webex has one meeting alone": {func(h *meeting.Rhythm) { h.Rule = "" }, false},
	} {
		h := meeting.Rhythm{Recurrence: meeting.Recurrence{Type: meeting.Daily, Interval: 1, Start: today - 2, Count: 9, Zone: "UTC"}, Clock: 23 * time.Hour, Length: 30 * time.Minute, Zone: "UTC", Rule: "FREQ=DAILY"}
		c.change(&h)
		var deletes bool
		for _, a := range plan.Event(in(past, held(t, past, func(l *meeting.Link) { l.Rhythm = &h }))) {
			deletes = deletes || a.Do == plan.Delete
		}
		if deletes != c.want {
			t.Errorf("%s: deleted %t, want %t", name, deletes, c.want)
		}
	}
}
