package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Whatever the API may tell people is there in Czech too.
func TestEverySentenceIsCzechToo(t *testing.T) {
	t.Parallel()
	say := func(text string) {
		if text != "" && inLanguage("cs", text) == text {
			t.Errorf("no Czech for %q", text)
		}
	}
	for reason, s := range problems {
		say(s.What)
		say(s.Fix)
		say(requestSentence(reason).Fix)
	}
	for reason, s := range waits {
		say(s.What)
		say(s.Fix)
		say(requestSentence(reason).Fix)
	}
	for _, text := range endings {
		say(text)
	}
	say(ending(""))
	say(problemSentence("").What)
	say(problemSentence("").Fix)
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	literals := 0
	for _, f := range files {
		name := f.Name()
		if strings.HasSuffix(name, "_test.go") || !strings.HasPrefix(name, "api") && name != "bearer.go" && name != "token.go" && name != "footing.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			var texts []ast.Expr
			switch n := n.(type) {
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); ok && id.Name == "sentence" {
					texts = n.Elts
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "conflict" {
					texts = n.Args[1:]
				}
			case *ast.KeyValueExpr:
				if id, ok := n.Key.(*ast.Ident); ok && id.Name == "text" {
					texts = []ast.Expr{n.Value}
				}
			}
			for _, expr := range texts {
				if lit, ok := expr.(*ast.BasicLit); ok {
					text, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					literals++
					say(text)
				}
			}
			return true
		})
	}
	if literals < 25 {
		t.Errorf("%d sentences in the sources: the test looks at the wrong places", literals)
	}
}

// A sentence that was reworded leaves no Czech behind.
func TestNoCzechIsUnused(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "czech.go" {
			source, err := os.ReadFile(f.Name())
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(source)
		}
	}
	for text := range czech {
		if !strings.Contains(sources.String(), text) {
			t.Errorf("nobody says %q", text)
		}
	}
}
