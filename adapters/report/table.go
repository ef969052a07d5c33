package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Table is the output of a command. Every row has one value for each column.
//
// Values are strings, []string, bool, integers, float64, time.Time,
// time.Duration, [Bytes], anything with a String method, or nil for an unknown
// value. A zero time and a float that is not finite count as nil.
type Table struct {
	Columns []Column
	Rows    [][]any
	// Empty is the sentence that people see if there is no row. Defaults to the
	// headings alone.
	Empty string
	// JSON is the value that FormatJSON writes. Defaults to the rows as an array of
	// objects.
	JSON any
}

// Column describes one column.
type Column struct {
	// Key names the column in CSV and JSON: snake_case with the unit, such as
	// took_ns. Durations are nanoseconds there, sizes bytes.
	Key string
	// Title is the heading for people.
	Title string
	// Right aligns the column to the right, for numbers. Defaults to the left.
	Right bool
	// Width is the least width of the column. If the table is wider than
	// [Options.Width], the column's texts are wrapped. Defaults to no wrapping.
	Width int
	// Verbose shows the column to people only with [Options.Verbose]. Defaults to
	// false.
	Verbose bool
	// Lines keeps the line ends and spaces of the column's texts. Defaults to
	// one line, with single spaces.
	Lines bool
}

// forPeople leaves out the verbose columns unless the options ask for them.
func (t Table) forPeople(opts Options) Table {
	if opts.Verbose {
		return t
	}
	shown := t
	shown.Columns, shown.Rows = nil, make([][]any, len(t.Rows))
	for i, c := range t.Columns {
		if c.Verbose {
			continue
		}
		shown.Columns = append(shown.Columns, c)
		for n, row := range t.Rows {
			shown.Rows[n] = append(shown.Rows[n], row[i])
		}
	}
	return shown
}

// Bytes is a size, scaled for people; 0 means unknown.
type Bytes int64

// painted is a text with a colour for terminals.
type painted struct {
	text   string
	colour colour
}

// timeLayout is the layout of times for people.
const timeLayout = "2006-01-02 15:04:05 MST"

// shown formats the value for people.
func (c Column) shown(value any) string {
	switch v := value.(type) {
	case painted:
		return c.text(v.text)
	case float64:
		return factor(v)
	case time.Time:
		if v.IsZero() {
			return none
		}
		return v.Format(timeLayout)
	case time.Duration:
		if v == 0 {
			return "0 s"
		}
		return quantity(float64(v), timeUnits, significant)
	case Bytes:
		return memory(int64(v))
	case []string:
		return c.text(strings.Join(v, ", "))
	case nil:
		return none
	}
	return c.text(fmt.Sprint(value))
}

// text cleans a text for the column.
func (c Column) text(s string) string {
	if c.Lines {
		return Clean(s)
	}
	return line(s)
}

// raw converts the value for programs, to a string, a bool, an integer, a float,
// []string, or nil.
func raw(value any) any {
	switch v := value.(type) {
	case painted:
		return v.text
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return rounded(v)
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return v.Format(time.RFC3339Nano)
	case time.Duration:
		return int64(v)
	case Bytes:
		return orNil(int64(v))
	case fmt.Stringer:
		return v.String()
	}
	return value
}

// rounded drops the digits that differ between processors.
func rounded(x float64) float64 { return roundTo(x, 12) }

// floatText writes a finite number without an exponent, unless it is tiny.
func floatText(x float64) string {
	if x != 0 && math.Abs(x) < 1e-6 {
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// field formats the value for CSV.
func (c Column) field(value any) string {
	switch v := raw(value).(type) {
	case nil:
		return ""
	case string:
		return c.guarded(v)
	case []string:
		return c.guarded(strings.Join(v, " "))
	case float64:
		return floatText(v)
	case bool, int, int64:
		return fmt.Sprint(v)
	default:
		return c.guarded(fmt.Sprint(v))
	}
}

// guarded keeps a spreadsheet from taking a text for a formula.
func (c Column) guarded(s string) string {
	s = c.text(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
