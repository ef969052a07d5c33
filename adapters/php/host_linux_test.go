package php

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// diskSize is more than an iteration needs, and little enough to be filled.
const diskSize = 4 * roomSize

// mountDisk mounts a small disk of its own on the bench's folder.
func (b *bench) mountDisk(t *testing.T, options string) {
	t.Helper()
	err := unix.Mount("tmpfs", b.temp, "tmpfs", 0, fmt.Sprintf("size=%d,%s", diskSize, options))
	if errors.Is(err, unix.EPERM) {
		t.Skip("this test fills a disk of its own, and this user may not mount one")
	}
	require.NoError(t, err)
	t.Cleanup(func() {
		left, err := os.ReadDir(b.temp)
		require.NoError(t, err)
		require.NoError(t, unix.Unmount(b.temp, unix.MNT_DETACH))
		require.Empty(t, left, "files are left")
	})
}

// fill fills the disk except for so many bytes, and returns a function that empties it.
func (b *bench) fill(t *testing.T, left int64) (empty func()) {
	t.Helper()
	var disk unix.Statfs_t
	require.NoError(t, unix.Statfs(b.temp, &disk))
	ballast := filepath.Join(b.temp, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, int64(disk.Bavail)*disk.Bsize-left), 0o600))
	return func() { require.NoError(t, os.Remove(ballast)) }
}

// broken requires that the host fails the iteration and the probe, and says why.
func (b *bench) broken(t *testing.T, sentences ...string) {
	t.Helper()
	message := b.failure(t, b.iteration(`$x = 1;`), domain.ClassHost).Message
	err := b.Probe(t.Context())
	for _, sentence := range append(sentences, "the folder for temporary files, "+b.temp+", cannot be used") {
		require.Contains(t, message, sentence)
		require.ErrorContains(t, err, sentence)
	}
}

// well requires that the host executes again.
func (b *bench) well(t *testing.T) {
	t.Helper()
	require.NoError(t, b.Probe(t.Context()))
	_, err := b.Execute(t.Context(), b.iteration(`file_put_contents('f', 'x');`))
	require.NoError(t, err)
}

func TestAFullDiskIsAFailureOfTheHost(t *testing.T) {
	b := newBench(t, Config{})
	b.mountDisk(t, "")
	for _, left := range []int64{0, 4 << 10, 8 << 10} { // nothing, part of a script, and one of the two
		empty := b.fill(t, left)
		b.broken(t, "no space left on device", "free some space, or name another folder in the environment as TMPDIR")
		empty()
		b.well(t)
	}
}

func TestAFolderWithoutRoomForAnotherFileIsAFailureOfTheHost(t *testing.T) {
	b := newBench(t, Config{})
	b.mountDisk(t, "nr_inodes=4")
	b.broken(t, "no space left on device", "TMPDIR")
}

func TestAReadOnlyFolderIsAFailureOfTheHost(t *testing.T) {
	b := newBench(t, Config{})
	b.mountDisk(t, "")
	require.NoError(t, unix.Mount("", b.temp, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	b.broken(t, "read-only file system", "make a folder there that this user can write, or name another one in the environment as TMPDIR")
	require.NoError(t, unix.Mount("", b.temp, "", unix.MS_REMOUNT, ""))
	b.well(t)
}

func TestAFolderThatIsGoneIsAFailureOfTheHost(t *testing.T) {
	b := newBench(t, Config{})
	require.NoError(t, os.Remove(b.temp))
	b.broken(t, "no such file or directory", "TMPDIR")
	require.NoError(t, os.Mkdir(b.temp, 0o700))
	b.well(t)
}

// The scripts fit on the disk, and what the code writes does not.
func TestCodeThatFindsTheDiskFullIsNotToBlame(t *testing.T) {
	b := newBench(t, Config{})
	b.mountDisk(t, "")
	writes := func(bytes int) domain.Iteration {
		return b.iteration(fmt.Sprintf(`if (@file_put_contents('f', str_repeat('x', %d)) !== %[1]d) { throw new Exception('cannot write'); }`, bytes))
	}
	empty := b.fill(t, 64<<10)
	f := b.failure(t, writes(256<<10), domain.ClassHost)
	require.Contains(t, f.Message, "cannot write")
	require.Contains(t, f.Message, "no space left on device; free some space")
	require.Contains(t, f.Output, "Exception", "what the code printed is there, too")
	require.ErrorContains(t, b.Probe(t.Context()), "no space left on device")
	empty()
	b.well(t)
	require.Contains(t, b.failure(t, writes(2*diskSize), domain.ClassCode).Message, "cannot write", "it has filled the disk by itself")
	b.well(t)
}

// If the limit on open files is reached anywhere, the failure is the host's, and nothing
// is left behind.
func TestTooManyOpenFilesAreAFailureOfTheHost(t *testing.T) {
	b := newBench(t, Config{})
	b.well(t)
	var before unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &before))
	restore := func() { require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &before)) }
	defer restore()
	seen := map[domain.FailureClass]bool{}
	for limit := uint64(3); ; limit++ {
		require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: limit, Max: before.Max}))
		_, err := b.Execute(context.Background(), b.iteration(`$x = 1;`))
		restore()
		if err == nil {
			break
		}
		f := domain.FailureOf(err, 1)
		require.True(t, f.Class.OfHost(), "%s: %s", f.Class, f.Message)
		require.Contains(t, f.Message, "too many open files; raise the limit on open files (ulimit -n, fs.file-max)")
		seen[f.Class] = true
	}
	require.Equal(t, map[domain.FailureClass]bool{domain.ClassHost: true, domain.ClassSpawn: true}, seen)
	b.well(t)
}

// A PHP that is being upgraded is gone for a moment. No iteration may fail because of it.
func TestARuntimeThatIsGoneIsAFailureOfTheHost(t *testing.T) {
	b := newBench(t, Config{})
	php, err := b.Lookup(b.runtimes[len(b.runtimes)-1])
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "php")
	require.NoError(t, os.Symlink(php.Command[0], link))
	linked := newBench(t, Config{Commands: map[domain.RuntimeName][]string{"linked": {link}}})
	it := linked.iteration(`$x = 1;`, "linked")
	require.NoError(t, os.Rename(link, link+"-away"))
	f := linked.failure(t, it, domain.ClassSpawn)
	require.Contains(t, f.Message, "linked does not start: fork/exec "+link+": no such file or directory; it could be started before: put it back")
	require.NoError(t, os.Rename(link+"-away", link))
	_, err = linked.Execute(t.Context(), it)
	require.NoError(t, err)
}

// A failure of the host in one variant fails all variants, even measured ones.
func TestAHostThatFailsAmongVariants(t *testing.T) {
	php, err := newBench(t, Config{}).Lookup(newer)
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "php")
	require.NoError(t, os.Symlink(php.Command[0], link))
	b := newBench(t, Config{Commands: map[domain.RuntimeName][]string{"linked": {link}}})
	b.Runtimes()
	require.NoError(t, os.Remove(link))
	for _, revolutions := range []int{0, 3} {
		ran := filepath.Join(t.TempDir(), "ran")
		it := b.iteration(match+` touch('`+ran+`');`, older, newer, "linked")
		it.Seed, benchmarkOf(it).Revolutions = inTurn, revolutions
		require.Equal(t, []int{0, 1, 2}, it.Order(), "the last is the one that is gone")
		m, err := b.Execute(t.Context(), it)
		require.ErrorContains(t, err, "linked does not start")
		require.Equal(t, domain.ClassSpawn, domain.FailureOf(err, 1).Class)
		require.Zero(t, m)
		require.FileExists(t, ran)
	}
}

// A limit on processes does not apply to root, and otherwise counts every thread of the
// test.
func TestWhatStopsAProcessFromStarting(t *testing.T) {
	for _, err := range []error{syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE} {
		require.True(t, exhausted(err), "which no containment is to blame for")
	}
	for _, err := range []error{syscall.EPERM, syscall.ENOSPC, syscall.EINVAL} { // of a name space that may not be made
		require.False(t, exhausted(err))
	}
	for err, advice := range map[error]string{
		syscall.EAGAIN:        "; raise the limit on the processes of this user",
		syscall.ENOMEM:        "; this host has no memory left",
		syscall.ENFILE:        "; raise the limit on open files",
		syscall.EACCES:        "; it could be started before",
		exec.ErrNotFound:      "; it could be started before",
		errors.New("riddles"): "riddles",
	} {
		failed := startFailed(domain.Runtime{Name: "php84"}, &os.PathError{Op: "fork/exec", Path: "/usr/bin/php8.4", Err: err})
		require.Equal(t, domain.ClassSpawn, failed.Class)
		require.ErrorContains(t, failed, "php84 does not start: fork/exec /usr/bin/php8.4: "+err.Error())
		require.ErrorContains(t, failed, advice)
		require.ErrorIs(t, failed, err)
	}
}

func TestAProbeOfAHostWithoutPHP(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	executor, err := New(Config{RuntimesDirs: []string{}, TempDir: t.TempDir()})
	require.NoError(t, err)
	require.EqualError(t, executor.Probe(t.Context()), "there is no PHP here")
}
