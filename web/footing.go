package web

import (
	"context"

	"webex-scheduler/internal/meeting"
)

// footing is what a person's two accounts are good for at the moment: the
// account page and the API judge by the same.
type footing struct {
	account   meeting.Account
	microsoft *meeting.Grant // nil: never connected
	webex     *meeting.Grant
	mailbox   meeting.Mailbox
	tenant    meeting.Tenant // of a mailbox that the organisation connected
	host      *meeting.Grant // for whom its meetings are made; nil: nobody
	behalf    bool           // a delegate asks: what is in the way is the owner's to mend
}

// footing reads how the person stands.
func (s *Server) footing(ctx context.Context, who meeting.Account) (footing, error) {
	state := footing{account: who}
	var err error
	if state.microsoft, err = s.grant(ctx, who.ID, meeting.Microsoft); err != nil {
		return state, err
	}
	if state.webex, err = s.grant(ctx, who.ID, meeting.Webex); err != nil {
		return state, err
	}
	if state.mailbox, err = s.Store.Mailbox(ctx, who.ID); err != nil {
		return state, err
	}
	if state.byTenant() {
		if state.tenant, err = s.tenant(ctx, who); err != nil {
			return state, err
		}
	}
	state.host, err = s.host(ctx, who.ID)
	return state, err
}

// byTenant reports whether the organisation connected the mailbox.
func (a footing) byTenant() bool {
	return a.mailbox.Connected && a.mailbox.Authority == meeting.TenantWide
}

// byOrganization reports whether the organisation's Webex makes the meetings.
func (a footing) byOrganization() bool {
	return a.byTenant() && a.host != nil && a.host.HostEmail != ""
}

// refusal says why no meeting can be made for the person at the moment; nil if
// one can.
func (a footing) refusal() error {
	return a.told(a.ownRefusal())
}

// told is what is in the way in the words for who asks.
func (a footing) told(err error) error {
	if err != nil && a.behalf {
		return cannot("the owner's: "+err.Error(), sentence{"No meeting can be made in this calendar at the moment.",
			"Ask its owner to open the account page: it says what is missing."})
	}
	return err
}

func (a footing) ownRefusal() error {
	switch {
	case a.byTenant() && a.tenant.State == meeting.TenantWithdrawn:
		return cannot("tenant withdrawn", sentence{"Your organisation no longer lets this program in.", "Your administrators can tell you more."})
	case a.byTenant() && a.tenant.Paused:
		return cannot("tenant paused", sentence{"Your administrators have paused this.", "Try again once they go on."})
	case a.byTenant() && a.tenant.Settings.DryRun:
		return cannot("dry run", sentence{"Your administrators are only trying this out, so nothing is made yet.", "Try again once they have switched it on."})
	case !a.byTenant() && a.microsoft == nil:
		return cannot("calendar not connected", sentence{"Your calendar is not connected.", "Sign in again and allow it."})
	case !a.byTenant() && !live(a.microsoft):
		return cannot("calendar signed out", sentence{ending(a.microsoft.Reason), "Sign in again, so that your calendar is connected."})
	case a.byOrganization() && !live(a.host):
		return cannot("organisation's Webex signed out", sentence{"Your organisation's connection to Webex has ended.", "Ask an administrator to connect it again."})
	case a.byOrganization():
		return nil
	case a.webex == nil && a.byTenant():
		return cannot("no host", requestSentence(meeting.ProblemNoHost))
	case a.webex == nil:
		return cannot("webex not linked", sentence{"Your Webex account is not connected.", "Connect Webex, then try again."})
	case !live(a.webex):
		return cannot("webex signed out", requestSentence(meeting.ProblemSignedOut))
	}
	return nil
}
