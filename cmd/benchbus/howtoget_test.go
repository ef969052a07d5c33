package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHowToGet(t *testing.T) {
	require.Equal(t, "run scripts/php-runtime 8.4, or put a php8.4 on the PATH, or name one with --php-command php84=/path/to/php", howToGet("php84"))
	require.Equal(t, "put a php8.3 on the PATH, or name one with --php-command php83=/path/to/php", howToGet("php83"))
	require.Equal(t, "run scripts/php-runtime 7.4 8.5, or put a php5.6 on the PATH, or name one with --php-command php56=/path/to/php",
		howToGet("php56", "php74", "php83", "php85"))
	require.Equal(t, "put a php8.10 on the PATH, or name one with --php-command php810=/path/to/php", howToGet("php810"))
	require.Equal(t, "name one with --php-command go=/path/to/php", howToGet("go"))
}

// The program and the script must know the same runtimes.
func TestTheScriptKnowsWhatIsAdvised(t *testing.T) {
	script, err := os.ReadFile("../../scripts/php-runtime")
	require.NoError(t, err)
	_, known, found := strings.Cut(string(script), "this script knows ")
	require.True(t, found)
	known, _, _ = strings.Cut(known, ", which")
	var versions []string
	for _, name := range packaged {
		versions = append(versions, versionOf(name))
	}
	require.Equal(t, strings.Join(versions, ", "), strings.Replace(known, " and ", ", ", 1))
}
