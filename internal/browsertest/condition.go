package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Look is what people set in their system.
type Look struct {
	Dark     bool
	Contrast bool // a contrast theme: forced colours
}

// Set gives the page, or the frame, that look. Nothing moves meanwhile.
func (b *Browser) Set(l Look) {
	b.t.Helper()
	scheme, forced := "light", "none"
	if l.Dark {
		scheme = "dark"
	}
	if l.Contrast {
		forced = "active"
	}
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "forced-colors", Value: forced},
			},
		})
		return err
	}))
}

// Dark switches the page's colour scheme.
func (b *Browser) Dark(on bool) { b.t.Helper(); b.Set(Look{Dark: on}) }

// Offline takes the network away from the page, or the frame, and gives it back.
func (b *Browser) Offline(on bool) {
	b.t.Helper()
	conditions := []*network.Conditions{}
	if on {
		conditions = append(conditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions})
		return err
	}))
}

// Press presses a key, by its value of package kb, wherever the focus is.
func (b *Browser) Press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// Text is the value of a JavaScript expression.
func (b *Browser) Text(expression string) string {
	b.t.Helper()
	return run(b, chromedp.Evaluate[string](expression))
}

// Do runs JavaScript.
func (b *Browser) Do(script string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](script))
}

// Await waits until a JavaScript expression is true.
func (b *Browser) Await(what, expression string) {
	b.t.Helper()
	b.until(what, "!!("+expression+")")
}
