package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong, or in a warning suspicious, in a
// definition.
type Problem struct {
	// File is the path of the file or folder.
	File string
	// Line and Column say where, from 1. Both are 0 where the file as a whole
	// is meant; Column also where the YAML parser does not tell it.
	Line, Column int
	// Field is the field's name as the file writes it. Empty where no field
	// is meant.
	Field string
	// Reason says what is wrong and what would be right.
	Reason string
	// Warning is set where the definition can be used nevertheless.
	Warning bool
}

// String shows the problem as "file:line: field: reason", without the parts
// that are not there. A warning's reason begins with "warning: ".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": ")
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	if p.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Reason)
	return b.String()
}

// LoadError refuses definitions. It holds every problem, in the order of files
// and lines, and no warning.
type LoadError struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// quote shows a piece of somebody's text in a message, shortened.
func quote(text string) string {
	const most = 60
	if short := []rune(text); len(short) > most {
		return fmt.Sprintf("%q…", string(short[:most]))
	}
	return fmt.Sprintf("%q", text)
}
