package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// prepareLibrary makes vendor/ of the example without composer.
const prepareLibrary = "mkdir -p vendor && cp autoload.php vendor"

// library is a user with a repository of examples/project, which their commands are run in.
type library struct {
	*cli
	dir, before string
}

func newLibrary(t *testing.T) *library { return newLibraryOf(newCLI(t)) }

func newLibraryOf(c *cli) *library {
	for variable, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "XDG_CACHE_HOME": c.TempDir(), "TMPDIR": c.TempDir(),
		"GIT_AUTHOR_NAME": "Tally", "GIT_AUTHOR_EMAIL": "tally@example.org", "GIT_COMMITTER_NAME": "Tally", "GIT_COMMITTER_EMAIL": "tally@example.org",
	} {
		c.Setenv(variable, value)
	}
	script, err := filepath.Abs("../../examples/project/revisions")
	require.NoError(c, err)
	l := &library{cli: c, dir: filepath.Join(c.TempDir(), "eine Bücherei")}
	out, err := exec.Command(script, l.dir).CombinedOutput()
	require.NoError(c, err, string(out))
	c.Chdir(l.dir)
	l.before = l.state()
	return l
}

// git runs git in the repository and returns what it prints.
func (l *library) git(args ...string) string {
	l.Helper()
	out, err := exec.Command("git", args...).CombinedOutput()
	require.NoError(l, err, string(out))
	return strings.TrimSpace(string(out))
}

// write writes a file of the working tree.
func (l *library) write(name, text string) {
	l.Helper()
	require.NoError(l, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(l, os.WriteFile(name, []byte(text), 0o644))
	l.before = l.state()
}

// commit commits all files of the working tree and returns the commit's id.
func (l *library) commit() string {
	l.git("add", "--all")
	l.git("commit", "--quiet", "--message=More")
	l.before = l.state()
	return l.git("rev-parse", "HEAD")
}

// prepare makes vendor/ of the working tree.
func (l *library) prepare() {
	l.Helper()
	text, err := os.ReadFile("autoload.php")
	require.NoError(l, err)
	l.write("vendor/autoload.php", string(text))
}

// state is all that a run must leave as it is.
func (l *library) state() string {
	return strings.Join([]string{l.git("status", "--porcelain", "--ignored"), l.git("for-each-ref"), l.git("worktree", "list"),
		l.git("rev-parse", "HEAD"), l.git("symbolic-ref", "HEAD"), l.git("stash", "list"), l.git("config", "--local", "--list")}, "\n--\n")
}

// untouched requires that the repository is as it was, and that no temporary file is left.
func (l *library) untouched() {
	l.Helper()
	require.Equal(l, l.before, l.state())
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(l, err)
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), "benchbus-locks-") { // which stay, since others may wait for them
			require.NotContains(l, e.Name(), "benchbus", "it is left over")
		}
	}
}

// measureArgs are the arguments of a short run of the library.
func measureArgs(args ...string) []string {
	return append([]string{"run", "--prepare", prepareLibrary, "--iterations=1", "--samples=1", "--batch-time=1ms", "--format=json"}, args...)
}

// measure runs the library's benchmarks with little work.
func (l *library) measure(args ...string) (code int, result reportJSON, stderr string) {
	l.Helper()
	code, stdout, stderr := l.run(measureArgs(args...)...)
	if stdout != "" {
		require.NoError(l, json.Unmarshal([]byte(stdout), &result), stdout)
	}
	l.untouched()
	return code, result, stderr
}

// cells names what was measured: benchmark, runtime and source.
func (r reportJSON) cells() (names []string) {
	for _, c := range r.Cells {
		names = append(names, c.Benchmark+" "+c.Runtime+" "+c.SourceName)
	}
	return names
}

func (l *library) read(name string) []byte {
	l.Helper()
	text, err := os.ReadFile(name)
	require.NoError(l, err)
	return text
}

// look returns the path of a tool.
func (l *library) look(tool string) string {
	l.Helper()
	path, err := exec.LookPath(tool)
	require.NoError(l, err)
	return path
}
