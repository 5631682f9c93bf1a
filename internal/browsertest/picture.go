package browsertest

import (
	"context"
	"fmt"
	"os"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Screenshot writes the page, or what fits into the window, as a PNG file; of a
// frame what is seen of it, in double size.
func (b *Browser) Screenshot(path string, whole bool) {
	b.t.Helper()
	var picture []byte
	switch {
	case b.outer != nil:
		b.draw()
		picture = b.outer.cut(b.part)
		b.draw() // the picture was taken in another size
	case whole:
		picture = run(b, chromedp.FullScreenshot(100))
	default:
		picture = run(b, chromedp.CaptureScreenshot())
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// draw waits until what was done a moment ago is drawn: two frames later.
func (b *Browser) draw() {
	b.t.Helper()
	b.Do("window.drawn = false; requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true; })); 0")
	b.Await("a frame drawn", "window.drawn")
}

// cut is the picture of a frame of the page.
func (b *Browser) cut(part string) (picture []byte) {
	b.t.Helper()
	box := run(b, chromedp.Evaluate[struct{ X, Y, Width, Height float64 }](fmt.Sprintf(`(() => {
	  const box = [...document.querySelectorAll('iframe')].find(f => f.src.includes(%q)).getBoundingClientRect();
	  return {X: box.x, Y: box.y, Width: box.width, Height: box.height};
	})()`, part)))
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Clip: &page.Viewport{X: box.X, Y: box.Y, Width: box.Width, Height: box.Height, Scale: 2},
		})
		if err == nil {
			picture = shot.Data
		}
		return err
	}))
	return picture
}
