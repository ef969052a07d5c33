package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// profiles are those of two benchmarks on one runtime, of three settings, and of a variant
// alone.
func profiles() []profiledEntry {
	a, b := &domain.Benchmark{Slug: "a", Name: "A", Group: "letters"}, &domain.Benchmark{Slug: "b", Name: "B", Group: "letters"}
	jit := func(value string) domain.Settings { return domain.Settings{{Name: "opcache.jit", Value: value}} }
	functions := []application.FunctionDifference{
		{Function: "execute_ex", Baseline: 120, Other: 16283}, {Function: "(no name, in php)", Baseline: 2774, Other: 817.5},
		{Function: "a_function_with_a_name_that_is_longer_than_any_column_would_want_to_be", Other: 10.25}, {Function: "_emalloc", Baseline: 43, Other: 41},
	}
	pair := application.ProfileDifference{Baseline: 1, Other: 0, BaselineTotal: 2937, OtherTotal: 17151.75, Functions: functions}
	same := application.ProfileDifference{Baseline: 1, Other: 2, BaselineTotal: 2937, OtherTotal: 2937}
	alone := application.ProfileDifference{Baseline: -1, OtherTotal: 1003, Functions: []application.FunctionDifference{
		{Function: "zend_hash_find", Other: 900}, {Function: "malloc", Other: 100}, {Function: "free", Other: 3},
		{Function: "memcpy", Other: 1}, {Function: "memset", Other: -1},
	}}
	return []profiledEntry{
		{domain.Entry{Variants: []domain.Variant{{Benchmark: a, Runtime: "php84"}, {Benchmark: b, Runtime: "php84"}}}, []application.ProfileDifference{pair}},
		{domain.Entry{Variants: []domain.Variant{{Benchmark: a, Runtime: "php74"}, {Benchmark: a, Runtime: "php84"}, {Benchmark: a, Runtime: "php84", Settings: jit("tracing")}}},
			[]application.ProfileDifference{pair, same}},
		{domain.Entry{Variants: []domain.Variant{{Benchmark: a, Runtime: "php84", Settings: jit("off")}}}, []application.ProfileDifference{alone}},
	}
}

func TestWhatProfilePrints(t *testing.T) {
	t.Parallel()
	for format, extension := range map[report.Format]string{
		report.FormatTable: "txt", report.FormatJSON: "json", report.FormatCSV: "csv", report.FormatMarkdown: "md",
	} {
		var out bytes.Buffer
		require.NoError(t, writeProfiles(&out, format, profiles(), 4, report.Options{Width: 80}))
		golden(t, "profile."+extension, out.Bytes())
	}
}

// This test needs valgrind, and does not skip without it: scripts/packages installs it.
func TestProfile(t *testing.T) {
	c := newCLI(t)
	c.define("loop", "group: reverse\nrevolutions: 500\nsetup: $t = 'abcdefghijklmnop';\ncode: $r = ''; for ($i = 15; $i >= 0; --$i) { $r .= $t[$i]; }")
	c.define("strrev", "group: reverse\nrevolutions: 500\nsetup: $t = 'abcdefghijklmnop';\ncode: $r = strrev($t);")
	kept := filepath.Join(t.TempDir(), "new", "kept")
	profile := func(more ...string) (int, string, string) {
		return c.run(append([]string{"profile", "--catalog", c.catalog, "--php-version=php84", "--cores-dir", c.TempDir()}, more...)...)
	}
	code, stdout, stderr := profile("--group=reverse", "--format=json", "--top=1", "--keep", kept)
	require.Zero(t, code, stderr)
	require.Contains(t, stderr, "executing reverse, 2 variants under valgrind")
	var p printedProfiles
	require.NoError(t, json.Unmarshal([]byte(stdout), &p), stdout)
	require.Equal(t, "benchbus.profile.v1", p.Schema)
	require.Len(t, p.Profiles, 1)
	one := p.Profiles[0]
	require.Equal(t, "strrev", one.Baseline.Benchmark, "it takes the fewest instructions")
	require.Equal(t, "loop", one.Other.Benchmark)
	require.Greater(t, *one.OtherInstructions, 2**one.BaselineInstructions)
	require.Len(t, one.Functions, 1)
	require.Greater(t, one.Differing, 1)
	files, err := os.ReadDir(kept)
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	require.Equal(t, []string{"callgrind.out.loop.php84.10", "callgrind.out.loop.php84.20", "callgrind.out.strrev.php84.10", "callgrind.out.strrev.php84.20"}, names)
	require.NoFileExists(t, c.store, "nothing is stored")

	code, _, stderr = profile("strrev", "--keep", kept)
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "has callgrind.out.loop.php84.10 already, and nothing is overwritten; name another folder")

	c.define("broken", "code: throw new Exception('no');")
	code, stdout, stderr = profile("strrev", "broken")
	require.Equal(t, exitSomeFailed, code)
	require.Contains(t, stderr, "broken: php84")
	require.Contains(t, stderr, "1 of 2 could not be profiled")
	require.True(t, strings.HasPrefix(stdout, "strrev on php84: instructions for one revolution\n"), stdout)
	require.Contains(t, stdout, "execute_ex")
}

func TestProfilesThatAreRefused(t *testing.T) {
	c := newCLI(t)
	c.define("a", "code: $x = 1;")
	refused := func(want int, message string, args ...string) {
		t.Helper()
		code, stdout, stderr := c.run(append([]string{"profile", "--catalog", c.catalog}, args...)...)
		require.Equal(t, want, code, stderr)
		require.Empty(t, stdout)
		require.Contains(t, stderr, message)
	}
	refused(exitUsage, "no-such", "no-such")
	refused(exitUsage, "--baseline", "a", "--php-version=php84", "--baseline=php59")
	refused(exitUsage, "from 1 to", "a", "--top=0")
	refused(exitUsage, "--keep", "a", "--php-version=php84", "--keep", filepath.Join(c.catalog, "a.yaml"))
	refused(exitUnavailable, "put a php5.9 on the PATH", "a", "--php-version=php59")
	t.Setenv("PATH", t.TempDir())
	refused(exitUnavailable, "apt-get install valgrind", "a", "--php-version=php84")
}

// No two variants have the same file, and none of them is in another folder.
func TestWhatKeptFilesAreCalled(t *testing.T) {
	t.Parallel()
	b := &domain.Benchmark{Slug: "a.b"}
	name := func(settings ...domain.Setting) string {
		return keptName(domain.Variant{Benchmark: b, Runtime: "php84", Settings: settings}, 20)
	}
	require.Equal(t, "callgrind.out.a.b.php84.20", name())
	require.Equal(t, "callgrind.out.a.b.php84.opcache.jit=tracing.x=%2F..%2Fy%20z.20", name(domain.Setting{Name: "opcache.jit", Value: "tracing"}, domain.Setting{Name: "x", Value: "/../y z"}))

	k := keeper{dir: t.TempDir()}
	require.NoError(t, k.check())
	keep := k.of(domain.Entry{Variants: []domain.Variant{{Benchmark: b, Runtime: "php84"}}})
	require.NoError(t, keep(0, 20, []byte("first")))
	var coded *exitError
	require.ErrorAs(t, keep(0, 20, []byte("second")), &coded)
	require.Equal(t, exitOutput, coded.code)
	text, err := os.ReadFile(filepath.Join(k.dir, "callgrind.out.a.b.php84.20"))
	require.NoError(t, err)
	require.Equal(t, "first", string(text))
	require.Nil(t, keeper{}.of(domain.Entry{}))
	require.NoError(t, keeper{}.check())
}
