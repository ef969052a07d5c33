package scripts_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestComposer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, stderr, code := b.script(t, "./composer", "install")
	require.Equal(t, 64, code)
	require.Contains(t, stderr, "usage: scripts/composer")

	// The mirror does not answer.
	b = setup(t)
	program(t, filepath.Join(b.programs, "apt-get"), `case $* in *indextargets*) echo "mirror:/debian Debian Debian" ;; *) echo "no route" >&2; exit 100 ;; esac`)
	_, stderr, code = b.script(t, "./composer", "--force")
	require.Equal(t, 69, code)
	require.Contains(t, stderr, "no route")
	require.Contains(t, stderr, "install composer with the system's package manager")
	left, err := filepath.Glob(filepath.Join(b.runtimes, ".composer*"))
	require.NoError(t, err)
	require.Empty(t, left)

	// One that is there is left alone.
	require.NoError(t, os.MkdirAll(filepath.Join(b.runtimes, "composer"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(b.runtimes, "composer/packages"), []byte("composer\n"), 0o644))
	_, stderr, code = b.script(t, "./composer", "--force")
	require.Equal(t, 0, code)
	require.Empty(t, stderr)

	b = setup(t)
	program(t, filepath.Join(b.programs, "composer"), "exit 1")
	_, stderr, code = b.script(t, "./composer")
	require.Equal(t, 0, code)
	require.Empty(t, stderr)
	require.NoDirExists(t, b.runtimes)
}
