package doctor

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
)

// webhooks compares what Webex lists with what it should tell us. Without one
// changes made in Webex are noticed within a day.
// https://developer.webex.com/docs/api/v1/webhooks/list-webhooks
func (d *doctor) webhooks(ctx context.Context) Finding {
	grants, err := d.db.GrantsInUse(ctx, meeting.Webex)
	if err != nil {
		return unreadable(err)
	}
	_, looked := sorted(grants)
	missing, disabled, all, refused := 0, 0, 0, 0
	for _, grant := range looked {
		rows, err := d.db.Hooks(ctx, grant.ID)
		if err != nil {
			return unreadable(err)
		}
		if len(rows) == 0 {
			continue // its first meeting is still to come
		}
		list, err := d.meetings.Hooks(ctx, grant.ID, grant.Account == meeting.TenantAccount(grant.Account.Tenant()))
		switch {
		case errs.Is(err, errs.Forbidden):
			refused++
			continue
		case err != nil:
			continue // its connection is the problem, or Webex is busy
		}
		active := map[string]bool{}
		for _, h := range list {
			active[h.Target] = h.Active
		}
		for _, row := range rows {
			all++
			switch is, there := active[d.settings.PublicURL+route.WebexHook+"?h="+row.ID]; {
			case !there:
				missing++
			case !is:
				disabled++
			}
		}
	}
	switch {
	case refused > 0:
		return problem("Have a full administrator of the Webex organisation connect it again at /admin; people connect again at /account.",
			"Webex lets %d of %d connections see no webhooks", refused, len(looked))
	case missing > 0:
		return problem("Keep `serve` running: its daily look makes them anew.",
			"Webex lacks %d of %d webhooks", missing, all)
	case disabled > 0:
		return problem("Let Webex reach /hooks/webex by POST from the internet, and keep `serve` running: its daily look enables them.",
			"Webex has disabled %d of %d webhooks, since deliveries failed", disabled, all)
	}
	return fine("all %d are there and active", all)
}
