package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func list() Table {
	return Table{
		Columns: []Column{
			{Key: "id", Title: "Run"}, {Key: "state", Title: "State"}, {Key: "created_at", Title: "Made"}, {Key: "took_ns", Title: "Took", Right: true},
			{Key: "size_bytes", Title: "Size", Right: true}, {Key: "done", Title: "Done", Right: true}, {Key: "share", Title: "Share", Right: true},
			{Key: "benchmarks", Title: "Benchmarks", Width: 20}, {Key: "code", Title: "Code", Lines: true},
		},
		Rows: [][]any{
			{domain.RunID("20261123-1"), domain.StateCompleted, created, 1500 * time.Millisecond, Bytes(1536), 10, 0.25,
				[]string{"loop", "concat-dot", "concat-implode"}, "$a = 1;\n$b = '|';"},
			{domain.RunID("20261123-2"), domain.StateInterrupted, time.Time{}, nil, Bytes(0), 0, math.NaN(), []string{}, "=1+1"},
		},
	}
}

func TestWriteTableGolden(t *testing.T) {
	t.Parallel()
	for format, extension := range extensions {
		var out bytes.Buffer
		require.NoError(t, WriteTable(&out, format, list(), Options{}))
		golden(t, "list."+extension, out.Bytes())
	}
}

func TestWriteTableWithoutRows(t *testing.T) {
	t.Parallel()
	check := func(format Format, empty, want string) {
		t.Helper()
		var out bytes.Buffer
		table := Table{Columns: []Column{{Key: "id", Title: "Run"}}, Empty: empty}
		require.NoError(t, WriteTable(&out, format, table, Options{}))
		require.Equal(t, want, out.String())
	}
	check(FormatTable, "No runs yet.", "No runs yet.\n")
	check(FormatTable, "", "RUN\n")
	check(FormatMarkdown, "No runs yet.", "No runs yet.\n")
	check(FormatCSV, "No runs yet.", "id\n")
	check(FormatJSON, "No runs yet.", "[]\n")
}

func TestWriteTableOwnJSON(t *testing.T) {
	t.Parallel()
	table := list()
	table.JSON = map[string]any{"code": "a < b && c"}
	var out bytes.Buffer
	require.NoError(t, WriteTable(&out, FormatJSON, table, Options{}))
	require.Equal(t, "{\n  \"code\": \"a < b && c\"\n}\n", out.String())
}

type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestErrorsOfTheWriterComeBack(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		require.ErrorIs(t, Write(brokenWriter{}, format, fixtures["group"].report(t), Options{}), errBroken, format)
		require.ErrorIs(t, WriteTable(brokenWriter{}, format, list(), Options{}), errBroken, format)
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		got, err := ParseFormat(" " + strings.ToUpper(string(format)))
		require.NoError(t, err)
		require.Equal(t, format, got)
	}
	_, err := ParseFormat("xml")
	require.EqualError(t, err, `"xml" is not a format: choose one of table, json, csv, markdown`)
	require.Error(t, Write(&bytes.Buffer{}, "xml", fixtures["one-cell"].report(t), Options{}))
	require.Error(t, WriteTable(&bytes.Buffer{}, "", list(), Options{}))
}

// FuzzForeignText puts any text into every format and checks that it cannot break out
// of its place.
func FuzzForeignText(f *testing.F) {
	for _, s := range []string{"Loop", "=1+1", "a|b\nc", "\x1b[31mred\x1b[0m", "\x1b]8;;http://x\x07link", "\x9b31m", "\xff\xfe", "\u202egnp.exe",
		"```\n# x", "-- ", "\t+1", "a,\"b\"", "\r\n=x", "\x1b", "\x1b]", "配列", "e\u0301", "\u2028x", " @x", "\\|", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		table := Table{Columns: []Column{{Key: "text", Title: "Text"}, {Key: "n", Title: "n"}}, Rows: [][]any{{s, 1}, {s, 2}}}
		written := map[Format]string{}
		for _, format := range Formats() {
			var out bytes.Buffer
			require.NoError(t, WriteTable(&out, format, table, Options{}))
			require.True(t, utf8.Valid(out.Bytes()))
			written[format] = out.String()
			if format == FormatJSON {
				continue // escapes control characters itself
			}
			for _, r := range out.String() {
				require.False(t, r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)), "%s holds %U", format, r)
			}
		}
		require.Equal(t, 3, strings.Count(written[FormatTable], "\n"))
		require.Equal(t, 4, strings.Count(written[FormatMarkdown], "\n"))
		for _, l := range strings.Split(strings.TrimSpace(written[FormatMarkdown]), "\n") {
			bare := strings.ReplaceAll(strings.ReplaceAll(l, `\\`, ""), `\|`, "")
			require.Equal(t, 3, strings.Count(bare, "|"), l)
		}
		records, err := csv.NewReader(strings.NewReader(written[FormatCSV])).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, 3)
		require.NotContains(t, []string{"=", "+", "-", "@"}, records[1][0][:min(1, len(records[1][0]))])
		var rows []map[string]any
		require.NoError(t, json.Unmarshal([]byte(written[FormatJSON]), &rows))
		if utf8.ValidString(s) {
			require.Equal(t, s, rows[0]["text"])
		}
	})
}

func TestClean(t *testing.T) {
	t.Parallel()
	check := func(want, s string) {
		t.Helper()
		require.Equal(t, want, Clean(s))
	}
	check("plain\ttext\nÄ 配列", "plain\ttext\nÄ 配列")
	check(`\u001b[31mred\u001b[0m \u001b]0;title\u0007`, "\x1b[31mred\x1b[0m \x1b]0;title\x07")
	check(`\u0000 \u007f \u009b31m \u000d`, "\x00 \x7f \u009b31m \r")
	check(`\u202egnp.exe \u2066 \u200b \U000e0041`, "\u202egnp.exe \u2066 \u200b \U000e0041")
	check("a\nb", "a\r\nb")
	check("\uFFFD31m", "\x9b31m")
}
