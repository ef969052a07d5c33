package catalog

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestSqueeze(t *testing.T) {
	same := func(a, b string) {
		t.Helper()
		require.Equal(t, withoutComments(a), withoutComments(b))
	}
	differ := func(a, b string) {
		t.Helper()
		require.NotEqual(t, withoutComments(a), withoutComments(b))
	}
	same("$a = 1;", "  $a=1 ; // one\n")
	same("$a = 1; # one", "/* one */ $a\n=\n1")
	same("foreach ($a as $b) { f(); }", "foreach($a as $b){f();}")
	same("return $x;", "return /* it */ $x;")
	same("$a = 'it''s';", "$a='it''s';")
	same("$a = <<<'X'\n  text\n  X;\n", "$a=<<<'X'\n  text\n  X;")
	differ("$a = 'a b';", "$a = 'ab';")
	differ(`$a = "// no comment";`, `$a = "";`)
	differ(`$a = 'it\'s // so';`, `$a = 'it\'s';`)
	differ(`$a = 'it\'  is';`, `$a = 'it\' is';`)
	same(`$a = "{$f("it's")}" ; # one`, `$a="{$f("it's")}";`)
	same("f(); // one ?> text", "f();?> text")
	same("f(); // one\rg();", "f();g();")
	differ("?> a  b <?php f();", "?> a b <?php f();")
	differ("return 1;", "return1;")
	differ("$a = $b - -$c;", "$a = $b--$c;")
	differ("$a = <<<X\n  # one\nX;\n", "$a = <<<X\n  # two\nX;\n")
	differ("#[A] class B {}", "#[C] class B {}")
	differ("$a = 1;", "$a = 2;")
	for _, open := range []string{"'", `"\`, "/*", "<<<X\n", "#", ""} {
		require.NotPanics(t, func() { withoutComments("$a" + open) }, open)
	}
}

// Lines end as in YAML and in editors.
func TestLineOf(t *testing.T) {
	for text, lines := range map[string]int{"": 1, "a": 1, "\n": 2, "\r": 2, "\r\n": 2, "\n\r": 3, "\r\r": 3, "a\r\nb\rc\nd": 4} {
		require.Equal(t, lines, lineOf(text, len(text)), "%q", text)
	}
	require.Equal(t, 1, lineOf("a\r\nb", 2), "between the two that end it")
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		far  int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"loop", "loop", 0}, {"lop", "loop", 1}, {"olop", "loop", 1}, {"lood", "loop", 1}, {"kitten", "sitting", 3}} {
		require.Equal(t, c.far, distance(c.a, c.b), "%s, %s", c.a, c.b)
	}
}

// Reading ends even for the largest files that are made to be expensive. The timeout of
// go test would report a hang.
func TestParseLargeFiles(t *testing.T) {
	bombs := map[string]string{
		"depth":   strings.Repeat("[", maxFileBytes),
		"keys":    strings.Repeat("a: 1\n", maxFileBytes/5),
		"aliases": "a: &a [x]\ntags: [" + strings.Repeat("*a, ", maxFileBytes/4-10) + "]",
		"word":    strings.Repeat("x", maxFileBytes),
		"nesting": "code: |\n  " + strings.Repeat("\"{$a[", maxFileBytes/5-10),
		"key":     strings.Repeat("x", maxFileBytes-3) + ": 1",
	}
	for name, text := range bombs {
		require.NotEmpty(t, parse("x.yaml", []byte(text)).problems, name)
	}
}

func FuzzParse(f *testing.F) {
	for _, folder := range []string{"testdata/bad", "testdata/older", "builtin/loops"} {
		require.NoError(f, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			f.Add(data)
			return err
		}))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := parse("x.yaml", data)
		if len(d.problems) == 0 {
			require.Empty(t, d.benchmark.Validate())
		}
		for _, p := range d.problems {
			require.NotEmpty(t, p.Reason)
			require.LessOrEqual(t, p.Line, lineOf(data, len(data))+1, "one beyond the last is where the parser looked for more")
			require.True(t, utf8.ValidString(p.String()))
			require.NotContains(t, p.String(), "\n")
		}
		documents := []*document{d, parse("y.yaml", data)}
		sameNames(documents)
		sameCode(documents)
	})
}
