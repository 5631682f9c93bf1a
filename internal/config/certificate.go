package config

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // a thumbprint, as Microsoft shows it, and no protection
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/meeting"
)

const makeCertificate = "Make one with `webex-scheduler keys certificate` and upload it to the app registration."

const bothInFile = "Put a certificate and the private key it belongs to into the file."

// flaw is what is wrong with a certificate file, and the fix.
type flaw struct{ what, fix string }

// parseCertificates reads a PEM file: certificates with their private keys, in
// any order. Several are there while one takes over from the other. What has
// no key, such as the certificate of an issuer, is passed over.
func parseCertificates(file []byte) ([]tls.Certificate, *flaw) {
	var leaves []*x509.Certificate
	var keys []*rsa.PrivateKey
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			leaf, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, &flaw{"holds a certificate that cannot be read: " + err.Error(), makeCertificate}
			}
			leaves = append(leaves, leaf)
		case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return nil, &flaw{"holds a private key with a password", "Remove the password, for instance with `openssl pkey`."}
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			key, wrong := parseKey(block.Bytes)
			if wrong != nil {
				return nil, wrong
			}
			keys = append(keys, key)
		}
	}
	switch {
	case len(leaves) == 0 && len(keys) == 0:
		return nil, &flaw{"is no PEM file of a certificate and its private key", makeCertificate}
	case len(leaves) == 0:
		return nil, &flaw{"holds a private key and no certificate", bothInFile}
	case len(keys) == 0:
		return nil, &flaw{"holds a certificate and no private key", bothInFile}
	}
	var pairs []tls.Certificate
	for i, key := range keys {
		of := slices.IndexFunc(leaves, func(leaf *x509.Certificate) bool { return key.PublicKey.Equal(leaf.PublicKey) })
		if of < 0 {
			return nil, &flaw{fmt.Sprintf("holds a private key (number %d) that belongs to none of its certificates", i+1), bothInFile}
		}
		for _, leaf := range leaves { // a certificate may be renewed with the old key
			if key.PublicKey.Equal(leaf.PublicKey) {
				pairs = append(pairs, tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf})
			}
		}
	}
	return pairs, nil
}

// parseKey reads a private key. Microsoft takes assertions that RSA signed.
// https://learn.microsoft.com/entra/identity-platform/certificate-credentials
func parseKey(der []byte) (*rsa.PrivateKey, *flaw) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	var key crypto.PrivateKey
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		key, err = x509.ParseECPrivateKey(der)
	}
	if err != nil {
		return nil, &flaw{"holds a private key that cannot be read", makeCertificate}
	}
	if key, ok := key.(*rsa.PrivateKey); ok {
		return key, nil
	}
	return nil, &flaw{"holds a private key that is not RSA, which Microsoft does not take", makeCertificate}
}

// sortCertificates puts the newest that is valid at now first, and those that
// are not valid last.
func sortCertificates(pairs []tls.Certificate, now time.Time) {
	slices.SortStableFunc(pairs, func(a, b tls.Certificate) int {
		switch good := valid(a.Leaf, now); {
		case good == valid(b.Leaf, now):
			return b.Leaf.NotBefore.Compare(a.Leaf.NotBefore)
		case good:
			return -1
		}
		return 1
	})
}

func valid(leaf *x509.Certificate, now time.Time) bool {
	return !now.Before(leaf.NotBefore) && !now.After(leaf.NotAfter)
}

// ended says of the newest certificate why it is not good at now; nil: one of
// them is.
func ended(pairs []tls.Certificate, now time.Time) *flaw {
	if len(pairs) == 0 || slices.ContainsFunc(pairs, func(pair tls.Certificate) bool { return valid(pair.Leaf, now) }) {
		return nil
	}
	leaf := pairs[0].Leaf
	if now.Before(leaf.NotBefore) {
		return &flaw{fmt.Sprintf("certificate %s is valid from %s on only", Thumbprint(leaf.Raw), leaf.NotBefore.UTC().Format(time.DateTime)),
			"Wait until then, or see that this machine's clock is right."}
	}
	return &flaw{fmt.Sprintf("certificate %s expired on %s", Thumbprint(leaf.Raw), leaf.NotAfter.UTC().Format(time.DateOnly)), makeCertificate}
}

// Thumbprint names a certificate as the app registration lists it.
func Thumbprint(der []byte) string {
	sum := sha1.Sum(der)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// Expiry returns the end of the certificate that lasts longest; the zero value
// without one.
func (m Microsoft) Expiry() (last meeting.Expiry) {
	for _, pair := range m.Certificates {
		if pair.Leaf.NotAfter.After(last.End) {
			last = meeting.Expiry{Thumbprint: Thumbprint(pair.Leaf.Raw), End: pair.Leaf.NotAfter}
		}
	}
	return last
}
