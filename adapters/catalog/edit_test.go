package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// opened returns the only file of a folder, with that text.
func opened(t *testing.T, text string) *File {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(text), 0o600))
	files, err := OpenFiles([]string{dir}, nil)
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, text, string(files[0].Text))
	return files[0]
}

const start = "slug: a # the slug\nname: A\n\ncategory:   c\nphpVersions: [php84]\n"

func TestWithCounts(t *testing.T) {
	t.Parallel()
	check := func(want, text string) {
		t.Helper()
		e, err := opened(t, start+text).WithCounts(70, 700)
		require.NoError(t, err)
		require.Equal(t, start+want, string(e.Text))
	}
	const code = "# why\n# this\ncode: |\n  $a = 1;\n\n"
	const both = "warmup: 70\nrevolutions: 700\n"
	check(both+code, code)
	check("\n"+both+code+"setup: $a = 2;", "\n"+code+"setup: $a = 2;")
	check(both+"setup: |+\n  $a = 2;\n\n\n"+code, "setup: |+\n  $a = 2;\n\n\n"+code)
	check(both+code, "warmup: 5\nrevolutions: 1_000\n"+code)
	check(code+"revolutions:   700  # as many as fit\nwarmup: 70\n", code+"revolutions:   5000  # as many as fit\nwarmup:\n")
	check(code+"'revolutions' : 700\nwarmup: 70 # none\n", code+"'revolutions' : 5000\nwarmup: # none\n")
	check("warmup: 70\n"+code+"revolutions: 700", code+"revolutions: 0x10")
	check("revolutions: 700\n"+code+"warmup: 70", code+"warmup: ~")
	check("warmup: 70\r\nrevolutions: 700\r\ncode: $a = 1;\r\n", "code: $a = 1;\r\n")
	check("warmup: 70\r\nrevolutions: 700\r\ncode: $a = 1;", "warmup: 3\r\nrevolutions: 9\r\ncode: $a = 1;")
	check("innerIterations: 700\n"+code+"warmupIterations: 70\n", code+"warmupIterations: 7\n")
	check("warmupIterations: 70\n"+code+"innerIterations: 700\n", code+"innerIterations: 10\n")
	check(code+"warmup: 70\ninnerIterations: 700\n", code+"warmup: 0\ninnerIterations: 10\n")
}

func TestWithCountsKeepsTheIndentation(t *testing.T) {
	t.Parallel()
	f := opened(t, " slug: a\n name: A\n category: c\n runtimes: [x]\n # why\n code: x\n")
	e, err := f.WithCounts(1, 2)
	require.NoError(t, err)
	require.Equal(t, " slug: a\n name: A\n category: c\n runtimes: [x]\n # why\n warmup: 1\n revolutions: 2\n code: x\n", string(e.Text))
}

// The older names allow less; what they allow is what is written.
func TestWithCountsKeepsTheRanges(t *testing.T) {
	t.Parallel()
	check := func(text string, warmup, revolutions, wantWarmup, wantRevolutions int) {
		t.Helper()
		e, err := opened(t, start+text+"code: $a = 1;\n").WithCounts(warmup, revolutions)
		require.NoError(t, err)
		require.Equal(t, [2]int{wantWarmup, wantRevolutions}, [2]int{e.Warmup, e.Revolutions})
	}
	check("warmupIterations: 1\n", 500, 50_000, 100, 10_000)
	check("innerIterations: 10\n", 0, 1, 1, 10)
	check("revolutions: 10\n", 0, 1, 0, 1)
	check("revolutions: 10\n", 2_000_000, 2_000_000_000, 1_000_000, 1_000_000_000)
}

func TestWhatCannotBeEdited(t *testing.T) {
	t.Parallel()
	check := func(want, text string) {
		t.Helper()
		_, err := opened(t, text).WithCounts(70, 700)
		require.ErrorContains(t, err, want)
	}
	check("in braces", "{slug: a, name: A, category: c, phpVersions: [php84], code: $a = 1;}")
	check(`line 6 is not a name and a number alone; write it as "warmup: 70"`, start+"warmup: &few 3\nrevolutions: *few\ncode: $a = 1;\n")
	check("line by line", start+"warmup:\n  3\ncode: $a = 1;\n")
	check(`write it as "revolutions: 700"`, start+"? revolutions\n: 3\ncode: $a = 1;\n")
	check("line by line", start+"? code\n: $a = 1;\n")
	check("line 6", strings.ReplaceAll(start+"revolutions: 3\ncode: $a = 1;\n", "\n", "\r"))
}

// Whatever the file, either the text has the counts and defines the same benchmark, or
// nothing is edited.
func FuzzWithCounts(f *testing.F) {
	for _, text := range []string{
		start + "code: |\n  $a = 1;\n", start + "code: $a = 1;\nrevolutions: 5 # x\nwarmup:\n", start + "code: $a = 1;\r\ninnerIterations: 10",
		start + "parameters: {n: [1, 2]}\nsetup: |+\n  $b = 1;\n\n# x\ncode: $a = 1;\n",
	} {
		f.Add([]byte(text), 10, 100)
	}
	f.Fuzz(func(t *testing.T, text []byte, warmup, revolutions int) {
		d := parse("a.yaml", text)
		if len(d.problems) > 0 {
			return
		}
		e, err := (&File{Path: "a.yaml", Benchmark: &d.benchmark, Text: text, document: d}).WithCounts(warmup, revolutions)
		if err != nil {
			return
		}
		after := parse("a.yaml", e.Text)
		require.Empty(t, after.problems)
		require.Equal(t, e.Revolutions, after.benchmark.Revolutions)
		require.Equal(t, e.Warmup, *after.benchmark.Warmup)
		require.Equal(t, d.benchmark.Code, after.benchmark.Code)
		require.LessOrEqual(t, strings.Count(string(e.Text), "\n"), strings.Count(string(text), "\n")+2)
	})
}
