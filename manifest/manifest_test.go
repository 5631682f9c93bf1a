package manifest_test

import (
	"bytes"
	"image/png"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"webex-scheduler/manifest"
)

const public = "https://scheduler.example.com"

func TestOutlookTakesIt(t *testing.T) {
	t.Parallel()
	for _, base := range []string{
		public,
		"https://scheduler.example.com:8443",
		"https://[2001:db8::1]:8443",
		"https://schůzky.example",
		`https://a&b<c>"d"'e'.example`,
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			if _, err := url.Parse(base); err != nil {
				t.Fatalf("no public address can be like that: %v", err)
			}
			got := manifest.XML(manifest.Options{PublicURL: base, Version: "v1.2.3"})
			for _, problem := range check(got) {
				t.Error(problem)
			}
			paths := map[string]bool{}
			for _, address := range addresses(t, got) {
				below, ok := strings.CutPrefix(address, base)
				if !ok {
					t.Errorf("address %s is not below %s", address, base)
				}
				paths[below] = true
			}
			for _, want := range []string{"/taskpane", "/taskpane/commands", "/account", "/manifest/icon-64.png", "/manifest/icon-128.png"} {
				if !paths[want] {
					t.Errorf("no address %s in %v", want, paths)
				}
			}
		})
	}
}

// TestCheckFindsFaults: the check above would have found them.
func TestCheckFindsFaults(t *testing.T) {
	t.Parallel()
	good := string(manifest.XML(manifest.Options{PublicURL: public}))
	if problems := check([]byte(good)); len(problems) > 0 {
		t.Fatal(problems)
	}
	whole := func(element string) *regexp.Regexp {
		return regexp.MustCompile(`(?s)<` + element + `[ >].*?</` + element + `>`)
	}
	for _, c := range []struct {
		name string
		old  *regexp.Regexp // its first match, or all
		new  string
		all  bool
		want string
	}{
		{"an element too early", regexp.MustCompile(`(<Id>.*</Id>)\s*(<Version>.*</Version>)`), "$2$1", false, "Id in OfficeApp: 0 times"},
		{"no rule", whole("Rule"), "", false, "Rule in OfficeApp"},
		{"no form", whole("FormSettings"), "", false, "FormSettings in OfficeApp: 0 times"},
		{"a height where none is", regexp.MustCompile(`<Form xsi:type="ItemRead">`), `<Form xsi:type="ItemEdit">`, false, "Form ItemEdit: 1 heights"},
		{"too high", regexp.MustCompile(`<RequestedHeight>250`), `<RequestedHeight>451`, false, `RequestedHeight "451"`},
		{"strings before images", regexp.MustCompile(`(?s)(<bt:Images>.*?</bt:Images>)(.*?)(<bt:ShortStrings>.*?</bt:ShortStrings>)`), "$3$2$1", false, "bt:Images in Resources: 0 times"},
		{"sets without prefix", regexp.MustCompile(`bt:Set`), "Set", true, "bt:Sets in Requirements: 0 times"},
		{"a text that is not there", regexp.MustCompile(`<Label resid="Add.Label"/>`), `<Label resid="Add.Lable"/>`, false, `resid Add.Lable is of ""`},
		{"a description as a label", regexp.MustCompile(`<Label resid="Add.Label"/>`), `<Label resid="Add.Tip"/>`, false, `resid Add.Tip is of "bt:LongStrings"`},
		{"too long a name", regexp.MustCompile(`Icon\.80`), "Icon.of.eighty.pixels.for.ribbons.", true, "too long"},
		{"too long a label", regexp.MustCompile(`Add Webex meeting`), strings.Repeat("a", 126), true, "126 characters, at most 125"},
		{"too long a description", regexp.MustCompile(`DefaultValue="Adds a Webex meeting to`), `DefaultValue="` + strings.Repeat("a", 250), false, "at most 250"},
		{"a language twice", regexp.MustCompile(`<bt:Override Locale="cs-CZ"`), `<bt:Override Locale="cs-CZ" Value="x"/>$0`, false, `needless "cs-CZ"`},
		{"the default language as a translation", regexp.MustCompile(`Locale="cs-CZ"`), `Locale="en-US"`, false, `needless "en-US"`},
		{"an icon missing", regexp.MustCompile(`<bt:Image size="80" resid="Icon.80"/>`), "", false, "icons [16 32]"},
		{"eight mobile icons", regexp.MustCompile(`<bt:Image size="48" scale="3" resid="Mobile.48x3"/>`), "", false, "48x2] in"},
		{"a second function command", regexp.MustCompile(`(?s)(<Control .*?)id="addButton"(.*?</Control>)`), `${1}id="addButton"$2${1}id="more"$2`, false, "2 function commands"},
		{"two buttons of one name", regexp.MustCompile(`id="paneButton"`), `id="addButton"`, false, "doubled"},
		{"plain http", regexp.MustCompile(`https://scheduler`), "http://scheduler", true, `address "http://scheduler`},
		{"the nested part before the rest", regexp.MustCompile(`(?s)(<VersionOverrides [^>]*V1_0">)(.*?)(<VersionOverrides .*?</VersionOverrides>)`), "$1$3$2", false, "not here"},
		{"the nested part in the outer name space", regexp.MustCompile(`mailappversionoverrides/1.1`), "mailappversionoverrides", false, "name space"},
		{"the mobile part missing", whole("MobileFormFactor"), "", false, "surfaces"},
		{"no shared folders", whole("SupportsSharedFolders"), "", false, "shared folders"},
		{"broken XML", regexp.MustCompile(`</Id>`), "", false, "syntax error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := c.old.FindStringSubmatchIndex(good)
			if at == nil {
				t.Fatal("the fault could not be made")
			}
			bad := good[:at[0]] + string(c.old.ExpandString(nil, expandable(c.new), good, at)) + good[at[1]:]
			if c.all {
				bad = c.old.ReplaceAllString(good, c.new)
			}
			if problems := strings.Join(check([]byte(bad)), "\n"); !strings.Contains(problems, c.want) {
				t.Errorf("found %q, want %q", problems, c.want)
			}
		})
	}
}

// expandable writes $1 as ${1}, so that no letter behind it is taken along.
func expandable(s string) string { return regexp.MustCompile(`\$(\d)`).ReplaceAllString(s, "$${$1}") }

// TestIconsHaveTheirSizes: Outlook shows a stretched or no picture otherwise.
func TestIconsHaveTheirSizes(t *testing.T) {
	t.Parallel()
	root, err := parse(manifest.XML(manifest.Options{PublicURL: public}))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		root.child("IconUrl").attrs["DefaultValue"]:               64,
		root.child("HighResolutionIconUrl").attrs["DefaultValue"]: 128,
	}
	byID := map[string]string{}
	for _, image := range root.all("bt:Image") {
		if address := image.attrs["DefaultValue"]; address != "" {
			byID[image.attrs["id"]] = address
		}
	}
	for _, image := range root.all("bt:Image") {
		if image.attrs["resid"] == "" {
			continue
		}
		size, _ := strconv.Atoi(image.attrs["size"])
		if scale, err := strconv.Atoi(image.attrs["scale"]); err == nil {
			size *= scale
		}
		want[byID[image.attrs["resid"]]] = size
	}
	if len(want) != 2+3+9 {
		t.Errorf("%d icons", len(want))
	}
	for address, size := range want {
		content, ok := manifest.Icon(path.Base(address))
		if !ok {
			t.Errorf("no icon for %s", address)
			continue
		}
		if c, err := png.DecodeConfig(bytes.NewReader(content)); err != nil || c.Width != size || c.Height != size {
			t.Errorf("%s is %d×%d, %v, want %d", address, c.Width, c.Height, err, size)
		}
	}
	for _, name := range []string{"", ".", "../manifest.go", "icon-17.png", "/icon-16.png"} {
		if _, ok := manifest.Icon(name); ok {
			t.Errorf("there is an icon %q", name)
		}
	}
}

// TestIdentity: what Outlook knows the add-in by outlives releases. A changed
// one is another add-in, deployed beside the old.
func TestIdentity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ base, want string }{
		{public, "394c3b5a-4ef9-525e-a881-20ed93e4760c"},
		{"https://Scheduler.Example.COM", "394c3b5a-4ef9-525e-a881-20ed93e4760c"},
		{"https://other.example.com", "386dec71-6802-5270-a8d7-dbadade97f8a"},
	} {
		root, err := parse(manifest.XML(manifest.Options{PublicURL: c.base, Version: "v9.9.9"}))
		if err != nil {
			t.Fatal(err)
		}
		if got := root.child("Id").text; got != c.want {
			t.Errorf("the id of %s is %s, want %s", c.base, got, c.want)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ program, want string }{
		{"v1.2.3", "1.2.3.0"},
		{"1.2.3", "1.2.3.0"},
		{"v1.2.3-14-g0f6cbd1", "1.2.3.14"},
		{"v1.2.3-14-g0f6cbd1-dirty", "1.2.3.14"},
		{"v1.2.3-rc.1", "1.2.3.0"},
		{"v1.2", "1.0.0.0"},
		{"v1.2.123456", "1.0.0.0"},
		{"1234567", "1.0.0.0"}, // a commit's name
		{"2d84aaf", "1.0.0.0"},
		{"devel", "1.0.0.0"},
		{"", "1.0.0.0"},
	} {
		root, err := parse(manifest.XML(manifest.Options{PublicURL: public, Version: c.program}))
		if err != nil {
			t.Fatal(err)
		}
		if got := root.child("Version").text; got != c.want {
			t.Errorf("version of %q is %s, want %s", c.program, got, c.want)
		}
	}
}

// FuzzXML: whatever the public address is, it is text in the manifest and never
// becomes part of its structure.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{public, `https://a"/><Id>`, "https://a&amp;b", "https://]]>", "https://{{.ID}}", "https://\r\n\t ", "\xff\x00\ufffe"} {
		f.Add(seed)
	}
	plain, err := parse(manifest.XML(manifest.Options{PublicURL: public}))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, base string) {
		got, err := parse(manifest.XML(manifest.Options{PublicURL: base}))
		if err != nil {
			t.Fatalf("for %q: %v", base, err)
		}
		if outline(got) != outline(plain) {
			t.Fatalf("%q changes what the manifest consists of", base)
		}
		if strings.ContainsFunc(base, unprintable) || !utf8.ValidString(base) {
			return // no address, and more than XML can hold
		}
		if domain := got.child("AppDomains").child("AppDomain").text; domain != base {
			t.Fatalf("%q reads as %q", base, domain)
		}
		if pane := got.all("SourceLocation")[0].attrs["DefaultValue"]; pane != base+"/taskpane" {
			t.Fatalf("%q leads to the pane at %q", base, pane)
		}
	})
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// outline is the names of all elements and their attributes' count.
func outline(n *node) string {
	s := n.name + strconv.Itoa(len(n.attrs))
	for _, c := range n.children {
		s += "(" + outline(c) + ")"
	}
	return s
}
