package source

import (
	"fmt"
	"strings"
)

// Source is what a piece of PHP source without an opening tag consists of.
type Source struct {
	// Directives are the declare(…) statements that must open a file.
	Directives []Piece
	// Blocks are the parts of the source by namespace, in order; at least
	// one. Source that knows no namespaces is one block.
	Blocks []Block
}

// Block is source within one namespace.
type Block struct {
	// Namespace is its name; empty for the global one.
	Namespace string
	// Imports are the use statements, Declarations the functions, classes and
	// constants at the top level, Body all else; each in order.
	Imports            []Import
	Declarations, Body []Piece
	// HTML is true where the body ends outside of PHP tags.
	HTML bool
}

// Piece is a range of the source.
type Piece struct {
	// Start and End are its place in bytes.
	Start, End int
	// Line is the line on which it begins, from 1.
	Line int
	// Text is the range, with the conditions that were put into it. It is
	// complete: it needs no semicolon and ends inside of PHP tags; but for a
	// body, which may end outside of them.
	Text string
}

// Error says why source cannot be taken apart. PHP could not run it either.
type Error struct {
	// Line is where, from 1.
	Line   int
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Split takes the source apart. The error is an [*Error].
//
// The ranges of all pieces are disjoint, and hold every byte of the source but
// for white space and the words that open and close a namespace.
func Split(src string) (Source, error) {
	s, err := split(src, true)
	if err != nil && strings.Contains(src, "#[") {
		// Before PHP 8, #[ began a comment, which may hold anything.
		if old, oldErr := split(src, false); oldErr == nil {
			return old, nil
		}
	}
	return s, err
}

func split(src string, attributes bool) (Source, error) {
	tokens, html, err := lex(src, attributes)
	if err != nil {
		return Source{}, err
	}
	code, err := newCode(src, tokens)
	if err != nil {
		return Source{}, err
	}
	w := &walker{code: code}
	w.walk()
	return w.assemble(html), nil
}

// Breaks counts the ends of lines as PHP does: a line feed, a carriage return,
// or both.
func Breaks(src string) (n int) {
	for i := range len(src) {
		if breaks(src, i) {
			n++
		}
	}
	return n
}

// breaks tells whether a line ends with that byte.
func breaks(src string, i int) bool {
	return src[i] == '\n' || src[i] == '\r' && (i+1 == len(src) || src[i+1] != '\n')
}

// lineAt is the line of an offset, from 1.
func lineAt(src string, offset int) (line int) {
	line = 1
	for i := range offset {
		if breaks(src, i) {
			line++
		}
	}
	return line
}
