package browsertest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Frame waits for a frame inside the page, of another site, whose address
// contains part. What is pressed in it is pressed through the page, as a person
// does. Chromium keeps such a frame in a process, and a target, of its own.
func (b *Browser) Frame(part string) *Browser {
	b.t.Helper()
	return &Browser{t: b.t, ctx: b.attach("iframe", part), outer: b, part: part}
}

// Window waits for a window that a page opened and whose address contains part.
func (b *Browser) Window(part string) *Browser {
	b.t.Helper()
	return &Browser{t: b.t, ctx: b.attach("page", part)}
}

// Windows is how many windows are open.
func (b *Browser) Windows() int {
	b.t.Helper()
	all, err := chromedp.Targets(b.ctx)
	if err != nil {
		b.fail(err)
	}
	n := 0
	for _, info := range all {
		if info.Type == "page" {
			n++
		}
	}
	return n
}

// Close closes the window, as a person does.
func (b *Browser) Close() {
	b.t.Helper()
	id := chromedp.FromContext(b.ctx).Target.TargetID
	if _, err := chromedp.CallBrowser(b.ctx, target.CloseTarget, target.CloseTargetParams{TargetID: id}); err != nil {
		b.fail(err)
	}
}

// attach waits for a target of that kind.
func (b *Browser) attach(kind, part string) context.Context {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	var seen []string
	for time.Now().Before(deadline) {
		all, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.fail(err)
		}
		seen = nil
		for _, info := range all {
			seen = append(seen, info.Type+" "+info.URL)
			if info.Type != kind || !strings.Contains(info.URL, part) {
				continue
			}
			ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(info.TargetID), chromedp.WithDetachOnCancel())
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.readyState")); err != nil {
				cancel() // it went while we looked
				continue
			}
			b.t.Cleanup(cancel)
			return ctx
		}
		time.Sleep(50 * time.Millisecond) // between two looks: Chromium tells of frames only who is attached to their page
	}
	b.fail(errors.New("no " + kind + " of " + part + " among: " + strings.Join(seen, ", ")))
	return nil
}

// press clicks at a point of the frame or page.
func (b *Browser) press(at point, clicks int) {
	b.t.Helper()
	if b.outer == nil {
		for n := range clicks {
			b.do(chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(n+1)))
		}
		return
	}
	inside := run(b.outer, chromedp.Evaluate[*point](fmt.Sprintf(`(() => {
	  const frame = [...document.querySelectorAll('iframe')].find(f => f.src.includes(%q));
	  if (!frame) return null;
	  const box = frame.getBoundingClientRect();
	  return {X: box.x + frame.clientLeft, Y: box.y + frame.clientTop};
	})()`, b.part)))
	if inside == nil {
		b.outer.fail(errors.New("no frame of " + b.part))
	}
	b.outer.press(point{X: inside.X + at.X, Y: inside.Y + at.Y}, clicks)
}
