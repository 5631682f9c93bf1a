package manifest_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// Name spaces. https://learn.microsoft.com/openspecs/office_file_formats/ms-owemxml/
const (
	baseSpace      = "http://schemas.microsoft.com/office/appforoffice/1.1"
	basicTypes     = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
	overridesSpace = "http://schemas.microsoft.com/office/mailappversionoverrides"
	nestedSpace    = "http://schemas.microsoft.com/office/mailappversionoverrides/1.1"
	instanceSpace  = "http://www.w3.org/2001/XMLSchema-instance"
)

// sequences say what stands inside an element, in this order: once, ? at most
// once, + at least once, * as often as wanted. The first of "Parent/Element",
// "Element" counts; one that is not here has no elements in it.
// https://learn.microsoft.com/office/dev/add-ins/develop/manifest-element-ordering
type sequences map[string]string

var baseSequences = sequences{
	"OfficeApp": "Id AlternateId? Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl SupportUrl " +
		"AppDomains? Hosts Requirements FormSettings Permissions Rule DisableEntityHighlighting? VersionOverrides",
	"DisplayName":     "Override*",
	"Description":     "Override*",
	"AppDomains":      "AppDomain+",
	"Hosts":           "Host",
	"Requirements":    "Sets",
	"Sets":            "Set+",
	"FormSettings":    "Form+",
	"Form":            "DesktopSettings",
	"DesktopSettings": "SourceLocation RequestedHeight?",
	"OfficeApp/Rule":  "Rule+",
}

var overridesSequences = sequences{
	"OfficeApp/VersionOverrides":       "Description? Requirements? Hosts Resources VersionOverrides?",
	"VersionOverrides":                 "Description? Requirements? Hosts Resources WebApplicationInfo? EquivalentAddins? ConnectedServiceControls? ExtendedPermissions?",
	"Requirements":                     "bt:Sets",
	"bt:Sets":                          "bt:Set+",
	"Hosts":                            "Host",
	"Host":                             "Runtimes? DesktopFormFactor MobileFormFactor?",
	"DesktopFormFactor":                "SupportsSharedFolders? FunctionFile ExtensionPoint+",
	"MobileFormFactor":                 "FunctionFile ExtensionPoint+",
	"DesktopFormFactor/ExtensionPoint": "OfficeTab",
	"MobileFormFactor/ExtensionPoint":  "Control",
	"OfficeTab":                        "Group+",
	"Group":                            "Label Control+",
	"Control":                          "Label Supertip Icon Action",
	"ExtensionPoint/Control":           "Label Icon Action",
	"Supertip":                         "Title Description",
	"Icon":                             "bt:Image+",
	"Action":                           "FunctionName? SourceLocation?",
	"Resources":                        "bt:Images bt:Urls bt:ShortStrings bt:LongStrings",
	"bt:Images":                        "bt:Image+",
	"bt:Urls":                          "bt:Url+",
	"bt:ShortStrings":                  "bt:String+",
	"bt:LongStrings":                   "bt:String+",
	"bt:String":                        "bt:Override*",
}

// node is an element.
type node struct {
	name     string // with bt: for the basic types
	space    string
	attrs    map[string]string // xsi:type, or the plain name
	text     string
	children []*node
}

// parse reads a manifest.
func parse(manifest []byte) (*node, error) {
	root := &node{}
	stack := []*node{root}
	for d := xml.NewDecoder(bytes.NewReader(manifest)); ; {
		token, err := d.Token()
		if err == io.EOF {
			if len(root.children) != 1 {
				return nil, fmt.Errorf("%d documents", len(root.children))
			}
			return root.children[0], nil
		}
		if err != nil {
			return nil, err
		}
		within := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, space: token.Name.Space, attrs: map[string]string{}}
			if n.space == basicTypes {
				n.name = "bt:" + n.name
			}
			for _, a := range token.Attr {
				if a.Name.Space == instanceSpace {
					a.Name.Local = "xsi:" + a.Name.Local
				}
				n.attrs[a.Name.Local] = a.Value
			}
			within.children = append(within.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			within.text += string(token)
		}
	}
}

// all returns the elements below n with the name, in their order.
func (n *node) all(name string) (found []*node) {
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

// child returns the first element in n with the name; an empty one if none.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return &node{}
}

// check returns what is wrong with a manifest in the eyes of Outlook.
func check(manifest []byte) []string {
	root, err := parse(manifest)
	if err != nil {
		return []string{err.Error()}
	}
	c := &checker{}
	c.order("", root, baseSpace, baseSequences)
	c.base(root)
	outer := root.child("VersionOverrides")
	nested := outer.child("VersionOverrides")
	if outer.attrs["xsi:type"] != "VersionOverridesV1_0" || nested.attrs["xsi:type"] != "VersionOverridesV1_1" {
		c.wrong("VersionOverrides of type %q and %q", outer.attrs["xsi:type"], nested.attrs["xsi:type"])
	}
	for _, name := range []string{"SupportsSharedFolders", "MobileFormFactor", "Runtimes"} {
		if in := len(outer.all(name)) - len(nested.all(name)); in > 0 {
			c.wrong("%s in VersionOverrides 1.0", name)
		}
	}
	if !slices.ContainsFunc(nested.all("SupportsSharedFolders"), func(n *node) bool { return n.text == "true" }) {
		c.wrong("shared folders are not supported")
	}
	outer.children = slices.DeleteFunc(slices.Clone(outer.children), func(n *node) bool { return n == nested })
	c.overrides("1.0", outer, []string{"AppointmentOrganizerCommandSurface", "AppointmentAttendeeCommandSurface"})
	c.overrides("1.1", nested, []string{"AppointmentOrganizerCommandSurface", "AppointmentAttendeeCommandSurface", "MobileOnlineMeetingCommandSurface"})
	return c.problems
}

type checker struct{ problems []string }

func (c *checker) wrong(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// order checks which elements stand where, and in which name space.
func (c *checker) order(parent string, n *node, space string, inside sequences) {
	switch {
	case parent == "OfficeApp" && n.name == "VersionOverrides":
		space, inside = overridesSpace, overridesSequences
	case n.name == "VersionOverrides":
		space = nestedSpace
	}
	if n.space != space && n.space != basicTypes {
		c.wrong("%s in %s: name space %s", n.name, parent, n.space)
	}
	sequence, ok := inside[parent+"/"+n.name]
	if !ok {
		sequence = inside[n.name]
	}
	rest := n.children
	for word := range strings.FieldsSeq(sequence) {
		name, sign := strings.TrimRight(word, "?+*"), word[len(word)-1]
		count := 0
		for len(rest) > 0 && rest[0].name == name {
			rest, count = rest[1:], count+1
		}
		if count == 0 && sign != '?' && sign != '*' || count > 1 && sign != '+' && sign != '*' {
			c.wrong("%s in %s: %d times", name, n.name, count)
		}
	}
	if len(rest) > 0 {
		c.wrong("%s in %s: not here", rest[0].name, n.name)
	}
	for _, child := range n.children {
		c.order(n.name, child, space, inside)
	}
}

// base checks the values of the base part.
func (c *checker) base(root *node) {
	if root.attrs["xsi:type"] != "MailApp" {
		c.wrong("xsi:type %q", root.attrs["xsi:type"])
	}
	for name, pattern := range map[string]string{
		"Id":            `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
		"Version":       `^\d{1,5}(\.\d{1,5}){3}$`,
		"ProviderName":  `^.{1,125}$`,
		"DefaultLocale": `^en-US$`,
		"Permissions":   `^ReadWriteItem$`,
	} {
		if got := root.child(name).text; !regexp.MustCompile(pattern).MatchString(got) {
			c.wrong("%s is %q", name, got)
		}
	}
	c.words(root.child("DisplayName"), 125)
	c.words(root.child("Description"), 250)
	for _, name := range []string{"IconUrl", "HighResolutionIconUrl", "SupportUrl"} {
		c.address(name, root.child(name).attrs["DefaultValue"])
	}
	for _, n := range root.child("AppDomains").children {
		c.address("AppDomain", n.text)
	}
	for _, n := range root.child("FormSettings").all("SourceLocation") {
		c.address("SourceLocation", n.attrs["DefaultValue"])
	}
	var forms []string
	for _, form := range root.child("FormSettings").children {
		kind := form.attrs["xsi:type"]
		forms = append(forms, kind)
		heights := form.all("RequestedHeight")
		if (kind == "ItemRead") != (len(heights) == 1) {
			c.wrong("Form %s: %d heights", kind, len(heights))
		}
		for _, n := range heights {
			if height, err := strconv.Atoi(n.text); err != nil || height < 32 || height > 450 {
				c.wrong("RequestedHeight %q", n.text)
			}
		}
	}
	if !slices.Equal(forms, []string{"ItemRead", "ItemEdit"}) {
		c.wrong("Forms %v", forms)
	}
	if host := root.child("Hosts").child("Host").attrs["Name"]; host != "Mailbox" {
		c.wrong("Host %q", host)
	}
	if set := root.child("Requirements").child("Sets").child("Set"); set.attrs["Name"] != "Mailbox" || set.attrs["MinVersion"] != "1.3" {
		c.wrong("Set %v", set.attrs)
	}
}

// words checks a text and its translations: one a language, none for the default.
func (c *checker) words(n *node, most int) {
	seen := map[string]bool{"en-US": true}
	c.length(n, n.attrs["DefaultValue"], most)
	for _, o := range n.children {
		if seen[o.attrs["Locale"]] || o.attrs["Locale"] == "" {
			c.wrong("%s %s: a second or needless %q", n.name, n.attrs["id"], o.attrs["Locale"])
		}
		seen[o.attrs["Locale"]] = true
		c.length(n, o.attrs["Value"], most)
	}
}

func (c *checker) length(n *node, text string, most int) {
	if count := utf8.RuneCountInString(text); count == 0 || count > most {
		c.wrong("%s %s: %d characters, at most %d", n.name, n.attrs["id"], count, most)
	}
}

func (c *checker) address(where, address string) {
	if !strings.HasPrefix(address, "https://") || len(address) > 2048 {
		c.wrong("%s: address %q", where, address)
	}
}

// overrides checks one VersionOverrides, which must be complete in itself.
func (c *checker) overrides(version string, n *node, surfaces []string) {
	kinds := map[string]string{} // of resources, by id
	resources := n.child("Resources")
	for kind, most := range map[string]int{"bt:Images": 0, "bt:Urls": 0, "bt:ShortStrings": 125, "bt:LongStrings": 250} {
		for _, r := range resources.child(kind).children {
			id := r.attrs["id"]
			if kinds[id] != "" || id == "" || len(id) > 32 {
				c.wrong("%s: resource %q is doubled, nameless or too long", version, id)
			}
			kinds[id] = kind
			if most == 0 {
				c.address(id, r.attrs["DefaultValue"])
			} else {
				c.words(r, most)
			}
		}
	}
	used := map[string]bool{}
	c.references(version, n, kinds, used)
	for id := range kinds {
		if !used[id] {
			c.wrong("%s: resource %s: nobody uses it", version, id)
		}
	}

	controls := map[string]bool{}
	for _, control := range n.all("Control") {
		id := control.attrs["id"]
		if controls[id] || id == "" {
			c.wrong("%s: control %q is doubled or nameless", version, id)
		}
		controls[id] = true
		c.control(version+": "+id, control)
	}

	var found []string
	for _, point := range n.all("ExtensionPoint") {
		surface := point.attrs["xsi:type"]
		found = append(found, surface)
		functions := len(point.all("FunctionName"))
		if want := surface != "AppointmentAttendeeCommandSurface"; want != (functions == 1) || functions > 1 {
			c.wrong("%s: %s: %d function commands", version, surface, functions)
		}
	}
	if !slices.Equal(found, surfaces) {
		c.wrong("%s: surfaces %v, want %v", version, found, surfaces)
	}
}

// references checks that every resid leads to a resource of the right kind.
func (c *checker) references(version string, n *node, kinds map[string]string, used map[string]bool) {
	want := map[string]string{
		"Label": "bt:ShortStrings", "Title": "bt:ShortStrings", "Description": "bt:LongStrings",
		"bt:Image": "bt:Images", "FunctionFile": "bt:Urls", "SourceLocation": "bt:Urls",
	}[n.name]
	if id := n.attrs["resid"]; id != "" {
		used[id] = true
		if len(id) > 32 || kinds[id] == "" || kinds[id] != want {
			c.wrong("%s: %s: resid %s is of %q, want %q", version, n.name, id, kinds[id], want)
		}
	} else if want != "" && n.attrs["id"] == "" {
		c.wrong("%s: %s: no resid", version, n.name)
	}
	for _, child := range n.children {
		c.references(version, child, kinds, used)
	}
}

// control checks a button: its icons and what it does.
func (c *checker) control(name string, n *node) {
	var sizes []string
	for _, image := range n.child("Icon").children {
		size := image.attrs["size"]
		if scale := image.attrs["scale"]; scale != "" {
			size += "x" + scale
		}
		sizes = append(sizes, size)
	}
	slices.Sort(sizes)
	want, kind := []string{"16", "32", "80"}, ""
	if n.attrs["xsi:type"] == "MobileButton" {
		want = []string{"25x1", "25x2", "25x3", "32x1", "32x2", "32x3", "48x1", "48x2", "48x3"}
		kind = "bt:MobileIconList"
	}
	if !slices.Equal(sizes, want) || n.child("Icon").attrs["xsi:type"] != kind {
		c.wrong("%s: icons %v in %q, want %v in %q", name, sizes, n.child("Icon").attrs["xsi:type"], want, kind)
	}
	action := n.child("Action")
	does := map[string]string{"ExecuteFunction": "FunctionName", "ShowTaskpane": "SourceLocation"}[action.attrs["xsi:type"]]
	if len(action.children) != 1 || action.children[0].name != does {
		c.wrong("%s: action %q without its %s", name, action.attrs["xsi:type"], does)
	}
	if does == "FunctionName" && action.child(does).text != "addMeeting" {
		c.wrong("%s: function %q", name, action.child(does).text)
	}
}

// addresses returns every address in a manifest, the domain aside.
func addresses(t *testing.T, manifest []byte) []string {
	t.Helper()
	root, err := parse(manifest)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range []string{"IconUrl", "HighResolutionIconUrl", "SupportUrl", "SourceLocation", "bt:Image", "bt:Url"} {
		for _, n := range root.all(name) {
			if address := n.attrs["DefaultValue"]; address != "" && !slices.Contains(found, address) {
				found = append(found, address)
			}
		}
	}
	return found
}
