package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// pageSize is how many mailboxes a page of the console lists.
const pageSize = 50

// consoleState is what the console is made of.
type consoleState struct {
	tenant       meeting.Tenant
	webex        *meeting.Grant // newest of the organisation's; nil: none
	counts       map[meeting.MailboxState]int
	query        meeting.ConsoleQuery
	list         []meeting.ConsoleMailbox // one more than a page holds, if there are more
	held         []meeting.ConsoleMailbox
	form         choiceForm
	given        []meeting.Assignment
	assign       assignmentForm
	certificates []Certificate
	now          time.Time
}

// showConsole shows how the tenant stands: GET /admin. Until it is authorised,
// that is the consent page's to tell, to everybody.
func (s *Server) showConsole(c echo.Context, who meeting.Account) error {
	ctx := c.Request().Context()
	tenant, err := s.tenant(ctx, who)
	if err != nil {
		return err
	}
	if tenant.State != meeting.TenantAuthorised {
		return c.Redirect(http.StatusSeeOther, route.AdminConsent)
	}
	role, err := s.role(ctx, who)
	if err != nil {
		return err
	}
	if role == "" {
		return mayNot(who, role, meeting.RoleReader)
	}
	form := choiceOf(tenant.Choice)
	form.status = http.StatusOK
	return s.renderConsole(c, visit{who: who, role: role, tenant: tenant}, form)
}

// renderConsole sends the console with the form of mailboxes as it stands.
func (s *Server) renderConsole(c echo.Context, v visit, form choiceForm) error {
	return s.renderForms(c, v, form, assignmentForm{status: form.status})
}

// renderForms sends the console with both forms as they stand.
func (s *Server) renderForms(c echo.Context, v visit, form choiceForm, assign assignmentForm) error {
	ctx := c.Request().Context()
	state := consoleState{tenant: v.tenant, form: form, assign: assign, certificates: s.Certificates, now: s.Clock.Now(), query: consoleQuery(c, v)}
	var err error
	if state.webex, err = s.grant(ctx, meeting.TenantAccount(v.tenant.ID), meeting.Webex); err != nil {
		return err
	}
	if state.given, err = s.Store.Assignments(ctx, v.tenant.ID); err != nil {
		return err
	}
	if state.counts, err = s.Store.MailboxCounts(ctx, v.tenant.ID); err != nil {
		return err
	}
	if state.list, err = s.Store.ConsoleMailboxes(ctx, v.tenant.ID, state.query); err != nil {
		return err
	}
	if state.held, err = s.heldMailboxes(ctx, v.tenant.ID, state.counts); err != nil {
		return err
	}
	props := consoleProps(state)
	props.Frame = s.adminFrame(tenantName(v.tenant), route.Admin, v.who, v.role)
	if !props.Frame.Owns {
		props.Offer = nil // it is for owners to take
	}
	return s.render(c, assign.status, views.ConsolePage(props))
}

// heldMailboxes are the first of those whose deletions wait for a yes.
func (s *Server) heldMailboxes(ctx context.Context, tenant meeting.TenantID, counts map[meeting.MailboxState]int) ([]meeting.ConsoleMailbox, error) {
	if counts[meeting.MailboxHeld] == 0 {
		return nil, nil
	}
	return s.Store.ConsoleMailboxes(ctx, tenant, meeting.ConsoleQuery{State: meeting.MailboxHeld, Limit: pageSize})
}

// consoleQuery reads what part of the list is wanted; a form that was refused
// has no such query, and shows the beginning.
func consoleQuery(c echo.Context, v visit) meeting.ConsoleQuery {
	query := meeting.ConsoleQuery{Search: loginHint(c.QueryParam("q")), Limit: pageSize + 1}
	if state := meeting.MailboxState(c.QueryParam("state")); slices.Contains(meeting.MailboxStates, state) {
		query.State = state
	}
	if after := c.QueryParam("after"); after != "" {
		query.After = v.account(after)
	}
	return query
}

// consoleProps builds everything but the frame.
func consoleProps(state consoleState) views.Console {
	props := views.Console{
		Notices:  notices(state),
		Offer:    offer(state),
		Cards:    []views.Card{microsoftCard(state), organizationCard(state), mailboxesCard(state)},
		Choice:   choiceProps(state.tenant, state.form),
		Hosts:    assignmentProps(state.given, state.assign),
		Progress: progressProps(state.tenant.Progress, state.now),
		List:     mailboxList(state),
	}
	for _, m := range state.held {
		props.Held = append(props.Held, heldRow(m))
	}
	if more := state.counts[meeting.MailboxHeld] - len(props.Held); len(props.Held) > 0 && more > 0 {
		props.HeldMore = views.Action{Text: "Show all " + number(len(props.Held)+more), URL: listAddress(meeting.MailboxHeld, "", "")}
	}
	return props
}

// notices is what an owner should know first.
func notices(state consoleState) (list []views.Notice) {
	t := state.tenant
	if t.Paused {
		list = append(list, views.Notice{Tone: views.Wait, Text: "Paused: no mailbox is begun any more. What is in hand is finished.", Resume: true})
	}
	if t.Settings.DryRun {
		list = append(list, views.Notice{Tone: views.Wait, Text: "Dry run: calendars are read, and nothing is written to them or to Webex. Each mailbox shows what would be done.",
			Action: &views.Action{Text: "Settings", URL: route.AdminSettings}})
	}
	if !t.RefusedAt.IsZero() {
		list = append(list, views.Notice{Tone: views.Bad, Text: "Microsoft has begun to refuse calls. This is checked again before anything is stopped.",
			Action: &views.Action{Text: "Authorisation", URL: route.AdminConsent}})
	}
	if notice, ok := certificateNotice(state.certificates, state.now); ok {
		list = append(list, notice)
	}
	for _, waiting := range []struct {
		state     meeting.MailboxState
		one, many string
	}{
		{meeting.MailboxNoHost, "mailbox has nobody in Webex to host its meetings.", "mailboxes have nobody in Webex to host their meetings."},
		{meeting.MailboxTrouble, "mailbox is in trouble.", "mailboxes are in trouble."},
		{meeting.MailboxProblems, "mailbox has events with a problem.", "mailboxes have events with a problem."},
	} {
		if n := state.counts[waiting.state]; n > 0 {
			list = append(list, views.Notice{Tone: views.Wait, Text: count(n, waiting.one, waiting.many),
				Action: &views.Action{Text: "Show", URL: listAddress(waiting.state, "", "") + listAnchor}})
		}
	}
	return list
}

func certificateNotice(certificates []Certificate, now time.Time) (views.Notice, bool) {
	last := lastExpiry(certificates)
	left := last.Sub(now)
	see := &views.Action{Text: "Certificates", URL: route.AdminConsent + "#certificates"}
	switch {
	case last.IsZero():
		return views.Notice{Tone: views.Bad, Text: "This server has no certificate. Microsoft lets it into your organisation only with one.", Action: see}, true
	case left <= 0:
		return views.Notice{Tone: views.Bad, Text: "The server's certificate has expired. Microsoft no longer lets it into your organisation.", Action: see}, true
	case left <= certificateWarning:
		return views.Notice{Tone: views.Wait, Text: "The server's certificate ends in " + days(left) + ". Whoever runs the server puts a new one beside it first.", Action: see}, true
	}
	return views.Notice{}, false
}

// offer is the Webex organisation that waits for a yes.
func offer(state consoleState) *views.Offer {
	t := state.tenant
	if t.WebexOffered == "" {
		return nil
	}
	o := &views.Offer{Organisation: t.WebexWaiting, Tenant: tenantName(t), Grant: string(t.WebexOffered)}
	if state.webex != nil && state.webex.ID == t.WebexOffered {
		o.Subject = state.webex.Subject
	}
	return o
}

func microsoftCard(state consoleState) views.Card {
	t := state.tenant
	card := views.Card{ID: "microsoft", Name: "Microsoft", Subject: tenantName(t), State: "Authorised", Tone: views.Good,
		MomentText: "Last checked", Moment: momentIf(t.ProvenAt), Action: &views.Action{Text: "Permissions", URL: route.AdminConsent}}
	card.Text = count(len(t.Granted), "permission works.", "permissions work.")
	if n := len(t.Excess); n > 0 {
		card.Text += " " + count(n, "more was granted than is needed.", "more were granted than are needed.")
	}
	return card
}

func organizationCard(state consoleState) views.Card {
	t := state.tenant
	card := views.Card{ID: "webex", Name: "Webex", Subject: t.WebexName, State: "Connected", Tone: views.Good,
		Text: "Meetings are made for the people of this organisation.", Action: &views.Action{Text: "Connect another", URL: route.AdminWebex}}
	inUse := state.webex
	if inUse != nil && inUse.ID != t.WebexGrant {
		inUse = nil // the newest is an offer; how the one in use stands is not known here
	}
	switch {
	case t.WebexGrant == "":
		card.State, card.Tone, card.Subject = "Not connected", views.Wait, ""
		card.Text = "Until your Webex organisation is connected, each person's own Webex account is used."
		card.Action = &views.Action{Text: "Connect Webex", URL: route.AdminWebex, Main: t.WebexOffered == ""}
	case inUse != nil && inUse.State == meeting.GrantDead:
		card.State, card.Tone = "Signed out", views.Bad
		card.Text = ending(inUse.Reason) + " Meetings don't follow the events until it is connected again."
		card.Action = &views.Action{Text: "Connect again", URL: route.AdminWebex, Main: true}
	case inUse != nil:
		card.Text = "Meetings are made for its people, with the account " + inUse.Subject + "."
	}
	return card
}

func mailboxesCard(state consoleState) views.Card {
	t := state.tenant
	kept := 0
	for s, n := range state.counts {
		if s != meeting.MailboxLeftOut && s != meeting.MailboxOwnGrant {
			kept += n
		}
	}
	card := views.Card{ID: "chosen", Name: "Mailboxes", Subject: choiceWords(t.Choice), State: number(kept) + " kept", Tone: views.Good,
		MomentText: "Directory read", Moment: momentIf(t.Progress.Ended), Look: true}
	if kept == 0 {
		card.State, card.Tone = "None yet", views.Wait
	}
	if t.Choice.Who == meeting.Nobody || t.Choice.Who == "" {
		card.Text = "Choose below whose calendars are kept in step."
	} else if n := state.counts[meeting.MailboxStarting]; n > 0 {
		card.Text = number(n) + " still to be looked through."
	}
	if trouble := t.Progress.Trouble; trouble != "" {
		card.State, card.Tone, card.Text = "Delayed", views.Wait, troubleSentence(trouble)
	}
	return card
}

// progressProps says what is being done just now; nil: nothing.
func progressProps(p meeting.Progress, now time.Time) *views.Progress {
	if p.Doing == "" {
		return nil
	}
	props := &views.Progress{Text: upperFirst(p.Doing), Since: momentIf(p.Since)}
	switch {
	case p.Total > 0:
		props.Done, props.Total = min(p.Done, p.Total), p.Total
		props.Text += ": " + number(props.Done) + " of " + number(p.Total)
	case p.Done > 0:
		props.Text += ": " + number(p.Done)
	}
	return props
}

// troubleSentence says what is in the way of a look through the directory.
func troubleSentence(reason meeting.Reason) string {
	if permission, ok := strings.CutPrefix(string(reason), string(meeting.Lacks(""))); ok {
		return lackSentence([]string{permission})
	}
	switch reason {
	case meeting.GroupUnknown:
		return "Your organisation has no such group any more. Mailboxes stay as they are until you choose others."
	case meeting.OwnFault:
		return "Something is wrong with this server; whoever runs it finds more in its log."
	case meeting.ConsentUnseen, meeting.PermissionMissing:
		return "Microsoft does not let the program in at the moment. See the authorisation."
	}
	if words, ok := waits[reason]; ok {
		return words.What
	}
	if words, ok := problems[reason]; ok {
		return words.What
	}
	return "The last look through the directory did not end well. It is tried again by itself."
}
