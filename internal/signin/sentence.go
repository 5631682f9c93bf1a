package signin

import "webex-scheduler/internal/meeting"

// Sentences for people, the Message of errors that a redirect ends with.
const (
	sentenceStartAgain   = "This took too long or was already used. Please start again."
	sentenceUnverified   = "Microsoft's answer could not be verified. Please sign in again."
	sentencePersonal     = "Personal Microsoft accounts can't be used here. Please sign in with your work or school account."
	sentenceOtherPerson  = "You chose another account than the one you signed in with. Please choose the same account both times."
	sentenceNoCalendar   = "The permission to read and write your calendar is missing. Please try again and accept it."
	sentenceNoOffline    = "The permission to keep access while you are away is missing. Please try again and accept it."
	sentenceNoWebex      = "A Webex permission is missing. Please connect Webex again and accept everything it asks for."
	sentenceNoAccount    = "Your organisation doesn't let this account sign in. Please ask your administrator."
	sentencePolicy       = "A sign-in rule of your organisation stands in the way. Please ask your administrator."
	sentenceApproval     = "Your organisation wants an administrator to approve this program first. Please ask your administrator."
	sentenceAdminRefused = "The organisation's permission was not given. Nothing was changed."
	sentenceOtherTenant  = "The permission came back for another organisation than yours. Please sign in with an administrator account of your own organisation."
	sentenceAgain        = "This did not finish. Please try again."
)

var (
	sentenceUnavailable = map[meeting.Service]string{
		meeting.Microsoft: "Microsoft sign-in doesn't answer right now. Please try again in a few minutes.",
		meeting.Webex:     "Webex doesn't answer right now. Please try again in a few minutes.",
	}
	sentenceNoConsent = map[meeting.Service]string{
		meeting.Microsoft: "You did not give the permission that Microsoft asked you for. Nothing was changed.",
		meeting.Webex:     "You did not give the permission that Webex asked you for. Nothing was changed.",
	}
)
