package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/benchbus/benchbus/adapters/report"
)

// standardOutput remembers why it could not be written: what fails to print is
// told by the exit code, whoever printed it.
type standardOutput struct {
	out io.Writer
	err error // the first
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

// cleaned makes visible what a terminal would act on. Messages, names and outputs
// come from strangers; reports clean them by themselves, and then add colours.
// Each Write must be of whole characters, as those of fmt are.
type cleaned struct{ out io.Writer }

func (c cleaned) Write(text []byte) (int, error) {
	if _, err := io.WriteString(c.out, report.Clean(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// columns is how many the terminal has; 0 where there is none.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 0
}

// canDraw tells whether a terminal is there that understands more than text.
func canDraw(w io.Writer) bool {
	kind := os.Getenv("TERM")
	return isTerminal(w) && kind != "" && kind != "dumb"
}

// canColour is canDraw, unless the person wants no colours (no-color.org).
func canColour(w io.Writer) bool { return canDraw(w) && os.Getenv("NO_COLOR") == "" }
