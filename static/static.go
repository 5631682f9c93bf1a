// Package static holds the files that pages load: one style sheet, small ES
// modules, the mark. They are embedded; each has an address that changes with
// its content, so that browsers may keep it for ever.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

//go:embed *.css *.js *.svg
var files embed.FS

// Files.
const (
	Style     = "app.css"
	Icon      = "icon.svg"
	LocalTime = "local-time.js"
)

// File is an embedded file.
type File struct {
	Content []byte
	Type    string // media type
	Tag     string // hash of the content, for an ETag
	Forever bool   // asked for by the name that holds the hash
}

var byName, hashed = load()

// Name returns the name under which a file is to be linked: "app.css" is
// "app.0f6cbd0f6cbd.css". It panics if there is no such file: names are constants.
func Name(file string) string {
	name, ok := hashed[file]
	if !ok {
		panic("static: no file " + file)
	}
	return name
}

// Open finds a file by the name that Name gave, or by its plain one.
func Open(name string) (File, bool) {
	f, ok := byName[name]
	return f, ok
}

func load() (byName map[string]File, hashed map[string]string) {
	byName, hashed = map[string]File{}, map[string]string{}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		content, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(e.Name())
		f := File{Content: content, Type: mediaType(ext), Tag: hex.EncodeToString(sum[:6])}
		byName[e.Name()] = f
		f.Forever = true
		name := strings.TrimSuffix(e.Name(), ext) + "." + f.Tag + ext
		byName[name], hashed[e.Name()] = f, name
	}
	return byName, hashed
}

// mediaType does not ask the system for what we know: the answer must not
// depend on the machine's tables.
func mediaType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	panic("static: no media type for " + ext)
}
