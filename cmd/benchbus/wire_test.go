package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFolderOfRuntimesIsNamedOnce(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	require.Len(t, (&phpFlags{}).dirs(), 2)
	t.Chdir(filepath.Join(filepath.Dir(program), ".."))
	require.Equal(t, []string{".runtimes"}, (&phpFlags{}).dirs())
}
