package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// fromPane is an unbound meeting from the pane, made ten minutes ago.
func fromPane(change ...func(*meeting.Link)) *meeting.Link {
	e := event()
	shape, _ := meeting.ShapeOf(*e, meeting.Account{ID: me}, nil, "")
	l := &meeting.Link{
		Mailbox: me, Event: meeting.DraftEvent("pane"), Key: "pane", State: meeting.LinkLinked, Meeting: "from the pane", Grant: "grant",
		Starts: e.Start, Ends: e.End, Wanted: shape, CreatedAt: now.Add(-10 * time.Minute), Join: meeting.Join{WebLink: link},
	}
	for _, c := range change {
		c(l)
	}
	return l
}

func asked(change ...func(*meeting.Asked)) func(*meeting.Link) {
	return func(l *meeting.Link) {
		l.Asked = meeting.Asked{Revision: l.Served + 1, Options: l.Options, At: now.Add(-time.Minute)}
		for _, c := range change {
			c(&l.Asked)
		}
	}
}

func removal(a *meeting.Asked)  { a.Remove = true }
func open(a *meeting.Asked)     { a.Open = true }
func password(a *meeting.Asked) { a.Options.Password = meeting.NewSecret("new") }
func ago(d time.Duration) func(*meeting.Asked) {
	return func(a *meeting.Asked) { a.At = now.Add(-d) }
}

func wishes(l *meeting.Link) { l.State, l.Meeting = meeting.LinkWished, "" }
func served(l *meeting.Link) { l.Served = l.Asked.Revision }

// TestPane: events that a meeting from the pane belongs to.
func TestPane(t *testing.T) {
	t.Parallel()
	place := func(text string) func(*meeting.Event) { return func(e *meeting.Event) { e.Location = text } }
	unsent := func(e *meeting.Event) {
		e.IsDraft, e.Attendees = true, []meeting.Attendee{{Address: "ana@contoso.example"}}
	}
	draft := func(change ...func(*meeting.Link)) func(*plan.Input) {
		return func(i *plan.Input) { i.Draft = fromPane(change...) }
	}
	shows := func(keys ...meeting.LinkKey) func(*plan.Input) {
		return func(i *plan.Input) {
			i.Body.Keys, i.Body.Damaged = keys, len(keys) > 1
			i.Body.Current = i.Link != nil && len(keys) == 1 && keys[0] == i.Link.Key
			if i.Draft != nil && len(keys) > 0 {
				i.Owner = i.Draft
			}
		}
	}
	stale := func(i *plan.Input) { i.Body.Current = false }
	meant := func(isOpen bool) func(*meeting.Link) {
		return func(l *meeting.Link) { l.For, l.Open = "event", isOpen }
	}
	former := func(l *meeting.Link) { l.Former = []meeting.Former{{Meeting: "before"}} }
	room := func(l *meeting.Link) { l.Options.Kind, l.Meeting = meeting.RoomKind, "" }
	ended := func(l *meeting.Link) { l.State, l.Meeting = meeting.LinkEnded, "" }
	bound := func(l *meeting.Link) { l.For, l.ShownAt = "event", time.Time{} }
	over := func(e *meeting.Event) { e.Start, e.End = now.Add(-3*time.Hour), now.Add(-2*time.Hour) }
	for name, test := range map[string]struct {
		in   plan.Input
		want []string
	}{
		"its block is seen":                              {in(event(place("")), nil, draft(), shows("pane")), []string{"adopt: first seen in its event"}},
		"before the invitation is sent":                  {in(event(place(""), unsent), nil, draft(), shows("pane")), []string{"adopt: first seen in its event"}},
		"beside the block of another meeting":            {in(event(place("")), held(t, event()), draft(), shows("mine", "pane")), []string{"adopt: first seen in its event"}},
		"in a series":                                    {in(event(place(""), func(e *meeting.Event) { e.Type = meeting.SeriesMaster }), nil, draft(), shows("pane")), []string{"adopt: first seen in its event"}},
		"in an event that is over":                       {in(event(place(""), over), nil, draft(), shows("pane")), nil},
		"before it is known to be made":                  {in(event(place("")), nil, draft(wishes), shows("pane")), []string{"wait: waiting for its event"}},
		"its link is the location":                       {in(event(place(link)), nil, draft()), []string{"adopt: first seen in its event"}},
		"for this event, and nobody has it open":         {in(event(place("")), nil, draft(meant(false))), []string{"adopt: first seen in its event"}},
		"for this event, and the pane writes it":         {in(event(place("")), nil, draft(meant(true))), nil},
		"the same with a keyword":                        {in(event(), nil, draft(meant(true))), []string{"adopt: first seen in its event"}},
		"the same, not sent yet":                         {in(event(unsent), nil, draft(meant(true))), nil},
		"being made, with a keyword":                     {in(event(), nil, draft(wishes, meant(true))), nil},
		"being made, not open, with a keyword":           {in(event(), nil, draft(wishes, meant(false))), nil},
		"being made for an event that has one":           {in(event(place(link)), held(t, event()), draft(wishes, meant(true)), shown), nil},
		"bound, not written yet":                         {in(event(place("")), held(t, event(), bound)), []string{"show: join details missing → " + link}},
		"bound, not written yet, not sent yet":           {in(event(place(""), unsent), held(t, event(), bound)), nil},
		"the meeting before, seen beside":                {in(event(place(link)), held(t, event(), former), shows("mine", "old")), []string{"show: join details damaged"}},
		"the meeting before, seen no more":               {in(event(place(link)), held(t, event(), former), shown), []string{"retire: another meeting before"}},
		"the meeting before goes with the event":         {in(nil, held(t, event(), former)), []string{"delete: event deleted", "retire: another meeting before", "note: event deleted"}},
		"the meeting before, and a lost deletion":        {in(event(), held(t, event(), former, ending)), []string{"delete: delete without answer", "retire: another meeting before", "note: delete without answer"}},
		"another password":                               {in(event(place(link)), held(t, event(), asked(password)), shown), []string{"update: options changed in the pane", "serve: options changed in the pane"}},
		"cohosts who are not invited":                    {in(event(place(link)), held(t, event(), asked(func(a *meeting.Asked) { a.Options.CoHosts = []string{"x@y.example"} })), shown), []string{"serve: options changed in the pane"}},
		"nothing new":                                    {in(event(place(link)), held(t, event(), asked()), shown), []string{"serve: options changed in the pane"}},
		"signed out":                                     {in(event(place(link)), held(t, event(), asked(password)), shown, func(i *plan.Input) { i.Host.State = meeting.GrantDead }), []string{"serve: options changed in the pane"}},
		"asked while it is a wish":                       {in(event(), held(t, event(), wishes, asked(password))), []string{"serve: options changed in the pane"}},
		"asked when it has ended":                        {in(event(place("")), held(t, event(), ended, asked(password))), []string{"serve: options changed in the pane"}},
		"asked when the event is over":                   {in(event(over), held(t, event(over), asked(password)), shown), []string{"serve: options changed in the pane"}},
		"the block is old, and open in the pane":         {in(event(place(link)), held(t, event(), asked(open), served), shown, stale), []string{"wait: open in the pane"}},
		"the block is old, and the pane closed":          {in(event(place(link)), held(t, event(), asked(), served), shown, stale), []string{"show: join details damaged"}},
		"the block is old, the pane long closed":         {in(event(place(link)), held(t, event(), asked(open, ago(10*time.Minute)), served), shown, stale), []string{"show: join details damaged"}},
		"removed by a script":                            {in(event(place(link)), held(t, event(), asked(removal)), shown), []string{"show: removed through the pane → ", "delete: removed through the pane", "note: removed through the pane"}},
		"removed by a script, other text":                {in(event(place("Room 1 @webex")), held(t, event(), asked(removal)), shown), []string{"show: removed through the pane", "delete: removed through the pane", "note: removed through the pane"}},
		"removed by a script, not sent yet":              {in(event(place(link), unsent), held(t, event(), asked(removal)), shown), nil},
		"removed in the form, asked":                     {in(event(place(link)), held(t, event(), asked(removal, open)), shown), []string{"serve: options changed in the pane"}},
		"removed in the form, not saved":                 {in(event(place(link)), held(t, event(), asked(removal, open), served), shown), nil},
		"removed in the form, saved":                     {in(event(place("")), held(t, event(), asked(removal, open), served)), []string{"delete: removed through the pane", "note: removed through the pane"}},
		"removed in the form, saved with a keyword":      {in(event(place("Room 1 @webex")), held(t, event(), asked(removal, open), served)), []string{"delete: removed through the pane", "note: removed through the pane"}},
		"removed in the form, the location left":         {in(event(place(link)), held(t, event(), asked(removal, open), served)), []string{"wait: open in the pane"}},
		"removed in the form, the location left so":      {in(event(place(link)), held(t, event(), asked(removal, open, ago(time.Hour)), served)), []string{"show: removed through the pane → ", "delete: removed through the pane", "note: removed through the pane"}},
		"removed, and the deletion not known to be":      {in(event(), held(t, event(), asked(removal), ending)), []string{"delete: removed through the pane", "note: removed through the pane"}},
		"removed once, made again":                       {in(event(place(link)), held(t, event(), asked(removal), served, func(l *meeting.Link) { l.Removed = l.Served }), shown), nil},
		"a wish, removed":                                {in(event(), held(t, event(), wishes, asked(removal))), []string{"note: removed through the pane"}},
		"a room by keyword":                              {in(event(place(":myroom")), nil), []string{"room: keyword"}},
		"a room for days":                                {in(event(place(":myroom"), func(e *meeting.Event) { e.End = e.Start.Add(72 * time.Hour) }), nil), []string{"room: keyword"}},
		"a room for a series":                            {in(event(place("Room 1 :myroom"), func(e *meeting.Event) { e.Type = meeting.SeriesMaster }), nil), []string{"room: keyword"}},
		"a room follows nothing":                         {in(event(place(link), func(e *meeting.Event) { e.Subject = "Other" }), held(t, event(), room), shown), nil},
		"a room goes without a deletion":                 {in(nil, held(t, event(), room)), []string{"note: event deleted"}},
		"a room, removed by a script":                    {in(event(place(link)), held(t, event(), room, asked(removal)), shown), []string{"show: removed through the pane → ", "note: removed through the pane"}},
		"a copy of an event with a room":                 {in(event(place(link)), nil, strange, func(i *plan.Input) { i.Owner = held(t, event(), room) }), []string{"room: event copied"}},
		"the block of a draft that was removed":          {in(event(place("")), nil, strange, func(i *plan.Input) { i.Owner = fromPane(ended, asked(removal)) }), []string{"wait: open in the pane"}},
		"the block of a draft that was removed for good": {in(event(place(link)), nil, strange, func(i *plan.Input) { i.Owner = fromPane(ended, asked(removal, ago(time.Hour))) }), []string{"show: removed through the pane → "}},
		"the block of a draft that went unused":          {in(event(place(link)), nil, strange, func(i *plan.Input) { i.Owner = fromPane(ended) }), []string{"create: event copied"}},
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

// TestDraft: meetings from the pane whose event was not seen yet.
func TestDraft(t *testing.T) {
	t.Parallel()
	unused := func(i *plan.Input) {
		i.Link.CreatedAt, i.SweptAt = now.Add(-48*time.Hour), now
	}
	for name, test := range map[string]struct {
		draft  *meeting.Link
		change func(*plan.Input)
		want   []string
	}{
		"is made":                             {fromPane(wishes), nil, []string{"create: asked for in the pane"}},
		"is the Personal Room":                {fromPane(wishes, func(l *meeting.Link) { l.Options.Kind = meeting.RoomKind }), nil, []string{"room: asked for in the pane"}},
		"waits":                               {fromPane(), nil, nil},
		"without Webex account":               {fromPane(wishes), func(i *plan.Input) { i.Host = meeting.Grant{} }, []string{"note: webex not linked"}},
		"in a dry run":                        {fromPane(wishes), func(i *plan.Input) { i.Settings.DryRun = true }, []string{"note: dry run"}},
		"refused":                             {fromPane(wishes, func(l *meeting.Link) { l.Problem = meeting.ProblemRefused }), nil, []string{"note: webex refused"}},
		"changed":                             {fromPane(asked(password)), nil, []string{"update: options changed in the pane", "serve: options changed in the pane"}},
		"removed":                             {fromPane(asked(removal, open)), nil, []string{"delete: removed through the pane", "note: removed through the pane"}},
		"removed before":                      {fromPane(wishes, asked(removal)), nil, []string{"note: removed through the pane"}},
		"over, and perhaps moved in the form": {fromPane(func(l *meeting.Link) { l.Ends = now }), nil, nil},
		"over, and unused":                    {fromPane(func(l *meeting.Link) { l.Ends = now }), unused, []string{"note: event over"}},
		"unused":                              {fromPane(), unused, []string{"delete: in no event", "note: in no event"}},
		"unused, not swept since": {fromPane(), func(i *plan.Input) {
			unused(i)
			i.SweptAt = now.Add(-time.Second)
		}, nil},
		"unused, events not read": {fromPane(), func(i *plan.Input) { unused(i); i.Unread = true }, []string{"wait: waiting for its event"}},
		"unused, and joined":      {fromPane(), func(i *plan.Input) { unused(i); i.Joined = true }, []string{"note: in no event"}},
		"never made":              {fromPane(wishes), func(i *plan.Input) { unused(i) }, []string{"note: in no event"}},
		"a lost deletion":         {fromPane(ending), nil, []string{"delete: in no event", "note: in no event"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := in(nil, test.draft)
			if test.change != nil {
				test.change(&i)
			}
			want := test.want
			if want == nil {
				want = []string{}
			}
			if diff := cmp.Diff(want, brief(plan.Draft(i))); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOptionsSendOnlyWhatChanged, and never kind or template.
func TestOptionsSendOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	had := meeting.Options{Kind: meeting.OwnKind, Template: "t", Password: meeting.NewSecret("old"), Lobby: "allowJoin", Audio: "VoIP"}
	l := fromPane(func(l *meeting.Link) { l.Options = had }, asked(func(a *meeting.Asked) {
		a.Options = meeting.Options{Kind: meeting.RoomKind, Template: "other", Lobby: "blockFromJoin", Audio: "VoIP", LeaveOutPassword: true}
	}))
	actions := plan.Draft(in(nil, l))
	if got, want := *actions[0].Patch.Options, (meeting.Options{Lobby: "blockFromJoin", LeaveOutPassword: true}); !got.Equal(want) {
		t.Errorf("sent %+v, want %+v", got, want)
	}
	want := had
	want.Lobby, want.LeaveOutPassword = "blockFromJoin", true
	if got := *actions[1].Options; !got.Equal(want) {
		t.Errorf("kept %+v, want %+v", got, want)
	}
}

// TestHoldKeepsJoinDetails: what stays at Webex stays in the event.
func TestHoldKeepsJoinDetails(t *testing.T) {
	t.Parallel()
	i := in(event(), held(t, event(), asked(removal)), shown)
	got := brief(plan.Policy{NoDeletes: true}.Filter(i, plan.Event(i)))
	if diff := cmp.Diff([]string{"note: deletion held", "wait: held"}, got); diff != "" {
		t.Errorf("filtered plan (-want +got):\n%s", diff)
	}
}
