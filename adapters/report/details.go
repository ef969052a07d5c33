package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Details describes one item, such as a benchmark.
type Details struct {
	// Fields hold short values.
	Fields []Field
	// Texts hold long ones, such as code. Their lines and spaces are kept.
	Texts []Field
	// JSON is the value that FormatJSON writes.
	JSON any
}

// Field is a value with its name.
type Field struct {
	Name  string
	Value any // of a type that a [Table] may hold
}

// WriteDetails writes details.
func WriteDetails(w io.Writer, format Format, d Details, opts Options) error {
	all := Table{JSON: d.JSON, Columns: []Column{{Key: "field", Title: "Field"}, {Key: "value", Title: "Value", Lines: true}}}
	for _, f := range d.Fields {
		all.Rows = append(all.Rows, []any{f.Name, f.Value})
	}
	fields := all
	for _, f := range d.Texts {
		all.Rows = append(all.Rows, []any{f.Name, f.Value})
	}
	return buffered(w, func(out *bufio.Writer) error {
		switch format {
		case FormatTable:
			width := 0
			for _, f := range d.Fields {
				width = max(width, len(f.Name))
			}
			for _, f := range d.Fields {
				indent := strings.Repeat(" ", width+len(columnGap))
				fmt.Fprintf(out, "%-*s%s%s\n", width, f.Name, columnGap, Wrap(Column{}.shown(f.Value), opts.Width, indent))
			}
			for _, f := range d.Texts {
				fmt.Fprintf(out, "\n%s\n%s\n", opts.paint(bold, f.Name), Clean(fmt.Sprint(f.Value)))
			}
			return nil
		case FormatMarkdown:
			if err := writeMarkdown(out, fields, opts); err != nil {
				return err
			}
			for _, f := range d.Texts {
				fmt.Fprintf(out, "\n### %s\n\n", markdownEscapes.Replace(f.Name))
				codeBlock(out, "", strings.Split(Clean(fmt.Sprint(f.Value)), "\n"))
			}
			return nil
		}
		return WriteTable(out, format, all, opts)
	})
}
