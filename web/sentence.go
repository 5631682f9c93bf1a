package web

import "webex-scheduler/internal/meeting"

// sentence is a reason in plain words: what is the case, and what a person can
// do about it (nothing, if Fix is empty).
type sentence struct{ What, Fix string }

// problems has a sentence for everything that a person has to see.
var problems = map[meeting.Reason]sentence{
	meeting.ProblemWebexNotLinked: {
		"The event asks for a Webex meeting, but no Webex account is connected.",
		"Connect Webex. The meeting is then made without further ado."},
	meeting.ProblemSignedOut: {
		"Webex no longer accepts the connection, so the meeting can't follow the event.",
		"Connect Webex again. What was missed is then made up for."},
	meeting.ProblemTooLong: {
		"Webex meetings last 23 hours and 59 minutes at most; this event is longer.",
		"Make the event shorter, or split it into several."},
	meeting.ProblemPast: {
		"The event was over before a meeting could be made for it.",
		"Move the event to a later time if it is still to take place."},
	meeting.ProblemRefused: {
		"Webex refuses the meeting as the event describes it.",
		"Change the title, the times or the invited people of the event; it is then tried again."},
	meeting.ProblemPassword: {
		"Webex refuses the password: it is not as your Webex site asks for.",
		"Choose a longer one, with letters of both cases and digits, or let Webex draw it."},
	meeting.ProblemTrackingCode: {
		"Your Webex site wants a tracking code for each meeting, such as a cost centre, and has no value that it takes.",
		"Choose one in Outlook's pane, or under Preferences on your account page. The meeting is then made without further ado."},
	meeting.ProblemQuota: {
		"Webex allows a limited number of new meetings a day, and today's are used up.",
		"Nothing now: the meeting is made as soon as Webex allows it."},
	meeting.ProblemHeld: {
		"The event is gone or no longer wants its meeting, but unusually many meetings would go at once.",
		"Look whether that is what you want, then delete them below. Restored events keep their meetings."},
	meeting.ProblemForbidden: {
		"Your Webex account may not schedule meetings.",
		"Ask your Webex administrator for a licence to host meetings, then connect Webex again."},
	meeting.ProblemUnknownBlock: {
		"The event holds join details that this program did not write for it, or no longer knows.",
		"Remove the join details from the event and type @webex as its location to get a new meeting."},
	meeting.ProblemForeignLink: {
		"The event already holds a Webex link that was made elsewhere, so no second meeting is made.",
		"Remove that link from the event if you want a meeting of its own."},
	meeting.ProblemTooManyWrites: {
		"Another program keeps changing the same event, so this one stopped writing to it.",
		"Find out which other meeting add-in works on your calendar, and switch one of the two off."},
	meeting.ProblemNoSpace: {
		"Webex spaces can't be made from a calendar event.",
		"Type @webex as location instead, for a meeting."},
	meeting.ProblemPersonalRoom: {
		"Your Webex account has no Personal Room.",
		"Ask for a meeting of its own instead: in Outlook's pane, or with @webex as location."},
	meeting.ProblemBothChanged: {
		"The event was changed in the calendar and its meeting in Webex, differently. What the calendar says was kept.",
		"Look whether the event is as you want it. The next change clears this note."},
	meeting.ProblemDates: {
		"Times of this series, or of one of its dates, were changed in Webex in a way that the calendar can't follow. They were put back.",
		"Move the series or the date in Outlook. The next change clears this note."},
	meeting.ProblemNoMailbox: {
		"This account has no mailbox in Exchange Online, so there is no calendar to work on.",
		"Ask your Microsoft 365 administrator for a mailbox, or sign in with another account."},
	meeting.ProblemCalendar: {
		"Webex cannot repeat a meeting by this calendar.",
		"Add Webex to single dates instead."},
	meeting.ProblemTooFar: {
		"Webex takes meetings up to ten years ahead. This one will be made when it comes within reach.",
		"There is nothing to do but to wait, or to choose an earlier date."},
	meeting.ProblemHostKept: {
		"The mailbox has another Webex host now, and Webex does not give this meeting to them. The former host keeps it; it follows the event as before.",
		"For a meeting of the new host remove the join details from the event, and type @webex as its location."},
	meeting.ProblemNoHost: {
		"Your organisation's Webex has nobody who could host the meetings of this mailbox.",
		"Ask your administrators for a Webex account that may host meetings. The meeting is then made by itself."},
	meeting.ProblemUnseen: {
		"Webex does not show this meeting any more; it may have been deleted or moved to another host.",
		"Look at the meeting in Webex. To get a new one, remove the join details from the event and type @webex as its location."},
}

// waits has a sentence for everything that passes by itself.
var waits = map[meeting.Reason]sentence{
	meeting.WaitThrottled:   {"Microsoft or Webex asked for a pause; it goes on by itself.", ""},
	meeting.WaitUnavailable: {"Microsoft or Webex does not answer at the moment; it is tried again by itself.", ""},
	meeting.WaitSignedOut: {
		"One of your accounts is signed out, so nothing can be changed at the moment.",
		"Connect the account again that is marked above. What was missed is then made up for."},
	meeting.WaitInProgress: {"The meeting is running. The change follows when it ends.", ""},
	meeting.WaitNotSeenYet: {"The calendar does not show the event yet; it is looked for again in a moment.", ""},
	meeting.WaitSecondRead: {"A change was noticed and is checked once more before anything is done.", ""},
	meeting.WaitLook:       {"Webex did not confirm the new meeting; it is being looked for, so that there is no second one.", ""},
	meeting.WaitHeld:       {"Unusually many meetings would be deleted at once; that waits for you.", "See what needs your attention."},
	meeting.WaitQuota:      {"Today's new meetings are used up at Webex; the meeting is made as soon as Webex allows it.", ""},
	meeting.WaitDraft:      {"The meeting is there, and waits for its event to be saved in Outlook.", ""},
	meeting.WaitPane:       {"The event is open in Outlook; it goes on once that is saved or closed.", ""},
	meeting.WaitDryRun:     {"Would get a meeting: your administrators are looking first.", ""},
	meeting.WaitPutBack:    {"The join details were taken out and are put back within the hour.", ""},
}

// endings say why a grant is dead.
var endings = map[meeting.Reason]string{
	meeting.GrantExpired:   "The connection was not used for too long and has expired.",
	meeting.GrantRevoked:   "The connection was ended, for example by a new password.",
	meeting.GrantWithdrawn: "The consent was withdrawn.",
	meeting.GrantDisabled:  "The account is disabled. Your administrator can tell you more.",
	meeting.GrantPolicy:    "A sign-in rule of your organisation asks you to sign in again.",
	meeting.GrantReplaced:  "Another Webex organisation was connected instead.",
}

// ending says why a grant is dead, if it is known.
func ending(reason meeting.Reason) string {
	if text, ok := endings[reason]; ok {
		return text
	}
	return "The connection is no longer accepted."
}

// problemSentence is what is shown for a problem, even one without words of its own.
func problemSentence(reason meeting.Reason) sentence {
	if s, ok := problems[reason]; ok {
		return s
	}
	if s, ok := waits[reason]; ok {
		return s
	}
	return sentence{"Something unforeseen is in the way of this meeting.", "Change the event a little; it is then tried again."}
}

// retries is what to do where the sentence of a problem promises that something
// goes on by itself: a request is over, and nobody comes back to it.
var retries = map[meeting.Reason]string{
	meeting.ProblemWebexNotLinked: "Connect Webex, then try again.",
	meeting.ProblemSignedOut:      "Connect Webex again, then try again.",
	meeting.ProblemQuota:          "Try again tomorrow.",
	meeting.ProblemRefused:        "Change the title, the times or the invited people, then try again.",
	meeting.ProblemTrackingCode:   "Choose one among the options in Outlook's pane, then try again.",
	meeting.ProblemNoHost:         "Ask your administrators for a Webex account that may host meetings.",
	meeting.WaitDryRun:            "Try again once they have switched it on.",
}

// requestSentence is what is told about a request that a problem ended.
func requestSentence(reason meeting.Reason) sentence {
	words := problemSentence(reason)
	if fix, ok := retries[reason]; ok {
		words.Fix = fix
	}
	return words
}

// whole is both halves of a sentence.
func (s sentence) whole() string {
	if s.Fix == "" {
		return s.What
	}
	return s.What + " " + s.Fix
}
