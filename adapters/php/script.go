package php

import (
	_ "embed"
	"errors"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/adapters/php/internal/source"
	"github.com/benchbus/benchbus/domain"
)

// harness reads the instructions, includes the script, and reports.
//
//go:embed harness.php
var harness string

// The script adds this code around the benchmark's code. Its variables have names that
// the benchmark will not use by accident. The benchmark could unset them, which the
// script checks, since no storage out of its reach is as fast. Functions are called by
// their full names, since the benchmark may have a namespace.
const (
	loopOpen = `for ($__bb_n = \BenchbusHarness::first(); $__bb_n > 0; $__bb_n = \BenchbusHarness::next(isset($__bb_n, $__bb_i) ? $__bb_i : null, $__bb_t)) {
$__bb_t = \BenchbusHarness::$hrtime ? \hrtime(true) : \microtime(true);
for ($__bb_i = 0; $__bb_i < $__bb_n; ++$__bb_i) {
`
	loopEnd = `}
$__bb_t = (\BenchbusHarness::$hrtime ? \hrtime(true) : \microtime(true)) - $__bb_t;
`
	loopClose = `}
\BenchbusHarness::measured();
`
)

// script is the PHP file that executes a benchmark, with the origins of its lines.
type script struct {
	text    string
	origins []origin
}

// part is the setup, the code or the teardown of a benchmark.
type part struct {
	name string
	source.Source
}

// newScript writes the file: declarations, the setup, a loop around the code that
// serves for both warm-up and batch, and the teardown. The three are in one function
// where they can be, and else at global scope. The error has class ClassCode.
func newScript(b *domain.Benchmark) (*script, error) {
	w := &scriptWriter{imports: map[string][]source.Name{}}
	parts := []part{{name: "setup"}, {name: "code"}, {name: "teardown"}}
	for i, text := range []string{b.Setup, b.Code, b.Teardown} {
		split, err := source.Split(text)
		if err != nil {
			return nil, domain.Fail(domain.ClassCode, "PHP cannot compile the benchmark's %s: %w", parts[i].name, err)
		}
		parts[i].Source = split
	}
	w.glue("<?php\n")
	for _, part := range parts {
		for _, directive := range part.Directives {
			w.glue(directive.Text + "\n")
		}
	}
	if b.Bootstrap != "" {
		w.glue("namespace { \\BenchbusHarness::bootstrap(" + quoted(b.Bootstrap) + "); }\n")
	}
	if namespace, ok := oneFunction(parts); ok {
		w.function(namespace, parts)
	} else if err := w.global(parts); err != nil {
		return nil, err
	}
	return &script{text: w.out.String(), origins: w.origins}, nil
}

// quoted writes a text as PHP does.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// global writes all parts at global scope, in their order.
func (w *scriptWriter) global(parts []part) error {
	w.glue("namespace { \\BenchbusHarness::begin('global'); }\n")
	w.once("setup", parts[0].Source)
	if err := w.repeated(parts[1].Source); err != nil {
		return err
	}
	w.once("teardown", parts[2].Source)
	w.glue("namespace { \\BenchbusHarness::stage('end'); }\n")
	return nil
}

// scriptWriter writes the file and records the origins of its lines.
type scriptWriter struct {
	out     strings.Builder
	line    int
	origins []origin
	// imports holds the imports of each namespace. Later parts see those of earlier
	// parts.
	imports map[string][]source.Name
}

func (w *scriptWriter) glue(text string) {
	w.out.WriteString(text)
	w.line += source.Breaks(text)
}

// pieces writes source, each piece on lines of its own.
func (w *scriptWriter) pieces(part string, pieces []source.Piece) {
	for _, p := range pieces {
		lines := source.Breaks(p.Text)
		w.origins = append(w.origins, origin{line: w.line + 1, part: part, source: p.Line, lines: lines})
		w.glue(p.Text + "\n")
	}
}

// open begins a namespace with its imports and declarations.
func (w *scriptWriter) open(part string, b source.Block) {
	w.glue("namespace " + b.Namespace + " {\n")
	for _, earlier := range w.imports[b.Namespace] {
		w.glue(earlier.Statement() + "\n")
	}
	for _, statement := range b.Imports {
		w.use(part, b.Namespace, statement)
	}
	w.pieces(part, b.Declarations)
}

// use writes the imports of a use statement. It leaves out names that are imported
// already, which PHP would refuse.
func (w *scriptWriter) use(part, namespace string, statement source.Import) {
	var fresh []source.Name
	for _, name := range statement.Names {
		if !slices.ContainsFunc(w.imports[namespace], name.Same) {
			w.imports[namespace] = append(w.imports[namespace], name)
			fresh = append(fresh, name)
		}
	}
	if len(fresh) == len(statement.Names) {
		w.pieces(part, []source.Piece{statement.Piece})
		return
	}
	for _, name := range fresh {
		w.pieces(part, []source.Piece{{Line: statement.Line, Text: name.Statement()}})
	}
}

// body writes statements in braces, so that an unfinished statement cannot extend
// beyond them.
func (w *scriptWriter) body(part string, b source.Block) {
	w.glue("{\n")
	w.pieces(part, b.Body)
	if b.HTML {
		w.glue("<?php\n")
	}
	w.glue("}\n")
}

func (w *scriptWriter) once(part string, s source.Source) {
	for _, b := range s.Blocks {
		w.open(part, b)
		w.body(part, b)
		w.glue("}\n")
	}
}

func (w *scriptWriter) repeated(s source.Source) error {
	last := len(s.Blocks) - 1
	for i, b := range s.Blocks {
		if len(b.Body) > 0 {
			last = i
		}
	}
	for i, b := range s.Blocks {
		w.open("code", b)
		switch {
		case i == last:
			w.glue(loopOpen)
			w.body("code", b)
			w.glue(loopEnd + loopClose)
		case len(b.Body) > 0:
			return &domain.ExecutionError{Class: domain.ClassCode, Err: errors.New(
				"the benchmark's code has statements in more than one namespace, and one loop cannot repeat those; keep declarations there, or move statements to the setup")}
		}
		w.glue("}\n")
	}
	return nil
}

// origin maps lines of the file to lines of the benchmark.
type origin struct {
	line   int    // first line in the file
	part   string // setup, code or teardown
	source int    // first line in the part
	lines  int    // how many follow the first one
}

// origin returns the part, and the line in it, that a line of the file comes from.
// Lines that were added after a piece count as its last line. It returns false for
// lines before the first piece.
func (s *script) origin(line int) (part string, number int, ok bool) {
	for _, o := range slices.Backward(s.origins) {
		if o.line <= line {
			return o.part, o.source + min(line-o.line, o.lines), true
		}
	}
	return "", 0, false
}
