package bundle

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// smallDisk mounts a disk of 4 MiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m")
	if errors.Is(err, syscall.EPERM) {
		t.Skip("this test fills a disk of its own, and this user may not mount one")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

func TestAFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	p := &place{Folder: newFolder(t, t.TempDir())}
	c, err := NewCache(p, filepath.Join(disk, "cache"), CacheConfig{})
	require.NoError(t, err)
	a, b := p.put(t, strings.Repeat("a", 3<<20)), p.put(t, strings.Repeat("b", 3<<20))

	_, release := use(t, c, a)
	_, _, err = c.Tree(t.Context(), b)
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.Equal(t, domain.ClassHost, domain.FailureOf(err, 1).Class)
	require.Equal(t, []bool{true, false}, there(t, c, a, b))
	require.NoDirExists(t, c.folder(b)+partEnding, "left behind")

	release()
	_, release = use(t, c, b) // in place of the one that nobody uses any more
	release()
	require.Equal(t, []bool{false, true}, there(t, c, a, b))

	folder := newFolder(t, filepath.Join(disk, "bundles"))
	large := strings.Repeat("c", 3<<20)
	require.ErrorIs(t, folder.Put(t.Context(), digestOf([]byte(large)), strings.NewReader(large)), syscall.ENOSPC)
	left, err := os.ReadDir(filepath.Join(disk, "bundles"))
	require.NoError(t, err)
	require.Empty(t, left)
}
