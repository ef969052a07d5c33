package php

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// asked parses settings of the form name=value, separated by spaces.
func asked(text string) (s domain.Settings) {
	for pair := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(pair, "=")
		s = append(s, domain.Setting{Name: name, Value: value})
	}
	return s
}

func TestSettingsBecomeDirectives(t *testing.T) {
	loaded := domain.Runtime{Extensions: []string{"Core", "Zend OPcache"}}
	check := func(text, want string, r domain.Runtime) {
		t.Helper()
		s, err := Config{}.WithDefaults().resolveSettings(asked(text), r)
		require.NoError(t, err)
		require.Equal(t, want, strings.ReplaceAll(strings.Join(s.arguments(), " "), "-d ", ""))
	}
	check("", "", loaded)
	check("precision=5", "precision=5", loaded)
	check("precision=5 zend.assertions=1", "precision=5 zend.assertions=1", loaded)
	check("memory_limit=64M", "memory_limit=64M", loaded)
	check("error_reporting=0", "error_reporting=0", loaded)
	check("opcache=on", "opcache.enable=1 opcache.enable_cli=1", loaded)
	check("opcache=on", "zend_extension=opcache opcache.enable=1 opcache.enable_cli=1", domain.Runtime{})
	check("opcache=off", "opcache.enable=0 opcache.enable_cli=0", loaded)
	const on = "opcache.enable=1 opcache.enable_cli=1 "
	check("jit=tracing", on+"opcache.jit=tracing opcache.jit_buffer_size=64M", loaded)
	check("jit=off", on+"opcache.jit=off opcache.jit_buffer_size=64M", loaded)
	check("jit=0", on+"opcache.jit=off opcache.jit_buffer_size=64M", loaded)
	check("opcache.jit=function", on+"opcache.jit=function opcache.jit_buffer_size=64M", loaded)
	check("opcache.jit=off opcache.jit_buffer_size=8M", on+"opcache.jit=off opcache.jit_buffer_size=8M", loaded)
	check("opcache.max_accelerated_files=200", on+"opcache.max_accelerated_files=200", loaded)
	check(`date.timezone=a;b`, `date.timezone="a;b"`, loaded)
	check(`user_agent="\`, `user_agent="\"\\"`, loaded)
}

func TestSettingsThatAreRefused(t *testing.T) {
	check := func(text, sentence string) {
		t.Helper()
		executor, err := New(Config{})
		require.NoError(t, err)
		err = executor.CheckSettings(asked(text))
		require.ErrorContains(t, err, sentence)
		require.Equal(t, domain.ClassSetting, domain.FailureOf(err, 1).Class)
	}
	for name, reason := range refused {
		check(name+"=1", "it cannot be set: "+reason)
	}
	check("memory_limit=2G", "at most 1073741824 bytes")
	check("memory_limit=-1", "at most 1073741824 bytes")
	check("memory_limit=lots", "at most 1073741824 bytes")
	check("memory_limit=9999999999999G", "at most 1073741824 bytes")
	check("opcache=maybe", "opcache is on or off")
	check("jit=on", "jit is off, function or tracing")
	check("jit=1254", "jit is off, function or tracing")
	check("jit=tracing opcache=off", "other settings need opcache the other way")
	check("opcache=off opcache.jit=off", "other settings need opcache the other way")
	check("jit=off opcache.jit=tracing", "jit and opcache.jit say different things")
	check("error_reporting=E_ALL&~E_DEPRECATED", "it must be a number, such as 32767")
}

// told makes an iteration that compares code with those settings on one runtime, newer.
func (b *bench) told(t *testing.T, code string, settings ...string) domain.Iteration {
	t.Helper()
	if !slices.Contains(b.runtimes, newer) {
		t.Skip("this needs PHP 8.4: run scripts/php-runtime 8.4")
	}
	it := b.iteration(code, newer)
	variant := it.Variants[0]
	it.Variants = nil
	for _, text := range settings {
		variant.Settings = asked(text)
		it.Variants = append(it.Variants, variant)
	}
	return it
}

func TestSettingsAreInForce(t *testing.T) {
	b := newBench(t, Config{})
	it := b.told(t, `$x = 1 / 3;`, "", "precision=5", "opcache=on", "opcache=off", "jit=tracing", "jit=off", "opcache.jit=function", "zend.assertions=on")
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	require.Empty(t, m.Failures)
	require.Len(t, m.Environments, len(it.Variants))
	state := func(i int) [2]string {
		return [2]string{m.Environments[i].Get(factOpcache), m.Environments[i].Get(factJIT)}
	}
	require.Equal(t, [2]string{"on", "off"}, state(2))
	require.Equal(t, "off", state(3)[0])
	require.Equal(t, [2]string{"on", "tracing"}, state(4))
	require.Equal(t, [2]string{"on", "off"}, state(5))
	require.Equal(t, [2]string{"on", "function"}, state(6))
	for _, e := range m.Environments {
		require.Regexp(t, `^8\.4\.\d+`, e.Get("version"))
		require.Regexp(t, `^(NTS|ZTS)`, e.Get("build"))
	}
}

// The requested settings are in force in the code.
func TestSettingsReachTheCode(t *testing.T) {
	b := newBench(t, Config{})
	it := b.told(t, `$x = 1;`, "precision=5")
	benchmarkOf(it).Teardown = `file_put_contents($out, ini_get('precision'));`
	require.Equal(t, "5", b.output(t, it))
}

// A requested setting that is not in force is always an error.
func TestSettingsThatAreNotInForceAreFailures(t *testing.T) {
	b := newBench(t, Config{})
	it := b.told(t, `file_put_contents('ran', 'x');`, "", "nonsense.x=1", "opcache.jit=bogus", "auto_prepend_file=/x", "memory_limit=100K")
	failures := b.partial(t, it, domain.ClassSetting, 1, 2, 3, 4)
	require.Contains(t, failures[0].Message, "php84 with nonsense.x=1: this PHP has no directive nonsense.x")
	require.Contains(t, failures[1].Message, `opcache.jit is "disable" in the process, and not "bogus"`)
	require.Contains(t, failures[2].Message, "no code but the benchmark's may run")
	require.Contains(t, failures[3].Message, `memory_limit is "128M" in the process, and not "100K"`)
}

// The settings of even the shortest process are checked against the requested ones.
func TestSettingsOfShortProcessesAreVerified(t *testing.T) {
	b := newBench(t, Config{})
	it := b.told(t, `$x = 1;`, "nonsense.x=1")
	benchmarkOf(it).Revolutions = 1
	it.Samples = 20
	for range 5 {
		b.failure(t, it, domain.ClassSetting)
	}
}

func TestAnExecutorWithoutSources(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`$x = 1;`)
	it.Variants[0].Source = domain.Source{Name: "main", Digest: "sha256:" + domain.Digest(strings.Repeat("0", 64))}
	require.Contains(t, b.failure(t, it, domain.ClassPermanent).Message, "knows no sources")
}

// JIT is absent before PHP 8.
func TestJITIsAbsentOnOldVersions(t *testing.T) {
	b := newBench(t, Config{})
	it := b.told(t, `$x = 1;`, "jit=tracing", "jit=off")
	if !slices.Contains(b.runtimes, older) {
		t.Skip("this needs PHP 7.4: run scripts/php-runtime 7.4")
	}
	for i := range it.Variants {
		it.Variants[i].Runtime = older
	}
	failures := b.partial(t, it, domain.ClassSetting, 0)
	require.Contains(t, failures[0].Message, "JIT is absent in the process")
}

// If PHP does not start because of its settings, the host has not failed.
func TestSettingsWithWhichPHPDoesNotStart(t *testing.T) {
	b := newBench(t, Config{})
	php, err := b.Lookup(b.runtimes[len(b.runtimes)-1])
	require.NoError(t, err)
	wrapper := filepath.Join(t.TempDir(), "php")
	require.NoError(t, os.WriteFile(wrapper, []byte("#!/bin/sh\ncase \"$*\" in *precision=5*) exit 3;; esac\nexec \""+php.Command[0]+"\" \"$@\"\n"), 0o700))
	b = newBench(t, Config{Commands: map[domain.RuntimeName][]string{"wrapped": {wrapper}}})
	it := b.iteration(`$x = 1;`, "wrapped")
	it.Variants[0].Benchmark.Runtimes = []domain.RuntimeName{"wrapped"}
	it.Variants[0].Settings = asked("precision=5")
	failure := b.failure(t, it, domain.ClassSetting)
	require.Contains(t, failure.Message, "without these settings it starts")
}

func TestSwitchesAreComparedAsPHPReadsThem(t *testing.T) {
	for pair, same := range map[[2]string]bool{
		{"on", "1"}: true, {"Off", ""}: true, {"off", "0"}: true, {"1", "On"}: true, {"64M", "64M"}: true, {"tracing", "tracing"}: true,
		{"on", "0"}: false, {"64M", "67108864"}: false, {"tracing", "function"}: false, {"5", "1"}: false, {"2", ""}: false,
	} {
		require.Equal(t, same, sameValue(pair[0], pair[1]), pair)
	}
}
