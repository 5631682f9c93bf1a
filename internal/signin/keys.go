package signin

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
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
		if err = key.mayIssue(payload); err == nil {
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

func (key signingKey) mayIssue(payload []byte) error {
	var token struct {
		Issuer string `json:"iss"`
		Tenant string `json:"tid"`
	}
	if err := json.Unmarshal(payload, &token); err != nil {
		return err
	}
	if key.issuer != "" && strings.ReplaceAll(key.issuer, tenantPart, token.Tenant) != token.Issuer {
		return fmt.Errorf("key is another issuer's")
	}
	return nil
}

// loadKeys reads the keys document that discovery names.
func (m *Microsoft) loadKeys(ctx context.Context) (_ []signingKey, err error) {
	defer errs.Wrap(&err, "keys")
	meta, err := m.meta.get(ctx)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, meta.keys, nil)
	if err != nil {
		return nil, err
	}
	resp, err := m.http.Do(req)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errs.New(errs.Unavailable, "status %d", resp.StatusCode)
	}
	return parseKeys(body)
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
