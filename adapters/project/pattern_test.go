package project

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	check := func(pattern string, want bool, files ...string) {
		t.Helper()
		require.NoError(t, validPattern(pattern))
		for _, file := range files {
			require.Equal(t, want, matches(pattern, file), file)
		}
	}
	check("*.log", true, "a.log", "sub/a.log", "x.log/a")
	check("*.log", false, "a.txt", "log")
	check("cache", true, "cache", "var/cache", "var/cache/x/y")
	check("cache/", true, "cache/x", "var/cache/x")
	check("var/cache", true, "var/cache", "var/cache/x")
	check("var/cache/", true, "var/cache/x")
	check("var/cache", false, "x/var/cache", "var/cached", "var")
	check("/cache", true, "cache/x")
	check("/cache", false, "var/cache/x")
	check("tests/**/*.pem", true, "tests/a.pem", "tests/a/b/c.pem")
	check("tests/**/*.pem", false, "a.pem", "tests/a.key")
	check("**/x", true, "x", "a/x", "a/b/x/y")
	check("a/**", true, "a/b", "a/b/c", "a")
	check("a/*", true, "a/b", "a/b/c")
	check("a/*", false, "a", "b/a/c")
	check("[ab]?", true, "ax", "bx")
	check("ünï*", true, "ünïcode")
	for _, none := range []string{"", "/", "//", "[", "a/[", `a\`} {
		require.Error(t, validPattern(none), none)
	}
}

func FuzzPatterns(f *testing.F) {
	f.Add("*.log", "a/b.log")
	f.Add("a/**/b", "a/x/y/b")
	f.Add("/x/", "x/y")
	f.Add("**/**/**/**/**/x", "a/a/a/a/a/a/a/a/a/a/a")
	f.Fuzz(func(t *testing.T, pattern, file string) {
		if validPattern(pattern) != nil || file == "" || strings.HasPrefix(file, "/") {
			return
		}
		if matches(pattern, file) {
			require.True(t, matches(pattern, file+"/below"), "what is below a folder matches with it")
		}
		require.False(t, matches(pattern, "") && !strings.Contains(pattern, "*"))
	})
}
