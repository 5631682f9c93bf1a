// Package static holds the files that pages load: one style sheet, small ES
// modules, the mark, and in a folder of its own the Outlook pane. They are
// embedded; each has an address that changes with its content, so that browsers
// may keep it for ever. The pane's modules name each other by relative
// addresses: there the folder's name changes, with any of its files.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

//go:embed *.css *.js *.svg pane
var files embed.FS

// Files.
const (
	Style     = "app.css"
	Icon      = "icon.svg"
	LocalTime = "local-time.js"

	PaneStyle    = "pane/pane.css"
	PaneScript   = "pane/pane.js"
	PaneCommands = "pane/commands.js"
	PaneDialog   = "pane/dialog.js"
)

// File is an embedded file.
type File struct {
	Content []byte
	Gzip    []byte // the same, compressed; nil if that is no gain
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
	add := func(plain, named string, content []byte) {
		f := File{Content: content, Gzip: compress(content), Type: mediaType(path.Ext(plain)), Tag: tag(content)}
		byName[plain] = f
		f.Forever = true
		byName[named], hashed[plain] = f, named
	}
	for _, e := range list(".") {
		if !e.IsDir() {
			ext, content := path.Ext(e.Name()), read(e.Name())
			add(e.Name(), strings.TrimSuffix(e.Name(), ext)+"."+tag(content)+ext, content)
			continue
		}
		var whole []byte
		for _, f := range list(e.Name()) {
			whole = append(append(whole, f.Name()...), read(path.Join(e.Name(), f.Name()))...)
		}
		for _, f := range list(e.Name()) {
			plain := path.Join(e.Name(), f.Name())
			add(plain, e.Name()+"."+tag(whole)+"/"+f.Name(), read(plain))
		}
	}
	return byName, hashed
}

func tag(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// compress does once and well what would else be done for each request.
func compress(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || b.Len() >= len(content) {
		return nil
	}
	return b.Bytes()
}

func list(folder string) []fs.DirEntry {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		panic(err)
	}
	return entries
}

func read(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return content
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
	case ".json":
		return "application/json"
	}
	panic("static: no media type for " + ext)
}
