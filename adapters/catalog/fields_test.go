package catalog

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocumentationListsEveryField(t *testing.T) {
	text, err := os.ReadFile("../../docs/benchmarks.md")
	require.NoError(t, err)
	for _, f := range fields {
		require.Contains(t, string(text), "\n| `"+f.name+"` | ")
	}
}
