package main

import (
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestIconsAreWhatGenDraws: the committed files are not stale, and nothing else
// lies beside them. Pixels count, not bytes: those are the compressor's.
func TestIconsAreWhatGenDraws(t *testing.T) {
	t.Parallel()
	want := icons()
	files, err := filepath.Glob("../icon/*")
	if err != nil || len(files) != len(want) {
		t.Errorf("%d files, %v, want %d", len(files), err, len(want))
	}
	for name, drawn := range want {
		f, err := os.Open(filepath.Join("../icon", name))
		if err != nil {
			t.Error(err)
			continue
		}
		kept, err := png.Decode(f)
		f.Close()
		if err != nil || kept.Bounds() != drawn.Bounds() {
			t.Errorf("%s: %v, bounds %v, want %v", name, err, kept.Bounds(), drawn.Bounds())
			continue
		}
		for y := range drawn.Bounds().Dy() {
			for x := range drawn.Bounds().Dx() {
				if got, want := color.NRGBAModel.Convert(kept.At(x, y)), drawn.At(x, y); got != want {
					t.Fatalf("%s at %d,%d: %v, gen draws %v: run go generate ./manifest", name, x, y, got, want)
				}
			}
		}
	}
}

// TestMobileIconsAreGrey: one grey, lighter only by being transparent.
func TestMobileIconsAreGrey(t *testing.T) {
	t.Parallel()
	img := draw(greyed, 48)
	for y := range 48 {
		for x := range 48 {
			if c := img.At(x, y).(color.NRGBA); c.A != 0 && (color.NRGBA{c.R, c.G, c.B, 0xff}) != grey {
				t.Fatalf("at %d,%d: %v", x, y, c)
			}
		}
	}
	if hole := img.At(20, 28).(color.NRGBA); hole != clear {
		t.Errorf("the camera is %v, want nothing there", hole)
	}
}
