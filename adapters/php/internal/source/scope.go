package source

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// reaching are words by which code anywhere, in a function too, reaches global
	// variables, executes code that is not visible here, or sees who called it.
	reaching = []string{
		"global", "eval", "include", "include_once", "require", "require_once", "create_function",
		"debug_backtrace", "debug_print_backtrace",
	}
	// telling are words that mean one thing at global scope and another in a function.
	telling = []string{
		"yield", "compact", "extract", "get_defined_vars", "func_get_args", "func_get_arg", "func_num_args",
		"__function__", "__method__",
	}
	// given are the variables that PHP itself sets at global scope.
	given = []string{"$argv", "$argc"}

	words     = regexp.MustCompile(`[\w\x80-\xff]+`)
	variables = regexp.MustCompile(`\$[A-Za-z_\x80-\xff][\w\x80-\xff]*`)
)

// scope finds out whether the source may run in a function, and its variables.
func (w *walker) scope() (global bool, names []string) {
	inner := 0 // the end of the functions and classes that a token is in
	for i, t := range w.tokens {
		if w.bodies[i] {
			inner = max(inner, w.partner[i])
		}
		outer := i >= inner
		if w.reaches(i) || outer && w.tells(i) {
			return true, nil
		}
		if name := w.text(i); outer && t.kind == variable && name != "$this" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return false, names
}

// reaches reports whether a token reaches beyond the function that it is in.
func (w *walker) reaches(i int) bool {
	src := w.text(i)
	switch w.tokens[i].kind {
	case variable:
		return src == "$GLOBALS"
	case word:
		return w.says(i, reaching)
	case text:
		return strings.Contains(src, "GLOBALS") || w.tokens[i].variables && interpolates(src, reaching)
	}
	return false
}

// tells reports whether a token outside of functions can tell which scope it is in.
func (w *walker) tells(i int) bool {
	src := w.text(i)
	switch w.tokens[i].kind {
	case variable:
		return slices.Contains(given, src)
	case word:
		return w.says(i, telling)
	case text:
		return w.tokens[i].variables && (strings.Contains(src, "${") || strings.Contains(src, "$$") || interpolates(src, telling) ||
			slices.ContainsFunc(variables.FindAllString(src, -1), func(v string) bool { return slices.Contains(given, v) }))
	}
	return src == "$" // a variable whose name is computed
}

// says reports whether a token is one of the words, with or without a namespace.
func (w *walker) says(i int, any []string) bool {
	_, last := cutLast(w.keyword(i))
	return slices.Contains(any, last)
}

// interpolates reports whether a string that holds code holds one of the words. It may
// hold it outside of that code.
func interpolates(text string, any []string) bool {
	return strings.Contains(text, "{$") && slices.ContainsFunc(words.FindAllString(strings.ToLower(text), -1),
		func(word string) bool { return slices.Contains(any, word) })
}
