package block

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
)

func TestWhole(t *testing.T) {
	t.Parallel()
	for _, s := range wholes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			body := s.read()
			if diff := cmp.Diff(Find(body), Found{Keys: []meeting.LinkKey{key1}, Whole: true}); diff != "" {
				t.Errorf("Find (-got +want):\n%s", diff)
			}
			if !Carries(body, first) {
				t.Error("does not carry its own content")
			}
			czech := first
			czech.Language, czech.PublicURL = "cs", "https://elsewhere.example.org"
			if got, changed := Put(body, czech); changed || got != body {
				t.Errorf("another language and address rewrote it: %s", got.Content)
			}
			removed, changed := Remove(body)
			if diff := cmp.Diff(removed, s.rest(t)); diff != "" || !changed {
				t.Errorf("Remove, changed %t (-got +want):\n%s", changed, diff)
			}
			replaced, changed := Put(body, second)
			if !changed || !Carries(replaced, second) || Carries(replaced, first) {
				t.Errorf("Put, changed %t, got %s", changed, replaced.Content)
			}
			if got, _ := Remove(replaced); got != s.rest(t) {
				t.Errorf("a replaced block is not the only thing that changed: %s", cmp.Diff(got, s.rest(t)))
			}
		})
	}
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	const (
		begin1  = `<div><a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting</a></div>`
		end1    = `<div><a href="https://scheduler.example.com/m/` + key1 + `#end">End</a></div>`
		begin2  = `<div><a href="https://old.example.com/m/` + key2 + `">Webex meeting</a></div>`
		end2    = `<div><a href="https://old.example.com/m/` + key2 + `#end">End</a></div>`
		between = `<div><a href="` + join1 + `">Join Webex meeting</a></div><div>Meeting password: pa55</div>`
	)
	tests := []struct {
		sample
		keys []meeting.LinkKey
	}{
		{sample{name: "the end line is gone", body: `<body><p>Agenda</p>⟦<div>` + begin1 + between + `</div>⟧<p>Bye</p></body>`}, []meeting.LinkKey{key1}},
		{sample{name: "the begin line is gone", body: `<body><p>Agenda</p>⟦<div>` + between + end1 + `</div>⟧<p>Bye</p></body>`}, []meeting.LinkKey{key1}},
		{sample{name: "the end line is gone, a note follows", body: `<body><div>⟦` + begin1 + between + `⟧<p>Bye</p><div>Meeting password: ask Alex</div></div></body>`}, []meeting.LinkKey{key1}},
		{sample{name: "two blocks", body: `<body>⟦<div>` + begin2 + between + end2 + `</div>⟧<p>Agenda</p>⟦<div>` + begin1 + between + end1 + `</div>⟧</body>`}, []meeting.LinkKey{key2, key1}},
		{sample{name: "the same block twice", body: `<body>⟦<div>` + begin1 + between + end1 + `</div>⟧<p>Agenda</p>⟦<div>` + begin1 + between + end1 + `</div>⟧</body>`}, []meeting.LinkKey{key1}},
		{sample{name: "a block pasted into a block", body: `<body><p>Agenda</p>⟦<div>` + begin1 + between + begin2 + between + end2 + between + end1 + `</div>⟧</body>`}, []meeting.LinkKey{key1, key2}},
		{sample{name: "ends of different blocks", body: `<body>⟦<div>` + begin1 + between + `</div>⟧<p>Agenda</p>⟦<div>` + between + end2 + `</div>⟧</body>`}, []meeting.LinkKey{key1, key2}},
		{sample{name: "the end before the begin", body: `<body>⟦` + end1 + `⟧<p>Agenda</p>⟦` + begin1 + `⟧</body>`}, []meeting.LinkKey{key1}},
		{sample{name: "plain text without the end line", plain: true, body: "Agenda⟦\r\n\r\nWebex meeting – please do not change anything below this line: https://scheduler.example.com/m/" + key1 + "\r\nMeeting password: pa55⟧\r\n\r\nBye"}, []meeting.LinkKey{key1}},
		{sample{name: "the link amid a person's sentence", plain: true, body: "See ⟦https://scheduler.example.com/m/" + key1 + "⟧, please.\nBye"}, []meeting.LinkKey{key1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			body := test.read()
			if diff := cmp.Diff(Find(body), Found{Keys: test.keys, Damaged: true}); diff != "" {
				t.Errorf("Find (-got +want):\n%s", diff)
			}
			got, _ := Remove(body)
			if diff := cmp.Diff(got, test.rest(t)); diff != "" {
				t.Errorf("Remove (-got +want):\n%s", diff)
			}
			repaired, changed := Put(body, first)
			if !changed || !Carries(repaired, first) {
				t.Errorf("Put, changed %t, got %s", changed, repaired.Content)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body meeting.Body
		want Found
	}{
		{"an empty body", page(""), Found{}},
		{"a key with a wrong check sum", page(`<a href="https://scheduler.example.com/m/` + strings.Replace(key1, "a", "b", 1) + `">x</a>`), Found{}},
		{"the path of a key in a query", page(`<a href="https://example.com/?u=/m/` + key1 + `">x</a>`), Found{}},
		{"a link in a comment", page(`<!-- <a href="https://scheduler.example.com/m/` + key1 + `"> -->`), Found{}},
		{"a Webex link of somebody else", page(`<p><a href="` + join2 + `">Join</a> or ` + join2 + `</p>`), Found{Foreign: []string{join2}}},
		{"a Webex link in Safe Links", page(`<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcontoso.webex.com%2Fmeet%2Falex&amp;data=05">room</a>`), Found{Foreign: []string{"https://contoso.webex.com/meet/alex"}}},
		{"Webex links of every form, in words", plain("https://contoso.webex.com/join/alex. (https://contoso.webex.com/weblink/register/r0123456789abcdef0123456789abcdef)\n<https://contoso.webex.com/wbxmjs/joinservice/sites/contoso/meeting/x?a=b>"), Found{Foreign: []string{
			"https://contoso.webex.com/join/alex", "https://contoso.webex.com/weblink/register/r0123456789abcdef0123456789abcdef", "https://contoso.webex.com/wbxmjs/joinservice/sites/contoso/meeting/x?a=b"}}},
		{"a Webex link in the words of HTML", page("<p>see https://contoso.webex.com/contoso/j.php?lang=en&amp;MTID=m0123456789abcdef0123456789abcdef&nbsp;!</p>"), Found{Foreign: []string{"https://contoso.webex.com/contoso/j.php?lang=en&MTID=m0123456789abcdef0123456789abcdef"}}},
		{"Webex pages that are no meetings", plain("https://help.webex.com/article/x https://www.webex.com/downloads.html https://contoso.webex.com/contoso/j.php?MTID=m12 https://webex.com.example.com/meet/alex https://notwebex.com/meet/alex"), Found{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(Find(test.body), test.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
	t.Run("a Webex link beside our block", func(t *testing.T) {
		t.Parallel()
		body, _ := Put(page(`<body>`+join2+`</body>`), first)
		if diff := cmp.Diff(Find(body), Found{Keys: []meeting.LinkKey{key1}, Whole: true, Foreign: []string{join2}}); diff != "" {
			t.Errorf("(-got +want):\n%s", diff)
		}
	})
}

func TestCarries(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Content)
		want   bool
	}{
		"the same":                      {func(*Content) {}, true},
		"another language":              {func(c *Content) { c.Language = "cs" }, true},
		"another public address":        {func(c *Content) { c.PublicURL = "http://localhost:8080" }, true},
		"other telephone numbers":       {func(c *Content) { c.Join.CallIn = nil }, true},
		"another key":                   {func(c *Content) { c.Key = key2 }, false},
		"another link":                  {func(c *Content) { c.Join.WebLink = join2 }, false},
		"no link any more":              {func(c *Content) { c.Join.WebLink = "" }, false},
		"another number":                {func(c *Content) { c.Join.Number = "25501234568" }, false},
		"a number that begins the same": {func(c *Content) { c.Join.Number = "2550123456" }, false},
		"another password":              {func(c *Content) { c.Join.Password = meeting.NewSecret("other") }, false},
		"a password that is part of it": {func(c *Content) { c.Join.Password = meeting.NewSecret("pa55") }, false},
		"capitals in the password":      {func(c *Content) { c.Join.Password = meeting.NewSecret("PA55&<Word>") }, false},
		"no password any more":          {func(c *Content) { c.Join.Password = meeting.Secret{} }, false},
	}
	for name, test := range tests {
		for _, empty := range []meeting.Body{page(""), plain("")} {
			body, _ := Put(empty, first)
			c := first
			test.change(&c)
			if got := Carries(body, c); got != test.want {
				t.Errorf("%s (HTML %t): got %t, want %t", name, body.HTML, got, test.want)
			}
		}
	}
}

func TestCarriesNoOtherLink(t *testing.T) {
	t.Parallel()
	body, _ := Put(page(""), first)
	both := page(strings.Replace(body.Content, "<div>Meeting", `<div><a href="`+join2+`">Join</a></div><div>Meeting`, 1))
	if Carries(both, first) {
		t.Error("carries its content beside the link of another meeting")
	}
}

func TestPutPlace(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, before, after string }{
		{"an empty body", "", ""},
		{"Exchange's empty page", `<html><head><meta charset="utf-8"></head><body>`, `</body></html>`},
		{"an empty div", `<div></div>`, ``},
		{"a page", "<html><body><p>Agenda</p>\r\n", "</body>\r\n</html>\r\n"},
		{"no page", `<p>Agenda</p>`, ``},
		{"an open element", `<div><p>Agenda`, ``},
		{"a stray end of the body", `<p>Agenda</p>`, `</body>`},
		{"an end of the body within an element", `<div>Agenda</body></div>`, ``},
		{"the words </body> in a comment", `<p>Agenda</p><!-- </body> -->`, ``},
		{"a comment without end", `<p>Agenda</p>`, `<!-- note`},
		{"half a tag", `<p>Agenda</p>`, `<a href="`},
		{"a style without end", `<p>Agenda</p>`, `<style>p {`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			body := page(test.before + test.after)
			got, changed := Put(body, first)
			if !changed || !strings.HasPrefix(got.Content, test.before+"<div ") || !strings.HasSuffix(got.Content, "</div>"+test.after) {
				t.Errorf("changed %t, got %s", changed, got.Content)
			}
			if f := Find(got); !f.Whole {
				t.Errorf("not found again: %+v", f)
			}
			if back, _ := Remove(got); back != body {
				t.Errorf("removed again: got %s, want %s", back.Content, body.Content)
			}
		})
	}
}

func TestPutLeavesWhatCannotLast(t *testing.T) {
	t.Parallel()
	for _, c := range []Content{{}, {Key: key1}, {Key: "abc", PublicURL: "https://scheduler.example.com"}, {Key: key1, PublicURL: "javascript:x"}} {
		if got, changed := Put(page("<p>x</p>"), c); changed {
			t.Errorf("%+v: got %s", c, got.Content)
		}
	}
}

func TestLinksAreThoseOfOurBlocks(t *testing.T) {
	t.Parallel()
	body, _ := Put(page(`<p>Also <a href="`+join2+`">theirs</a></p>`), Content{Key: key1, PublicURL: "https://s.example", Join: meeting.Join{WebLink: join1}})
	if got, want := Links(body), []string{join1}; !slices.Equal(got, want) {
		t.Errorf("links = %q, want %q", got, want)
	}
}
