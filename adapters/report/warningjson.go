package report

import "github.com/benchbus/benchbus/domain/stats"

// jsonWarning is a warning about the run or about one of its cells.
type jsonWarning struct {
	Code    stats.WarningCode `json:"code"`
	Message string            `json:"message"`
	// Entry and Variant locate the cell. They are null if the warning is about the run.
	Entry   *int `json:"entry"`
	Variant *int `json:"variant"`
}

// warningsJSON lists the warnings of the run, then those of its cells.
func warningsJSON(r *stats.Report) []jsonWarning {
	var all []jsonWarning
	for _, w := range r.Warnings {
		all = append(all, jsonWarning{Code: w.Code, Message: w.String()})
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		for _, w := range c.Warnings {
			all = append(all, jsonWarning{w.Code, w.String(), &c.Entry, &c.Index})
		}
	}
	return all
}
