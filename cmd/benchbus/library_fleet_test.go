package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const bundlesSecret = "only-for-the-fleet"

// fleetLibrary is a library whose runs go to workers that get the sources of a server.
type fleetLibrary struct {
	*library
	address, folder string // of the bundles
}

// newFleetLibrary returns a library and the address of a server that is not started yet.
func newFleetLibrary(t *testing.T) *fleetLibrary {
	l := &fleetLibrary{library: newLibraryOf(newFleetCLI(t)), address: freeAddress(t), folder: t.TempDir()}
	t.Setenv("BENCHBUS_BUNDLES", "http://"+l.address)
	t.Setenv(bundlesTokenVariable, bundlesSecret)
	return l
}

// freeAddress returns a port of this host that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

// serve starts the server of bundles.
func (l *fleetLibrary) serve() *program {
	l.Helper()
	server := startProgram(l.T, nil, "bundles", "serve", "--listen", l.address, "--dir", l.folder)
	server.says("serving bundles")
	return server
}

// home is that of a worker: nothing in it is the person's.
type home struct{ dir, cache string }

func newHome(t *testing.T) home {
	dir := t.TempDir()
	return home{dir, filepath.Join(dir, "sources")}
}

// worker starts a worker with a home of its own, which no cache of the person is in.
func (l *fleetLibrary) worker(name string, h home, more ...string) *program {
	l.Helper()
	w := startProgram(l.T, []string{"HOME=" + h.dir, "XDG_CACHE_HOME=" + h.dir, "XDG_DATA_HOME=" + h.dir, "TMPDIR=" + h.dir, "BENCHBUS_STORE="},
		append([]string{"worker", "--name", name, "--workers=1", "--log-level=debug", "--source-cache", h.cache}, more...)...)
	w.says("worker started")
	return w
}

// detach leaves a short run on the bus and returns its id.
func (l *fleetLibrary) detach(args ...string) string {
	l.Helper()
	code, stdout, stderr := l.run(append(measureArgs("--rev=base..main", "--php-version=84", "--detach"), args...)...)
	require.Zero(l, code, stderr)
	require.Contains(l, stderr, "the suite's budgets are not checked: only a run that reaches its end in one go, without --detach, checks them")
	l.untouched()
	return strings.TrimSpace(stdout)
}

// collect waits for the end of the run and returns its report.
func (l *fleetLibrary) collect(run string) (code int, result reportJSON) {
	l.Helper()
	code, stdout, stderr := l.run("wait", run, "--format=json")
	require.NoError(l, json.Unmarshal([]byte(stdout), &result), stderr)
	return code, result
}

// trees returns how many sources the worker has unpacked.
func (h home) trees(t *testing.T) (n int) {
	entries, err := os.ReadDir(h.cache)
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() {
			n++
		}
	}
	return n
}

func TestALibraryOverAFleet(t *testing.T) {
	l := newFleetLibrary(t)
	h := newHome(t)
	server, worker := l.serve(), l.worker("one", h)
	code, result, stderr := l.measure("--rev=base..main", "--php-version=84")
	require.Zero(t, code, stderr)
	require.Len(t, result.Cells, 2*len(libraryBenchmarks))
	require.Equal(t, len(libraryBenchmarks), result.Run.Done)
	for _, c := range result.Cells {
		require.Len(t, c.Samples, 1)
		require.Equal(t, l.git("rev-parse", c.SourceName), c.Revision)
	}
	require.Contains(t, stderr, "of the suite's budgets 5 met, 0 exceeded")
	require.Equal(t, 2, h.trees(t))
	require.Zero(t, worker.terminate(), worker.stderr)
	require.Zero(t, server.terminate(), server.stderr)
	for _, text := range []string{stderr, worker.stderr.String(), server.stderr.String()} {
		require.NotContains(t, text, bundlesSecret)
	}
	left, err := os.ReadDir(h.dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "the cache of sources alone: %v", left)
	require.NoDirExists(t, filepath.Join(os.Getenv("XDG_CACHE_HOME"), "benchbus", "bundles"), "they are on the server")
}

// A worker that cannot reach the server gives the iteration back and says why. Another one
// executes it, at the cost of no attempt.
func TestAWorkerThatCannotReachTheBundles(t *testing.T) {
	l := newFleetLibrary(t)
	l.serve()
	nowhere := freeAddress(t)
	far := l.worker("far", newHome(t), "--bundles=http://"+nowhere)
	run := l.detach("--test=signature.sum", "--iterations=2")
	far.says("this worker lacks the source base: ", "the server of bundles at http://"+nowhere+" cannot be reached")
	near := l.worker("near", newHome(t))
	code, result := l.collect(run)
	require.Zero(t, code)
	require.Equal(t, 2, result.Run.Done)
	near.says("iteration executed")
	require.NotContains(t, far.stderr.String(), "iteration executed")
	require.NotContains(t, near.stderr.String(), "attempt=2")
}

func TestAWorkerWithTheWrongToken(t *testing.T) {
	l := newFleetLibrary(t)
	l.serve()
	h := newHome(t)
	wrong := filepath.Join(h.dir, "token")
	require.NoError(t, os.WriteFile(wrong, []byte("guessed\n"), 0o600))
	l.worker("one", h, "--bundles-token-file", wrong, "--runtime-wait=1ms")
	code, result := l.collect(l.detach("--test=signature.sum"))
	require.Equal(t, exitIncomplete, code)
	require.Equal(t, "no_source", result.Failures[0].Class)
	require.Contains(t, result.Failures[0].Message, "the server of bundles at http://"+l.address+" refuses the token; --bundles-token-file "+wrong+" must hold the one")
}

func TestAServerOfBundlesThatIsDown(t *testing.T) {
	l := newFleetLibrary(t)
	code, _, stderr := l.measure("--rev=base..main", "--php-version=84")
	require.Equal(t, exitUnavailable, code, "nothing is dispatched that no worker could execute")
	require.Contains(t, stderr, "the bundle of base cannot be stored: the server of bundles at http://"+l.address+" cannot be reached")

	server := l.serve()
	run := l.detach("--test=signature.sum", "--iterations=2")
	server.kill()
	worker := l.worker("one", newHome(t))
	worker.says("this worker lacks the source base: ", "cannot be reached")
	l.serve()
	code, result := l.collect(run)
	require.Zero(t, code)
	require.Equal(t, 2, result.Run.Done)
}

// What was changed on the server's disk is not executed, and the run ends with the reason.
func TestABundleThatIsTamperedWith(t *testing.T) {
	l := newFleetLibrary(t)
	l.serve()
	run := l.detach("--test=signature.sum")
	bundles, err := filepath.Glob(filepath.Join(l.folder, "*.tar.gz"))
	require.NoError(t, err)
	require.Len(t, bundles, 2)
	for _, bundle := range bundles {
		text, err := os.ReadFile(bundle)
		require.NoError(t, err)
		text[len(text)/2] ^= 1
		require.NoError(t, os.Chmod(bundle, 0o600))
		require.NoError(t, os.WriteFile(bundle, text, 0o600))
	}
	h := newHome(t)
	worker := l.worker("one", h, "--runtime-wait=1ms")
	code, result := l.collect(run)
	require.Equal(t, exitIncomplete, code)
	require.Equal(t, 1, result.Run.Failed)
	require.Equal(t, "no_source", result.Failures[0].Class)
	require.Contains(t, result.Failures[0].Message, "the source base cannot be had: the bundle sha256:")
	require.Contains(t, result.Failures[0].Message, "is not what its digest says: it was cut off or tampered with; remove it where bundles lie, and dispatch again")
	require.Zero(t, h.trees(t))
	require.NotContains(t, worker.stderr.String(), "iteration executed")

	for _, bundle := range bundles {
		require.NoError(t, os.Remove(bundle))
	}
	code, result = l.collect(l.detach("--test=signature.sum"))
	require.Zero(t, code, "what the sentence says helps")
	require.Equal(t, 1, result.Run.Done)
}
