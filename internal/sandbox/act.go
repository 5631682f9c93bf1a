package sandbox

import (
	"errors"

	"webex-scheduler/internal/sandbox/fakems"
)

// act does what happens at once, to one person or to everybody.
func (s *Sandbox) act(f Fault, t target) error {
	switch f {
	case WebexTokensExpire, WebexGrantGone:
		return s.actInWebex(f, t)
	case MicrosoftTokensExpire, MicrosoftSignedOut, MicrosoftConsentGone, MicrosoftTenantGone:
		return s.actInEntra(f, t)
	}
	return s.actOnSubscriptions(f, t)
}

func (s *Sandbox) actInWebex(f Fault, t target) error {
	do := map[Fault]func(string){WebexTokensExpire: s.Webex.ExpireTokens, WebexGrantGone: s.Webex.RevokeGrant}[f]
	done := false
	for _, p := range s.Webex.People() {
		if t.isHost(p.Email) {
			do(p.Email)
			done = true
		}
	}
	if !done {
		return errors.New("who: there is no Webex account")
	}
	return nil
}

func (s *Sandbox) actInEntra(f Fault, t target) error {
	do := map[Fault]func(string){
		MicrosoftTokensExpire: s.Microsoft.ExpireTokens,
		MicrosoftSignedOut:    s.Microsoft.RevokeTokens,
		MicrosoftConsentGone:  s.Microsoft.RevokeConsent,
		MicrosoftTenantGone:   s.withdrawTenantOf,
	}[f]
	done := false
	if f == MicrosoftTokensExpire && t.everybody {
		s.Microsoft.ExpireTenantTokens(contoso)
		s.Microsoft.ExpireTenantTokens(fabrikam)
	}
	for _, u := range s.Microsoft.Users() {
		if t.isUser(u.ID) {
			do(u.ID)
			done = true
		}
	}
	if !done {
		return errors.New("who: there is no Microsoft account")
	}
	return nil
}

func (s *Sandbox) withdrawTenantOf(user string) {
	u, _ := s.Microsoft.User(user)
	s.Microsoft.WithdrawTenant(u.TenantID, s.MicrosoftClientID)
}

func (s *Sandbox) actOnSubscriptions(f Fault, t target) error {
	say := map[Fault]fakems.Lifecycle{
		SubscriptionRemoved:  fakems.SubscriptionRemoved,
		SubscriptionMissed:   fakems.Missed,
		SubscriptionReauthor: fakems.ReauthorizationRequired,
	}
	done := false
	for _, u := range s.Microsoft.Users() {
		if !t.isUser(u.ID) {
			continue
		}
		for _, sub := range s.Microsoft.Subscriptions(u.ID) {
			done = true
			if event, ok := say[f]; ok {
				s.Microsoft.SendLifecycle(sub.ID, event)
			} else {
				s.Microsoft.ExpireSubscription(sub.ID)
			}
		}
	}
	if !done {
		return errors.New("there is no subscription")
	}
	return nil
}
