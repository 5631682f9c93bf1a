package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want, refused string }{
		{"one a line", "jana@contoso.example\r\npetr@contoso.example\n", "jana@contoso.example petr@contoso.example", ""},
		{"capitals, spaces, twice", " Jana@Contoso.Example \n\n\tjana@contoso.example", "jana@contoso.example", ""},
		{"commas and semicolons", "a@x.example, b@x.example;c@x.example ; d@x.example", "a@x.example b@x.example c@x.example d@x.example", ""},
		{"as Outlook copies people", "Nováková, Jana <jana@x.example>; Petr Svoboda <petr@x.example>", "jana@x.example petr@x.example", ""},
		{"names and bare ones in a line", "a@x.example, Petr <petr@x.example>", "petr@x.example a@x.example", ""},
		{"quotes and mailto", `"a@x.example" mailto:b@x.example 'c@x.example'`, "a@x.example b@x.example c@x.example", ""},
		{"plus, apostrophe, sub domain", "o'neill+x@mail.x.example", "o'neill+x@mail.x.example", ""},
		{"letters of others", "žaneta@kůň.example", "žaneta@kůň.example", ""},
		{"nothing", " \n;, ", "", "Type or paste at least one address."},
		{"a name among them", "a@x.example\npetr", "", "“petr”"},
		{"a sentence", "a@x.example\nb at x.example", "", "“b at x.example”"},
		{"two signs", "a@b@x.example", "", "“a@b@x.example”"},
		{"no domain", "a@", "", "“a@”"},
		{"a host without dot", "a@contoso", "", "“a@contoso”"},
		{"an empty name in brackets", "Petr <>", "", "is not a mail address"},
		{"what would end an id", "a/b@x.example", "", "“a/b@x.example”"},
		{"a control character", "a\x00@x.example", "", "is not a mail address"},
		{"markup", "<script>alert(1)</script>", "", "“script”"},
		{"dots in a row", "a..b@x.example", "", "“a..b@x.example”"},
		{"very long", strings.Repeat("a", 250) + "@x.example", "", "…”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, refused := parseAddresses(c.text)
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" || (refused == "") != (c.refused == "") || !strings.Contains(refused, c.refused) {
				t.Errorf("got %q, refused %q, want %q, %q", got, refused, c.want, c.refused)
			}
		})
	}
	var many strings.Builder
	for i := range maxAddresses + 1 {
		fmt.Fprintf(&many, "a%d@x.example\n", i)
	}
	if _, refused := parseAddresses(many.String()); !strings.Contains(refused, "5,001 addresses are more than 5,000") {
		t.Errorf("refused = %q", refused)
	}
}

func FuzzParseAddresses(f *testing.F) {
	f.Add("Nováková, Jana <jana@x.example>; a@b")
	f.Add("<<a@x.example>>,,;\n<")
	f.Fuzz(func(t *testing.T, text string) {
		got, refused := parseAddresses(text)
		if (len(got) == 0) == (refused == "") {
			t.Fatalf("%d addresses, refused %q", len(got), refused)
		}
		for _, a := range got {
			if a != strings.ToLower(a) || strings.ContainsAny(a, "/\\<>,; \t\r\n") || strings.Count(a, "@") != 1 {
				t.Fatalf("%q is taken as an address", a)
			}
		}
		if again, _ := parseAddresses(strings.Join(got, "\n")); !cmp.Equal(again, got) {
			t.Fatalf("%q, a second time %q", got, again)
		}
	})
}
