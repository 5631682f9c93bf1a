package signin

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/jonboulle/clockwork"
)

const (
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	assertionLife = 5 * time.Minute
)

// assertion signs who we are, instead of a client secret.
// https://learn.microsoft.com/entra/identity-platform/certificate-credentials
type assertion struct {
	clientID string
	signer   jose.Signer
	clock    clockwork.Clock
	random   io.Reader
}

func newAssertion(clientID string, cert *tls.Certificate, clock clockwork.Clock, random io.Reader) (*assertion, error) {
	if len(cert.Certificate) == 0 {
		return nil, errors.New("certificate: empty")
	}
	if random == nil {
		return nil, errors.New("certificate: no randomness for its assertions")
	}
	private, ok := cert.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, errors.New("certificate: no private key")
	}
	key, ok := private.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("certificate: want an RSA key")
	}
	thumbprint := sha256.Sum256(cert.Certificate[0])
	options := (&jose.SignerOptions{}).WithType("JWT").
		WithHeader("x5t#S256", base64.RawURLEncoding.EncodeToString(thumbprint[:]))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: key}, options)
	if err != nil {
		return nil, err
	}
	return &assertion{clientID: clientID, signer: signer, clock: clock, random: random}, nil
}

// sign makes a new assertion for one call of tokenURL.
func (a *assertion) sign(tokenURL string) (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(a.random, id[:]); err != nil {
		return "", err
	}
	now := a.clock.Now()
	return jwt.Signed(a.signer).Claims(assertionClaims{
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
