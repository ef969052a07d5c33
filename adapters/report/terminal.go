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
		_, err := fmt.Fprintln(out, Wrap(t.Empty, opts.Width, ""))
		return err
	}
	t = t.forPeople(opts)
	w := table.NewWriter()
	w.SetStyle(table.Style{Box: table.BoxStyle{PaddingRight: columnGap}})
	w.SuppressTrailingSpaces()
	header := make(table.Row, len(t.Columns))
	configs := make([]table.ColumnConfig, len(t.Columns))
	widths, words := make([]int, len(t.Columns)), make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = text.StringWidth(c.Title)
		header[i] = opts.paint(bold, strings.ToUpper(c.Title))
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMaxEnforcer: text.WrapSoft}
		if c.Right {
			configs[i].Align, configs[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	w.AppendHeader(header)
	for _, row := range t.Rows {
		cells := make(table.Row, len(t.Columns))
		for i, c := range t.Columns {
			shown := c.shown(row[i])
			widths[i] = max(widths[i], text.LongestLineLen(shown))
			for word := range strings.FieldsSeq(shown) {
				words[i] = max(words[i], text.StringWidth(word))
			}
			if p, ok := row[i].(painted); ok {
				shown = opts.paint(p.colour, shown)
			}
			cells[i] = shown
		}
		w.AppendRow(cells)
	}
	for i, limit := range narrowed(t.Columns, widths, words, opts.Width) {
		configs[i].WidthMax = limit
	}
	w.SetColumnConfigs(configs)
	_, err := fmt.Fprintln(out, w.Render())
	return err
}

// narrowed returns the widths at which the columns are wrapped so that the table fits; 0
// means no wrapping. It narrows the widest column first, and breaks words only if the
// table does not fit otherwise.
func narrowed(columns []Column, widths, words []int, room int) []int {
	limits, least := make([]int, len(columns)), make([]int, len(columns))
	gaps := len(columnGap) * (len(columns) - 1)
	total, whole := gaps, gaps
	for i, c := range columns {
		least[i] = widths[i]
		if c.Width > 0 {
			least[i] = min(widths[i], max(c.Width, text.StringWidth(c.Title)))
		}
		words[i] = max(words[i], least[i])
		total, whole = total+widths[i], whole+words[i]
	}
	if whole <= room {
		least = words
	}
	for excess := total - room; room > 0 && excess > 0; excess-- {
		widest := -1
		for i := range columns {
			if widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
		limits[widest] = widths[widest]
	}
	return limits
}

// glue inserts no-break spaces where a sentence must not be broken.
var glue = strings.NewReplacer(" %", "\u00a0%", " … ", "\u00a0…\u00a0", "ignored: ", "ignored:\u00a0")

// Wrap breaks a sentence between words, so that no line is wider than so many columns; 0
// means no limit. Every line but the first begins with the indent, and the caller has
// written as much before the first.
func Wrap(s string, width int, indent string) string {
	if width <= 0 {
		return s
	}
	var out strings.Builder
	column := len(indent)
	for i, word := range strings.Split(glue.Replace(s), " ") {
		size := text.StringWidth(word)
		switch {
		case i == 0:
		case column+1+size > width:
			out.WriteString("\n" + indent)
			column = len(indent)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += size
	}
	return strings.ReplaceAll(out.String(), "\u00a0", " ")
}
