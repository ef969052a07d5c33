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

// golden holds what was written against testdata/name.
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
				require.NoError(t, Write(&out, format, r, Options{}))
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

func TestTablesStayWithin120Columns(t *testing.T) {
	t.Parallel()
	for name, f := range fixtures {
		r := f.report(t)
		names := labelsOf(&r)
		for _, table := range []Table{resultsTable(&r, names), comparisonTable(&r, names), distributionTable(&r, names)} {
			var out bytes.Buffer
			require.NoError(t, WriteTable(&out, FormatTable, table, Options{}))
			for _, l := range strings.Split(out.String(), "\n") {
				require.LessOrEqual(t, text.StringWidthWithoutEscSequences(l), 120, "%s: %s", name, l)
			}
		}
	}
}
