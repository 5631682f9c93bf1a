// Command gen draws the icons of the Outlook add-in: the mark of static/icon.svg
// in colour, and in grey for Outlook mobile. Run it by go generate in manifest.
package main

import (
	"bytes"
	"image/png"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	for name, icon := range icons() {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, icon); err != nil {
			log.Fatal("gen: ", err)
		}
		if err := os.WriteFile(filepath.Join("icon", name), b.Bytes(), 0o644); err != nil {
			log.Fatal("gen: ", err)
		}
	}
}
