package static_test

import (
	"regexp"
	"testing"

	"webex-scheduler/static"
)

func TestNamesChangeWithTheContent(t *testing.T) {
	t.Parallel()
	for _, file := range []string{static.Style, static.Icon, static.LocalTime} {
		name := static.Name(file)
		if !regexp.MustCompile(`^[a-z-]+\.[0-9a-f]{12}\.[a-z]+$`).MatchString(name) {
			t.Errorf("Name(%s) = %s, want the hash in it", file, name)
		}
		forever, ok := static.Open(name)
		if !ok || !forever.Forever || len(forever.Content) == 0 {
			t.Errorf("Open(%s): found %v, forever %v, %d bytes", name, ok, forever.Forever, len(forever.Content))
		}
		if plain, ok := static.Open(file); !ok || plain.Forever {
			t.Errorf("Open(%s): found %v, forever %v, want found and not for ever", file, ok, plain.Forever)
		}
	}
	if _, ok := static.Open("static.go"); ok {
		t.Error("the source is served")
	}
	if _, ok := static.Open("app.000000000000.css"); ok {
		t.Error("an old hash is answered with new content")
	}
}
