package static_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/static"
)

var (
	// Where a text's key stands: t("key"), t(x ? "key" : "other"), an error that
	// carries one, and in the page p.Text("key").
	saying      = regexp.MustCompile(`(?:\bt|NotDone|DialogError|\bText)\(([^;\n]*)`)
	literal     = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
	placeholder = regexp.MustCompile(`\{\w+\}`)
	keyLike     = regexp.MustCompile(`^[a-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$`)
)

// sources are the scripts of the pane and its page.
func sources(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("pane/*.js")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range append(files, "../views/taskpane.templ") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(content)
	}
	return all
}

func catalogue(t *testing.T, language string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(static.PaneTexts(language))
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(content, &texts); err != nil {
		t.Fatal(err)
	}
	// A decoder keeps the last of two texts with one key; a translator loses one.
	if written := strings.Count(string(content), `": "`); written != len(texts) {
		t.Errorf("%s: %d texts under %d keys", language, written, len(texts))
	}
	return texts
}

// TestTexts: every key that a script names has a text in every language, every
// text is named by a script, and its placeholders are the same everywhere.
func TestTexts(t *testing.T) {
	t.Parallel()
	english := catalogue(t, "en")
	named := map[string]bool{}
	for file, source := range sources(t) {
		for _, m := range literal.FindAllStringSubmatch(source, -1) {
			named[m[1]] = true
		}
		for _, call := range saying.FindAllStringSubmatch(source, -1) {
			argument := call[1]
			if end := strings.Index(argument, "), "); end >= 0 {
				argument = argument[:end]
			}
			if brace := strings.IndexByte(argument, '{'); brace >= 0 {
				argument = argument[:brace]
			}
			for _, m := range literal.FindAllStringSubmatch(argument, -1) {
				if _, ok := english[m[1]]; !ok && keyLike.MatchString(m[1]) && !slices.Contains([]string{"click", "personalRoom", "meeting", "dead"}, m[1]) {
					t.Errorf("%s: %s has no text", file, m[1])
				}
			}
		}
	}
	for key := range english {
		if !named[key] {
			t.Errorf("the text %s is never said", key)
		}
	}
	if got := static.PaneLanguages(); got[0] != "en" || !slices.Contains(got, "cs") {
		t.Errorf("languages %v, want English first, and Czech", got)
	}
	for _, language := range static.PaneLanguages() {
		texts := catalogue(t, language)
		for key, text := range texts {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: %s is no text of the pane", language, key)
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", language, key)
			}
		}
		for key, text := range english {
			other, ok := texts[key]
			if !ok {
				t.Errorf("%s: no text for %s", language, key)
			}
			want, got := placeholder.FindAllString(text, -1), placeholder.FindAllString(other, -1)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s: placeholders (-English +its)\n%s", language, key, diff)
			}
		}
	}
}

// TestBindingTexts: help texts and assistive technology find things by these names.
func TestBindingTexts(t *testing.T) {
	t.Parallel()
	for key, want := range map[string][2]string{
		"signin": {"Sign in", "Přihlásit se"}, "webex": {"Connect Webex", "Propojit Webex"}, "add": {"Add Webex meeting", "Přidat schůzku Webex"},
		"update": {"Update", "Uložit změny"}, "remove": {"Remove", "Odebrat"}, "join": {"Join", "Připojit se"}, "retry": {"Try again", "Zkusit znovu"},
	} {
		if got := [2]string{static.PaneText("en", key), static.PaneText("cs", key)}; got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	for _, language := range static.PaneLanguages() {
		if got := static.PaneText(language, "kind.personalRoom"); !strings.Contains(got, "Personal Room") {
			t.Errorf("%s: %q does not say Personal Room", language, got)
		}
	}
}

// TestMessagesFit: what the ribbon's command says fits into a notification of
// Outlook: 150 characters.
// https://learn.microsoft.com/javascript/api/outlook/office.notificationmessagedetails
func TestMessagesFit(t *testing.T) {
	t.Parallel()
	for _, language := range static.PaneLanguages() {
		for key, text := range catalogue(t, language) {
			prefix, _, _ := strings.Cut(key, ".")
			said := slices.Contains([]string{"added", "command", "error", "dialog", "series"}, prefix) || key == "progress.add"
			if n := len([]rune(text)); said && n > 150 {
				t.Errorf("%s: %s has %d characters, want 150 at the most", language, key, n)
			}
		}
	}
}
