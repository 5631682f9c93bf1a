package doctor

import (
	"context"
	"time"
)

// certificate looks at the one that lasts longest.
func (d *doctor) certificate(context.Context) Finding {
	expiry := d.settings.Microsoft.Expiry()
	const fix = "Make another with `webex-scheduler keys certificate`, upload it to the app registration, then add it to SCHEDULER_MICROSOFT_CERTIFICATE."
	switch now, end := d.Clock.Now(), expiry.End.UTC().Format(time.DateOnly); {
	case expiry.End.IsZero():
		return fine("none is set: each person authorises alone, a whole organisation cannot")
	case !now.Before(expiry.End):
		return problem(fix, "certificate %s expired on %s", expiry.Thumbprint, end)
	case expiry.Near(now):
		return problem(fix, "certificate %s ends on %s", expiry.Thumbprint, end)
	default:
		return fine("certificate %s is good until %s", expiry.Thumbprint, end)
	}
}
