package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares the output with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the tests with -update to make the golden files")
	require.Equal(t, string(want), string(got), "%s is out of date; -update writes it anew", path)
}

var extensions = map[Format]string{FormatTable: "txt", FormatJSON: "json", FormatCSV: "csv", FormatMarkdown: "md"}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, f := range fixtures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := f.report(t)
			for format, extension := range extensions {
				var out bytes.Buffer
				require.NoError(t, Write(&out, format, r, Options{Width: 80}))
				require.True(t, utf8.Valid(out.Bytes()))
				golden(t, name+"."+extension, out.Bytes())
			}
		})
	}
}

func TestGoldenInColour(t *testing.T) {
	t.Parallel()
	var out, plain bytes.Buffer
	r := fixtures["three-runtimes"].report(t)
	require.NoError(t, Write(&out, FormatTable, r, Options{Colour: true}))
	golden(t, "three-runtimes.colour.txt", out.Bytes())

	require.NoError(t, Write(&plain, FormatTable, r, Options{}))
	require.Equal(t, plain.String(), text.StripEscape(out.String()), "colours change nothing else")
}

func TestGoldenVerbose(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"three-runtimes": 0, "group": 120, "hosts": 100} {
		var out bytes.Buffer
		require.NoError(t, Write(&out, FormatTable, fixtures[name].report(t), Options{Verbose: true, Width: width}))
		golden(t, name+".verbose.txt", out.Bytes())
	}
}

// A report with any names fits the terminal, except for words and outputs that cannot
// be broken, and wide characters at the end of a column.
func TestTheAnswerFits(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 80, 120} {
		for name, f := range fixtures {
			if width < 80 && (len(f.settings) > 1 || len(f.sources) > 1 || f.counts != nil) {
				continue // a column more
			}
			r := f.report(t)
			var out bytes.Buffer
			require.NoError(t, Write(&out, FormatTable, r, Options{Width: width}))
			for _, l := range strings.Split(out.String(), "\n") {
				words := strings.Fields(l)
				if len(words) > 1 && !strings.HasPrefix(l, "    | ") && !strings.Contains(l, "UnbrokenUnbroken") {
					require.LessOrEqual(t, text.StringWidth(l), width+strings.Count(l, "の"), "%s: %s", name, l)
				}
			}
		}
	}
}

func TestNamesAreNotWrappedWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	r := fixtures["long-names"].report(t)
	name := r.Cells[0].Benchmark.Name
	check := func(lines int, opts Options) {
		t.Helper()
		var out bytes.Buffer
		require.NoError(t, WriteTable(&out, FormatTable, resultsTable(&r, labelsOf(&r)), opts))
		require.Equal(t, lines, strings.Count(out.String(), "\n"), "%s", &out)
		require.Equal(t, lines == 4, strings.Contains(out.String(), name))
	}
	check(4, Options{})
	check(4, Options{Width: 220})
	check(10, Options{Width: 120})
}
