package manifest

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestCatalogues: every language has every text, and none that nothing shows.
func TestCatalogues(t *testing.T) {
	t.Parallel()
	if texts[0].locale != home || len(texts) < 2 {
		t.Fatalf("%d catalogues, the first is %s", len(texts), texts[0].locale)
	}
	want := slices.Sorted(maps.Keys(texts[0].words))
	for _, c := range texts {
		if got := slices.Sorted(maps.Keys(c.words)); !slices.Equal(got, want) {
			t.Errorf("%s has the texts %v, want %v", c.locale, got, want)
		}
		for name, words := range c.words {
			if strings.TrimSpace(words) != words || words == "" {
				t.Errorf("%s: %s is %q", c.locale, name, words)
			}
		}
	}
	for _, name := range want {
		if !strings.Contains(source, `text "`+name+`"`) {
			t.Errorf("nothing shows %s", name)
		}
	}
}
