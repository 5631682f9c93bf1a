package fakems

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // x5t is defined as a SHA-1 thumbprint
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signingKey is a key that Entra signs tokens with.
type signingKey struct {
	id   string // kid, also x5t
	key  *rsa.PrivateKey
	cert []byte // DER
}

// processKey is the first key of every server of the process, and
// consumerKey the one published for personal accounts only: RSA keys are slow
// to make, and nothing depends on which they are.
var (
	processKey  = sync.OnceValue(newKey)
	consumerKey = sync.OnceValue(newKey)
)

func newKey() signingKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "accounts.accesscontrol.windows.net"},
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	thumb := sha1.Sum(cert)
	return signingKey{id: base64.RawURLEncoding.EncodeToString(thumb[:]), key: key, cert: cert}
}

// RotateKeys starts signing with a new key; the older ones stay published. Entra
// rotates on no fixed schedule.
// https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
func (s *Server) RotateKeys() {
	k := newKey()
	defer s.lock()()
	s.entra.keys = append(s.entra.keys, k)
}

type jwk struct {
	KeyType string   `json:"kty"`
	Use     string   `json:"use"`
	ID      string   `json:"kid"`
	X5T     string   `json:"x5t"`
	N       string   `json:"n"`
	E       string   `json:"e"`
	X5C     []string `json:"x5c"`
	Issuer  string   `json:"issuer"`
}

// publishedKeys answers GET /{tenant}/discovery/v2.0/keys: each key names the
// issuer it may sign for, a template with {tenantid} or one tenant.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
func (s *Server) publishedKeys(c *call) answer {
	keys := []jwk{consumerKey().public(c.base + "/" + PersonalTenant + "/v2.0")}
	for _, k := range s.entra.keys {
		keys = append(keys, k.public(c.base+"/{tenantid}/v2.0"))
	}
	return jsonAnswer(http.StatusOK, map[string]any{"keys": keys}).
		with("Cache-Control", "max-age=86400, private").with("Access-Control-Allow-Origin", "*")
}

func (k signingKey) public(issuer string) jwk {
	return jwk{
		KeyType: "RSA", Use: "sig", ID: k.id, X5T: k.id,
		N:      base64.RawURLEncoding.EncodeToString(k.key.N.Bytes()),
		E:      base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.key.E)).Bytes()),
		X5C:    []string{base64.StdEncoding.EncodeToString(k.cert)},
		Issuer: issuer,
	}
}

// sign makes a JWT of claims.
func (k signingKey) sign(claims any) string {
	opts := (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", k.id)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: k.key}, opts)
	if err != nil {
		panic(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		panic(err)
	}
	return token
}
