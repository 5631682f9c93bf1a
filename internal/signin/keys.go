package signin

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"webex-scheduler/internal/errs"
)

// signingKey is a published key and the issuer that may use it: a template
// for every tenant, or one concrete issuer. Empty: any.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
type signingKey struct {
	jose.JSONWebKey
	issuer string
}

// keySet is an oidc.KeySet that holds each key to its issuer; the library's
// own drops that member.
type keySet struct {
	cache[[]signingKey]

	// also is one more issuer whose keys count, with tenantPart in it: tokens of
	// version 1 are signed by the keys of version 2, which may name only that.
	also string
}

// VerifySignature returns the payload if a key of that name, allowed for the
// token's issuer, signed it.
func (k *keySet) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	if len(jws.Signatures) != 1 {
		return nil, errors.New("want one signature")
	}
	keys, err := k.named(ctx, jws.Signatures[0].Header.KeyID)
	if err != nil {
		return nil, err
	}
	err = errors.New("unknown key")
	for _, key := range keys {
		var payload []byte
		if payload, err = jws.Verify(key.JSONWebKey); err != nil {
			continue
		}
		if err = key.mayIssue(payload, k.also); err == nil {
			return payload, nil
		}
	}
	return nil, err
}

// named returns the keys with that kid. One not known is looked for anew: keys
// change on no schedule.
// https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
func (k *keySet) named(ctx context.Context, kid string) ([]signingKey, error) {
	pick := func(all []signingKey) (named []signingKey) {
		for _, key := range all {
			if kid != "" && key.KeyID == kid {
				named = append(named, key)
			}
		}
		return named
	}
	all, err := k.get(ctx)
	if err != nil {
		return nil, err
	}
	if named := pick(all); len(named) > 0 {
		return named, nil
	}
	all, _ = k.reload(ctx)
	return pick(all), nil
}

func (key signingKey) mayIssue(payload []byte, also string) error {
	var token struct {
		Issuer string `json:"iss"`
		Tenant string `json:"tid"`
	}
	if err := json.Unmarshal(payload, &token); err != nil {
		return err
	}
	issuer := strings.ReplaceAll(key.issuer, tenantPart, token.Tenant)
	if issuer != "" && issuer != token.Issuer && (also == "" || issuer != strings.ReplaceAll(also, tenantPart, token.Tenant)) {
		return fmt.Errorf("key is another issuer's")
	}
	return nil
}

// loadKeys returns what reads the keys document that discovery names.
func (m *Microsoft) loadKeys(meta *cache[metadata]) func(context.Context) ([]signingKey, error) {
	return func(ctx context.Context) (_ []signingKey, err error) {
		defer errs.Wrap(&err, "keys")
		found, err := meta.get(ctx)
		if err != nil {
			return nil, err
		}
		body, err := m.read(ctx, found.keys)
		if err != nil {
			return nil, err
		}
		return parseKeys(body)
	}
}

// bare is the key without its certificate: n and e are what counts, and an odd
// certificate must not cost the key.
func bare(raw json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return raw
	}
	for _, name := range []string{"x5c", "x5t", "x5t#S256", "x5u"} {
		delete(members, name)
	}
	b, err := json.Marshal(members)
	if err != nil {
		return raw
	}
	return b
}

// parseKeys takes the RSA signing keys and leaves out what it does not know.
func parseKeys(body []byte) ([]signingKey, error) {
	var doc struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, errs.New(errs.Unavailable, "%w", err)
	}
	var keys []signingKey
	for _, raw := range doc.Keys {
		var key signingKey
		var more struct {
			Issuer string `json:"issuer"`
		}
		if json.Unmarshal(bare(raw), &key.JSONWebKey) != nil || json.Unmarshal(raw, &more) != nil {
			continue
		}
		if _, ok := key.Key.(*rsa.PublicKey); !ok || (key.Use != "" && key.Use != "sig") {
			continue
		}
		key.issuer = more.Issuer
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errs.New(errs.Unavailable, "no signing key in the document")
	}
	return keys, nil
}
