package config_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"webex-scheduler/internal/config"
)

const day = 24 * time.Hour

// rsaKeys are three that all tests share: they are slow to make.
var rsaKeys = sync.OnceValue(func() (keys [3]*rsa.PrivateKey) {
	for i := range keys {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = key
	}
	return keys
})

// certificate is a PEM block of one that is valid from now+from to now+to.
func certificate(t *testing.T, key crypto.Signer, from, to time.Duration) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(from), NotAfter: now.Add(to)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return block("CERTIFICATE", der)
}

func private(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// parse reads a configuration with that certificate file.
func parse(file string, change map[string]string) (config.Config, error) {
	all := map[string]string{"MICROSOFT_CERTIFICATE": "scheduler.pem"}
	for name, value := range change {
		all[name] = value
	}
	return config.Parse(settings(all), func(string) ([]byte, error) { return []byte(file), nil }, now)
}

var noSecret = map[string]string{"MICROSOFT_CLIENT_SECRET": ""}

// TestRollover: for some days the file holds the old certificate and the new.
func TestRollover(t *testing.T) {
	t.Parallel()
	keys := rsaKeys()
	old, young := certificate(t, keys[0], -700*day, 30*day), certificate(t, keys[1], -day, 729*day)
	future, past := certificate(t, keys[2], day, 900*day), certificate(t, keys[2], -900*day, -day)
	pkcs1 := block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(keys[1]))
	c, err := parse("Bag Attributes\n"+old+private(t, keys[0])+future+past+private(t, keys[2])+young+pkcs1, noSecret)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, pair := range c.Microsoft.Certificates {
		got = append(got, block("CERTIFICATE", pair.Certificate[0]))
		if key, ok := pair.PrivateKey.(*rsa.PrivateKey); !ok || !key.PublicKey.Equal(pair.Leaf.PublicKey) {
			t.Errorf("the certificate until %v has another's key", pair.Leaf.NotAfter)
		}
	}
	want := []string{young, old, future, past}
	if strings.Join(got, "") != strings.Join(want, "") {
		t.Errorf("tried in another order than newest valid first: %v", got)
	}
	if end := c.Microsoft.Expiry(); !end.End.Equal(now.Add(900*day)) || len(end.Thumbprint) != 40 {
		t.Errorf("lasts until %+v", end)
	}
}

// TestIssuerInTheFile: some write the whole chain into it.
func TestIssuerInTheFile(t *testing.T) {
	t.Parallel()
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	own := certificate(t, rsaKeys()[0], -day, day)
	c, err := parse(private(t, rsaKeys()[0])+own+certificate(t, authority, -day, day), noSecret)
	if err != nil || len(c.Microsoft.Certificates) != 1 || block("CERTIFICATE", c.Microsoft.Certificates[0].Certificate[0]) != own {
		t.Errorf("%d certificates, %v", len(c.Microsoft.Certificates), err)
	}
}

func TestCertificateFilesThatCannotWork(t *testing.T) {
	t.Parallel()
	ours, other := rsaKeys()[0], rsaKeys()[1]
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	good := certificate(t, ours, -day, day)
	for _, test := range []struct {
		name, file, problem string
	}{
		{"no PEM", "scheduler", "is no PEM file"},
		{"empty", "", "is no PEM file"},
		{"certificate alone", good, "a certificate and no private key"},
		{"key alone", private(t, ours), "a private key and no certificate"},
		{"another's key", good + private(t, other), "belongs to none of its certificates"},
		{"a stray key beside a good pair", good + private(t, ours) + private(t, other), "number 2"},
		{"an elliptic curve", certificate(t, curve, -day, day) + private(t, curve), "not RSA"},
		{"an elliptic curve, as openssl ecparam writes it", certificate(t, curve, -day, day) + block("EC PRIVATE KEY", sec1), "not RSA"},
		{"with a password", good + block("ENCRYPTED PRIVATE KEY", []byte("x")), "with a password"},
		{"broken certificate", block("CERTIFICATE", []byte("x")) + private(t, ours), "certificate that cannot be read"},
		{"broken key", good + block("PRIVATE KEY", []byte("x")), "private key that cannot be read"},
		{"expired", certificate(t, ours, -day, -time.Hour) + private(t, ours), "expired on 2026-03-02"},
		{"not valid yet", certificate(t, ours, time.Hour, day) + private(t, ours), "valid from 2026-03-02 10:00:00 on"},
	} {
		_, err := parse(test.file, noSecret)
		if err == nil || !strings.Contains(err.Error(), "SCHEDULER_MICROSOFT_CERTIFICATE: ") || !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: %v, want a problem that says %q", test.name, err, test.problem)
		}
		if err != nil && strings.Contains(err.Error(), "PRIVATE KEY-----") {
			t.Errorf("%s: the message holds the key", test.name)
		}
	}
}

// TestExpiredCertificateBesideASecret: people go on signing in.
func TestExpiredCertificateBesideASecret(t *testing.T) {
	t.Parallel()
	c, err := parse(certificate(t, rsaKeys()[0], -2*day, -day)+private(t, rsaKeys()[0]), nil)
	if err != nil {
		t.Fatal(err)
	}
	if end := c.Microsoft.Expiry(); len(c.Microsoft.Certificates) != 1 || !end.Near(now) || end.DaysLeft(now) != -1 {
		t.Errorf("%d certificates, %+v", len(c.Microsoft.Certificates), end)
	}
}
