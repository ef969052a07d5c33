package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is an error in a definition, or a warning about it.
type Problem struct {
	// File is the path of the file or folder.
	File string
	// Line and Column are the position, from 1. Both are 0 if the problem concerns the
	// whole file. Column is also 0 if the YAML parser does not report it.
	Line, Column int
	// Field is the field's name in the file. It is empty if the problem concerns no
	// single field.
	Field string
	// Reason says what is wrong and what would be right.
	Reason string
	// Warning is true if the definition can be used nevertheless.
	Warning bool
}

// String formats the problem as "file:line: field: reason", and leaves out parts that
// are empty. A warning's reason begins with "warning: ".
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

// LoadError is the error if definitions have problems. It holds every problem, in the
// order of files and lines, but no warnings.
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

// quote quotes foreign text for a message, and shortens it.
func quote(text string) string {
	const most = 60
	if short := []rune(text); len(short) > most {
		return fmt.Sprintf("%q…", string(short[:most]))
	}
	return fmt.Sprintf("%q", text)
}
