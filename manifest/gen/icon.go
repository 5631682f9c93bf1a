package main

import (
	"fmt"
	"image"
	"image/color"
)

// Colours. Outlook mobile wants its online-meeting icons in this grey.
// https://learn.microsoft.com/office/dev/add-ins/outlook/online-meeting
var (
	blue  = color.NRGBA{0x0f, 0x6c, 0xbd, 0xff}
	light = color.NRGBA{0x47, 0x9e, 0xf5, 0xff}
	white = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	grey  = color.NRGBA{0x91, 0x91, 0x91, 0xff}
	clear = color.NRGBA{}
)

// The mark: a page of a calendar, two rings in its edge, a camera on it. Its
// coordinates are those of static/icon.svg in thousandths: with whole numbers
// every machine draws the same.
const side = 28000

var (
	page   = box{2000, 4000, 24000, 22000, 6000}
	left   = box{7000, 1500, 3000, 6000, 1500}
	right  = box{18000, 1500, 3000, 6000, 1500}
	camera = box{6500, 12000, 10000, 8500, 2200}
	lens   = polygon{{18000, 15200}, {21350, 12900}, {21800, 12950}, {22000, 13300}, {22000, 19200}, {21800, 19550}, {21350, 19600}, {18000, 17300}}

	coloured = []layer{{page, blue}, {left, light}, {right, light}, {camera, white}, {lens, white}}
	greyed   = []layer{{page, grey}, {left, grey}, {right, grey}, {camera, clear}, {lens, clear}}
)

// icons draws every icon of the add-in, by its file's name.
func icons() map[string]image.Image {
	all := map[string]image.Image{}
	for _, size := range []int{16, 32, 64, 80, 128} {
		all[fmt.Sprintf("icon-%d.png", size)] = draw(coloured, size)
	}
	for _, size := range []int{25, 32, 48} {
		for scale := 1; scale <= 3; scale++ {
			all[fmt.Sprintf("mobile-%dx%d.png", size, scale)] = draw(greyed, size*scale)
		}
	}
	return all
}

// layer is a shape in one colour; clear takes away what lies below.
type layer struct {
	shape
	colour color.NRGBA
}

type shape interface{ holds(x, y int) bool }

// fine is how many points a pixel is looked at along each side.
const fine = 8

func draw(layers []layer, size int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	at := func(i int) int { return (2*i + 1) * side / (2 * fine * size) }
	for y := range size {
		for x := range size {
			var r, g, b, seen int
			for i := range fine * fine {
				c := top(layers, at(x*fine+i%fine), at(y*fine+i/fine))
				if c.A == 0 {
					continue
				}
				r, g, b, seen = r+int(c.R), g+int(c.G), b+int(c.B), seen+1
			}
			if seen > 0 {
				img.SetNRGBA(x, y, color.NRGBA{uint8(r / seen), uint8(g / seen), uint8(b / seen), uint8(seen * 0xff / (fine * fine))})
			}
		}
	}
	return img
}

func top(layers []layer, x, y int) (c color.NRGBA) {
	for _, l := range layers {
		if l.holds(x, y) {
			c = l.colour
		}
	}
	return c
}

// box is a rectangle with round corners.
type box struct{ x, y, width, height, radius int }

func (b box) holds(x, y int) bool {
	dx := x - min(max(x, b.x+b.radius), b.x+b.width-b.radius)
	dy := y - min(max(y, b.y+b.radius), b.y+b.height-b.radius)
	return dx*dx+dy*dy <= b.radius*b.radius
}

// polygon is convex, its corners clockwise.
type polygon [][2]int

func (p polygon) holds(x, y int) bool {
	for i, a := range p {
		b := p[(i+1)%len(p)]
		if (b[0]-a[0])*(y-a[1])-(b[1]-a[1])*(x-a[0]) < 0 {
			return false
		}
	}
	return true
}
