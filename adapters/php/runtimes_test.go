package php

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// fakes makes commands that answer like PHP, or that run a given script.
type fakes struct {
	t   *testing.T
	log bytes.Buffer
	dir string
}

func newFakes(t *testing.T) *fakes {
	f := &fakes{t: t, dir: filepath.Join(t.TempDir(), "a[b]")} // which is no pattern
	t.Setenv("PATH", f.dir+"/bin:"+f.dir+"/bin2:relative")
	return f
}

func (f *fakes) script(path, text string) string {
	full := filepath.Join(f.dir, path)
	require.NoError(f.t, os.MkdirAll(filepath.Dir(full), 0o700))
	require.NoError(f.t, os.WriteFile(full, []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	return full
}

// php makes a command that prints a warning and then reports that version.
func (f *fakes) php(path, version string) string {
	major, minor, _ := strings.Cut(version, ".")
	minor, _, _ = strings.Cut(minor, ".")
	return f.script(path, "echo 'PHP Warning: something is wrong'; printf '\\nanswer cli\\nanswer php"+major+minor+
		"\\nanswer "+version+"\\nanswer zlib\\nanswer Core\\n'")
}

func (f *fakes) executor(cfg Config) *Executor {
	cfg.RuntimesDirs = []string{f.dir + "/runtimes"}
	cfg.Logger = slog.New(slog.NewTextHandler(&f.log, nil))
	e, err := New(cfg)
	require.NoError(f.t, err)
	return e
}

func TestDiscovery(t *testing.T) {
	f := newFakes(t)
	f.php("bin/php", "8.3.1")
	dotted := f.php("bin2/php8.3", "8.3.2") // goes before php in any folder
	f.php("bin/php82", "8.2.1")
	f.php("bin2/php82", "8.2.2") // a later folder
	old := f.php("bin/php5.6", "5.6.40")
	f.php("runtimes/php82/bin/php", "8.2.9")
	ours := f.php("runtimes/php74/bin/php", "7.4.33")
	f.php("runtimes/other/bin/php", "7.3.0")
	next := f.php("bin/php8.9", "8.9.0") // of which nobody has heard
	configured := f.php("opt/php84", "8.4.5")
	f.php("bin/php8.4", "8.4.1")
	variant := f.php("opt/jit", "8.4.5")
	require.NoError(t, os.Symlink(f.dir+"/bin", f.dir+"/again"))
	t.Setenv("PATH", os.Getenv("PATH")+":"+f.dir+"/again")
	f.script("bin/php-config", "exit 1")
	f.script("bin/phpize8.2", "exit 1")
	require.NoError(t, os.WriteFile(f.dir+"/bin/php7.1", []byte("not executable"), 0o600))
	require.NoError(t, os.Mkdir(f.dir+"/bin/php7.2", 0o700))

	e := f.executor(Config{Commands: map[domain.RuntimeName][]string{"php84": {configured}, "php84-jit": {variant, "-dopcache.jit=tracing"}}})
	extensions := []string{"Core", "zlib"}
	require.Equal(t, []domain.Runtime{
		{Name: "php56", Version: "5.6.40", Command: []string{old}, IniMode: "default", Extensions: extensions},
		{Name: "php74", Version: "7.4.33", Command: []string{ours}, IniMode: "default", Extensions: extensions},
		{Name: "php82", Version: "8.2.1", Command: []string{f.dir + "/bin/php82"}, IniMode: "default", Extensions: extensions},
		{Name: "php83", Version: "8.3.2", Command: []string{dotted}, IniMode: "default", Extensions: extensions},
		{Name: "php84", Version: "8.4.5", Command: []string{configured}, IniMode: "default", Extensions: extensions},
		{Name: "php84-jit", Version: "8.4.5", Command: []string{variant, "-dopcache.jit=tracing"}, IniMode: "default", Extensions: extensions},
		{Name: "php89", Version: "8.9.0", Command: []string{next}, IniMode: "default", Extensions: extensions},
	}, e.Runtimes())
	require.Empty(t, f.log.String())
}

func TestNothingIsStartedBeforeItIsNeeded(t *testing.T) {
	f := newFakes(t)
	f.script("bin/php", "touch "+f.dir+"/asked")
	f.executor(Config{})
	require.NoFileExists(t, f.dir+"/asked")
}

func TestMissingRuntime(t *testing.T) {
	f := newFakes(t)
	e := f.executor(Config{})
	_, err := e.Lookup("php84")
	require.EqualError(t, err, "runtime php84 is not here: no command is configured for it, and there is none on the PATH nor in "+f.dir+"/runtimes")
	require.Equal(t, domain.ClassRuntime, domain.FailureOf(err, 1).Class)
	require.Empty(t, e.Runtimes())

	f.php("bin/php", "8.2.1")
	broken := f.script("bin/php8.4", "echo 'no such library' >&2; exit 127")
	_, err = f.executor(Config{}).Lookup("php84")
	require.ErrorContains(t, err, "here are php82")
	require.ErrorContains(t, err, "these do not work: "+broken+" (exit status 127 no such library)")
	require.Contains(t, f.log.String(), "passed over")
}

func TestConfiguredCommandThatDoesNotWork(t *testing.T) {
	f := newFakes(t)
	f.php("bin/php8.4", "8.4.1")
	check := func(command, want string) {
		t.Helper()
		e := f.executor(Config{Commands: map[domain.RuntimeName][]string{"php84": {command}}})
		_, err := e.Lookup("php84")
		require.ErrorContains(t, err, "the command configured for php84, "+command+", does not work: "+want)
		require.Empty(t, e.Runtimes(), "another one must not stand in for it")
	}
	check(f.php("opt/other", "8.3.1"), "it is PHP 8.3.1")
	check(f.dir+"/missing", "fork/exec "+f.dir+"/missing: no such file")
	check("not-on-the-path", "exec: \"not-on-the-path\": executable file not found")
	check(f.script("opt/mute", "true"), "it does not answer like PHP")
	check(f.script("opt/cgi", `printf 'answer cgi-fcgi\nanswer php84\nanswer 8.4.1\n'`), "it is PHP's cgi-fcgi, and not its command line")
}

func TestIni(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my.ini")
	require.NoError(t, os.WriteFile(file, []byte("precision=5\nauto_prepend_file=/nonexistent\nmax_execution_time=1\n"), 0o600))
	check := func(ini, want string) {
		t.Helper()
		b := newBench(t, Config{Ini: ini})
		it := b.iteration(`file_put_contents($out, php_ini_loaded_file() . ' ' . php_ini_scanned_files() . ' ' . ini_get('precision') . ' ' . ini_get('max_execution_time'));`)
		require.Regexp(t, want, b.output(t, it))
		require.Equal(t, ini, b.Runtimes()[0].IniMode)
	}
	check("default", ` 14 0$`)
	check("none", `^  14 0$`)
	check(file, `^`+file+`  5 0$`)
}

func TestConfig(t *testing.T) {
	_, err := New(Config{
		MemoryLimit: -1, FileSizeLimit: -2, OutputLimit: -3, Ini: "/nonexistent",
		Commands: map[domain.RuntimeName][]string{"PHP": {"php"}, "php84": nil},
	})
	require.EqualError(t, err, `php: MemoryLimit is -1; it must be above 0
FileSizeLimit is -2; it must be above 0
OutputLimit is -3; it must be above 0
Ini must be default, none, or a file: stat /nonexistent: no such file or directory
Commands: "PHP" is not a runtime's name, such as php84
Commands: the command of php84 is empty`)
	_, err = New(Config{Ini: t.TempDir()})
	require.ErrorContains(t, err, "is a folder")
	_, err = New(Config{})
	require.NoError(t, err)
}
