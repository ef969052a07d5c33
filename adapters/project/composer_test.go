package project

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// php returns the PHP that the real composer runs in.
func php(t *testing.T) string {
	t.Helper()
	file, err := filepath.Abs("../../.runtimes/php84/bin/php")
	require.NoError(t, err)
	if !exists(file) {
		file, err = exec.LookPath("php")
		require.NoError(t, err, "make runtimes installs PHP")
	}
	return file
}

// withRealComposer puts composer on the PATH, if it is not there, with folders of its own.
func withRealComposer(t *testing.T) {
	t.Helper()
	t.Setenv("COMPOSER_HOME", t.TempDir())
	t.Setenv("COMPOSER_CACHE_DIR", t.TempDir())
	t.Setenv("COMPOSER_ALLOW_SUPERUSER", "1")
	t.Setenv("COMPOSER_DISABLE_NETWORK", "1")
	if _, err := exec.LookPath("composer"); err != nil {
		bin, err := filepath.Abs("../../.runtimes/composer/bin")
		require.NoError(t, err)
		require.FileExists(t, filepath.Join(bin, "composer"), "scripts/composer installs it")
		t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
}

// TestComposer has the real composer install what needs no network: the project's own class
// loader, and a package that is a folder of the repository.
func TestComposer(t *testing.T) {
	withRealComposer(t)
	f := newRepository(t, ".gitignore=/vendor/\n/composer.lock\n", `composer.json={"name": "acme/app", "autoload": {"psr-4": {"Acme\\": "src/"}}}`,
		"src/Answer.php=<?php namespace Acme; class Answer { const IT = 41; }")
	f.git("tag", "old")
	f.commit("second", "src/Answer.php=<?php namespace Acme; class Answer { const IT = 42; }")
	p := f.open(Config{PHP: []string{php(t)}, PHPVersion: "8.4"})
	answer := func(of *Project, ref, code, want string) {
		t.Helper()
		tree := revision(t, of, ref)
		require.Contains(t, tree.Files, "vendor/autoload.php")
		require.Contains(t, tree.Files, "vendor/composer/ClassLoader.php")
		out, err := exec.Command(php(t), "-r", "require '"+tree.Root+"/vendor/autoload.php'; echo "+code+";").CombinedOutput()
		require.NoError(t, err, string(out))
		require.Equal(t, want, string(out))
	}
	answer(p, "main", `Acme\Answer::IT`, "42")
	require.Len(t, entries(t, p.cfg.CacheDir), 1)
	answer(p, "old", `Acme\Answer::IT`, "41") // from the cache, in another place
	require.Len(t, entries(t, p.cfg.CacheDir), 1)

	// What a person has installed is copied.
	cmd := exec.Command("sh", "-c", DefaultPrepare)
	bin := newFolder(t)
	require.NoError(t, launcher(bin.path("php"), []string{php(t)}))
	cmd.Dir, cmd.Env = f.dir, append(os.Environ(), "PATH="+bin.dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	p = f.open(Config{PHP: []string{"/bin/false"}})
	answer(p, "old", `Acme\Answer::IT`, "41")
	require.Empty(t, entries(t, p.cfg.CacheDir))
	require.Equal(t, workingTree(t, p).Files, append(append([]string{".gitignore", "composer.json"}, "src/Answer.php"), revision(t, p, "main").Files[3:]...))

	// A package that is a folder of the repository is a link.
	require.NoError(t, errors.Join(os.RemoveAll(f.path("vendor")), os.Remove(f.path("composer.lock"))))
	f.commit("with a package", `composer.json={"name": "acme/app", "repositories": [{"type": "path", "url": "packages/dep"}, {"packagist.org": false}], "require": {"acme/dep": "*@dev"}}`,
		`packages/dep/composer.json={"name": "acme/dep", "autoload": {"files": ["f.php"]}}`, "packages/dep/f.php=<?php const DEP = 1;")
	p = f.open(Config{PHP: []string{php(t)}})
	answer(p, "main", "DEP", "1")
	f.commit("the package changes", "packages/dep/f.php=<?php const DEP = 2;")
	answer(p, "main", "DEP", "2")
	require.Contains(t, revision(t, p, "main").Files, "vendor/acme/dep")
}
