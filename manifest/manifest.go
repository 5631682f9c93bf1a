// Package manifest renders what Outlook installs: the add-in only manifest (XML)
// of this program for one public address, with the texts and icons in it.
// https://learn.microsoft.com/office/dev/add-ins/develop/xml-manifest-overview
package manifest

import (
	"bytes"
	"crypto/sha1"
	_ "embed"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"webex-scheduler/internal/route"
)

// Options is what a manifest is rendered for.
type Options struct {
	// PublicURL is the program's address: scheme and host, no trailing slash.
	// Outlook itself takes https alone; http on loopback is for the demo.
	PublicURL string
	Version   string // of the program, as git describes it; may be empty
}

//go:embed outlook.xml.tmpl
var source string

var outlook = template.Must(template.New("outlook").Funcs(template.FuncMap{"text": lookup}).Parse(source))

// XML renders the manifest.
func XML(o Options) []byte {
	var b bytes.Buffer
	err := outlook.Execute(&b, document{
		ID: id(o.PublicURL), Version: version(o.Version), base: o.PublicURL,
		Home: home, IconSizes: []int{16, 32, 80}, MobileSizes: []int{25, 32, 48}, Scales: []int{1, 2, 3},
	})
	if err != nil {
		panic(err) // the template is a constant
	}
	return b.Bytes()
}

// document is what the template sees; its strings are ready for XML.
type document struct {
	ID, Version, Home string
	Nested            bool // in VersionOverrides 1.1, which has more in it
	base              string

	// Sizes in pixels that ribbons must have, and that Outlook mobile must have
	// in each scale.
	// https://learn.microsoft.com/javascript/api/manifest/image
	IconSizes, MobileSizes, Scales []int
}

// Inner is the same for VersionOverrides 1.1.
func (d document) Inner() document { d.Nested = true; return d }

// Origin is the domain of all our pages.
func (d document) Origin() string { return escape(d.base) }

// Pane is the address of the task pane.
func (d document) Pane() string { return escape(d.base + route.Taskpane) }

// Commands is the address of the function file.
func (d document) Commands() string { return escape(d.base + route.TaskpaneCommands) }

// Support is where people find out what is wrong: their own account page.
func (d document) Support() string { return escape(d.base + route.Account) }

// Icon is the address of an icon for ribbons and lists.
func (d document) Icon(size int) string {
	return escape(d.base + route.ManifestIconOf(fmt.Sprintf("icon-%d.png", size)))
}

// Mobile is the address of an icon for Outlook mobile.
func (d document) Mobile(size, scale int) string {
	return escape(d.base + route.ManifestIconOf(fmt.Sprintf("mobile-%dx%d.png", size, scale)))
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// urlNamespace is the name space of URLs. https://www.rfc-editor.org/rfc/rfc9562#section-6.6
var urlNamespace = []byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}

// id is the add-in's identity: a UUID (version 5) of the public address, so that
// a server's manifest stays the same add-in and two servers' are two.
// https://www.rfc-editor.org/rfc/rfc9562#section-5.5
func id(publicURL string) string {
	sum := sha1.Sum(append(urlNamespace[:16:16], strings.ToLower(publicURL)...))
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// described is what git describe says of a tag with three numbers: v1.2.3, or
// v1.2.3-4-g0f6cbd1 four commits later.
var described = regexp.MustCompile(`^v?(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:-(\d{1,5})-g[0-9a-f]+)?(?:[-+].*)?$`)

// version is the manifest's: four numbers of five digits at the most. Outlook
// takes an update only with a greater one.
// https://learn.microsoft.com/javascript/api/manifest/version
func version(program string) string {
	m := described.FindStringSubmatch(program)
	if m == nil {
		return "1.0.0.0"
	}
	if m[4] == "" {
		m[4] = "0"
	}
	return strings.Join(m[1:], ".")
}
