package config

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // a thumbprint, as Microsoft shows it, and no protection
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/meeting"
)

const makeCertificate = "make one with `webex-scheduler keys certificate`"

// parseCertificates reads a PEM file: certificates with their private keys, in
// any order. Several are there while one takes over from the other. What has
// no key, such as the certificate of an issuer, is passed over.
func parseCertificates(file []byte) ([]tls.Certificate, error) {
	var leaves []*x509.Certificate
	var keys []*rsa.PrivateKey
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			leaf, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("holds a certificate that cannot be read: %w", err)
			}
			leaves = append(leaves, leaf)
		case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return nil, errors.New("holds a private key with a password; remove it, for instance with `openssl pkey`")
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			key, err := parseKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
	}
	switch {
	case len(leaves) == 0 && len(keys) == 0:
		return nil, errors.New("is no PEM file of a certificate and its private key; " + makeCertificate)
	case len(leaves) == 0:
		return nil, errors.New("holds a private key and no certificate; put both into the file")
	case len(keys) == 0:
		return nil, errors.New("holds a certificate and no private key; put both into the file")
	}
	var pairs []tls.Certificate
	for i, key := range keys {
		of := slices.IndexFunc(leaves, func(leaf *x509.Certificate) bool { return key.PublicKey.Equal(leaf.PublicKey) })
		if of < 0 {
			return nil, fmt.Errorf("holds a private key (number %d) that belongs to none of its certificates", i+1)
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
func parseKey(der []byte) (*rsa.PrivateKey, error) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	var key crypto.PrivateKey
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		key, err = x509.ParseECPrivateKey(der)
	}
	if err != nil {
		return nil, errors.New("holds a private key that cannot be read")
	}
	if key, ok := key.(*rsa.PrivateKey); ok {
		return key, nil
	}
	return nil, errors.New("holds a private key that is not RSA, which Microsoft does not take; " + makeCertificate)
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

// invalid says why none of the certificates is good at now; empty: one is.
func invalid(pairs []tls.Certificate, now time.Time) string {
	var last string
	for _, pair := range pairs {
		leaf := pair.Leaf
		switch {
		case valid(leaf, now):
			return ""
		case last != "": // the newest is told of
		case now.Before(leaf.NotBefore):
			last = fmt.Sprintf("certificate %s is valid from %s on only", Thumbprint(leaf.Raw), leaf.NotBefore.UTC().Format(time.DateTime))
		default:
			last = fmt.Sprintf("certificate %s expired on %s; %s and upload it to the app registration",
				Thumbprint(leaf.Raw), leaf.NotAfter.UTC().Format(time.DateOnly), makeCertificate)
		}
	}
	return last
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
