// Package scripts_test checks that the scripts do what they promise. It needs no
// network: stand-ins on the PATH replace the programs that would use it.
package scripts_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// bundle holds a folder for runtimes, and a folder of programs that comes first on the
// PATH.
type bundle struct{ runtimes, programs string }

func setup(t *testing.T) bundle {
	t.Helper()
	return bundle{runtimes: filepath.Join(t.TempDir(), "runtimes"), programs: t.TempDir()}
}

// program writes a shell script to the path.
func program(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755))
}

// run runs php-runtime and returns what it printed and its exit code.
func (b bundle) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return b.script(t, "./php-runtime", args...)
}

func (b bundle) script(t *testing.T, script string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(script, args...)
	cmd.Env = append(os.Environ(), "BENCHBUS_RUNTIMES_DIR="+b.runtimes, "PATH="+b.programs+":"+os.Getenv("PATH"))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit := new(exec.ExitError); !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	check := func(sentence string, args ...string) {
		t.Helper()
		b := setup(t)
		_, stderr, code := b.run(t, args...)
		require.Equal(t, 64, code, args)
		require.Contains(t, stderr, sentence)
		require.Contains(t, stderr, "usage: scripts/php-runtime [--force] VERSION...")
		require.NoDirExists(t, b.runtimes)
	}
	check("usage")
	check("usage", "--force")
	check(`"--bogus" is not a version such as 8.4`, "--bogus")
	check(`"84" is not a version such as 8.4`, "84")
	check(`"../x" is not a version such as 8.4`, "8.4", "../x")
}

func TestAVersionThatNobodyCarries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, stderr, code := b.run(t, "9.9")
	require.Equal(t, 69, code)
	require.Contains(t, stderr, "PHP 9.9: this script knows 7.4, 8.2, 8.4, 8.5 and 8.6")
	require.Contains(t, stderr, "--php-command php99=/path/to/php")
	require.NoDirExists(t, b.runtimes)
}

func TestAnInstalledVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	program(t, filepath.Join(b.runtimes, "php84/bin/php"), "[ $# -gt 1 ] && echo 8.4.99; exit 0")
	require.NoError(t, os.WriteFile(filepath.Join(b.runtimes, "php84/packages"), []byte("php8.4-cli\t8.4.99\n"), 0o600))
	program(t, filepath.Join(b.programs, "apt-get"), "exit 1")
	for _, args := range [][]string{{"8.4"}, {"--force", "8.4"}, {"8.4", "8.4"}} {
		stdout, stderr, code := b.run(t, args...)
		require.Equal(t, 0, code, stderr)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "PHP 8.4 is already in "+b.runtimes+"/php84")
	}
	stdout, _, code := b.run(t, "--list")
	require.Equal(t, 0, code)
	require.Equal(t, "php84\t8.4.99\t"+b.runtimes+"/php84/bin/php\n", stdout)
}

func TestAVersionOnThePathIsEnough(t *testing.T) {
	t.Parallel()
	b := setup(t)
	program(t, filepath.Join(b.programs, "php7.4"), "echo 7.4")
	_, stderr, code := b.run(t, "7.4")
	require.Equal(t, 0, code)
	require.Contains(t, stderr, "PHP 7.4 is already on this machine's PATH")
	require.NoDirExists(t, b.runtimes)
}

func TestAFailureLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	// The mirror does not answer, and the installed PHP does not start.
	program(t, filepath.Join(b.programs, "apt-get"), `case $* in *indextargets*) echo "mirror:/debian Debian Debian" ;; *) echo "no route" >&2; exit 100 ;; esac`)
	program(t, filepath.Join(b.programs, "dpkg-deb"), "exit 1")
	program(t, filepath.Join(b.programs, "flock"), "exit 0")
	program(t, filepath.Join(b.runtimes, "php84/bin/php"), "exit 127")
	_, stderr, code := b.run(t, "--force", "8.4")
	require.Equal(t, 69, code, stderr)
	require.Contains(t, stderr, "PHP 8.4")
	left, err := filepath.Glob(filepath.Join(b.runtimes, ".php*"))
	require.NoError(t, err)
	require.Empty(t, left)
	stdout, _, code := b.run(t, "--list")
	require.Equal(t, 0, code)
	require.Equal(t, "php84\tdoes not start\t"+b.runtimes+"/php84/bin/php\n", stdout)
}

// Every runtime that is installed in this checkout must be a complete PHP.
func TestInstalledRuntimes(t *testing.T) {
	t.Parallel()
	launchers, err := filepath.Glob("../.runtimes/php*/bin/php")
	require.NoError(t, err)
	const probe = `foreach (['json', 'ctype', 'mbstring', 'tokenizer', 'posix', 'pcntl', 'iconv', 'dom'] as $e)
		if (!extension_loaded($e)) echo "$e is missing\n";
		if (!function_exists('hrtime')) echo "hrtime is missing\n";
		if (iconv('UTF-8', 'ISO-8859-1', "\u{e9}") !== "\xe9") echo "iconv does not convert\n";
		if (ini_get('opcache.enable_cli')) echo "opcache is on\n";
		date('c');`
	for _, launcher := range launchers {
		launcher, err := filepath.Abs(launcher)
		require.NoError(t, err)
		cmd := exec.Command(launcher, "-r", probe)
		cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=/nonexistent"} // in the environment in which the executor starts it
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, string(said))
		require.Empty(t, string(said), launcher)
		bare, err := exec.Command(launcher, "-n", "-r", "var_dump(php_ini_loaded_file(), extension_loaded('mbstring'));").Output()
		require.NoError(t, err)
		require.Equal(t, "bool(false)\nbool(false)\n", string(bare), "-n reads no ini file")
	}
}
