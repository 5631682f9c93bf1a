package doctor

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" // one of Webex's two signatures is made with it
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/internal/seal"
)

// slowHook is how soon a notification has to be answered, or Graph delays what
// follows. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
const slowHook = 3 * time.Second

// graphHook plays Graph's handshake with both addresses. The token has what
// proxies like to change: signs that are encoded, and words of HTML.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation
func (d *doctor) graphHook(ctx context.Context) Finding {
	for _, path := range []string{route.GraphHook, route.GraphLifecycle} {
		for _, token := range []string{"Doctor: one & two+three <b>", "Doctor: another"} {
			began := d.Clock.Now()
			a, err := d.ask(ctx, http.MethodPost, d.settings.PublicURL+path+"?validationToken="+url.QueryEscape(token), "", "Content-Type", "text/plain; charset=utf-8")
			took := d.Clock.Since(began)
			switch {
			case err != nil:
				return problem("Let POST requests from the internet reach "+path+", and look why they are not answered within 10 seconds.", "%s does not answer: %s", path, reason(err))
			case a.status != http.StatusOK:
				return problem("Let the proxy pass POST requests to "+path+" on to `serve`, without login page, client certificate or filter of its own.",
					"somebody else answers at %s: it is %d where Microsoft wants 200", path, a.status)
			case a.body != token:
				return problem("Let the proxy pass on bodies and queries as they are, and cache nothing.", "%s does not give back what Microsoft would send: the proxy changes it on the way", path)
			case took > slowHook:
				return problem("Make the way through the proxy faster, or give the machine and its database room: over 3 seconds Microsoft delays notifications, over 10 it drops them.",
					"%s takes %s to answer", path, took.Round(100*time.Millisecond))
			}
		}
	}
	return fine("Microsoft's handshake passes")
}

// HookID is the webhook of the doctor's own deliveries. The server takes them,
// if they are signed with a secret of one of its keys, and does nothing.
const HookID = "doctor"

// HookSecret signs the doctor's deliveries.
func HookSecret(key seal.Key) (meeting.Secret, error) { return key.Derive("doctor's deliveries") }

// webexHook delivers as Webex does: with either signature alone, and bodies that
// are easily changed on the way.
// https://developer.webex.com/docs/api/guides/webhooks
func (d *doctor) webexHook(ctx context.Context) Finding {
	secret, err := HookSecret(d.settings.SecretKeys[0])
	if err != nil {
		return problem("See SCHEDULER_SECRET_KEYS.", "no secret can be derived: %s", reason(err))
	}
	const plain, odd = "{}", "{ \"resource\":\"meetings\" ,\r\n\t\"data\":{\"id\":\"\\u00e9/\\/é\"}, \"n\":1.0e0 }\n"
	taken := map[string]bool{}
	for _, delivery := range []struct{ name, header, prefix, body string }{
		{"spark", "X-Spark-Signature", "", plain},
		{"webex", "X-Webex-Signature", "SHA-256=", plain},
		{"spark odd", "X-Spark-Signature", "", odd},
		{"webex odd", "X-Webex-Signature", "SHA-256=", odd},
	} {
		h := sha1.New
		if delivery.prefix != "" {
			h = sha256.New
		}
		a, err := d.ask(ctx, http.MethodPost, d.settings.PublicURL+route.WebexHook+"?h="+HookID, delivery.body,
			"Content-Type", "application/json", delivery.header, delivery.prefix+signature(h, secret, delivery.body))
		switch {
		case err != nil:
			return problem("Let POST requests from the internet reach "+route.WebexHook+".", "%s does not answer: %s", route.WebexHook, reason(err))
		case a.status != http.StatusNoContent && a.status != http.StatusUnauthorized:
			return problem("Let the proxy pass POST requests to "+route.WebexHook+" on to `serve`, without login page, client certificate or filter of its own.",
				"somebody else answers at %s: it is %d", route.WebexHook, a.status)
		}
		taken[delivery.name] = a.status == http.StatusNoContent
	}
	const pass = "Let the proxy pass on the header "
	switch {
	case !taken["spark"] && !taken["webex"]:
		return problem("Give the server and the doctor the same SCHEDULER_SECRET_KEYS, let SCHEDULER_PUBLIC_URL lead to that server, and let the proxy pass on all headers.",
			"who answers at %s does not know our keys, or the proxy takes both signatures off", route.WebexHook)
	case !taken["spark"]:
		return problem(pass+"X-Spark-Signature.", "the proxy takes the header X-Spark-Signature off deliveries")
	case !taken["webex"]:
		return problem(pass+"X-Webex-Signature.", "the proxy takes the header X-Webex-Signature off deliveries")
	case !taken["spark odd"] || !taken["webex odd"]:
		return problem("Let the proxy pass on bodies byte for byte.", "the proxy rewrites the bodies of deliveries: their signatures don't fit any more")
	}
	return fine("a signed delivery arrives as it was signed")
}

func signature(h func() hash.Hash, secret meeting.Secret, body string) string {
	mac := hmac.New(h, []byte(secret.Reveal()))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}
