package project

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// withComposer puts a stand-in for composer first on the PATH. It notes its calls, and
// makes vendor/ with what it was called with.
func withComposer(t *testing.T, script string) (calls func() int) {
	t.Helper()
	bin := newFolder(t)
	bin.program("composer", "echo called >>"+bin.path("calls")+"\n"+script)
	t.Setenv("PATH", bin.dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func() int {
		text, _ := os.ReadFile(bin.path("calls"))
		return strings.Count(string(text), "called")
	}
}

const makesVendor = `mkdir -p vendor/x/.git vendor/bin && echo "$@" >vendor/autoload.php && touch vendor/x/.git/config
echo x >vendor/x/x.php; ln -sf ../x/x.php vendor/bin/x; chmod +x vendor/x/x.php; test -e composer.lock || echo '{}' >composer.lock`

func TestVendorIsPreparedAndCached(t *testing.T) {
	calls := withComposer(t, makesVendor)
	f := newRepository(t, "composer.json={}", ".gitignore=vendor\n", "a.php=1")
	f.git("tag", "old")
	f.commit("second", "a.php=2", "b.php")
	cache, log := t.TempDir(), &bytes.Buffer{}
	p := f.open(Config{CacheDir: cache, Log: log, PHPVersion: "8.4.1"})
	check := func(ref string, made int, files ...string) {
		t.Helper()
		tree := revision(t, p, ref)
		at := folder{t, tree.Root}
		require.Equal(t, append(files, "composer.json", "composer.lock", "vendor/autoload.php", "vendor/bin/x", "vendor/x/x.php"), tree.Files)
		require.Equal(t, "install --no-scripts --no-plugins --no-interaction\n", at.read("vendor/autoload.php"))
		link, err := os.Readlink(at.path("vendor/bin/x"))
		require.NoError(t, err)
		require.Equal(t, "../x/x.php", link)
		info, err := os.Stat(at.path("vendor/x/x.php"))
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&0o100)
		require.Equal(t, []string{"there is no composer.lock; composer chose the versions of the packages when vendor/ was prepared"}, tree.Notes)
		require.Equal(t, made, calls())
	}
	check("main", 1, ".gitignore", "a.php", "b.php")
	check("old", 1, ".gitignore", "a.php")
	p.cfg.PHPVersion = "8.4.2"
	check("main", 2, ".gitignore", "a.php", "b.php")
	require.Equal(t, strings.Repeat("preparing main: vendor/ of the working tree is not taken: the working tree has none\npreparing main: composer install --no-scripts --no-plugins --no-interaction\n", 1), log.String()[:strings.Index(log.String(), "preparing old")])

	f.commit("another composer.json", `composer.json={"name": "a/b"}`)
	check("main", 3, ".gitignore", "a.php", "b.php")
	f.commit("sources matter", `composer.json={"autoload": {"classmap": ["a.php"]}}`)
	check("main", 4, ".gitignore", "a.php", "b.php")
	f.commit("a source", "a.php=3")
	check("main", 5, ".gitignore", "a.php", "b.php")
	check("main", 5, ".gitignore", "a.php", "b.php")

	f.commit("vendor is part of the repository", "vendor/v.php")
	require.Equal(t, []string{".gitignore", "a.php", "b.php", "composer.json", "vendor/v.php"}, revision(t, p, "main").Files)
	require.Equal(t, []string{".gitignore", "a.php", "composer.json"}, revision(t, f.open(Config{Prepare: PrepareNone}), "old").Files)
	require.Equal(t, 5, calls())
}

func TestAtTheSameTime(t *testing.T) {
	calls := withComposer(t, makesVendor)
	f := newRepository(t, "composer.json={}")
	p := f.open(Config{PHP: []string{"/bin/echo"}})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			tree, err := p.Revision(t.Context(), "main")
			if err == nil {
				err = tree.Close()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, calls())
}

func TestAnOwnPreparation(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a.php=1", "b.php=1", ".gitignore=/made\n", "sub/composer.json={}")
	first := f.git("rev-parse", "HEAD")
	f.commit("second", "a.php=2")
	const counting = "echo .env >.env; mkdir made; cat a.php >made/m; echo changed >b.php; echo x >>$COUNT"
	count := filepath.Join(t.TempDir(), "count")
	command := "COUNT=" + count + "; " + counting
	p := f.open(Config{Prepare: command})
	check := func(ref, content, times string) {
		t.Helper()
		tree := revision(t, p, ref)
		require.Equal(t, []string{".env", ".gitignore", "a.php", "b.php", "made/m", "sub/composer.json"}, tree.Files)
		at := folder{t, tree.Root}
		require.Equal(t, content, at.read("made/m"))
		require.Equal(t, "changed\n", at.read("b.php"))
		text, err := os.ReadFile(count)
		require.NoError(t, err)
		require.Equal(t, times, strings.ReplaceAll(string(text), "\n", ""))
	}
	check("main", "2", "x")
	check("main", "2", "x")
	check(first, "1", "xx")
	check(first, "1", "xx")
	p = f.open(Config{Prepare: "rm a.php; " + strings.Replace(command, "cat a.php", "echo 2", 1), CacheDir: p.cfg.CacheDir})
	for _, times := range []string{"xxx", "xxxx"} {
		tree := revision(t, p, "main")
		require.NotContains(t, tree.Files, "a.php")
		require.Empty(t, tree.Notes)
		text, err := os.ReadFile(count)
		require.NoError(t, err)
		require.Equal(t, times, strings.ReplaceAll(string(text), "\n", ""), "what removes files is not cached")
	}
}

func TestFailedPreparation(t *testing.T) {
	f := newRepository(t, "composer.json={}")
	cache := t.TempDir()
	refused := func(cfg Config) error {
		t.Helper()
		cfg.CacheDir, cfg.TempDir = cache, t.TempDir()
		tree, err := f.open(cfg).Revision(t.Context(), "main")
		require.Nil(t, tree)
		require.ErrorIs(t, err, ErrPrepare)
		left, readErr := os.ReadDir(cfg.TempDir)
		require.NoError(t, readErr)
		require.Empty(t, left)
		return err
	}
	golden(t, "failed", refused(Config{Prepare: `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do echo "line $i"; done; printf '10%%\r20%%\r\033[31mred\033[0m\n' >&2; exit 3`}).Error())
	golden(t, "silent", refused(Config{Prepare: "kill -9 $$"}).Error())
	require.EqualError(t, refused(Config{Prepare: "true", PHP: []string{"/no/php"}}), "the preparation failed: the PHP for it cannot be started: exec: \"/no/php\": stat /no/php: no such file or directory")

	git, bin := "", newFolder(t)
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if git == "" && exists(filepath.Join(dir, "git")) {
			git = filepath.Join(dir, "git")
		}
	}
	require.NoError(t, os.Symlink(git, bin.path("git")))
	t.Setenv("PATH", bin.dir)
	golden(t, "no-composer", refused(Config{}).Error())
}

func golden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	want, err := os.ReadFile(file)
	if err != nil || string(want) != text+"\n" {
		require.NoError(t, os.WriteFile(file+".got", []byte(text+"\n"), 0o644))
		require.NoError(t, err)
		require.Equal(t, string(want), text+"\n")
	}
}

// TestThePHPOfThePreparation calls php and a composer that is a PHP script.
func TestThePHPOfThePreparation(t *testing.T) {
	f, tools := newRepository(t, "composer.json={}"), newFolder(t)
	tools.program("an php", `echo "my php: $@" >>"$OUT"`)
	tools.write("composer=#!/usr/bin/php-of-the-system\n<?php")
	require.NoError(t, os.Chmod(tools.path("composer"), 0o755))
	t.Setenv("PATH", tools.dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("OUT", tools.path("out"))
	t.Setenv("BENCHBUS_BUS", "amqp://secret")
	t.Setenv("COMPOSER_VENDOR_DIR", "/elsewhere")
	p := f.open(Config{PHP: []string{tools.path("an php"), "-d", "it's=1"}, Prepare: `php -v; composer update; echo "$BENCHBUS_BUS$COMPOSER_VENDOR_DIR" >>"$OUT"`})
	tree := revision(t, p, "main")
	const probe = " --version --no-plugins --no-interaction\n"
	composer := tools.path("composer")
	require.Equal(t, "my php: -d it's=1 "+composer+probe+"my php: -d it's=1 -v\nmy php: -d it's=1 "+composer+" update\n\n", tools.read("out"))
	require.Empty(t, tree.Notes)

	tools.program("an php", "exit 1") // composer does not work in it
	tools.program("php", `echo "other php: $@" >>"$OUT"`)
	require.NoError(t, os.Remove(tools.path("out")))
	p.cfg.Prepare = "php -v; composer update"
	require.Equal(t, []string{"composer does not work in the PHP that measures and ran in " + tools.path("php") + ", whose version it goes by where composer.lock leaves a choice"},
		revision(t, p, "main").Notes)
	require.Equal(t, "other php: "+composer+" update\n", tools.read("out"))
}
