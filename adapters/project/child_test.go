package project

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// childRole is the variable that tells this program that a test has started it. It holds
// the folders of the project, for temporary files, and for the cache.
const childRole = "TEST_PROJECT_CHILD"

// child makes the tree of a revision, says so, and waits to be killed.
func child() {
	folders := filepath.SplitList(os.Getenv(childRole))
	p, err := Open(context.Background(), folders[0], Config{TempDir: folders[1], CacheDir: folders[2]})
	if err == nil {
		_, err = p.Revision(context.Background(), "main")
	}
	fmt.Println(err)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestWhatAKilledProcessLeaves(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	temp, cache := t.TempDir(), t.TempDir()
	before := everything(t, f.dir)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+strings.Join([]string{f.dir, temp, cache}, string(os.PathListSeparator)))
	_, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	said := make([]byte, len("<nil>\n"))
	_, err = io.ReadFull(out, said)
	require.NoError(t, err)
	require.Equal(t, "<nil>\n", string(said))

	p := f.open(Config{TempDir: temp, CacheDir: cache})
	trees := func() int { return strings.Count(f.git("worktree", "list", "--porcelain"), "worktree ") }
	require.NoError(t, revision(t, p, "main").Close())
	require.Equal(t, 2, trees(), "the tree of a process that lives stays")

	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	home, err := filepath.Glob(filepath.Join(temp, worktreePrefix+"*"))
	require.NoError(t, err)
	require.Len(t, home, 1)
	// As if it had been killed while git was making the working tree.
	f.write(".git/worktrees/" + filepath.Base(home[0]) + "/locked=initializing\n")
	require.NoError(t, revision(t, p, "main").Close())
	require.Equal(t, before, everything(t, f.dir))
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestWorkingTreesWhoseFoldersAreGone(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	home := filepath.Join(t.TempDir(), worktreePrefix+"1")
	f.git("worktree", "add", "--quiet", "--detach", treeOf(home))
	require.NoError(t, os.RemoveAll(home))
	p := f.open(Config{})
	require.NoError(t, revision(t, p, "main").Close())
	entry := f.path(".git/worktrees/" + filepath.Base(home))
	require.DirExists(t, entry, "its folder may be on another machine")
	past := time.Now().Add(-2 * abandonedAfter)
	require.NoError(t, os.Chtimes(entry, past, past))
	require.NoError(t, revision(t, p, "main").Close())
	require.NoDirExists(t, entry)
}
