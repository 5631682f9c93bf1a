package app

import "time"

const warnEvery = 24 * time.Hour

// warnOfExpiry tells the log, once a day, of a certificate that is near its
// end. It takes and returns when it last did.
func (o *Options) warnOfExpiry(last time.Time) time.Time {
	now, expiry := o.Clock.Now(), o.Config.Microsoft.Expiry()
	if !expiry.Near(now) || now.Before(last.Add(warnEvery)) {
		return last
	}
	o.Log.Warn("the certificate for Microsoft is near its end", "days_left", expiry.DaysLeft(now), "expires_at", expiry.End,
		"thumbprint", expiry.Thumbprint, "hint", "make another with `webex-scheduler keys certificate`")
	return now
}
