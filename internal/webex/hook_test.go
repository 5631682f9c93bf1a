package webex_test

import (
	"strings"
	"testing"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/webex"
)

// The sums are OpenSSL's: printf %s '{"id":1}' | openssl dgst -sha1 -hmac key.
func TestSigned(t *testing.T) {
	t.Parallel()
	const body = `{"id":1}`
	key := meeting.NewSecret("key")
	for name, test := range map[string]struct {
		secret       meeting.Secret
		spark, webex string
		ok, strong   bool
	}{
		"SHA-1":                          {key, sha1Sum, "", true, false},
		"SHA-1 in capitals":              {key, strings.ToUpper(sha1Sum), "", true, false},
		"SHA-256":                        {key, "", "SHA-256=" + sha256Sum, true, true},
		"both":                           {key, sha1Sum, "SHA-256=" + sha256Sum, true, true},
		"one of a list":                  {key, "", "SHA-512=00, SHA-256=" + sha256Sum, true, true},
		"the stronger is wrong":          {key, sha1Sum, "SHA-256=" + sha1Sum, false, false},
		"the stronger is not ours to do": {key, sha1Sum, "SHA3-256=00", true, false},
		"none":                           {key, "", "", false, false},
		"another key":                    {meeting.NewSecret("other"), sha1Sum, "", false, false},
		"no key":                         {meeting.Secret{}, sha1Sum, "", false, false},
	} {
		if ok, strong := webex.Signed(test.secret, []byte(body), test.spark, test.webex); ok != test.ok || strong != test.strong {
			t.Errorf("%s: %v, stronger %v", name, ok, strong)
		}
	}
}

func FuzzParseHook(f *testing.F) {
	f.Add([]byte(`{"resource":"meetings","event":"ended","data":{"id":"0a1b_I_123"}}`))
	f.Add([]byte(`{"resource":"meetings","data":{"id":["x"]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		id, whole, err := webex.ParseHook(body)
		if err == nil && (id == "" || strings.ContainsAny(string(id), "_\x00")) {
			t.Errorf("id %q, whole %v", id, whole)
		}
	})
}

const (
	sha1Sum   = "e5ff1b35e0dd86c146ecbb436213a1ded9d19426"
	sha256Sum = "c95c6a7c2c7c761e984c68cf64b4bca93f07242900aafdbb328d3bb75ab0dcb0"
)
