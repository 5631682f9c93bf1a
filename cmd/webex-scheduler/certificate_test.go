package main

import (
	"bytes"
	"crypto/rsa"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/config"
)

// TestCertificateForTheRegistration: what is made is what the program takes,
// and what is uploaded has no key.
func TestCertificateForTheRegistration(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new.pem")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"keys", "certificate", "--out", path}, &out, &errOut); code != 0 {
		t.Fatalf("code %d: %s", code, errOut.String())
	}
	now := time.Now()
	settings := map[string]string{
		"PUBLIC_URL": "https://scheduler.example", "SECRET_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "MICROSOFT_CLIENT_ID": "app",
		"MICROSOFT_CERTIFICATE": path, "WEBEX_CLIENT_ID": "C1", "WEBEX_CLIENT_SECRET": "x",
	}
	c, err := config.Parse(func(name string) string { return settings[name] }, os.ReadFile, now)
	if err != nil || len(c.Microsoft.Certificates) != 1 {
		t.Fatalf("%d certificates, %v", len(c.Microsoft.Certificates), err)
	}
	if key := c.Microsoft.Certificates[0].PrivateKey.(*rsa.PrivateKey); key.N.BitLen() != 3072 {
		t.Errorf("a key of %d bits", key.N.BitLen())
	}
	end := c.Microsoft.Expiry()
	if days := end.DaysLeft(now); days < 728 || days > 731 {
		t.Errorf("good for %d days, want two years", days)
	}
	if !strings.Contains(out.String(), end.Thumbprint) || strings.Contains(out.String(), "PRIVATE KEY") {
		t.Errorf("printed without the thumbprint, or with the key:\n%s", out.String())
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file has mode %v, %v", info.Mode(), err)
	}
	upload, err := os.ReadFile(strings.TrimSuffix(path, ".pem") + ".cer")
	if err != nil || !bytes.Contains(upload, []byte("BEGIN CERTIFICATE")) || bytes.Contains(upload, []byte("PRIVATE")) {
		t.Errorf("to upload: %s, %v", upload, err)
	}

	before, _ := os.ReadFile(path)
	if code := run(t.Context(), []string{"keys", "certificate", "--out", path}, &out, &errOut); code == 0 || !strings.Contains(errOut.String(), "there already") {
		t.Errorf("a second time: code %d, %s", code, errOut.String())
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the key in use was overwritten")
	}
}
