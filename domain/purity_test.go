package domain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The domain reads no clock, starts no goroutine and has no tags. Each adapter has its
// own format, so that none changes because another one does. arch-go.yml restricts what
// the domain imports.
func TestTheDomainIsPure(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.go", "stats/*.go"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		files = append(files, found...)
	}
	looked := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		looked++
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine", file)
			case *ast.Field:
				if n.Tag != nil {
					t.Errorf("%s has the tag %s", file, n.Tag.Value)
				}
			case *ast.SendStmt, *ast.SelectStmt:
				t.Errorf("%s uses channels", file)
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" {
					switch n.Sel.Name {
					case "Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local":
						t.Errorf("%s uses time.%s", file, n.Sel.Name)
					}
				}
			}
			return true
		})
	}
	require.Greater(t, looked, 20)
}
