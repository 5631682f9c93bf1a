package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const keySize = 32

// Key is a secret key. It cannot print.
type Key struct{ bytes [keySize]byte }

// String implements fmt.Stringer.
func (Key) String() string { return "[key]" }

// GoString implements fmt.GoStringer.
func (Key) GoString() string { return "[key]" }

// Format implements fmt.Formatter, since %x and %d would look inside.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// LogValue implements slog.LogValuer.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Derive returns a secret that everybody who has the key derives for that
// purpose, and that says nothing about the key.
func (k Key) Derive(purpose string) (meeting.Secret, error) {
	b, err := hkdf.Key(sha256.New, k.bytes[:], nil, "webex-scheduler "+purpose, keySize)
	return meeting.NewSecret(hex.EncodeToString(b)), err
}

// NewKey draws a key and returns it as ParseKeys reads it. It panics if random
// fails, which crypto/rand never does.
func NewKey(random io.Reader) string {
	var b [keySize]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic(fmt.Sprintf("seal: random source: %v", err))
	}
	return base64.StdEncoding.EncodeToString(b[:])
}

// ParseKeys reads comma-separated base64 keys of 32 bytes, in the standard or
// the URL alphabet, with or without padding. Its errors (errs.Invalid) name the
// key by its position, never its value.
func ParseKeys(list string) ([]Key, error) {
	if strings.TrimSpace(list) == "" {
		return nil, errs.New(errs.Invalid, "no key")
	}
	var keys []Key
	seen := make(map[Key]int)
	for i, text := range strings.Split(list, ",") {
		key, err := parseKey(strings.TrimSpace(text))
		if err != nil {
			return nil, errs.New(errs.Invalid, "key %d %w", i+1, err)
		}
		if first, twice := seen[key]; twice {
			return nil, errs.New(errs.Invalid, "key %d is the same as key %d", i+1, first)
		}
		seen[key] = i + 1
		keys = append(keys, key)
	}
	return keys, nil
}

var urlToStandard = strings.NewReplacer("-", "+", "_", "/")

func parseKey(text string) (Key, error) {
	if text == "" {
		return Key{}, errs.New(errs.Invalid, "is empty")
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(urlToStandard.Replace(text), "="))
	if err != nil { // its text quotes the input
		return Key{}, errs.New(errs.Invalid, "is not base64")
	}
	if len(b) != keySize {
		return Key{}, errs.New(errs.Invalid, "has %d bytes, want %d", len(b), keySize)
	}
	return Key{[keySize]byte(b)}, nil
}
