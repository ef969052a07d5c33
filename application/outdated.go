package application

import (
	"fmt"
	"strings"
)

// OutdatedError says that workers of the queue live that are too old: they would
// refuse what is dispatched, and each iteration would fail that they take. Match it
// with errors.As.
type OutdatedError struct {
	Workers []string // their names, sorted; at least one
	Lacks   string   // the schema of the commands that they cannot read
}

// maxNamed bounds how many workers a sentence names.
const maxNamed = 10

func (e *OutdatedError) Error() string {
	if len(e.Workers) == 1 {
		return fmt.Sprintf("worker %s is too old for this version: it does not accept %s; update it, or stop it", e.Workers[0], e.Lacks)
	}
	named, more := e.Workers, ""
	if rest := len(named) - maxNamed; rest > 0 {
		named, more = named[:maxNamed], fmt.Sprintf(" and %d more", rest)
	}
	return fmt.Sprintf("workers %s%s are too old for this version: they do not accept %s; update them, or stop them", strings.Join(named, ", "), more, e.Lacks)
}
