package web

import "time"

// certificateWarning is how long before its end a certificate is warned of.
const certificateWarning = 30 * 24 * time.Hour

// Certificate is what pages tell of a certificate of the app registration.
type Certificate struct {
	Thumbprint string // SHA-1 in hexadecimal, as Microsoft's pages show it
	Expires    time.Time
}

// usable reports whether one of the certificates can still be signed with.
func usable(certificates []Certificate, now time.Time) bool {
	return now.Before(lastExpiry(certificates))
}

// lastExpiry is when the last of the certificates ends; zero if there is none.
func lastExpiry(certificates []Certificate) (last time.Time) {
	for _, c := range certificates {
		if c.Expires.After(last) {
			last = c.Expires
		}
	}
	return last
}
