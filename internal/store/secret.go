package store

import (
	"crypto/sha256"
	"encoding/hex"

	"webex-scheduler/internal/meeting"
)

// hash is how values are stored that only have to be recognised. They are long
// and random, so no salt is needed.
func hash(secret meeting.Secret) string {
	sum := sha256.Sum256([]byte(secret.Reveal()))
	return hex.EncodeToString(sum[:])
}

// seal encrypts a secret for its place; an empty one stays empty.
func (s *Store) seal(secret meeting.Secret, place string) ([]byte, error) {
	if secret.Empty() {
		return nil, nil
	}
	return s.box.Seal([]byte(secret.Reveal()), place)
}

// open is the inverse of seal.
func (s *Store) open(sealed []byte, place string) (meeting.Secret, error) {
	if len(sealed) == 0 {
		return meeting.Secret{}, nil
	}
	plain, err := s.box.Open(sealed, place)
	return meeting.NewSecret(string(plain)), err
}
