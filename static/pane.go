package static

import (
	"encoding/json"
	"path"
	"strings"
)

const paneFolder = "pane"

var paneTexts = readTexts()

var paneLanguages = findLanguages()

// PaneLanguages are those of the pane's catalogues, English first: the files
// text.<language>.json of its folder.
func PaneLanguages() []string { return paneLanguages }

func findLanguages() []string {
	languages := []string{"en"}
	for _, f := range list(paneFolder) {
		if l, ok := textLanguage(f.Name()); ok && l != "en" {
			languages = append(languages, l)
		}
	}
	return languages
}

// PaneTexts returns the file with the pane's texts in a language of PaneLanguages.
func PaneTexts(language string) string {
	return path.Join(paneFolder, "text."+language+".json")
}

// PaneText returns a text of the pane, in English if the language is none of
// PaneLanguages. It panics if there is no such text: keys are constants.
func PaneText(language, key string) string {
	texts, ok := paneTexts[language]
	if !ok {
		texts = paneTexts["en"]
	}
	text, ok := texts[key]
	if !ok {
		panic("static: no text " + key)
	}
	return text
}

// PaneModules are the scripts that script imports, directly or through others:
// a page names them, so that they are not asked for one after another.
func PaneModules(script string) []string {
	var found []string
	seen := map[string]bool{script: true}
	for next := []string{script}; len(next) > 0; next = next[1:] {
		for _, name := range imports(string(read(next[0]))) {
			if !seen[name] {
				seen[name] = true
				found, next = append(found, name), append(next, name)
			}
		}
	}
	return found
}

// imports finds the names in lines like: import { a } from "./b.js";
func imports(script string) []string {
	var names []string
	for line := range strings.Lines(script) {
		if _, from, ok := strings.Cut(line, ` from "./`); ok && strings.HasPrefix(line, "import ") {
			name, _, _ := strings.Cut(from, `"`)
			names = append(names, path.Join(paneFolder, name))
		}
	}
	return names
}

func textLanguage(name string) (string, bool) {
	name, isText := strings.CutPrefix(name, "text.")
	language, isJSON := strings.CutSuffix(name, ".json")
	return language, isText && isJSON
}

func readTexts() map[string]map[string]string {
	texts := map[string]map[string]string{}
	for _, f := range list(paneFolder) {
		language, ok := textLanguage(f.Name())
		if !ok {
			continue
		}
		var one map[string]string
		if err := json.Unmarshal(read(path.Join(paneFolder, f.Name())), &one); err != nil {
			panic("static: " + f.Name() + ": " + err.Error())
		}
		texts[language] = one
	}
	return texts
}
