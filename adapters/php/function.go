package php

import (
	"slices"
	"strings"

	"github.com/benchbus/benchbus/adapters/php/internal/source"
)

// function is the name of the function that the benchmark runs in. PHP's messages may
// show it.
const function = "benchbus_harness"

// oneFunction reports whether one function can hold the statements of all parts and do
// what they do at global scope, and returns the namespace that it must be in. PHP's
// optimiser and its JIT do for functions what they cannot do at global scope.
//
// Declarations and imports stand before the function. So those that stand after
// statements must be such that the statements cannot affect them, nor they the
// statements.
func oneFunction(parts []part) (namespace string, ok bool) {
	begun := false
	imported := map[string][]source.Name{}
	for _, part := range parts {
		if part.Global {
			return "", false
		}
		bodies := 0
		for _, b := range part.Blocks {
			for _, statement := range b.Imports {
				known := func(n source.Name) bool { return slices.ContainsFunc(imported[b.Namespace], n.Same) }
				if begun && (len(statement.Names) == 0 || slices.ContainsFunc(statement.Names, func(n source.Name) bool { return !known(n) })) {
					return "", false
				}
				imported[b.Namespace] = append(imported[b.Namespace], statement.Names...)
			}
			if begun && slices.ContainsFunc(b.Declarations, func(p source.Piece) bool { return !p.Alone }) {
				return "", false
			}
			if len(b.Body) == 0 {
				continue
			}
			if bodies++; bodies > 1 || begun && namespace != b.Namespace {
				return "", false
			}
			namespace, begun = b.Namespace, true
		}
	}
	return namespace, true
}

// function writes the declarations of all parts, and then their statements into one
// function.
func (w *scriptWriter) function(namespace string, parts []part) {
	w.glue("namespace { \\BenchbusHarness::begin('function'); }\n")
	for _, part := range parts {
		for _, b := range part.Blocks {
			w.open(part.name, b)
			w.glue("}\n")
		}
	}
	w.open("", source.Block{Namespace: namespace})
	w.glue("function " + function + "()\n{\n")
	w.bodies(parts[0])
	w.glue(unknown(parts[0].Variables))
	w.glue(loopOpen)
	w.bodies(parts[1])
	w.glue(loopEnd + kept(parts[1].Variables) + loopClose)
	w.bodies(parts[2])
	w.glue("\\BenchbusHarness::stage('end');\n}\n}\n")
	w.glue("namespace { " + strings.TrimSuffix(`\`+namespace, `\`) + `\` + function + "(); }\n")
}

// bodies writes the statements of a part.
func (w *scriptWriter) bodies(p part) {
	for _, b := range p.Blocks {
		if len(b.Body) > 0 {
			w.body(p.name, b)
		}
	}
}

// unknown is an assignment, never executed, to the variables of the setup. Without it
// opcache would compute from their values what the code is to compute.
func unknown(variables []string) string {
	if len(variables) == 0 {
		return ""
	}
	return `if (\BenchbusHarness::$unknown) { ` + strings.Join(variables, " = ") + ` = \BenchbusHarness::$unknown; }` + "\n"
}

// kept hands the variables of the code to the harness. Without it opcache would leave
// out what the code computes and nobody reads.
func kept(variables []string) string {
	values := make([]string, len(variables))
	for i, v := range variables {
		values[i] = "isset(" + v + ") ? " + v + " : null"
	}
	return `\BenchbusHarness::keep(` + strings.Join(values, ", ") + ");\n"
}
