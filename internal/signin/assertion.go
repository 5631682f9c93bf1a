package signin

import (
	"context"
	"crypto/rsa"
	"crypto/sha1" // x5t is defined as a SHA-1 thumbprint
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/jonboulle/clockwork"
)

const (
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	assertionLife = 5 * time.Minute
)

// unknownCertificate is how Microsoft says that the certificate is not among
// those of the registration, or that the signature does not fit it.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
const unknownCertificate = 700027

// assertions sign who we are, instead of a client secret. While certificates
// change, a tenant may know one of them only, and some clouds the older form
// only: what worked last is tried first.
// https://learn.microsoft.com/entra/identity-platform/certificate-credentials
type assertions struct {
	clientID string
	all      []signatory // two for each certificate: the newer form first, and the newest of it
	clock    clockwork.Clock
	random   io.Reader

	mu     sync.Mutex
	worked *signatory // nil: none yet
}

// signatory is a certificate in one of the two forms.
type signatory struct {
	leaf   *x509.Certificate
	old    bool // RS256 with x5t, instead of PS256 with x5t#S256
	signer jose.Signer
}

func newAssertions(clientID string, pairs []tls.Certificate, clock clockwork.Clock, random io.Reader) (*assertions, error) {
	a := &assertions{clientID: clientID, clock: clock, random: random}
	if len(pairs) > 0 && random == nil {
		return nil, errors.New("certificate: no randomness for its assertions")
	}
	for _, pair := range pairs {
		if len(pair.Certificate) == 0 {
			return nil, errors.New("certificate: empty")
		}
		leaf, err := x509.ParseCertificate(pair.Certificate[0])
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		key, ok := pair.PrivateKey.(*rsa.PrivateKey)
		if !ok {
			return nil, errors.New("certificate: want an RSA key")
		}
		sum, oldSum := sha256.Sum256(leaf.Raw), sha1.Sum(leaf.Raw)
		for _, form := range []struct {
			old       bool
			algorithm jose.SignatureAlgorithm
			header    jose.HeaderKey
			sum       []byte
		}{
			{false, jose.PS256, "x5t#S256", sum[:]},
			{true, jose.RS256, "x5t", oldSum[:]},
		} {
			options := (&jose.SignerOptions{}).WithType("JWT").
				WithHeader(form.header, base64.RawURLEncoding.EncodeToString(form.sum))
			signer, err := jose.NewSigner(jose.SigningKey{Algorithm: form.algorithm, Key: key}, options)
			if err != nil {
				return nil, err
			}
			a.all = append(a.all, signatory{leaf: leaf, old: form.old, signer: signer})
		}
	}
	slices.SortStableFunc(a.all, func(s, t signatory) int {
		if s.old != t.old {
			return map[bool]int{false: -1, true: 1}[s.old]
		}
		return t.leaf.NotBefore.Compare(s.leaf.NotBefore)
	})
	return a, nil
}

// order returns the signatories as they are to be tried at now: what worked
// last before the others. Those that are not valid are left out unless all are:
// it may be our clock that is wrong.
func (a *assertions) order(now time.Time) []*signatory {
	var all []*signatory
	none := !a.valid(now)
	for i := range a.all {
		if none || a.all[i].valid(now) {
			all = append(all, &a.all[i])
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if i := slices.Index(all, a.worked); i > 0 {
		all = slices.Insert(slices.Delete(all, i, i+1), 0, a.worked)
	}
	return all
}

func (s *signatory) valid(now time.Time) bool {
	return !now.Before(s.leaf.NotBefore) && !now.After(s.leaf.NotAfter)
}

// valid reports whether any certificate is, at now.
func (a *assertions) valid(now time.Time) bool {
	return slices.ContainsFunc(a.all, func(s signatory) bool { return s.valid(now) })
}

// post calls endpoint until a certificate is known there, or none is left.
func (a *assertions) post(ctx context.Context, send func(context.Context, url.Values) (answer, error), endpoint string, form url.Values) (reply answer, err error) {
	form.Set("client_assertion_type", assertionType)
	for _, s := range a.order(a.clock.Now()) {
		signed, err := a.sign(s, endpoint)
		if err != nil {
			return answer{}, fmt.Errorf("assertion: %w", err)
		}
		form.Set("client_assertion", signed)
		if reply, err = send(ctx, form); err != nil {
			return answer{}, err
		}
		if reply.good() {
			a.mu.Lock()
			a.worked = s
			a.mu.Unlock()
		}
		if !reply.refuses(unknownCertificate) {
			break
		}
	}
	return reply, nil
}

// sign makes a new assertion for one call of tokenURL.
func (a *assertions) sign(s *signatory, tokenURL string) (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(a.random, id[:]); err != nil {
		return "", err
	}
	now := a.clock.Now()
	return jwt.Signed(s.signer).Claims(assertionClaims{
		Issuer:    a.clientID,
		Subject:   a.clientID,
		Audience:  tokenURL,
		ID:        hex.EncodeToString(id[:]),
		IssuedAt:  now.Unix(),
		NotBefore: now.Unix(),
		Expiry:    now.Add(assertionLife).Unix(),
	}).Serialize()
}

// assertionClaims has its audience as a string; jwt.Claims would make a list of it.
type assertionClaims struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	Audience  string `json:"aud"`
	ID        string `json:"jti"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expiry    int64  `json:"exp"`
}
