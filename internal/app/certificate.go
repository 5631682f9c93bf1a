package app

import (
	"crypto/tls"

	"webex-scheduler/internal/config"
	"webex-scheduler/web"
)

// certificates is what the pages tell of the configured ones: by the thumbprint
// under which the app registration lists them.
func certificates(configured []tls.Certificate) (told []web.Certificate) {
	for _, c := range configured {
		told = append(told, web.Certificate{Thumbprint: config.Thumbprint(c.Leaf.Raw), Expires: c.Leaf.NotAfter})
	}
	return told
}
