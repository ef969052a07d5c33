package report

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// colour is an ANSI colour; 0 is none.
type colour int

const (
	bold   colour = 1
	red    colour = 31
	green  colour = 32
	yellow colour = 33
)

// paint colours a text, if colours are allowed.
func (o Options) paint(c colour, s string) string {
	if !o.Colour || c == 0 || s == "" {
		return s
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", c, s)
}

// columnGap separates the columns; there are no rules and no frame.
const columnGap = "  "

// writeTerminal writes the table in aligned columns.
func writeTerminal(out *bufio.Writer, t Table, opts Options) error {
	if len(t.Rows) == 0 && t.Empty != "" {
		_, err := fmt.Fprintln(out, t.Empty)
		return err
	}
	w := table.NewWriter()
	w.SetStyle(table.Style{Box: table.BoxStyle{PaddingRight: columnGap}})
	w.SuppressTrailingSpaces()
	header := make(table.Row, len(t.Columns))
	configs := make([]table.ColumnConfig, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = opts.paint(bold, strings.ToUpper(c.Title))
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: c.Width, WidthMaxEnforcer: text.WrapSoft}
		if c.Right {
			configs[i].Align, configs[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	w.AppendHeader(header)
	w.SetColumnConfigs(configs)
	for _, row := range t.Rows {
		cells := make(table.Row, len(row))
		for i, c := range t.Columns {
			cells[i] = c.shown(row[i])
			if p, ok := row[i].(painted); ok {
				cells[i] = opts.paint(p.colour, c.shown(p))
			}
		}
		w.AppendRow(cells)
	}
	_, err := fmt.Fprintln(out, w.Render())
	return err
}
