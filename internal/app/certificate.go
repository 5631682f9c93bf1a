package app

import (
	"crypto/sha1"
	"crypto/tls"
	"fmt"

	"webex-scheduler/web"
)

// certificates is what the pages tell of the configured ones: by the thumbprint
// under which the app registration lists them.
func certificates(configured []tls.Certificate) (told []web.Certificate) {
	for _, c := range configured {
		if c.Leaf != nil {
			told = append(told, web.Certificate{Thumbprint: fmt.Sprintf("%X", sha1.Sum(c.Leaf.Raw)), Expires: c.Leaf.NotAfter})
		}
	}
	return told
}
