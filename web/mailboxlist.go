package web

import (
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// listAnchor is the list's place on the console.
const listAnchor = "#mailboxes"

// listAddress is the console with a part of its list.
func listAddress(state meeting.MailboxState, search, after string) string {
	return route.With(route.Admin, "state", string(state), "q", search, "after", after)
}

// mailboxList builds the list with its filters.
func mailboxList(state consoleState) views.MailboxList {
	list := views.MailboxList{Search: state.query.Search, State: string(state.query.State)}
	total := 0
	for _, n := range state.counts {
		total += n
	}
	list.Filters = append(list.Filters, filter("", "All", total, state.query))
	for _, s := range meeting.MailboxStates {
		if n := state.counts[s]; n > 0 || s == state.query.State {
			list.Filters = append(list.Filters, filter(s, mailboxStates[s].name, n, state.query))
		}
	}
	shown := state.list
	if len(shown) > pageSize {
		shown = shown[:pageSize]
		last := string(shown[pageSize-1].Account.Object())
		list.Next = listAddress(state.query.State, state.query.Search, last) + listAnchor
	}
	for _, m := range shown {
		list.Rows = append(list.Rows, mailboxRow(m))
	}
	if state.query.After != "" {
		list.First = listAddress(state.query.State, state.query.Search, "") + listAnchor
	}
	switch {
	case len(list.Rows) > 0:
	case total == 0:
		list.Empty = "No mailbox has been chosen yet."
	default:
		list.Empty = "No mailbox fits."
	}
	return list
}

func filter(state meeting.MailboxState, name string, n int, query meeting.ConsoleQuery) views.Filter {
	return views.Filter{Text: name, Count: number(n), URL: listAddress(state, query.Search, "") + listAnchor, Current: state == query.State}
}

// mailboxRow is a line of the list.
func mailboxRow(m meeting.ConsoleMailbox) views.MailboxRow {
	words := mailboxStates[m.State]
	row := views.MailboxRow{
		Name: m.Name, UPN: m.UPN, URL: route.MailboxOf(string(m.Account.Object())),
		State: words.name, Tone: words.tone, Why: mailboxSentence(m),
		Host: m.Host, Meetings: number(m.Meetings), Problems: number(m.Problems), HasProblems: m.Problems > 0,
	}
	if row.Name == "" {
		row.Name, row.UPN = row.UPN, ""
	}
	if row.Name == "" {
		row.Name = string(m.Account.Object())
	}
	if row.Host == "" {
		row.Host = "–"
	}
	return row
}

func heldRow(m meeting.ConsoleMailbox) views.HeldRow {
	row := mailboxRow(m)
	return views.HeldRow{Name: row.Name, UPN: row.UPN, URL: row.URL, Release: route.ReleaseOf(string(m.Account.Object())),
		Text: count(m.Held, "meeting would be deleted", "meetings would be deleted")}
}

// mailboxStates are the states in words.
var mailboxStates = map[meeting.MailboxState]struct {
	name string
	tone views.Tone
	what string
}{
	meeting.MailboxInStep:   {"In step", views.Good, ""},
	meeting.MailboxStarting: {"Starting", views.Wait, "Chosen, and not looked through yet."},
	meeting.MailboxTrouble:  {"Trouble", views.Bad, "Microsoft does not tell of changes; the calendar is looked through every few minutes instead."},
	meeting.MailboxProblems: {"Problems", views.Bad, "Some events have no meeting, or one that does not follow."},
	meeting.MailboxHeld:     {"Waits for you", views.Bad, "Unusually many meetings would be deleted at once."},
	meeting.MailboxNoHost:   {"No Webex host", views.Bad, "Nobody in Webex can host its meetings."},
	meeting.MailboxLeftOut:  {"Left out", views.Plain, "Chosen, and not kept in step."},
	meeting.MailboxOwnGrant: {"By itself", views.Plain, "Connected by its person, not by the organisation."},
}

// mailboxSentence says why a mailbox is in its state.
func mailboxSentence(m meeting.ConsoleMailbox) string {
	if m.Why != "" {
		switch m.State {
		case meeting.MailboxLeftOut:
			return leftSentence(m.Why)
		case meeting.MailboxNoHost:
			return hostSentence(m.Why)
		case meeting.MailboxTrouble:
			if m.Why == meeting.ProblemNoMailbox {
				return "The account has no mailbox in Exchange Online."
			}
		}
	}
	return mailboxStates[m.State].what
}

// leftOut says why somebody who was chosen is left out.
var leftOut = map[meeting.Reason]string{
	meeting.LeftGuest:        "A guest of your organisation.",
	meeting.LeftDomain:       "The primary address is not of a domain of your organisation.",
	meeting.LeftDisabled:     "The account may not sign in.",
	meeting.LeftUnlicensed:   "No licence.",
	meeting.LeftUnknown:      "Nobody in your organisation has this address.",
	meeting.LeftTwice:        "Another address on the list is the same mailbox.",
	meeting.ProblemNoMailbox: "No mailbox in Exchange Online.",
}

func leftSentence(reason meeting.Reason) string {
	if text, ok := leftOut[reason]; ok {
		return text
	}
	return "Not kept in step: " + string(reason) + "."
}

// hostless says why a mailbox has no Webex host.
var hostless = map[meeting.Reason]string{
	meeting.HostNone:     "Nobody in your Webex organisation has one of its addresses.",
	meeting.HostCannot:   "The Webex account may not host meetings.",
	meeting.HostNoWebex:  "The Webex organisation is not connected yet.",
	meeting.HostNotAsked: "Not looked up in Webex yet.",
	meeting.HostGone:     "The host that was chosen is not in your Webex organisation any more.",
}

func hostSentence(reason meeting.Reason) string {
	if text, ok := hostless[reason]; ok {
		return text
	}
	return mailboxStates[meeting.MailboxNoHost].what
}
