package signin

import (
	"context"
	"net/url"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// everything is the scope that stands for all application permissions of the
// registration that the tenant's administrator granted.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
func (m *Microsoft) everything() string { return m.graph + "/.default" }

// AppToken gets a token of the program alone, for one tenant. That it is given
// says nothing about what was granted: it comes without any permission too.
//
//	SignedOut    the tenant does not know us (any more); ReasonOf tells why
//	Throttled    not before the time named, if any
//	Unavailable  no clear answer
//	Internal     our certificate, clock or request is refused, or there is none
//
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (m *Microsoft) AppToken(ctx context.Context, tenant meeting.TenantID) (_ meeting.Tokens, err error) {
	defer errs.Wrap(&err, "signin: token for tenant %s", tenant)
	switch {
	case !m.certified():
		return meeting.Tokens{}, errs.New(errs.Internal, "tenant-wide authorisation needs SCHEDULER_MICROSOFT_CERTIFICATE")
	case !guid.MatchString(string(tenant)):
		return meeting.Tokens{}, errs.New(errs.Invalid, "not a tenant's id")
	}
	meta, err := m.metadata(ctx)
	if err != nil {
		return meeting.Tokens{}, err
	}
	reply, err := m.postCertified(ctx, in(meta.token, tenant), url.Values{
		"grant_type": {"client_credentials"},
		"scope":      {m.everything()},
	})
	if err != nil {
		return meeting.Tokens{}, err
	}
	now := m.clock.Now()
	if !reply.good() {
		return meeting.Tokens{}, appVerdict(reply, now).application()
	}
	got, err := reply.success()
	if err != nil {
		return meeting.Tokens{}, err
	}
	return got.tokens(now), nil
}

// AdminConsentURL is where the browser goes so that an administrator of
// flow.Account's tenant grants what the registration lists.
// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
func (m *Microsoft) AdminConsentURL(_ context.Context, flow meeting.Flow) (string, error) {
	tenant := string(flow.Account.Tenant())
	if !guid.MatchString(tenant) {
		return "", errs.New(errs.Invalid, "signin: address of an administrator's consent: not a tenant's id")
	}
	return m.login + "/" + tenant + "/v2.0/adminconsent?" + url.Values{
		"client_id":    {m.clientID},
		"scope":        {m.everything()},
		"redirect_uri": {m.adminRedirect},
		"state":        {flow.State.Reveal()},
	}.Encode(), nil
}

// AdminConsentError says what the query means that the consent page came back
// with; nil: it says that an administrator accepted. That is anybody's word,
// and proves nothing about the tenant or the person. Errors are as those of
// CallbackError; errs.Forbidden too if the consent is for another tenant than
// that of flow.Account.
//
// The member error decides: admin_consent=True comes with refusals as well.
// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent#error-response
func AdminConsentError(flow meeting.Flow, query url.Values) error {
	switch word := query.Get("error"); {
	case word != "":
		return refusedConsent(word, query.Get("error_description"))
	case !strings.EqualFold(query.Get("admin_consent"), "true"), query.Get("tenant") == "":
		return &errs.Error{Kind: errs.Invalid, Message: sentenceAgain}
	case !strings.EqualFold(query.Get("tenant"), string(flow.Account.Tenant())):
		return &errs.Error{Kind: errs.Forbidden, Message: sentenceOtherTenant}
	}
	return nil
}

func refusedConsent(word, description string) error {
	if word == "permission_denied" { // the word of the older endpoint
		word = "access_denied"
	}
	err := CallbackError(meeting.Microsoft, word, description)
	if e, ok := err.(*errs.Error); ok && e.Message == sentenceNoConsent[meeting.Microsoft] {
		e.Message = sentenceAdminRefused
	}
	return err
}
