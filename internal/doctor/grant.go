package doctor

import (
	"context"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/internal/signin"
)

// microsoftGrants tries whether people's grants are alive, by a refresh whose
// tokens are dropped: see tokens.
func (d *doctor) microsoftGrants(ctx context.Context) Finding {
	grants, err := d.db.GrantsInUse(ctx, meeting.Microsoft)
	if err != nil {
		return unreadable(err)
	}
	dead, tried := sorted(grants)
	for _, grant := range tried {
		if _, err := d.tokenSource().refreshed(ctx, grant); errs.Is(err, errs.SignedOut) {
			dead = append(dead, grant)
		}
	}
	if len(dead) > 0 {
		return problem("Have them sign in again at "+d.settings.PublicURL+route.Account+".",
			"of %d people Microsoft lets us act for %d no more: %s", len(grants), len(dead), accounts(dead))
	}
	return fine("%d people, of whom %d were tried", len(grants), len(tried))
}

// webexGrants looks whether people and organisations gave every scope, as they
// were told to us, and tries the stored access tokens. One that is refused
// before its end was most likely revoked; the server, which may refresh, knows.
func (d *doctor) webexGrants(ctx context.Context) Finding {
	grants, err := d.db.GrantsInUse(ctx, meeting.Webex)
	if err != nil {
		return unreadable(err)
	}
	again := "Have them connect Webex again at " + d.settings.PublicURL + route.Account + ", an organisation's at " + route.Admin + "."
	var narrow []meeting.Grant
	lacking := ""
	dead, tried := sorted(grants)
	for _, grant := range grants {
		if missing := signin.MissingScopes(grant); grant.State == meeting.GrantLive && len(missing) > 0 {
			narrow, lacking = append(narrow, grant), strings.Join(missing, ", ")
		}
	}
	for _, grant := range tried {
		token, err := d.tokenSource().stored(ctx, grant.ID, meeting.Secret{})
		if err == nil {
			_, err = d.meetings.Me(ctx, token)
		}
		if errs.Is(err, errs.SignedOut) {
			dead = append(dead, grant)
		}
	}
	switch {
	case len(dead) > 0:
		return problem(again, "of %d connections Webex refuses %d: %s", len(grants), len(dead), accounts(dead))
	case len(narrow) > 0:
		return problem(again, "%d of %d connections are without scopes that are needed (%s): %s", len(narrow), len(grants), lacking, accounts(narrow))
	}
	return fine("%d connections with every scope, of which %d were tried", len(grants), len(tried))
}

// sorted are the grants known to be dead, and some of the others.
func sorted(grants []meeting.Grant) (dead, tried []meeting.Grant) {
	for _, grant := range grants {
		switch {
		case grant.State == meeting.GrantDead:
			dead = append(dead, grant)
		case len(tried) < few:
			tried = append(tried, grant)
		}
	}
	return dead, tried
}

// accounts names some of those whose grants they are, as the log does.
func accounts(grants []meeting.Grant) string {
	const most = 3
	var names []string
	for _, grant := range grants[:min(len(grants), most)] {
		names = append(names, string(grant.Account))
	}
	if len(grants) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
