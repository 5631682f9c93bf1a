package manifest

import (
	"embed"
	"encoding/json"
	"io/fs"
	"strings"
)

// home is the language that the manifest speaks where it has no other.
const home = "en-US"

//go:embed text/*.json
var catalogues embed.FS

// texts holds what people read, by language and by name. A further language is
// a further file; it must be one that Office knows.
// https://learn.microsoft.com/office/dev/add-ins/develop/localization
var texts = load()

// text is what people read at one place, ready for XML.
type text struct {
	Name, Default string
	Others        []translation
}

type translation struct{ Locale, Text string }

// lookup finds a text by its name, which templates alone give.
func lookup(name string) text {
	t := text{Name: name, Default: escape(texts[0].words[name])}
	for _, other := range texts[1:] {
		t.Others = append(t.Others, translation{Locale: other.locale, Text: escape(other.words[name])})
	}
	return t
}

type catalogue struct {
	locale string
	words  map[string]string
}

// load reads the catalogues, the home language first.
func load() []catalogue {
	all := make([]catalogue, 1)
	entries, err := fs.ReadDir(catalogues, "text")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		content, err := catalogues.ReadFile("text/" + e.Name())
		if err != nil {
			panic(err)
		}
		c := catalogue{locale: strings.TrimSuffix(e.Name(), ".json")}
		if err := json.Unmarshal(content, &c.words); err != nil {
			panic("manifest: " + e.Name() + ": " + err.Error())
		}
		if c.locale == home {
			all[0] = c
		} else {
			all = append(all, c)
		}
	}
	return all
}
