package project

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// folder is a folder for a test. Its methods make files and run git in it.
type folder struct {
	t   *testing.T
	dir string
}

func newFolder(t *testing.T) folder {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	return folder{t, dir}
}

// newRepository returns a repository with one commit of the files.
func newRepository(t *testing.T, files ...string) folder {
	t.Helper()
	f := newFolder(t)
	f.git("init", "--quiet", "--initial-branch=main")
	f.commit("first", files...)
	return f
}

func (f folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// in returns a folder below the folder, which it makes.
func (f folder) in(name string) folder {
	f.t.Helper()
	require.NoError(f.t, os.MkdirAll(f.path(name), 0o755))
	return folder{f.t, f.path(name)}
}

// write writes files. Each is a name, or a name, an equals sign and the content.
func (f folder) write(files ...string) {
	f.t.Helper()
	for _, file := range files {
		name, content, found := strings.Cut(file, "=")
		if !found {
			content = "content of " + name
		}
		require.NoError(f.t, os.MkdirAll(filepath.Dir(f.path(name)), 0o755))
		require.NoError(f.t, os.WriteFile(f.path(name), []byte(content), 0o644))
	}
}

// program writes a shell script that can be executed.
func (f folder) program(name, script string) {
	f.t.Helper()
	require.NoError(f.t, os.MkdirAll(filepath.Dir(f.path(name)), 0o755))
	require.NoError(f.t, os.WriteFile(f.path(name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
}

func (f folder) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(f.path(name))
	require.NoError(f.t, err)
	return string(text)
}

// git runs git as a person would, and returns what it prints.
func (f folder) git(args ...string) string {
	f.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = f.dir
	cmd.Env = append(cleanEnvironment(os.Environ()), "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(f.t, err, "git %v: %s", args, stderr.String())
	return strings.TrimSuffix(string(out), "\n")
}

// commit writes files, commits all that there is, and returns the id.
func (f folder) commit(message string, files ...string) string {
	f.t.Helper()
	f.write(files...)
	f.git("add", "--all", "--force")
	f.git("commit", "--quiet", "--allow-empty", "--message", message)
	return f.git("rev-parse", "HEAD")
}

// open opens the project with folders of the test's own.
func (f folder) open(cfg Config) *Project {
	f.t.Helper()
	if cfg.CacheDir == "" {
		cfg.CacheDir = f.t.TempDir()
	}
	if cfg.TempDir == "" {
		cfg.TempDir = f.t.TempDir()
	}
	p, err := Open(context.Background(), f.dir, cfg)
	require.NoError(f.t, err)
	return p
}

// revision returns the tree of a revision, which is closed when the test ends.
func revision(t *testing.T, p *Project, ref string) *Tree {
	t.Helper()
	tree, err := p.Revision(context.Background(), ref)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, tree.Close()) })
	return tree
}

func workingTree(t *testing.T, p *Project) *Tree {
	t.Helper()
	tree, err := p.WorkingTree(context.Background())
	require.NoError(t, err)
	require.NoError(t, tree.Close())
	return tree
}

// everything returns the paths and the contents of all that is below a folder.
func everything(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(at string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			found[at] = ""
			return err
		}
		text, err := os.ReadFile(at)
		found[at] = string(text)
		return err
	}))
	return found
}

// awaited is a writer that calls a function when the text has been written.
type awaited struct {
	text string
	then func()
	seen strings.Builder
}

func (a *awaited) Write(chunk []byte) (int, error) {
	before := strings.Contains(a.seen.String(), a.text)
	a.seen.Write(chunk)
	if !before && strings.Contains(a.seen.String(), a.text) {
		a.then()
	}
	return len(chunk), nil
}
