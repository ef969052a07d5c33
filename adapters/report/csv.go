package report

import (
	"encoding/csv"
	"io"
)

// writeCSV writes the keys, then one record for each row (RFC 4180).
func writeCSV(out io.Writer, t Table) error {
	w := csv.NewWriter(out)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = c.Key
	}
	if err := w.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, c := range t.Columns {
			record[i] = c.field(row[i])
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
