package app

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/config"
)

// TestCertificateNearItsEnd: whoever reads the log learns of it in time, and is
// not told each hour.
func TestCertificateNearItsEnd(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	leaf := &x509.Certificate{Raw: []byte("x"), NotAfter: clock.Now().Add(32 * 24 * time.Hour)}
	var log bytes.Buffer
	o := &Options{Clock: clock, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Config: config.Config{Microsoft: config.Microsoft{Certificates: []tls.Certificate{{Leaf: leaf}}}}}
	var last time.Time
	for range 5 * 24 { // five days, hour by hour
		last = o.warnOfExpiry(last)
		clock.Advance(time.Hour)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], "days_left=30 ") || !strings.Contains(lines[2], "days_left=28 ") {
		t.Errorf("warned %d times:\n%s", len(lines), log.String())
	}
	o.Config.Microsoft.Certificates = nil
	if !o.warnOfExpiry(time.Time{}).IsZero() {
		t.Error("warned of no certificate")
	}
}
