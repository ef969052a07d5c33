package project

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a", "composer.json={}", "sub/composer.lock={}", `other/composer.json={"config": {"vendor-dir": "lib/"}}`, "other/lib/x")
	p := f.open(Config{})
	require.Equal(t, []any{f.dir, f.dir, true, false, false}, []any{p.Dir, p.Repository, p.Composer, p.Locked, p.Vendor})
	p = f.in("sub").open(Config{})
	require.Equal(t, []any{f.path("sub"), f.dir, false, true, false}, []any{p.Dir, p.Repository, p.Composer, p.Locked, p.Vendor})
	p = f.in("other").open(Config{})
	require.Equal(t, []any{true, false, true}, []any{p.Composer, p.Locked, p.Vendor})
	require.Empty(t, newFolder(t).open(Config{}).Repository)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("file")
	f.git("init", "--quiet", "--bare", "bare.git")
	f.git("init", "--quiet", "whole")
	f.write("broken/.git=gitdir: /nowhere")
	check := func(name, sentence string) {
		t.Helper()
		_, err := Open(t.Context(), f.path(name), Config{})
		require.EqualError(t, err, sentence)
	}
	check("nothing", "the project "+f.path("nothing")+" does not exist; name the folder that holds its files")
	check("file", f.path("file")+" is a file; name the folder that it is in")
	check("bare.git", f.path("bare.git")+" is a bare repository, which has no files to measure; clone it, and name the clone")
	check("whole/.git", f.path("whole/.git")+" is inside of git's own folder; name the project's folder")
	check("broken", "git cannot read the repository of "+f.path("broken")+": fatal: not a git repository: /nowhere")

	_, err := Open(t.Context(), f.dir, Config{Exclude: []string{"[", "a/["}, Include: []string{"/"}, PHP: []string{""}})
	require.EqualError(t, err, `Exclude: "[" is not a pattern: a bracket or a backslash in it lacks its end
Exclude: "a/[" is not a pattern: a bracket or a backslash in it lacks its end
Include: "/" is not a pattern, such as *.log or var/cache
PHP: the command is empty; name the php, or leave it out`)

	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(os.ErrDeadlineExceeded)
	_, err = Open(ctx, f.path("whole"), Config{})
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestOpenWithoutGit(t *testing.T) {
	f := newRepository(t, "sub/a")
	plain := newFolder(t)
	plain.write("a")
	t.Setenv("PATH", t.TempDir())
	_, err := Open(t.Context(), f.path("sub"), Config{})
	require.EqualError(t, err, f.path("sub")+" is in a git repository ("+f.path(".git")+"), and git is not on the PATH; install it, on Debian and its kin with: apt-get install git")
	require.Equal(t, []string{"a"}, workingTree(t, plain.open(Config{})).Files, "a folder needs no git")
}

func TestARepositoryOfAnotherUser(t *testing.T) {
	t.Parallel()
	sentence := func(dir, quoted string) string {
		return "git does not read " + dir + ", since the repository belongs to another user; if you trust it, allow it with: git config --global --add safe.directory " + quoted
	}
	said := &gitError{stderr: "fatal: detected dubious ownership in repository at '/a b'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory '/a b'"}
	require.EqualError(t, explainGit("", said), sentence("/a b", "'/a b'"))

	if os.Getuid() != 0 {
		return // only root can give files away
	}
	f := newRepository(t, "a")
	require.NoError(t, filepath.WalkDir(f.dir, func(at string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(at, 12345, 12345)
	}))
	_, err := Open(t.Context(), f.dir, Config{})
	require.EqualError(t, err, sentence(f.dir, f.dir))
}

func TestConfigDefaults(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/caches")
	c := Config{}.WithDefaults()
	require.Equal(t, "/caches/benchbus/prepared", c.CacheDir)
	require.Equal(t, os.TempDir(), c.TempDir)
	require.NotNil(t, c.Log)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	require.Empty(t, Config{}.WithDefaults().CacheDir)
}
