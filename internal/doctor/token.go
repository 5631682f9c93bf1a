package doctor

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// tokens are those that the doctor calls with: what is stored, as long as it
// lasts, and the program's own for tenants, issued anew and kept to itself. At
// Microsoft a refresh leaves the old token good, so one may be made and dropped;
// what Webex does then is not documented, so there none is made.
// https://learn.microsoft.com/entra/identity-platform/refresh-tokens
type tokens struct {
	*doctor
	own map[meeting.TenantID]meeting.Secret
}

func (d *doctor) tokenSource() *tokens {
	if d.tokens == nil {
		d.tokens = &tokens{d, map[meeting.TenantID]meeting.Secret{}}
	}
	return d.tokens
}

// Token is graph.Tokens. It is never asked for the empty authority.
func (t *tokens) Token(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, refused meeting.Secret) (meeting.Secret, error) {
	if as == meeting.TenantWide {
		return t.TenantToken(ctx, mailbox.Tenant(), refused)
	}
	grant, err := t.db.Grant(ctx, mailbox, meeting.Microsoft)
	if err != nil {
		return meeting.Secret{}, err
	}
	if token, err := t.stored(ctx, grant.ID, refused); err == nil {
		return token, nil
	}
	fresh, err := t.refreshed(ctx, grant)
	return fresh.Access, err
}

// TenantToken is graph.Tokens.
func (t *tokens) TenantToken(ctx context.Context, tenant meeting.TenantID, refused meeting.Secret) (meeting.Secret, error) {
	if token := t.own[tenant]; !token.Empty() && token != refused {
		return token, nil
	}
	if !refused.Empty() {
		return meeting.Secret{}, errs.New(errs.SignedOut, "a new token is refused")
	}
	fresh, err := t.microsoft.AppToken(ctx, tenant)
	if err == nil {
		t.own[tenant] = fresh.Access
	}
	return fresh.Access, err
}

// ForgetTenant is graph.Tokens; every token is new.
func (t *tokens) ForgetTenant(meeting.TenantID) {}

// stored is the grant's access token while it lasts, else errs.Gone.
func (t *tokens) stored(ctx context.Context, id meeting.GrantID, refused meeting.Secret) (meeting.Secret, error) {
	has, _, err := t.db.Tokens(ctx, id)
	switch {
	case err != nil:
		return meeting.Secret{}, err
	case has.Access == refused:
		return meeting.Secret{}, errs.New(errs.SignedOut, "the stored token is refused")
	case has.Access.Empty() || !t.Clock.Now().Before(has.AccessExpires):
		return meeting.Secret{}, errs.New(errs.Gone, "the stored token has ended")
	}
	return has.Access, nil
}

// refreshed tries a Microsoft grant. As for the program only the refusal of both
// refresh tokens says that it is dead.
func (t *tokens) refreshed(ctx context.Context, grant meeting.Grant) (meeting.Tokens, error) {
	has, _, err := t.db.Tokens(ctx, grant.ID)
	if err != nil {
		return meeting.Tokens{}, err
	}
	fresh, err := t.microsoft.Refresh(ctx, grant, has.Refresh)
	if errs.Is(err, errs.SignedOut) && !has.PreviousRefresh.Empty() {
		return t.microsoft.Refresh(ctx, grant, has.PreviousRefresh)
	}
	return fresh, err
}

// webexTokens is webex.Tokens.
type webexTokens struct{ *tokens }

func (t webexTokens) Token(ctx context.Context, grant meeting.GrantID, refused meeting.Secret) (meeting.Secret, error) {
	return t.stored(ctx, grant, refused)
}
