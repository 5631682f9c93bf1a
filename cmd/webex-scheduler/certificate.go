package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"webex-scheduler/internal/config"
)

type certificateCommand struct {
	Out string `default:"scheduler.pem" type:"path" placeholder:"FILE" help:"Where certificate and private key go; an existing file is left alone (${default})."`
}

// Microsoft takes certificates of any life; two years is what most tenants'
// policies allow. https://learn.microsoft.com/entra/identity-platform/certificate-credentials
const (
	certificateBits  = 3072
	certificateYears = 2
)

// Run makes a self-signed certificate for the app registration: one file with
// the private key for us, and one without it to upload.
func (c certificateCommand) Run(env *environment) error {
	now := time.Now()
	der, key, err := newCertificate(now)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	upload := strings.TrimSuffix(c.Out, filepath.Ext(c.Out)) + ".cer"
	if upload == c.Out {
		upload += ".upload"
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	both := append(bytes.Clone(certificate), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	if err := writeNew(c.Out, both, 0o600); err != nil {
		return err
	}
	if err := writeNew(upload, certificate, 0o644); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	_, err = fmt.Fprintf(env.out, `%s  certificate and private key: keep it secret
%s  the certificate alone: for Microsoft

Thumbprint %s, valid until %s.

1. Microsoft Entra, the app registration, Certificates & secrets, Certificates: upload %s.
   Compare the thumbprint.
2. Set SCHEDULER_MICROSOFT_CERTIFICATE=%s and start anew.
   While it takes the place of an older certificate the file may hold both, one
   after the other: the newest that Microsoft knows is used.
`, c.Out, upload, config.Thumbprint(der), now.AddDate(certificateYears, 0, 0).UTC().Format(time.DateOnly), upload, c.Out)
	return err
}

func newCertificate(now time.Time) (der []byte, key *rsa.PrivateKey, err error) {
	if key, err = rsa.GenerateKey(rand.Reader, certificateBits); err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Webex Scheduler"},
		NotBefore:    now.Add(-5 * time.Minute), // clocks differ
		NotAfter:     now.AddDate(certificateYears, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err = x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return der, key, err
}

// writeNew writes a file that must not be there yet: it may hold the key that
// the program runs with.
func writeNew(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; name another file with --out", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
