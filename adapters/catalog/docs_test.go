package catalog_test

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
)

// The examples of docs/benchmarks.md are definitions that can be loaded.
func TestExamplesOfTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/benchmarks.md")
	require.NoError(t, err)
	fsys := fstest.MapFS{}
	for i, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1) {
		fsys[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: block[1]}
	}
	c, err := catalog.LoadFS(fsys)
	require.NoError(t, err)
	require.Equal(t, []string{"sort-numbers", "mirror-split", "mirror-strrev"}, slugs(c))
}
