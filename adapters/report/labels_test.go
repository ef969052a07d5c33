package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// written returns the fixture's report for a terminal.
func written(t *testing.T, f fixture, opts Options) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, FormatTable, f.report(t), opts))
	return out.String()
}

// settingsFixture compares settings of one benchmark on one runtime.
func settingsFixture(settings ...domain.Settings) fixture {
	f := fixture{benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84")}, iterations: 3, settings: settings, levels: map[string]float64{}}
	for _, v := range f.entries()[0].Variants {
		f.levels[key(v)] = 1000
	}
	return f
}

// A short prefix of all settings is shown only in the heading. Settings that all
// variants share are shown once.
func TestSettingsAreShownBriefly(t *testing.T) {
	t.Parallel()
	jit, size := domain.Setting{Name: "opcache.jit", Value: "off"}, domain.Setting{Name: "opcache.size", Value: "64M"}
	limit, long := domain.Setting{Name: "memory_limit", Value: "1G"}, domain.Setting{Name: "very_long_name.x", Value: "1"}
	check := func(heading, second string, settings ...domain.Settings) {
		t.Helper()
		lines := strings.Split(written(t, settingsFixture(settings...), Options{}), "\n")
		require.Equal(t, []string{"BENCHMARK", "RUNTIME", heading}, strings.Fields(lines[4])[:3])
		require.Contains(t, lines[6], "php84    "+second+"  ")
	}
	check("OPCACHE", "jit=off size=64M", nil, domain.Settings{jit, size})
	check("OPCACHE", "default", domain.Settings{jit}, nil)
	check("SETTINGS", "memory_limit=1G opcache.jit=off", nil, domain.Settings{limit, jit})
	check("SETTINGS", "very_long_name.x=1", nil, domain.Settings{long})
	check("SETTINGS", "session.name=a", domain.Settings{jit}, domain.Settings{{Name: "session.name", Value: "a"}})
	check("SETTINGS", "precision=17", nil, domain.Settings{{Name: "precision", Value: "17"}})

	alike := written(t, settingsFixture(domain.Settings{limit, jit}), Options{})
	require.Contains(t, alike, "\n3 iterations of 3 samples each with memory_limit=1G opcache.jit=off, made 2026")
	require.NotContains(t, alike, "SETTINGS")
	require.Contains(t, alike, "\nLoop on php84 takes ")

	f := settingsFixture(nil)
	f.plan = f.entries()
	f.plan[0].Variants[0].Source, f.levels["loop/php84//main"] = domain.Source{Name: "main", Digest: sourceDigest}, 1000
	for revision, want := range map[string]string{"": "main", strings.Repeat("ab", 20): "main at abababa", strings.Repeat("ab", 20) + "+": "main at abababa+"} {
		f.plan[0].Variants[0].Source.Revision = revision
		require.Contains(t, written(t, f, Options{}), "\n3 iterations of 3 samples each from "+want+", made 2026")
	}
}

// sourceDigest identifies a source.
const sourceDigest = domain.Digest("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

// Settings and sources are foreign text, and appear in every section.
func TestForeignSettings(t *testing.T) {
	t.Parallel()
	f := settingsFixture(nil, domain.Settings{{Name: "a", Value: "x\u202ey|z"}})
	f.plan = f.entries()
	for i := range f.plan[0].Variants {
		v := &f.plan[0].Variants[i]
		v.Source = []domain.Source{{Name: "123456é\u202e|", Digest: sourceDigest}, {Name: "\u202e", Digest: sourceDigest}}[i]
		f.levels[key(*v)] = 1000
	}
	failing, alone := f, f
	failing.change = func(r *domain.IterationExecuted) { failVariant(r, 1, domain.ClassCode, "it ended", "", 1) }
	alone.plan = []domain.Entry{{Variants: f.plan[0].Variants[1:]}}
	for _, f := range []fixture{f, failing, alone} {
		for format := range extensions {
			var out bytes.Buffer
			require.NoError(t, Write(&out, format, f.report(t), Options{Verbose: true}))
			require.True(t, utf8.Valid(out.Bytes()))
			require.NotContains(t, out.String(), "\x1b", format)
			require.Equal(t, format == FormatJSON, strings.Contains(out.String(), "\u202e"), format)
		}
	}
}

// A group may have the same name as an unrelated benchmark.
func TestFailuresOfAGroupAreOfTheGroup(t *testing.T) {
	t.Parallel()
	f := fixture{benchmarks: []*domain.Benchmark{benchmark("sum", "Alone", "", "php84"), benchmark("a", "A", "sum", "php84"), benchmark("b", "B", "sum", "php84")},
		iterations: 1, levels: map[string]float64{"sum/php84": 1000, "a/php84": 1000, "b/php84": 1000},
		change: func(r *domain.IterationExecuted) { fail(r, domain.ClassTimeout, "no result", "", 1) }}
	text := written(t, f, Options{})
	require.Contains(t, text, "\n✗ Alone, sum, 2 iterations (number 1, 2), timeout ")
	require.Contains(t, text, "\nAnswer\nNot measured: Alone on php84, A on php84, B on php84.\n")
}

// The mean over benchmarks is in multiples of the named baseline. A case that two
// entries measured, as the parts of a large group do, counts once.
func TestRuntimesOverAllBenchmarks(t *testing.T) {
	t.Parallel()
	f := many()
	require.Contains(t, written(t, f, Options{}), "UNDECIDED\nphp84    1.000×        3       0       0     1          0\nphp82    1.031×        1 ")
	first := f.entries()[0]
	f.plan = []domain.Entry{first, {Variants: first.Variants[:2]}}
	text := written(t, f, Options{})
	require.Contains(t, text, "Time: geometric mean of the medians over the 4 benchmarks that all of them measured, in multiples of the smallest. Fastest: ")
	require.Contains(t, text, "\nphp84    1.000×        3 ")

	f.plan = nil // workers have different runtimes, and no case was measured by all
	for i := range 7 {
		b := benchmark(fmt.Sprint("loop-", i/2), "Loop", "", "php84", "php82", "php74", "php73")
		f.plan = append(f.plan, domain.NewEntry(b, b.Runtimes[i%2*2:i%2*2+2]...))
		for _, v := range f.plan[i].Variants {
			f.levels[key(v)] = 1000
		}
	}
	require.NotContains(t, written(t, f, Options{}), "geometric mean")

	f.plan, f.baselines = nil, []string{"PHP82"}
	text = written(t, f, Options{})
	require.Contains(t, text, "\nRUNTIME     TIME  BASELINE  SLOWER  FASTER  SAME  UNDECIDED\n")
	require.Contains(t, text, "\nphp84    0.9701×         0       0       3     1          0\n")
	require.Contains(t, text, "\nphp82     1.000×         4       0       0     0          0\n")
	require.Contains(t, text, ", in multiples of the baseline's. Baseline: benchmarks of which it is the baseline; then how it stands to the baseline of the others.\n")
	require.Contains(t, text, "\nBetween runtimes, 4 comparisons with the baseline: 3 found")
	require.Contains(t, text, "\nTime: in multiples of the baseline's.\n")
	require.Contains(t, text, "\nWithin groups, 7 comparisons with the fastest: 7 found")
}

// Words are broken only if the table does not fit otherwise.
func TestWordsAreKeptWhole(t *testing.T) {
	t.Parallel()
	table := Table{Columns: []Column{{Title: "Name", Width: 4}, {Title: "Settings", Width: 4}},
		Rows: [][]any{{"some words of a name", "opcache.jit=tracing"}}}
	check := func(width int, want string) {
		t.Helper()
		var out bytes.Buffer
		require.NoError(t, WriteTable(&out, FormatTable, table, Options{Width: width}))
		require.Equal(t, want, out.String())
	}
	check(27, "NAME    SETTINGS\nsome    opcache.jit=tracing\nwords\nof a\nname\n")
	check(24, "NAME         SETTINGS\nsome words   opcache.jit\nof a name    =tracing\n")
}

// What a definition always gives the runtime is no difference between variants.
func TestSettingsOfOneBenchmarkAreNoColumn(t *testing.T) {
	t.Parallel()
	f := fixture{benchmarks: []*domain.Benchmark{benchmark("a", "A", "", "php84"), benchmark("b", "B", "", "php84")}, iterations: 3,
		levels: map[string]float64{"a/php84/memory_limit=1G": 1000, "b/php84": 1000}}
	f.plan = f.entries()
	f.plan[0].Variants[0].Settings = domain.Settings{{Name: "memory_limit", Value: "1G"}}
	text := written(t, f, Options{})
	require.NotContains(t, text, "SETTINGS")
	require.NotContains(t, text, "memory_limit")
}
