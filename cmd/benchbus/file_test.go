package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// listTo writes the list of benchmarks to a file.
func (c *cli) listTo(path string) {
	code, stdout, stderr := c.run("list", "--format=csv", "-o", path)
	require.Zero(c, code, stderr)
	require.Empty(c, stdout)
}

func requireAList(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), "slug,name")
	require.NotContains(t, string(text), "before")
}

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	require.NoError(t, err)
	return info.Mode()
}

// umask reads the umask of the process without changing it.
func umask(t *testing.T) (mask fs.FileMode) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(status), "\nUmask:")
	_, err = fmt.Sscanf(rest, "%o", &mask)
	require.NoError(t, err)
	return mask
}

func TestANewOutputFileHonoursTheUmask(t *testing.T) {
	c := newCLI(t)
	path := filepath.Join(t.TempDir(), "new.csv")
	c.listTo(path)
	requireAList(t, path)
	require.Equal(t, 0o666&^umask(t), modeOf(t, path))
}

func TestAnOutputFileKeepsItsMode(t *testing.T) {
	c := newCLI(t)
	path := filepath.Join(t.TempDir(), "old.csv")
	require.NoError(t, os.WriteFile(path, []byte("before"), 0o600))
	require.NoError(t, os.Chmod(path, 0o640))
	c.listTo(path)
	requireAList(t, path)
	require.Equal(t, fs.FileMode(0o640), modeOf(t, path))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file")
}

func TestALinkStaysAndItsTargetIsWritten(t *testing.T) {
	c := newCLI(t)
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
	check := func(link, name string) {
		t.Helper()
		link = filepath.Join(dir, link)
		require.NoError(t, os.Symlink(name, link))
		c.listTo(link)
		require.Equal(t, fs.ModeSymlink, modeOf(t, link).Type())
		requireAList(t, link)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sub", "there.csv"), []byte("before"), 0o604))
	check("link", "sub/there.csv")
	require.Equal(t, fs.FileMode(0o604), modeOf(t, filepath.Join(dir, "sub", "there.csv")))
	check("dangling", "sub/not-yet.csv")
	requireAList(t, filepath.Join(dir, "sub", "not-yet.csv"))
	check("chain", "link")
}

func TestAFIFOIsWrittenInto(t *testing.T) {
	c := newCLI(t)
	dir := t.TempDir()
	fifo, link := filepath.Join(dir, "fifo"), filepath.Join(dir, "link")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	require.NoError(t, os.Symlink("fifo", link))
	for _, path := range []string{fifo, link} {
		read := make(chan string)
		go func() {
			text, err := os.ReadFile(path)
			if err != nil {
				text = []byte(err.Error())
			}
			read <- string(text)
		}()
		c.listTo(path)
		require.Contains(t, <-read, "slug,name")
		require.Equal(t, fs.ModeNamedPipe, modeOf(t, fifo).Type())
	}
}

// The command must notice an unusable --output before it measures anything.
func TestAnOutputThatCannotBeWritten(t *testing.T) {
	c := newCLI(t)
	dir := t.TempDir()
	socket := filepath.Join(dir, "socket")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	defer syscall.Close(fd)
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrUnix{Name: socket}))
	lost := filepath.Join(dir, "lost")
	require.NoError(t, os.Symlink("nowhere/x.csv", lost))
	for path, reason := range map[string]string{
		dir: "it is a folder", socket: "it is a socket", lost: "no such file", filepath.Join(dir, "no", "x.csv"): "no such file",
		filepath.Join(dir, strings.Repeat("x", 300)): "too long",
	} {
		for _, args := range [][]string{{"list"}, {"run", "--test=loop", "--php-version=php84", "--iterations=1"}} {
			code, stdout, stderr := c.run(append(args, "-o", path)...)
			require.Equal(t, exitUsage, code, "%v %s\n%s", args, path, stderr)
			require.Contains(t, stderr, "--output "+path+" cannot be written")
			require.Contains(t, stderr, reason)
			require.Equal(t, 1, strings.Count(stderr, "\n"), "nothing was measured: %s", stderr)
			require.Empty(t, stdout)
		}
	}
	require.Equal(t, fs.ModeSocket, modeOf(t, socket).Type())
}

func TestAFileAppearsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.csv")
	require.NoError(t, os.WriteFile(path, []byte("before"), 0o644))
	file, err := openOutput(path)
	require.NoError(t, err)
	broken := errors.New("broken")
	require.ErrorIs(t, file.write(func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	}), broken)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "before", string(text))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)
}
