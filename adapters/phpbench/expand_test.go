package phpbench

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExpand(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{"lib/Bench", "lib/a/Bench", "lib/a/b/Bench", "lib/a/b/Other", "lib/.hidden/Bench", ".hidden/Bench"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, folder), 0o700))
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, "lib/a/OneBench.php"), nil, 0o600))
	check := func(want []string, paths ...string) {
		t.Helper()
		n := &notes{}
		found, err := expand(root, paths, n)
		require.NoError(t, err)
		require.Equal(t, want, found)
		require.Empty(t, n)
	}
	check([]string{"lib/Bench", "lib/a"}, "lib/Bench", "lib/a", "lib/Bench")
	check([]string{"lib/a/Bench"}, "lib/*/Bench")
	check([]string{"lib/Bench", "lib/a/Bench", "lib/a/b/Bench"}, "lib/**/Bench")
	check([]string{"lib/Bench", "lib/a/Bench", "lib/a/b/Bench"}, "**/Bench", "lib/?/Bench")
	check([]string{"lib/a/b/Bench", "lib/a/b/Other"}, "lib/a/*/{Bench,Other}")
	check([]string{"lib/a/OneBench.php"}, "**/*Bench.php")
	check([]string{".hidden/Bench"}, ".*/Bench")
	check([]string{"lib/a", "lib/a/b", "lib"}, "lib/**/[!A-Z]*", "lib")
}

func TestExpandNotesPatternsWithoutMatch(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "b"), 0o700))
	n := &notes{}
	found, err := expand(root, []string{"b", "c/*/Bench"}, n)
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, found)
	require.Equal(t, notes{{Where: "c/*/Bench", Text: "the path c/*/Bench matches nothing", Count: 1}}, *n)

	_, err = expand(root, []string{"c/*/Bench"}, n)
	require.ErrorContains(t, err, "the path c/*/Bench does not exist in")
	_, err = expand(root, []string{"b/[", "b"}, n)
	require.NoError(t, err)
}
