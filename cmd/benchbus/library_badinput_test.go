package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refuses requires that a run of the library ends with the exit code and the sentence.
func (l *library) refuses(code int, sentence string, args ...string) {
	l.Helper()
	got, stdout, stderr := l.run(measureArgs(append([]string{"--php-version=84"}, args...)...)...)
	require.Equal(l, code, got, "%v\n%s", args, stderr)
	require.Contains(l, stderr, sentence, "%v", args)
	require.Empty(l, stdout, "%v", args)
	l.untouched()
}

func TestRevisionsThatCannotBeHad(t *testing.T) {
	l := newLibrary(t)
	elsewhere := t.TempDir()
	l.refuses(exitUsage, `the revision "main" cannot be had, since `+elsewhere+" is not in a git repository; leave the revision out, or name the folder of a clone", "--project", elsewhere, "--rev=main")
	const unknown = "nonsense is not a revision of "
	for _, revs := range [][]string{{"--rev=nonsense"}, {"--rev=base", "--rev=nonsense"}, {"--rev=base..nonsense"}, {"--rev=merge-base:nonsense"}} {
		l.refuses(exitUsage, unknown, append(revs, "--prepare=echo must not run; exit 1")...)
	}
	l.refuses(exitUsage, "mian is not a revision of "+l.dir+"; did you mean main?", "--rev=mian")
	l.refuses(exitUsage, `"-x" is not a revision: no name begins with a hyphen`, "--rev=-x")
	l.refuses(exitUsage, "--rev is empty; give a value, or leave the flag out", "--rev=")
	for _, revs := range [][]string{{"--rev=base", "--rev=main", "--rev=base"}, {"--rev=base..base"}} {
		l.refuses(exitUsage, "--rev has base twice; name what it is to be compared with", append(revs, "--prepare=echo must not run; exit 1")...)
	}
	l.refuses(exitUsage, "--rev has working-tree twice", "--rev=.", "--rev=.")
	l.refuses(exitUsage, `--bench-from is "both"; it must be head, base or each`, "--rev=base..main", "--bench-from=both")
	l.prepare()
	l.refuses(exitUsage, "the benchmarks of base cannot be put into the working tree, which stays as it is; name the working tree last, or take the benchmarks of each with --bench-from=each", "--rev=base", "--rev=.", "--bench-from=base")
	l.refuses(exitUsage, "the benchmarks of main cannot be put into the working tree", "--rev=.", "--rev=main")
}

func TestProjectsThatCannotBeUsed(t *testing.T) {
	l := newLibrary(t)
	missing := filepath.Join(t.TempDir(), "none")
	l.refuses(exitUsage, "the project "+missing+" does not exist; name the folder that holds its files", "--project", missing)
	l.refuses(exitUsage, filepath.Join(l.dir, "README.md")+" is a file; name the folder that it is in", "--project=README.md")
	l.refuses(exitUsage, "src has no suite, but "+l.dir+" above it has one; name that folder with --project", "--project=src", "--rev=main", "--prepare=none")
	l.refuses(exitUsage, "the bootstrap vendor/autoload.php is not in "+l.dir+": does composer install make it?", "--project=.")
	l.refuses(exitUsage, "working-tree: there is no vendor/; if the code needs it, run composer install in "+l.dir, "--project=.")
	l.refuses(exitUsage, "the bootstrap vendor/autoload.php is not in ", "--rev=main", "--prepare=none")
	l.refuses(exitUsage, "the preparation failed in base (echo oops >&2; exit 3: exit status 3); mend it, or give another command with --prepare, where none stands for no preparation; its last lines:\n  oops", "--rev=base..main", "--prepare=echo oops >&2; exit 3")
	l.refuses(exitUsage, `the project has no benchmark "nothing-like-it"; it has SignatureBench, WordsBench, empty-text`, "--rev=main", "--test=nothing-like-it")
	l.refuses(exitUsage, "did you mean signature.sum", "--rev=main", "--test=signature.sun")
	l.refuses(exitUsage, `no benchmark has the group "nobodys"; there are: `, "--rev=main", "--group=nobodys")
	l.refuses(exitUsage, "cannot be read", "--rev=main", "--phpbench-config=none.json")
	l.refuses(exitUsage, `--revs is "all"; it must be calibrated or suite`, "--rev=main", "--revs=all")

	t.Run("no vendor/ and no composer", func(t *testing.T) {
		path := t.TempDir()
		for _, tool := range []string{"git", "sh"} {
			require.NoError(t, os.Symlink(l.look(tool), filepath.Join(path, tool)))
		}
		t.Setenv("PATH", path)
		code, _, stderr := l.run("run", "--rev=base..main", "--php-version=84")
		require.Equal(t, exitUsage, code)
		require.Contains(t, stderr, "base has a composer.json and no vendor/, and composer is not on the PATH; install it, on Debian and its kin with: apt-get install composer; or give another command with --prepare, where none stands for no preparation")
		require.NoError(t, os.Remove(filepath.Join(path, "git")))
		code, _, stderr = l.run("run", "--rev=base..main", "--php-version=84")
		require.Equal(t, exitUsage, code)
		require.Contains(t, stderr, "git is not on the PATH; install it, on Debian and its kin with: apt-get install git")
	})
	l.untouched()
}

func TestSuitesThatCannotBeRead(t *testing.T) {
	l := newLibrary(t)
	l.prepare()
	autoload, err := os.ReadFile("autoload.php")
	require.NoError(t, err)
	refuses := func(sentence, file, text string) {
		t.Helper()
		was, err := os.ReadFile(file)
		require.NoError(t, err)
		l.write(file, text)
		l.refuses(exitUsage, sentence, "--project=.", "--test=signature.sum")
		l.write(file, string(was))
	}
	const bootstrap = "vendor/autoload.php"
	refuses("the bootstrap vendor/autoload.php cannot be used: it ends the process, as with exit", bootstrap, "<?php exit(0);")
	refuses("the bootstrap vendor/autoload.php cannot be used: Exception: boom", bootstrap, "<?php throw new Exception('boom');")
	refuses("the bootstrap vendor/autoload.php cannot be used: ParseError: ", bootstrap, "<?php nothing like it")
	refuses("left out: benchmarks/SignatureBench.php: Error: Class \"Tally\\Benchmarks\\CountsBench\" not found", bootstrap, "<?php")
	const config = "phpbench.json"
	refuses("phpbench.json:2:1: the text ends too early: is a bracket missing?", config, "{\"runner.path\":\n")
	refuses("phpbench.json:1:1: this is no object: a configuration begins with {", config, "[]")
	refuses("the path nowhere does not exist in "+l.dir, config, `{"runner.path": "nowhere"}`)
	require.NoError(t, os.Mkdir("empty", 0o755))
	refuses("there is no file in empty whose name matches *.php and that declares a class which is not abstract", config, `{"runner.path": "empty"}`)

	l.write(bootstrap, string(autoload)+"echo 'hello';\nfwrite(STDERR, 'hello');\n")
	code, result, stderr := l.measure("--project=.", "--php-version=84", "--test=signature.sum")
	require.Zero(t, code, stderr)
	require.Equal(t, []string{"signature.sum php84 working-tree"}, result.cells(), "a bootstrap that prints does no harm")
}

// One that another revision runs may have a suite that cannot be read.
func TestAnEmptySuiteOnOneSide(t *testing.T) {
	l := newLibrary(t)
	l.git("checkout", "--quiet", "-b", "without", "base")
	l.git("rm", "--quiet", "-r", "benchmarks", "phpbench.json")
	l.commit()
	code, result, stderr := l.measure("--rev=without..main", "--php-version=84", "--test=signature.sum")
	require.Zero(t, code, stderr)
	require.Equal(t, []string{"signature.sum php84 without", "signature.sum php84 main"}, result.cells())
	l.refuses(exitUsage, "without: ", "--rev=main..without", "--test=signature.sum")
	l.refuses(exitUsage, "without: ", "--rev=without..main", "--bench-from=each", "--test=signature.sum")
}

func TestFoldersThatCannotBeMade(t *testing.T) {
	l := newLibrary(t)
	file := filepath.Join(l.dir, "README.md")
	l.refuses(exitUnavailable, "the folder of bundles cannot be used: ", "--rev=main", "--bundles", file)
	l.refuses(exitUnavailable, "; --bundles names another one", "--rev=main", "--bundles", file)
	l.refuses(exitUnavailable, "the folder of unpacked sources cannot be used: ", "--rev=main", "--source-cache", file)
	l.refuses(exitUnavailable, "; --source-cache names another one", "--rev=main", "--source-cache", file)
	l.refuses(exitUsage, "bundles cannot lie at s3://; name a folder, http://host:8080 or https://host", "--rev=main", "--bundles=s3://bucket")
	for flag, sentence := range map[string]string{"--bundles": "the folder of bundles cannot be used", "--source-cache": "the folder of unpacked sources cannot be used"} {
		code, _, stderr := l.run("worker", "--bus=amqp://127.0.0.1:1", flag, file)
		require.Equal(t, exitUnavailable, code)
		require.Contains(t, stderr, sentence, "before it takes anything")
	}

	// No folder of caches can be made: as in a home that is read only, also for root.
	t.Setenv("XDG_CACHE_HOME", filepath.Join(file, "caches"))
	l.refuses(exitUnavailable, "the folder of bundles cannot be used: ", "--rev=main")
	dir := t.TempDir()
	code, result, stderr := l.measure("--rev=main", "--php-version=84", "--test=signature.sum", "--bundles", dir, "--source-cache", filepath.Join(dir, "sources"))
	require.Zero(t, code, stderr)
	require.Len(t, result.Cells, 1)
	require.Contains(t, stderr, "main: what was prepared is not kept for the next time, since the cache cannot be used: ")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	l.refuses(exitUnavailable, "; --bundles names the place", "--rev=main")
	l.refuses(exitUnavailable, "; --source-cache names a folder", "--rev=main", "--bundles", dir)
}

func TestNamesOfRevisions(t *testing.T) {
	l := newLibrary(t)
	l.git("checkout", "--quiet", "-b", "größe/日本")
	l.write("src/Weiß und schwarz.php", "<?php\n")
	l.commit()
	l.write("src/Words.php", "<?php\n// "+strings.Repeat("x", 100)+"\n"+strings.TrimPrefix(string(l.read("src/Words.php")), "<?php"))
	code, result, stderr := l.measure("--rev=merge-base:main", "--rev=HEAD", "--php-version=84", "--test=signature.sum")
	require.Zero(t, code, stderr)
	require.Equal(t, []string{"signature.sum php84 merge-base:main", "signature.sum php84 HEAD"}, result.cells())
	require.Contains(t, stderr, "HEAD: HEAD is the commit that is checked out; the changes in the working tree are not part of it, but of the source working-tree")
	require.Equal(t, l.git("rev-parse", "main"), result.Cells[0].Revision)
	require.Equal(t, l.git("rev-parse", "HEAD"), result.Cells[1].Revision)

	code, result, stderr = l.measure("--rev=main...größe/日本", "--php-version=84", "--test=signature.sum")
	require.Zero(t, code, stderr)
	require.Equal(t, []string{"signature.sum php84 merge-base:main...größe/日本", "signature.sum php84 größe/日本"}, result.cells())
	code, result, stderr = l.measure("--rev=HEAD", "--rev=größe/日本", "--php-version=84", "--test=signature.sum")
	require.Zero(t, code, stderr)
	require.Len(t, result.Cells, 2)
	require.Contains(t, stderr, "HEAD and größe/日本 have the same files, so that no difference is to be found")
}
