package project

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRevisions(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a=1", "old")
	first := f.git("rev-parse", "HEAD")
	f.git("tag", "v1")
	f.git("tag", "--annotate", "--message=x", "v1.0")
	f.git("checkout", "--quiet", "-b", "feature/ünï", "v1")
	second := f.commit("second, on a branch", "a=2")
	f.git("checkout", "--quiet", "main")
	require.NoError(t, os.Remove(f.path("old")))
	third := f.commit("third", "a=3")
	p := f.open(Config{})

	check := func(ref, commit, content string, files ...string) {
		t.Helper()
		tree := revision(t, p, ref)
		require.Equal(t, ref, tree.Source.Name)
		require.Equal(t, commit, tree.Source.Revision)
		require.Equal(t, files, tree.Files)
		require.Equal(t, content, folder{t, tree.Root}.read("a"))
		require.Empty(t, tree.Notes)
	}
	check("main", third, "3", "a")
	check("HEAD", third, "3", "a")
	check("HEAD~1", first, "1", "a", "old")
	check("v1", first, "1", "a", "old")
	check("v1.0", first, "1", "a", "old")
	check(second, second, "2", "a", "old")
	check(second[:10], second, "2", "a", "old")
	check("feature/ünï", second, "2", "a", "old")
	check(":/second, on", second, "2", "a", "old")
	check("merge-base:feature/ünï", first, "1", "a", "old")
	check("merge-base:main...feature/ünï", first, "1", "a", "old")
}

// TestTheRepositoryStaysAsItIs compares all files of the repository before and after, with a
// hook that would leave a trace, and changes that are staged.
func TestTheRepositoryStaysAsItIs(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a=1", "b")
	f.write("a=2", "staged", "untracked")
	f.git("add", "staged")
	for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction"} {
		f.program(".git/hooks/"+hook, "touch "+f.path("traces"))
	}
	f.git("status")
	past := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(f.path("b"), past, past)) // which a status would note in the index
	require.NoError(t, os.RemoveAll(f.path("traces")))      // git status has run a hook
	before := everything(t, f.dir)
	temp := t.TempDir()
	p := f.open(Config{TempDir: temp})
	workingTree(t, p)
	tree, err := p.Revision(t.Context(), "HEAD")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, tree.Files)
	require.Equal(t, []string{"HEAD is the commit that is checked out; the changes in the working tree are not part of it, but of the source working-tree"}, tree.Notes)
	require.NoError(t, tree.Close())
	require.NoError(t, tree.Close(), "twice does no harm")
	require.NoDirExists(t, tree.Root)
	require.Equal(t, before, everything(t, f.dir))
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestWorkingTreesOfThePersonStay(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	theirs := filepath.Join(t.TempDir(), "theirs")
	f.git("worktree", "add", "--quiet", "--detach", theirs)
	require.NoError(t, os.RemoveAll(theirs)) // as if its disk were unplugged
	before := f.git("worktree", "list", "--porcelain")
	revision(t, f.open(Config{}), "main")
	require.NoError(t, revision(t, f.open(Config{}), "main").Close())
	require.Contains(t, f.git("worktree", "list", "--porcelain"), before)
	linked := folder{t, filepath.Join(t.TempDir(), "linked")}
	f.git("worktree", "add", "--quiet", "--detach", linked.dir)
	require.Equal(t, []string{"a"}, revision(t, linked.open(Config{}), "main").Files, "a linked working tree is a project as well")
}

// TestWithinAHook has the variables that git sets for its hooks.
func TestWithinAHook(t *testing.T) {
	other := newRepository(t, "other")
	f := newRepository(t, "a")
	for name, value := range map[string]string{
		"GIT_DIR": other.path(".git"), "GIT_INDEX_FILE": other.path(".git/index"), "GIT_WORK_TREE": other.dir,
		"GIT_PREFIX": "x/", "GIT_OBJECT_DIRECTORY": other.path(".git/objects"), "GIT_COMMON_DIR": other.path(".git"),
	} {
		t.Setenv(name, value)
	}
	before := everything(t, other.dir)
	p := f.open(Config{Prepare: `test -z "$GIT_DIR$GIT_INDEX_FILE"`})
	require.Equal(t, []string{"a"}, workingTree(t, p).Files)
	require.Equal(t, []string{"a"}, revision(t, p, "HEAD").Files)
	require.Equal(t, before, everything(t, other.dir))
}

func TestInterruptedRevision(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	temp := t.TempDir()
	before := f.git("worktree", "list")
	ctx, cancel := context.WithCancelCause(t.Context())
	log := &awaited{text: "42", then: func() { cancel(context.DeadlineExceeded) }}
	p := f.open(Config{TempDir: temp, Log: log, Prepare: "sleep 1000 & echo $((40 + 2)); wait"})
	_, err := p.Revision(ctx, "main")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, before, f.git("worktree", "list"))
	_, err = p.Revision(ctx, "main")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
