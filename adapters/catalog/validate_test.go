package catalog_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestValidateBadDefinitions(t *testing.T) {
	var got strings.Builder
	for _, p := range catalog.Validate("testdata/bad", "testdata/bad/types.yaml", "testdata/nowhere") {
		got.WriteString(filepath.ToSlash(p.String()) + "\n")
		require.NotEmpty(t, p.Reason)
	}
	const golden = "testdata/bad.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}
