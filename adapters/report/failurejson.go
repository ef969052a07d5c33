package report

import (
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// jsonFailure is the failure of an iteration, or of one of its variants.
type jsonFailure struct {
	Iteration int    `json:"iteration"`
	Entry     int    `json:"entry"`
	EntryName string `json:"entry_name"`
	Variant   *int   `json:"variant"` // null if the whole iteration failed
	jsonCause
	Worker string `json:"worker"`
	Host   string `json:"host"`
}

// jsonCause says why it failed.
type jsonCause struct {
	Class    domain.FailureClass `json:"class"`
	Message  string              `json:"message"`
	Output   string              `json:"output,omitempty"`
	Attempts int                 `json:"attempts"`
}

// failureJSON converts a failure. The number of entries tells the entry of its
// iteration.
func failureJSON(f *stats.Failure, entries int) jsonFailure {
	failure := jsonFailure{f.Iteration, (f.Iteration - 1) % entries, f.Entry, nil, jsonCause(f.Failure), f.Worker, f.HostKey}
	if f.Cell != nil {
		failure.Variant = &f.Cell.Index
	}
	return failure
}
