package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
)

// writeTableJSON writes the table's own JSON, or its rows.
func writeTableJSON(out *bufio.Writer, t Table) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if t.JSON != nil {
		return encoder.Encode(t.JSON)
	}
	rows := make([]object, len(t.Rows))
	for i, row := range t.Rows {
		for j, c := range t.Columns {
			rows[i] = append(rows[i], member{c.Key, raw(row[j])})
		}
	}
	return encoder.Encode(rows)
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		for _, part := range []any{m.key, m.value} {
			text, err := compactJSON(part)
			if err != nil {
				return nil, err
			}
			out.Write(text)
			out.WriteByte(':')
		}
		out.Truncate(out.Len() - 1) // the colon after the value
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// compactJSON encodes a value like json.Marshal, but does not escape <, > and &.
func compactJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

// number is a float whose JSON is null if it is not finite.
type number float64

// MarshalJSON writes twelve significant digits, or null.
func (n number) MarshalJSON() ([]byte, error) {
	x := float64(n)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return []byte("null"), nil
	}
	return []byte(floatText(rounded(x))), nil
}

// known returns a pointer to the value, or nil for the zero value, which means unknown.
func known[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
