package project

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	lock      = `{"packages": [{"name": "a/a", "version": "1.0", "dist": {"reference": "r1"}}], "packages-dev": [{"name": "a/dev", "version": "2.0", "source": {"reference": "r2"}}]}`
	installed = `{"packages": [{"name": "a/dev", "version": "2.0", "source": {"reference": "r2"}, "install-path": "x"}, {"name": "a/a", "version": "1.0", "dist": {"reference": "r1"}}], "dev": true}`
	classmap  = "<?php\n$baseDir = dirname($vendorDir);\nreturn array('X' => $vendorDir . '/composer/X.php',\n"
)

// TestVendorIsCopied prepares with a composer that fails, so that a revision can be had only
// if the working tree's vendor/ is copied.
func TestVendorIsCopied(t *testing.T) {
	withComposer(t, "exit 1")
	f := newRepository(t, "composer.json={}", "composer.lock="+lock, "a.php=1")
	f.git("tag", "v1")
	f.commit("second", "a.php=2")
	vendor := func() {
		f.write("vendor/autoload.php", "vendor/composer/installed.json="+installed, "vendor/composer/autoload_classmap.php="+classmap, "vendor/a/a/.git/config", "vendor/a/a/a.php")
	}
	vendor()
	f.write(".git/info/exclude=vendor\n")
	copied := func(ref string) {
		t.Helper()
		tree := revision(t, f.open(Config{}), ref)
		require.Subset(t, tree.Files, []string{"vendor/a/a/a.php", "vendor/autoload.php", "vendor/composer/installed.json"})
		require.NotContains(t, tree.Files, "vendor/a/a/.git/config")
		require.Equal(t, "vendor/ is a copy of the working tree's, which was installed for the same composer files", tree.Notes[0])
	}
	refused := func(ref, reason string) {
		t.Helper()
		log := &bytes.Buffer{}
		_, err := f.open(Config{Log: log}).Revision(t.Context(), ref)
		require.ErrorIs(t, err, ErrPrepare)
		require.Contains(t, log.String(), "preparing "+ref+": vendor/ of the working tree is not taken: "+reason+"\n")
	}
	copied("main")
	copied("v1")
	_, err := f.open(Config{Prepare: DefaultPrepare}).Revision(t.Context(), "v1")
	require.ErrorIs(t, err, ErrPrepare, "what is asked for explicitly is done")

	f.write("vendor/composer/installed.json={}")
	refused("v1", "it is not what composer.lock asks for")
	require.NoError(t, os.Remove(f.path("vendor/composer/installed.json")))
	refused("v1", "it is not what composer.lock asks for")
	vendor()
	f.write("vendor/composer/autoload_classmap.php=" + classmap + "'Y' => $baseDir . '/src/Y.php',\n")
	refused("v1", "it depends on the project's own files")
	require.NoError(t, os.Remove(f.path("vendor/composer/autoload_classmap.php")))
	refused("v1", "it depends on the project's own files")
	vendor()

	f.write("composer.lock={}")
	refused("v1", "composer.json or composer.lock differ")
	f.git("checkout", "--quiet", "--", "composer.lock")
	copied("v1")
	change := func(composer string) {
		f.write("composer.json=" + composer)
		f.git("commit", "--quiet", "--all", "--message", "change")
	}
	change(`{"name": "a/b"}`)
	refused("v1", "composer.json or composer.lock differ")
	change(`{"autoload-dev": {"classmap": ["tests/"]}}`)
	refused("main", "it depends on the project's own files")

	f.git("rm", "--quiet", "composer.lock")
	change("{}")
	f.write("composer.lock=" + lock)
	copied("main")
}

func TestWhatComposerReads(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{}`:       false,
		`not JSON`: false,
		`{"autoload": {"psr-4": {"A\\": "src/"}, "files": ["f.php"], "classmap": []}}`: false,
		`{"autoload": {"classmap": ["src/"]}}`:                                         true,
		`{"autoload": {"classmap": "src/"}}`:                                           true,
		`{"autoload-dev": {"classmap": ["tests/"]}}`:                                   true,
		`{"config": {"optimize-autoloader": true}}`:                                    true,
		`{"config": {"classmap-authoritative": true}}`:                                 true,
		`{"repositories": [{"type": "vcs", "url": "x"}, false]}`:                       false,
		`{"repositories": [{"packagist.org": false}]}`:                                 false,
		`{"repositories": [{"type": "path", "url": "packages/*"}]}`:                    true,
		`{"repositories": {"local": {"type": "path", "url": "packages/*"}}}`:           true,
		`{"repositories": {"packagist.org": false}}`:                                   false,
	} {
		f := newFolder(t)
		f.write("composer.json=" + text)
		require.Equal(t, want, readComposer(f.dir).readsSources(), text)
	}
	f := newFolder(t)
	for text, want := range map[string]string{
		`{}`:                                   "vendor",
		`{"config": {"vendor-dir": "lib/x/"}}`: "lib/x",
		`{"config": {"vendor-dir": "../x"}}`:   "vendor",
		`{"config": {"vendor-dir": "/x"}}`:     "vendor",
		`{"config": {"vendor-dir": 1}}`:        "vendor",
	} {
		f.write("composer.json=" + text)
		require.Equal(t, want, vendorDir(f.dir), text)
	}
}
