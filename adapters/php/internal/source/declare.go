package source

import (
	"fmt"
	"slices"
)

// class handles a keyword that may begin a class, an interface, a trait or an
// enumeration, with a name or without.
func (w *walker) class(i int, keyword string) {
	switch w.keyword(i - 1) {
	case "function", "const", "case", "use", "as", "insteadof", "goto":
		return // a name that only looks like the keyword
	}
	if w.punct(i-1) == "&" && w.keyword(i-2) == "function" {
		return
	}
	next := w.keyword(i + 1)
	named := next != "" && next != "extends" && next != "implements"
	if !named && (keyword != "class" || next == "" && w.punct(i+1) != "(" && w.punct(i+1) != "{") {
		return
	}
	body := w.body(i)
	if body < 0 {
		return
	}
	w.top().class = true
	w.bodies[body] = true
	if !named || w.top().scope > statements {
		return
	}
	if w.outermost() && !(w.dynamic && w.depends(i, body)) {
		w.add(cut{role: declaration, start: w.lead[w.first(i)], end: w.tokens[w.partner[body]].end, alone: !w.depends(i, body)})
		return
	}
	test := "class"
	if keyword == "interface" || keyword == "trait" {
		test = keyword
	}
	w.guard(i, body, fmt.Sprintf(`\%s_exists(__NAMESPACE__ . '\%s', false)`, test, w.text(i+1)))
	w.dynamic = true
}

// depends reports whether a class can only be declared after others.
func (w *walker) depends(i, body int) bool {
	for j := i; j < body; j++ {
		if word := w.keyword(j); word == "extends" || word == "implements" {
			return true
		}
	}
	for j := body + 1; j < w.partner[body]; j = w.skip(j) {
		if w.keyword(j) == "use" {
			return true
		}
	}
	return false
}

// function handles the keyword, which may begin a function, a method or a closure.
func (w *walker) function(i int) {
	body := w.body(i)
	if body >= 0 {
		w.bodies[body] = true
	}
	if w.top().scope == members {
		w.top().method = true
		return
	}
	name := i + 1
	if w.punct(name) == "&" {
		name++
	}
	if !w.has(name) || w.tokens[name].kind != word || w.punct(name+1) != "(" || w.top().scope > statements || body < 0 {
		return
	}
	if w.outermost() {
		w.add(cut{role: declaration, start: w.lead[w.first(i)], end: w.tokens[w.partner[body]].end, alone: true})
		return
	}
	w.guard(i, body, fmt.Sprintf(`\function_exists(__NAMESPACE__ . '\%s')`, w.text(name)))
}

// first returns the first token of the declaration with that keyword, which may be a
// modifier or an attribute.
func (w *walker) first(i int) int {
	for i > 0 {
		switch before := i - 1; {
		case slices.Contains([]string{"abstract", "final", "readonly"}, w.keyword(before)):
			i = before
		case w.punct(before) == "]" && w.punct(w.partner[before]) == "#[":
			i = w.partner[before]
		default:
			return i
		}
	}
	return i
}

// guard puts a condition around a declaration.
func (w *walker) guard(i, body int, exists string) {
	w.edits = append(w.edits,
		edit{at: w.lead[w.first(i)], text: "if (!" + exists + ") { "},
		edit{at: w.tokens[w.partner[body]].end, text: " }", closes: true})
}

// define handles a call of that function that is a statement of its own and gives the
// name as a literal. If the value cannot differ between repetitions, it is a
// declaration; otherwise it gets a condition.
func (w *walker) define(i int) {
	name := i + 2
	if w.top().scope > statements || w.punct(i+1) != "(" || w.punct(i+3) != "," || !w.literal(name) {
		return
	}
	after := w.partner[i+1] + 1
	switch {
	case w.find(after, ";", "?>") != after: // part of a larger expression
	case w.outermost() && w.begins(i) && w.fixed(name, after):
		w.statement(declaration, w.tokens[i].start, i)
	case w.begins(i) || w.punct(i-1) == ")" || w.punct(i-1) == ":" || w.keyword(i-1) == "else":
		quoted := w.text(name)
		w.edits = append(w.edits, edit{at: w.tokens[i].start, text: `\defined(` + quoted + `) || `})
		w.kept[quoted[1:len(quoted)-1]] = true
	}
}

// literal reports whether a token is a quoted string without interpolation.
func (w *walker) literal(i int) bool {
	quote := w.text(i)[0]
	return w.tokens[i].kind == text && !w.tokens[i].variables && (quote == '\'' || quote == '"')
}

// fixed reports whether an expression always has the same value: it contains no variable,
// and no constant that is defined in place.
func (w *walker) fixed(from, to int) bool {
	for j := from; j < to; j++ {
		if t := w.tokens[j]; t.kind == variable || t.variables || w.punct(j) == "$" || w.kept[w.text(j)] {
			return false
		}
	}
	return true
}
