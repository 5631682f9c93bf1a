package meeting

import (
	"math"
	"time"
)

// WarnBefore is how long before its end a certificate is warned of.
const WarnBefore = 30 * 24 * time.Hour

// Expiry is how long we can prove who we are to Microsoft without a client
// secret. The zero value is an installation without a certificate.
type Expiry struct {
	Thumbprint string // SHA-1 in capital hex, as the app registration lists it
	End        time.Time
}

// DaysLeft returns how many whole days are left, negative after the end.
func (e Expiry) DaysLeft(now time.Time) int {
	return int(math.Floor(e.End.Sub(now).Hours() / 24))
}

// Near reports whether it is time to make a new certificate.
func (e Expiry) Near(now time.Time) bool {
	return !e.End.IsZero() && !now.Before(e.End.Add(-WarnBefore))
}
