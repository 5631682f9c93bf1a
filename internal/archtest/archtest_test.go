// Package archtest holds the import rules of the tree, each with its reason.
package archtest

import (
	"encoding/json"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "webex-scheduler/"

// rule says which of our own packages a package may import beside its own
// subfolders. Test files may import more.
type rule struct {
	pkg    string   // or a prefix that ends in /...
	may    []string // packages of this module
	reason string
}

var rules = []rule{
	{"internal/errs", nil, "the vocabulary of errors stands under everything"},
	{"internal/meeting", []string{"internal/errs"}, "the product's words and rules are pure"},
	{"internal/plan", []string{"internal/meeting", "internal/errs", "internal/recur"}, "decisions need no I/O, so they can be tested whole"},
	{"internal/block", []string{"internal/meeting", "internal/errs"}, "editing a body is a pure function"},
	{"internal/recur", []string{"internal/meeting", "internal/errs"}, "which dates a series has is a pure question"},
	{"internal/zone", nil, "a table and nothing else"},
	{"internal/seal", []string{"internal/meeting", "internal/errs"}, "cryptography knows no database"},
	{"internal/receipt", []string{"internal/meeting"}, "what is written down, and how a change shows, knows no database"},
	{"internal/wire", []string{"internal/meeting", "internal/errs", "internal/receipt"}, "the transport under both clients"},
	{"internal/graph", []string{"internal/meeting", "internal/errs", "internal/wire", "internal/zone"}, "clients and store never see each other"},
	{"internal/webex", []string{"internal/meeting", "internal/errs", "internal/wire", "internal/zone"}, "clients and store never see each other"},
	{"internal/signin", []string{"internal/meeting", "internal/errs", "internal/wire"}, "sign-in knows no database and no pages"},
	{"internal/token", []string{"internal/meeting", "internal/errs"}, "tokens are kept and refreshed behind small interfaces"},
	{"internal/store", []string{"internal/meeting", "internal/errs", "internal/seal", "internal/receipt"}, "clients and store never see each other"},
	{"internal/store/storetest", []string{"internal/meeting", "internal/errs", "internal/seal", "internal/store", "internal/receipt"}, "the store's contract"},
	{"internal/syncer", []string{"internal/meeting", "internal/errs", "internal/plan", "internal/block", "internal/rest", "internal/receipt"}, "the engine names what it needs"},
	{"internal/doctor", []string{"internal/config", "internal/meeting", "internal/errs", "internal/seal", "internal/route", "internal/store", "internal/signin", "internal/graph", "internal/webex"}, "it asks each part in the program's own words, and runs none"},
	{"internal/metrics", nil, "counters know nothing of what they count"},
	{"internal/rest", nil, "a signal and nothing else"},
	{"internal/roster", []string{"internal/meeting", "internal/errs", "internal/plan", "internal/rest", "internal/receipt"}, "the engine names what it needs"},
	{"internal/route", nil, "paths, for views and handlers alike"},
	{"internal/config", []string{"internal/meeting", "internal/errs", "internal/seal"}, "configuration comes before everything it configures"},
	{"views", []string{"internal/route"}, "views take display-ready props"},
	{"static", nil, "files"},
	{"manifest", []string{"internal/route"}, "rendered for a base address, with our paths behind it"},
	{"web", []string{"views", "static", "manifest", "internal/route", "internal/meeting", "internal/errs", "internal/zone", "internal/recur", "internal/receipt"}, "handlers declare the small interfaces they need; a form in Outlook names its zone as Windows does; pages show the next date of a series"},
	{"internal/sandbox/trace", nil, "what happened, for tests and page"},
	{"internal/sandbox/fakems", []string{"internal/sandbox/trace"}, "a fake that shares our structs shares our mistakes"},
	{"internal/sandbox/fakewebex", []string{"internal/sandbox/trace"}, "a fake that shares our structs shares our mistakes"},
	{"internal/sandbox", []string{"internal/sandbox/trace", "internal/sandbox/fakems", "internal/sandbox/fakewebex"}, "a fake that shares our structs shares our mistakes"},
}

// walls say who may import a package of others.
var walls = []struct {
	prefix string
	only   []string
	reason string
}{
	{"gorm.io/", []string{"internal/store"}, "GORM stays in store"},
	{"github.com/pressly/goose", []string{"internal/store"}, "migrations stay in store"},
	{"github.com/labstack/echo", []string{"web"}, "echo.Context stays in web"},
	{"github.com/a-h/templ", []string{"views", "web"}, "HTML stays in views"},
	{"html/template", []string{"internal/sandbox", "internal/sandbox/fakems", "internal/sandbox/fakewebex"}, "the product's pages are templ"},
	{"github.com/alecthomas/kong", []string{"cmd/webex-scheduler"}, "the command line stays in cmd"},
	{"github.com/prometheus/", []string{"internal/metrics"}, "what counts is told by small functions"},
	{"math/rand", []string{"internal/sandbox", "internal/sandbox/fakems", "internal/sandbox/fakewebex"}, "randomness is passed down; the sandbox seeds its own"},
	{"crypto/rand", []string{"cmd/webex-scheduler", "internal/app", "internal/sandbox", "internal/sandbox/fakems"}, "randomness is read in app and cmd; RSA keys of the sandbox are no secret"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	byName := map[string]rule{}
	for _, r := range rules {
		byName[r.pkg] = r
	}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		r, ruled := byName[name]
		for _, imp := range p.Imports {
			ours, ok := strings.CutPrefix(imp, module)
			if ok && ruled && !slices.Contains(r.may, ours) && path.Dir(ours) != name {
				t.Errorf("%s imports %s: %s", name, ours, r.reason)
			}
			for _, w := range walls {
				if strings.HasPrefix(imp, w.prefix) && !slices.Contains(w.only, name) && !ownTest(name) {
					t.Errorf("%s imports %s: %s", name, imp, w.reason)
				}
			}
		}
		if !ruled && !unruled(name) {
			t.Errorf("%s has no import rule: add one with its reason", name)
		}
	}
}

// unruled packages see everything: they wire, or they test.
func unruled(name string) bool {
	return strings.HasPrefix(name, "cmd/") || name == "internal/app" || ownTest(name) || strings.HasSuffix(name, "/gen")
}

func ownTest(name string) bool { return strings.HasSuffix(name, "test") }

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages: the rules were checked against nothing", len(all))
	}
	return all
}
