package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// module makes a tree with one package, whose function should double a number.
func module(t *testing.T, tests string) tree {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module example.test/twice\n\ngo 1.26\n",
		"twice/twice.go":  "package twice\n\nfunc Twice(n int) int { return 2 * n }\n\nfunc Unheard() int { return 1 }\n",
		"twice/x_test.go": "package twice\n\nimport \"testing\"\n\n" + tests,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return tree{dir: dir, limit: time.Minute}
}

const twiceIsFour = "func TestTwice(t *testing.T) { if Twice(2) != 4 { t.Fatal() } }\n"

func TestWhatBecomesOfAMutant(t *testing.T) {
	tree := module(t, twiceIsFour)
	edit := func(old, new string) mutant { return mutant{file: "twice/twice.go", old: old, new: new} }
	check := func(dead bool, want string, m mutant) {
		t.Helper()
		word, died, err := tree.judge(t.Context(), m)
		require.NoError(t, err)
		require.Equal(t, dead, died)
		require.Equal(t, want, word)
	}
	check(true, "killed", edit("2 * n", "3 * n"))
	check(false, "SURVIVES", edit("return 1", "return 2"))
	check(false, "DOES NOT BUILD", edit("2 * n", "2 * m"))
	check(false, "NOT FOUND ONCE", edit("return", "panic"))
	check(false, "NOT FOUND ONCE", edit("2 + n", "3 + n"))
	check(false, "NOT FOUND ONCE", edit("2 * n", "2 * n"))
	named := edit("2 * n", "3 * n")
	named.run = "TestNothing"
	check(false, "SURVIVES", named)
}

func TestEachMutantIsAlone(t *testing.T) {
	tree := module(t, twiceIsFour)
	var out strings.Builder
	m := mutant{file: "twice/twice.go", old: "2 * n", new: "3 * n"}
	harmless := mutant{file: "twice/twice.go", old: "return 1", new: "return 2"}
	all, err := tree.try(t.Context(), []mutant{m, harmless, m}, &out)
	require.NoError(t, err)
	require.False(t, all)
	require.Contains(t, out.String(), "2 of 3 killed")
}

func TestTestsThatFailByThemselvesKillNothing(t *testing.T) {
	tree := module(t, "func TestFails(t *testing.T) { t.Fatal(\"as ever\") }\n")
	_, err := tree.try(t.Context(), []mutant{{file: "twice/twice.go", old: "2", new: "3"}}, &strings.Builder{})
	require.ErrorIs(t, err, errFailed)
	require.ErrorContains(t, err, "as ever")
}

func TestTestsThatHangKill(t *testing.T) {
	tree := module(t, "func TestHangs(t *testing.T) { if Twice(2) != 4 { select {} } }\n")
	tree.limit = time.Second
	word, dead, err := tree.judge(t.Context(), mutant{file: "twice/twice.go", old: "2 * n", new: "n"})
	require.NoError(t, err)
	require.True(t, dead)
	require.Equal(t, "killed by the limit", word)
}

// Every entry must fit the current code.
func TestEveryEntryFits(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, m := range mutants {
		t.Run(m.means, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(root, m.file))
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(string(text), m.old), "%s must hold the old text once:\n%s", m.file, m.old)
			require.NotEmpty(t, m.means)
			_, err = regexp.Compile(m.run)
			require.NoError(t, err)
			require.DirExists(t, filepath.Join(root, m.folder()))
		})
	}
}
