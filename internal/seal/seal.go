// Package seal encrypts what must not lie readable in the database. Each value
// is bound to the place it belongs to, so that it cannot be moved to another
// row. It reads no configuration and stores nothing.
package seal

import (
	"crypto/sha256"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"webex-scheduler/internal/errs"
)

// A sealed value is: version, key id, then nonce and ciphertext as tink makes
// them (XChaCha20-Poly1305: random nonces are safe for any number of values).
const (
	version    = 1
	keyIDSize  = 4
	headerSize = 1 + keyIDSize
)

type keyID [keyIDSize]byte

// Box seals and opens. It is safe for concurrent use.
type Box struct {
	newest keyID
	keys   map[keyID]tink.AEAD
}

// New makes a box: the first key encrypts, all decrypt.
func New(keys []Key) (*Box, error) {
	if len(keys) == 0 {
		return nil, errs.New(errs.Invalid, "seal: no key")
	}
	b := &Box{newest: keys[0].id(), keys: make(map[keyID]tink.AEAD, len(keys))}
	for i, key := range keys {
		if _, twice := b.keys[key.id()]; twice {
			return nil, errs.New(errs.Invalid, "seal: key %d is there twice", i+1)
		}
		aead, err := subtle.NewXChaCha20Poly1305(key.bytes[:])
		if err != nil {
			return nil, err
		}
		b.keys[key.id()] = aead
	}
	return b, nil
}

// Seal encrypts plain for the place that associated names; only Open with the
// same name gives it back.
func (b *Box) Seal(plain []byte, associated string) ([]byte, error) {
	sealed, err := b.keys[b.newest].Encrypt(plain, []byte(associated))
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, headerSize+len(sealed))
	out = append(out, version)
	out = append(out, b.newest[:]...)
	return append(out, sealed...), nil
}

// Open decrypts what Seal made. errs.Invalid: damaged, or of another place.
// errs.Unavailable: sealed under a key that the box does not hold; who has all keys
// can open it.
func (b *Box) Open(sealed []byte, associated string) ([]byte, error) {
	if len(sealed) < headerSize || sealed[0] != version {
		return nil, errs.New(errs.Invalid, "seal: not a sealed value")
	}
	aead, ok := b.keys[keyID(sealed[1:headerSize])]
	if !ok {
		return nil, errs.New(errs.Unavailable, "seal: the key it was sealed under is not among the secret keys")
	}
	plain, err := aead.Decrypt(sealed[headerSize:], []byte(associated))
	if err != nil {
		return nil, errs.New(errs.Invalid, "seal: damaged, or moved from another place")
	}
	return plain, nil
}

// Newest reports whether sealed is under the newest key; if not, it wants to be
// sealed again before the old key goes.
func (b *Box) Newest(sealed []byte) bool {
	return len(sealed) >= headerSize && sealed[0] == version && keyID(sealed[1:headerSize]) == b.newest
}

// Holds reports whether the box has the key that sealed was sealed under.
func (b *Box) Holds(sealed []byte) bool {
	if len(sealed) < headerSize || sealed[0] != version {
		return false
	}
	_, ok := b.keys[keyID(sealed[1:headerSize])]
	return ok
}

func (k Key) id() keyID {
	sum := sha256.Sum256(append([]byte("webex-scheduler key id\x00"), k.bytes[:]...))
	return keyID(sum[:keyIDSize])
}
