// Package browsertest drives a headless Chromium as a person would: by the
// roles and names of what is on a page.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long to wait for something to appear.
const patience = 20 * time.Second

// Browser is one tab of a fresh profile, or a frame or window opened from it.
type Browser struct {
	t     testing.TB
	ctx   context.Context
	outer *Browser // of a frame: the page around it
	part  string   // of a frame: what its address contains
}

// Start starts Chromium with an empty profile. Without a browser the test is
// left out, and the run says so; in CI it fails. flags are further ones of
// Chromium's, without the dashes.
func Start(t testing.TB, flags ...string) *Browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium found, and CI=true")
		}
		t.Skip("left out: no Chromium found (Debian: apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		chromedp.WindowSize(1280, 900),
	)
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel() })
	b := &Browser{t: t, ctx: ctx}
	// The first run starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return b
}

// run runs an action that answers; the browser itself outlives its patience.
func run[T any](b *Browser, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.fail(err)
	}
	return v
}

// do runs steps.
func (b *Browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fail(err)
	}
}

func (b *Browser) fail(err error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	address, _ := chromedp.Run(ctx, chromedp.Location())
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	b.t.Fatalf("%v\nat %s:\n%s", err, address, text)
}

// Open shows an address.
func (b *Browser) Open(address string) { b.t.Helper(); b.do(chromedp.Navigate(address)) }

// Location is the address of the page shown.
func (b *Browser) Location() string {
	b.t.Helper()
	return run(b, chromedp.Location())
}

// find is JavaScript for the visible element of a role whose name contains a
// text; the topmost dialog, if one is open, hides the rest.
const find = `(role, name) => {
  const scope = [...document.querySelectorAll('dialog[open]')].at(-1) || document;
  const kinds = {button: 'button, input[type=submit], [role=button]', link: 'a[href]', heading: 'h1, h2, h3, h4',
    field: 'input, select, textarea', any: '*'};
  const names = el => {
    const list = [el.getAttribute('aria-label') || '', el.title || ''];
    if (el.labels) for (const l of el.labels) list.push(l.textContent);
    if (role !== 'field') list.push(el.innerText || el.value || '');
    return list.map(s => s.replace(/\s+/g, ' ').trim());
  };
  return [...scope.querySelectorAll(kinds[role])].find(el => {
    const box = el.getBoundingClientRect();
    if (!box.width || !box.height || el.disabled) return false;
    return names(el).some(n => role === 'field' ? n === name || n.startsWith(name + ' ') : n.includes(name));
  });
}`

type point struct{ X, Y float64 }

// spot waits for the element and returns the middle of it, scrolled into view,
// once it stands still there and nothing lies over it: a page that is being
// drawn anew would take the click elsewhere.
func (b *Browser) spot(role, name string) point {
	b.t.Helper()
	expression := fmt.Sprintf(`(() => {
	  const el = (%s)(%q, %q);
	  if (!el) return null;
	  el.scrollIntoView({block: 'center', behavior: 'instant'});
	  const box = el.getBoundingClientRect();
	  const at = {X: box.x + box.width / 2, Y: box.y + Math.min(box.height / 2, 12)};
	  const before = window.spotted;
	  window.spotted = {el, ...at};
	  const top = document.elementFromPoint(at.X, at.Y);
	  const reached = el.contains(top) || [...(el.labels || [])].some(l => l.contains(top));
	  return reached && before && before.el === el && before.X === at.X && before.Y === at.Y ? at : null;
	})()`, find, role, name)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	at, err := poll[point](ctx, expression)
	if err != nil {
		b.fail(fmt.Errorf("no %s %q: %w", role, name, err))
	}
	return at
}

// poll waits until the expression is truthy, across navigations: the page that
// a poll looks at may be replaced under it.
func poll[T any](ctx context.Context, expression string) (T, error) {
	for {
		v, err := chromedp.Run(ctx, chromedp.Poll[T](expression, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(50*time.Millisecond)))
		if err == nil || ctx.Err() != nil {
			return v, err
		}
	}
}

// Click presses the button, or follows the link, whose name contains name.
func (b *Browser) Click(role, name string) {
	b.t.Helper()
	b.press(b.spot(role, name), 1)
}

// DoubleClick presses it twice, quickly.
func (b *Browser) DoubleClick(role, name string) {
	b.t.Helper()
	b.press(b.spot(role, name), 2)
}

// Fill types text into the field with that label, in place of what it held.
func (b *Browser) Fill(label, text string) {
	b.t.Helper()
	b.spot("field", label)
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
	  const el = (%s)('field', %q);
	  el.focus();
	  el.value = %q;
	  el.dispatchEvent(new Event('input', {bubbles: true}));
	  el.dispatchEvent(new Event('change', {bubbles: true}));
	})()`, find, label, text)))
}

// Value is what the field with that label holds.
func (b *Browser) Value(label string) string {
	b.t.Helper()
	b.spot("field", label)
	return run(b, chromedp.Evaluate[string](fmt.Sprintf(`(%s)('field', %q).value`, find, label)))
}

// See waits until the page says text.
func (b *Browser) See(text string) { b.t.Helper(); b.await(fmt.Sprintf("includes(%q)", text), text) }

// Miss waits until the page no longer says text.
func (b *Browser) Miss(text string) {
	b.t.Helper()
	b.await(fmt.Sprintf("includes(%q) === false", text), "not "+text)
}

func (b *Browser) await(test, what string) {
	b.t.Helper()
	b.until(what, "document.body.innerText.replace(/\\s+/g, ' ')."+test)
}

func (b *Browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := poll[bool](ctx, expression); err != nil {
		b.fail(fmt.Errorf("waiting to see %q: %w", what, err))
	}
}

// Drag drags the element whose name contains name by that many pixels.
func (b *Browser) Drag(role, name string, dx, dy float64) {
	b.t.Helper()
	at := b.spot(role, name)
	b.do(chromedp.DragAndDropXY(at.X, at.Y, at.X+dx, at.Y+dy, 12))
}

// Resize sets the window's size in CSS pixels.
func (b *Browser) Resize(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// Problems lists what is wrong with a page for people who do not use a mouse
// or a large screen: nothing to scroll sideways, a name for every control.
func (b *Browser) Problems() []string {
	b.t.Helper()
	return run(b, chromedp.Evaluate[[]string](`(() => {
	  const found = [];
	  const width = document.documentElement.clientWidth + 1;
	  if (document.documentElement.scrollWidth > width) {
	    const sticks = el => el.getBoundingClientRect().right > width;
	    const wide = [...document.querySelectorAll('body *')].filter(el => sticks(el) && ![...el.children].some(sticks)).at(0);
	    found.push('scrolls sideways: ' + (wide ? wide.outerHTML.slice(0, 120) : 'nothing sticks out'));
	  }
	  for (const el of document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea')) {
	    if (!el.checkVisibility()) continue;
    const name = (el.getAttribute('aria-label') || el.innerText || [...(el.labels || [])].map(l => l.textContent).join('') || el.title || el.value || '').trim();
	    if (!name) found.push('no name: ' + el.outerHTML.slice(0, 80));
	  }
	  return found;
	})()`))
}

// Number is the value of a JavaScript expression.
func (b *Browser) Number(expression string) float64 {
	b.t.Helper()
	return run(b, chromedp.Evaluate[float64](expression))
}
