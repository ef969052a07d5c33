package source

import (
	"fmt"
	"strings"
)

// Source holds the parts of PHP source without an opening tag.
type Source struct {
	// Directives are the declare(…) statements that must open a file.
	Directives []Piece
	// Blocks are the parts of the source by namespace, in order. There is at least one:
	// source without namespaces is one block.
	Blocks []Block
	// Global is true if the source may do something else in a function than at global
	// scope. It is true more often than need be, and never false where it matters.
	Global bool
	// Variables are the names of the variables outside of functions and classes, each
	// once, with their dollar. There are none if Global is true.
	Variables []string
}

// Block is source within one namespace.
type Block struct {
	// Namespace is the name of the namespace. It is empty for the global one.
	Namespace string
	// Imports are the use statements, Declarations the functions, classes and
	// constants at the top level, and Body everything else, each in order.
	Imports            []Import
	Declarations, Body []Piece
	// HTML is true if the body ends outside of PHP tags.
	HTML bool
}

// Piece is a range of the source.
type Piece struct {
	// Start and End are the offsets of the range in bytes.
	Start, End int
	// Line is the line on which the range begins, from 1.
	Line int
	// Text is the text of the range with the inserted conditions. It is complete: it
	// needs no semicolon, and ends inside of PHP tags. Only a body may end outside of
	// them.
	Text string
	// Alone is true for a declaration that nothing executed before it can change: a
	// function, or a class that needs no other.
	Alone bool
}

// Error says why source cannot be split. PHP could not run it either.
type Error struct {
	// Line is the line of the error, from 1.
	Line   int
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Split splits the source into its parts. The error is an [*Error].
//
// The ranges of all pieces are disjoint. They hold every byte of the source except
// white space and the words that open and close a namespace.
func Split(src string) (Source, error) {
	s, err := split(src, true)
	if err != nil && strings.Contains(src, "#[") {
		// Before PHP 8, #[ began a comment, which may contain anything.
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

// breaks reports whether a line ends with that byte.
func breaks(src string, i int) bool {
	return src[i] == '\n' || src[i] == '\r' && (i+1 == len(src) || src[i+1] != '\n')
}

// lineAt returns the line of an offset, from 1.
func lineAt(src string, offset int) (line int) {
	line = 1
	for i := range offset {
		if breaks(src, i) {
			line++
		}
	}
	return line
}
