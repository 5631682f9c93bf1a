package htmltest_test

import (
	"strings"
	"testing"

	"webex-scheduler/internal/htmltest"
)

func page(body string) string {
	return `<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>` + body + `</main></body></html>`
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, page, want string }{
		{"a good page", page(`<a href="/x">x</a><form action="/y"><label for="a">A</label><input id="a"><button>Go</button></form>`), ""},
		{"a wrapped label", page(`<label>A <input></label>`), ""},
		{"a button named by its label", page(`<button aria-label="Close"><svg aria-hidden="true"></svg></button>`), ""},
		{"no doctype", strings.TrimPrefix(page(""), "<!doctype html>"), "no doctype"},
		{"no language", strings.Replace(page(""), ` lang="en"`, "", 1), "no lang"},
		{"no title", strings.Replace(page(""), "T", "", 1), "empty"},
		{"a second heading on top", page(`<h1>again</h1>`), "2 of <h1>, want 1"},
		{"a heading level left out", page(`<h3>deep</h3>`), "jumps from 1 to 3"},
		{"an id twice", page(`<p id="a"></p><p id="a"></p>`), "is there twice"},
		{"a field without a label", page(`<input id="a">`), "no name"},
		{"a label of nothing", page(`<label for="gone">A</label>`), "is not there"},
		{"a button with only a picture", page(`<button><svg aria-hidden="true"><title>x</title></svg></button>`), "no name"},
		{"a link without text", page(`<a href="/x"></a>`), "no name"},
		{"a link to nowhere", page(`<a href="#">x</a>`), "leads nowhere"},
		{"a link to a missing place", page(`<a href="#there">x</a>`), "is not there"},
		{"a script link", page(`<a href="javascript:x()">x</a>`), "leads nowhere"},
		{"a window that keeps its opener", page(`<a href="/x" target="_blank">x</a>`), "without noopener"},
		{"an inline handler", page(`<p onclick="x()">x</p>`), "inline handler"},
		{"an inline style", page(`<p style="color:red">x</p>`), "inline style"},
		{"an inline script", page(`<script>x()</script>`), "inline script"},
		{"a picture without words", page(`<img src="/x">`), "no alt"},
		{"a form that posts elsewhere", page(`<form action="https://evil.example"><button>Go</button></form>`), "no path of ours"},
		{"a form without a button", page(`<form action="/x"></form>`), "no button"},
		{"a table without header cells", page(`<table><caption>c</caption><tr><td>x</td></tr></table>`), "no header cells"},
		{"a description that is not there", page(`<a href="/x" aria-describedby="gone">x</a>`), "is not there"},
		{"a section without a name", page(`<section>x</section>`), "no name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(htmltest.Problems(c.page), "\n")
			if c.want == "" && got != "" {
				t.Errorf("Problems = %s, want none", got)
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("Problems = %q, want one with %q", got, c.want)
			}
		})
	}
}
