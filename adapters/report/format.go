package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/benchbus/benchbus/domain/stats"
)

// Format is an output format.
type Format string

// The formats.
const (
	FormatTable    Format = "table"
	FormatJSON     Format = "json"
	FormatCSV      Format = "csv"
	FormatMarkdown Format = "markdown"
)

// Formats lists all formats.
func Formats() []Format { return []Format{FormatTable, FormatJSON, FormatCSV, FormatMarkdown} }

// ParseFormat reads a format's name, in any case; the error lists all names.
func ParseFormat(name string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		if strings.EqualFold(strings.TrimSpace(name), string(f)) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is not a format: choose one of %s", name, strings.Join(names, ", "))
}

// Options are the choices that a person has about the output.
type Options struct {
	// Colour allows colours in FormatTable. Defaults to false.
	Colour bool
	// Width is the number of columns that FormatTable may fill. It breaks sentences
	// and wraps names to stay within it, if that is possible. Defaults to no limit.
	Width int
	// Verbose shows every column and section in tables and Markdown. CSV and JSON
	// always have all. Defaults to those that fit 80 columns.
	Verbose bool
	// Order sorts the benchmarks of a report, in every format. Defaults to
	// OrderPlan.
	Order Order
}

// Write writes the report of a run.
func Write(w io.Writer, format Format, r stats.Report, opts Options) error {
	if opts.Order != "" {
		if _, err := ParseOrder(string(opts.Order)); err != nil {
			return err
		}
	}
	r = opts.Order.sorted(r)
	return buffered(w, func(out *bufio.Writer) error {
		switch format {
		case FormatJSON:
			return writeReportJSON(out, &r)
		case FormatCSV:
			return writeCSV(out, cellTable(&r))
		case FormatMarkdown:
			return markdownPage(out, &r, opts)
		case FormatTable:
			return terminalPage(out, &r, opts)
		default:
			_, err := ParseFormat(string(format))
			return err
		}
	})
}

// WriteTable writes a table.
func WriteTable(w io.Writer, format Format, t Table, opts Options) error {
	return buffered(w, func(out *bufio.Writer) error {
		switch format {
		case FormatJSON:
			return writeTableJSON(out, t)
		case FormatCSV:
			return writeCSV(out, t)
		case FormatMarkdown:
			return writeMarkdown(out, t, opts)
		case FormatTable:
			return writeTerminal(out, t, opts)
		default:
			_, err := ParseFormat(string(format))
			return err
		}
	})
}

func buffered(w io.Writer, write func(*bufio.Writer) error) error {
	out := bufio.NewWriter(w)
	if err := write(out); err != nil {
		return err
	}
	return out.Flush()
}
