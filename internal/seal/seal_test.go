package seal_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/seal"
)

func newBox(t *testing.T, keys ...string) *seal.Box {
	t.Helper()
	parsed, err := seal.ParseKeys(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func TestBox(t *testing.T) {
	t.Parallel()
	plain := []byte("0.AXoA-refresh-token")
	box := newBox(t, seal.NewKey(rand.Reader))
	sealed, err := box.Seal(plain, "tokens/1")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, plain[2:8]) {
		t.Error("the sealed value shows a part of the plain one")
	}
	if got, err := box.Open(sealed, "tokens/1"); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened: got %q, %v, want %q", got, err, plain)
	}
	if again, _ := box.Seal(plain, "tokens/1"); bytes.Equal(sealed, again) {
		t.Error("sealed twice alike: equal secrets can be told from outside")
	}
	damaged := bytes.Clone(sealed)
	damaged[len(damaged)-1] ^= 1
	for name, refused := range map[string]struct {
		sealed     []byte
		associated string
	}{
		"moved to another row":      {sealed, "tokens/2"},
		"damaged":                   {damaged, "tokens/1"},
		"cut off":                   {sealed[:4], "tokens/1"},
		"empty":                     {nil, "tokens/1"},
		"a plain value":             {plain, "tokens/1"},
		"header without ciphertext": {sealed[:5], "tokens/1"},
	} {
		if got, err := box.Open(refused.sealed, refused.associated); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %q, %v, want errs.Invalid", name, got, err)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	older, newer := seal.NewKey(rand.Reader), seal.NewKey(rand.Reader)
	old, both, after := newBox(t, older), newBox(t, newer, older), newBox(t, newer)
	sealed, err := old.Seal([]byte("token"), "row")
	if err != nil {
		t.Fatal(err)
	}
	if !old.Newest(sealed) || both.Newest(sealed) {
		t.Errorf("newest: got %t before and %t after the rotation, want true, false", old.Newest(sealed), both.Newest(sealed))
	}
	plain, err := both.Open(sealed, "row")
	if err != nil || string(plain) != "token" {
		t.Fatalf("older key: got %q, %v", plain, err)
	}
	if _, err := after.Open(sealed, "row"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("key that is gone: got %v, want errs.Unavailable", err)
	}
	resealed, err := both.Seal(plain, "row")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := after.Open(resealed, "row"); err != nil || string(got) != "token" {
		t.Errorf("re-encrypted: got %q, %v, want token", got, err)
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{0xfb, 0xff}, 16) // has + and / in it
	std := base64.StdEncoding.EncodeToString(raw)
	other := seal.NewKey(rand.Reader)
	short := base64.StdEncoding.EncodeToString(raw[:31])
	for _, c := range []struct{ name, list, want string }{
		{"standard", std, ""},
		{"standard without padding", strings.TrimRight(std, "="), ""},
		{"url", base64.URLEncoding.EncodeToString(raw), ""},
		{"url without padding", base64.RawURLEncoding.EncodeToString(raw), ""},
		{"two with a space", other + ", " + std, ""},
		{"nothing", "", "no key"},
		{"only a blank", " ", "no key"},
		{"trailing comma", std + ",", "key 2 is empty"},
		{"too short", short, "key 1 has 31 bytes, want 32"},
		{"not base64", other + ",päss", "key 2 is not base64"},
		{"twice in two alphabets", std + "," + base64.RawURLEncoding.EncodeToString(raw), "key 2 is the same as key 1"},
	} {
		keys, err := seal.ParseKeys(c.list)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got error %q, want %q", c.name, got, c.want)
		}
		if err == nil && len(keys) != strings.Count(c.list, ",")+1 {
			t.Errorf("%s: got %d keys", c.name, len(keys))
		}
	}
}

func TestKeyCannotPrint(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte("k"), 32)
	keys, err := seal.ParseKeys(base64.StdEncoding.EncodeToString(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, keys); !strings.Contains(got, "[key]") || len(got) > 20 {
			t.Errorf("%s: got %s", verb, got)
		}
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	old, young := seal.NewKey(rand.Reader), seal.NewKey(rand.Reader)
	sealed, err := newBox(t, old).Seal([]byte("x"), "here")
	if err != nil {
		t.Fatal(err)
	}
	if !newBox(t, young, old).Holds(sealed) || newBox(t, young).Holds(sealed) || newBox(t, old).Holds(sealed[:3]) {
		t.Error("the box does not know which keys it has")
	}
}

// TestDerive: the same for everybody with the key, another for every key and
// purpose, and never the key.
func TestDerive(t *testing.T) {
	t.Parallel()
	keys, err := seal.ParseKeys(seal.NewKey(rand.Reader) + "," + seal.NewKey(rand.Reader))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, key := range keys {
		for _, purpose := range []string{"one", "two"} {
			a, err := key.Derive(purpose)
			b, again := key.Derive(purpose)
			if err != nil || again != nil || a != b || len(a.Reveal()) != 64 {
				t.Errorf("%v, %v: derived %d characters", err, again, len(a.Reveal()))
			}
			seen[a.Reveal()] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d secrets of 2 keys for 2 purposes", len(seen))
	}
}
