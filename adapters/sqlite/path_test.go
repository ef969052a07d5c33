package sqlite_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
)

func TestDefaultPath(t *testing.T) {
	check := func(data, home, want string) {
		t.Helper()
		t.Setenv("XDG_DATA_HOME", data)
		t.Setenv("HOME", home)
		t.Setenv("USERPROFILE", home)
		path, err := sqlite.DefaultPath()
		if want == "" {
			require.ErrorContains(t, err, "name a file")
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, path)
	}
	home := t.TempDir()
	usual := map[string]string{"darwin": "Library/Application Support", "windows": "AppData/Local"}[runtime.GOOS]
	if usual == "" {
		usual = ".local/share"
	}
	at := filepath.Join(home, filepath.FromSlash(usual), "benchbus", "benchbus.db")
	check("", home, at)
	check("relative", home, at)
	check(filepath.Join(home, "data"), home, filepath.Join(home, "data", "benchbus", "benchbus.db"))
	check("", "", "")
}
