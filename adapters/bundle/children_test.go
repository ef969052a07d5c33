package bundle

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// The tests start this test binary again, in a role named by this variable.
const childRole = "BENCHBUS_BUNDLE_TEST_ROLE"

// child runs the role of another process. It gets the folder of the cache, that of bundles,
// and a digest. "use" takes a tree, says so, and keeps it until its input ends. "stuck" says
// so when it has begun to unpack a tree, and never ends. "again" takes the tree many times
// and counts in a file how often it was fetched.
func child() {
	dir, from, digest := os.Args[1], os.Args[2], domain.Digest(os.Args[3])
	folder, err := NewFolder(from)
	exitOn(err)
	role := os.Getenv(childRole)
	var bundles domain.Bundles = folder
	switch role {
	case "stuck":
		bundles = stuckBundles{folder}
	case "again":
		bundles = countingBundles{folder, filepath.Join(from, "count")}
	}
	cache, err := NewCache(bundles, dir, CacheConfig{})
	exitOn(err)
	rounds := 1
	if role == "again" {
		rounds = 20
	}
	for range rounds {
		tree, release, err := cache.Tree(context.Background(), digest)
		exitOn(err)
		if role == "use" {
			fmt.Println("ready")
			_, _ = os.Stdin.Read(make([]byte, 1))
		}
		_, err = os.ReadFile(filepath.Join(tree, "a"))
		exitOn(err)
		release()
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// stuckBundles gives half of each bundle, says so, and then nothing.
type stuckBundles struct{ domain.Bundles }

func (s stuckBundles) Open(ctx context.Context, d domain.Digest) (io.ReadCloser, error) {
	r, err := s.Bundles.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	half := io.LimitReader(r, bufferSize)
	return io.NopCloser(io.MultiReader(half, stuckReader{})), nil
}

type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) {
	fmt.Println("ready")
	select {}
}

// countingBundles appends to a file for each bundle that is opened.
type countingBundles struct {
	domain.Bundles
	file string
}

func (c countingBundles) Open(ctx context.Context, d domain.Digest) (io.ReadCloser, error) {
	file, err := os.OpenFile(c.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.WriteString("x")
	exitOn(err)
	exitOn(file.Close())
	return c.Bundles.Open(ctx, d)
}

// start starts a child, which ends with the test.
func start(t *testing.T, role, dir, from string, d domain.Digest) (*exec.Cmd, io.Closer, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0], dir, from, string(d))
	cmd.Env = append(os.Environ(), childRole+"="+role)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // open as long as the child is wanted
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, stdin, bufio.NewReader(stdout)
}

// ready waits until the child says so.
func ready(t *testing.T, said *bufio.Reader) {
	t.Helper()
	line, err := said.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready", strings.TrimSpace(line))
}
