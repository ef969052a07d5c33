package benchbus_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// README.md and the package's comment show the program of examples/embedded, whose own
// test runs it.
func TestTheDocumentedProgramIsTheExample(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	_, program, found := strings.Cut(read("examples/embedded/main.go"), "package main\n")
	require.True(t, found)
	require.True(t, strings.Contains(read("README.md"), "```go\npackage main\n"+program+"```\n"), "README.md has another program")
	comment := regexp.MustCompile(`(?m)^// ?`).ReplaceAllString(read("doc.go"), "")
	indented := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(program, "\t$1")
	require.True(t, strings.Contains(comment, indented), "doc.go has another program")
}
