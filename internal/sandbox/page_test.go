package sandbox

import (
	"io/fs"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

// What the scripts look for is there: an id in the page, an export in the
// module it is imported from.
func TestPageAndScriptsFitTogether(t *testing.T) {
	t.Parallel()
	text := func(name string) string {
		b, err := files.ReadFile("page/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	page := text("index.html")
	for _, m := range regexp.MustCompile(`(?:src|href)="/sandbox/([^"]+)"`).FindAllStringSubmatch(page, -1) {
		text(m[1])
	}
	scripts, err := fs.Glob(files, "page/static/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	id := regexp.MustCompile(`\$\("([^"]+)"\)`)
	named := regexp.MustCompile(`import \{ ([^}]+) \} from "\./([^"]+)"`)
	whole := regexp.MustCompile(`import \* as (\w+) from "\./([^"]+)"`)
	for _, script := range scripts {
		name := path.Base(script)
		code := text("static/" + name)
		for _, m := range id.FindAllStringSubmatch(code, -1) {
			if !strings.Contains(page, `id="`+m[1]+`"`) {
				t.Errorf("%s looks for #%s", name, m[1])
			}
		}
		wants := func(module, export string) {
			if !regexp.MustCompile(`export (async )?(function|const|class) ` + regexp.QuoteMeta(export) + `[ (]`).MatchString(text("static/" + module)) {
				t.Errorf("%s wants %s of %s", name, export, module)
			}
		}
		for _, m := range named.FindAllStringSubmatch(code, -1) {
			for export := range strings.SplitSeq(m[1], ", ") {
				wants(m[2], strings.TrimSpace(export))
			}
		}
		for _, m := range whole.FindAllStringSubmatch(code, -1) {
			uses := regexp.MustCompile(`[^./\w]` + m[1] + `\.(\w+)`)
			for _, use := range uses.FindAllStringSubmatch(code, -1) {
				wants(m[2], use[1])
			}
		}
	}
}

func TestOfficeJSIsWhole(t *testing.T) {
	t.Parallel()
	parts, err := fs.Glob(files, "page/office/*.js")
	if err != nil || len(parts) != len(officeJS) {
		t.Fatalf("%q, want %q: %v", parts, officeJS, err)
	}
	w := httptest.NewRecorder()
	showOfficeJS(w, nil)
	for _, word := range []string{"eval(", "new Function", "import ", "<script", "innerHTML"} {
		if strings.Contains(w.Body.String(), word) {
			t.Errorf("the script has %q, which a strict policy forbids or nobody should need", word)
		}
	}
}

func TestPageRunsNothingButItsModules(t *testing.T) {
	t.Parallel()
	page, err := files.ReadFile("page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	// The policy forbids them, so they would be dead.
	for _, m := range regexp.MustCompile(`(?i)\s(on\w+|style)=|<style|<script(?:>|[^>]*[^"]>)`).FindAllString(string(page), -1) {
		t.Errorf("the page has an inline %s", strings.TrimSpace(m))
	}
}
