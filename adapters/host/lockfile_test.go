//go:build linux

package host

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestLockFilesAreOpenToAllUsers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cpu")
	before := unix.Umask(0o077) // not in parallel, since the umask is that of the whole process
	_, err := NewSlots(SlotsConfig{Dir: dir, Cores: allowedCores()[:1]})
	unix.Umask(before)
	require.NoError(t, err)
	check := func(path string, want os.FileMode) {
		t.Helper()
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, want.String(), info.Mode().String())
	}
	check(dir, os.ModeDir|os.ModeSticky|0o777)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	for _, e := range entries {
		check(filepath.Join(dir, e.Name()), 0o666)
	}
}

func TestHostileLockFilesAreRefused(t *testing.T) {
	t.Parallel()
	check := func(name, wantErr string, lay func(path string) error) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, lay(filepath.Join(dir, "waiting.lock")))
			_, err := NewSlots(SlotsConfig{Dir: dir})
			require.ErrorContains(t, err, "waiting.lock")
			require.ErrorContains(t, err, wantErr)
			require.ErrorContains(t, err, "name another folder as Dir")
			_, err = os.Stat(filepath.Join(dir, "target"))
			require.ErrorIs(t, err, os.ErrNotExist, "nothing was made through the link")
		})
	}
	check("link", "symbolic links", func(path string) error { return os.Symlink(filepath.Join(filepath.Dir(path), "target"), path) })
	check("pipe", "not a plain file", func(path string) error { return unix.Mkfifo(path, 0o666) })
	check("another file's second name", "has a second name", func(path string) error {
		other := path + ".other"
		return errors.Join(os.WriteFile(other, nil, 0o600), os.Link(other, path))
	})
	check("folder", "is a directory", func(path string) error { return os.Mkdir(path, 0o777) })
}

func TestAFolderThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	check := func(name, wantErr string, lay func(path string) error) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "cpu")
			require.NoError(t, lay(path))
			_, err := NewSlots(SlotsConfig{Dir: path})
			require.ErrorContains(t, err, wantErr)
		})
	}
	check("file", "is not a folder; remove it", func(path string) error { return os.WriteFile(path, nil, 0o600) })
	check("link", "is not a folder; remove it", func(path string) error { return os.Symlink(filepath.Dir(path), path) })
}

// If the place depended on the user, each user would have separate locks.
func TestThePlaceIsTheSameForAllUsers(t *testing.T) {
	place := sharedPlace()
	info, err := os.Stat(place)
	require.NoError(t, err)
	require.Equal(t, os.ModeDir|os.ModeSticky|0o777, info.Mode())
	t.Setenv("TMPDIR", t.TempDir())
	require.Equal(t, place, sharedPlace())
	require.Equal(t, filepath.Join(place, "benchbus-cpu"), SlotsConfig{}.WithDefaults().Dir)
}

// TestUsersShareTheLocks makes another user lock files of root, and root lock files of
// that user.
func TestUsersShareTheLocks(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can start a process of another user")
	}
	for _, rootFirst := range []bool{true, false} {
		dir := filepath.Join(openFolder(t), "cpu")
		if rootFirst {
			_, err := NewSlots(SlotsConfig{Dir: dir})
			require.NoError(t, err)
		}
		other := command(t, "hold", dir)
		other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		other.Path = copied(t, other.Path)
		held := holds(t, other)
		s, err := NewSlots(SlotsConfig{Dir: dir, Cores: []int{held}})
		require.NoError(t, err)
		c, _, err := s.take(false)
		require.NoError(t, err)
		require.Nil(t, c, "the other user holds the core")
	}
}
