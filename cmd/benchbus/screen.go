package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/benchbus/benchbus/adapters/report"
)

// standardOutput remembers its first error, so that the exit code reports it, whatever
// part of the program was printing.
type standardOutput struct {
	out io.Writer
	err error // the first error
}

func (s *standardOutput) Write(text []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.out.Write(text)
	if err != nil {
		s.err = &exitError{exitOutput, fmt.Errorf("standard output cannot be written: %w", err)}
	}
	return n, s.err
}

// cleaned makes characters visible that a terminal would act on, because messages,
// names and outputs come from strangers. Reports clean these themselves, and then add
// colours. Each Write must consist of whole characters, as those of fmt do.
type cleaned struct{ out io.Writer }

func (c cleaned) Write(text []byte) (int, error) {
	if _, err := io.WriteString(c.out, report.Clean(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// columns returns the width of the terminal, or 0 if w is none.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 0
}

// canDraw reports whether w is a terminal that understands control sequences.
func canDraw(w io.Writer) bool {
	kind := os.Getenv("TERM")
	return isTerminal(w) && kind != "" && kind != "dumb"
}

// canColour is canDraw, unless the person wants no colours (no-color.org).
func canColour(w io.Writer) bool { return canDraw(w) && os.Getenv("NO_COLOR") == "" }
