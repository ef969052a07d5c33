package source

import "strings"

// scope is the kind of code directly inside of a bracket.
type scope uint8

const (
	topLevel   scope = iota // of the source, or of a namespace in braces
	statements              // of a block or of a function
	expression
	members // of a class
	hooks   // of a property, or the rules of a use of traits
)

// frame is an open bracket.
type frame struct {
	scope scope
	// alternative counts the open blocks that begin with a colon.
	alternative int
	// These are true if the next brace opens the members of a class, the statements of
	// a method, or a namespace.
	class, method, namespace bool
}

// walker walks through the tokens once and records cuts and insertions.
type walker struct {
	*code
	frames []frame
	cuts   []cut
	edits  []edit
	blocks []blockStart
	// dynamic is true after a construct that may declare classes that are not visible in
	// the source.
	dynamic bool
	// kept holds the names of constants that are defined in place.
	kept map[string]bool
	// bodies holds the braces that open the bodies of functions and classes.
	bodies map[int]bool
}

// cut is a range that does not belong to a body.
type cut struct {
	role       role
	start, end int
	tag        bool // it ends before a close tag, without a semicolon
	alone      bool // it is a declaration that depends on nothing
}

type role uint8

const (
	header role = iota // opens or closes a namespace
	directive
	imports
	declaration
)

// edit is text to be inserted at an offset.
type edit struct {
	at     int
	text   string
	closes bool // it belongs to what stands before the offset
}

// blockStart is the start of a namespace.
type blockStart struct {
	at        int
	namespace string
}

func (w *walker) walk() {
	w.frames = []frame{{scope: topLevel}}
	w.blocks = []blockStart{{}}
	w.kept, w.bodies = map[string]bool{}, map[int]bool{}
	for i := range w.tokens {
		switch w.punct(i) {
		case "(", "[", "#[":
			w.frames = append(w.frames, frame{scope: expression})
		case "{":
			w.frames = append(w.frames, frame{scope: w.opened()})
		case ")", "]", "}":
			w.closed(i)
		case ";":
			w.top().method = false
		case "":
			w.word(i)
		}
	}
}

func (w *walker) top() *frame { return &w.frames[len(w.frames)-1] }

// opened returns the scope of the brace that opens now.
func (w *walker) opened() scope {
	f := w.top()
	defer func() { f.class, f.method, f.namespace = false, false, false }()
	switch {
	case f.namespace:
		return topLevel
	case f.class:
		return members
	case f.scope == members && !f.method:
		return hooks
	}
	return statements
}

func (w *walker) closed(i int) {
	was := w.top().scope
	w.frames = w.frames[:len(w.frames)-1]
	if was == topLevel { // a namespace in braces ends
		w.cut(header, w.tokens[i].start, w.tokens[i].end, false)
		w.blocks = append(w.blocks, blockStart{at: w.tokens[i].end})
	}
}

// cut records a range. It ignores a range inside of one that is recorded already.
func (w *walker) cut(r role, start, end int, tag bool) {
	w.add(cut{role: r, start: start, end: end, tag: tag})
}

func (w *walker) add(c cut) {
	if n := len(w.cuts); n == 0 || c.start >= w.cuts[n-1].end {
		w.cuts = append(w.cuts, c)
	}
}

// statement cuts out from the offset to the end of the statement that token i
// belongs to. A close tag ends a statement and is not part of it.
func (w *walker) statement(r role, start, i int) {
	switch last := w.find(i, ";", "?>"); {
	case last < 0: // the statement does not end, which PHP will report
	case w.tokens[last].kind == closeTag:
		w.cut(r, start, w.tokens[last-1].end, true)
	default:
		w.cut(r, start, w.tokens[last].end, false)
	}
}

// word handles a token that is a keyword in its position.
func (w *walker) word(i int) {
	f := w.top()
	switch word := w.keyword(i); word {
	case "":
	case "class", "interface", "trait", "enum":
		w.class(i, word)
	case "function":
		w.function(i)
	case "if", "for", "foreach", "while", "switch", "declare":
		if w.punct(i+1) == "(" && w.punct(w.partner[i+1]+1) == ":" && f.scope <= statements {
			f.alternative++
		}
		if word == "declare" && w.outermost() && w.begins(i) {
			w.declare(i)
		}
	case "endif", "endfor", "endforeach", "endwhile", "endswitch", "enddeclare":
		f.alternative = max(0, f.alternative-1)
	case "define", `\define`:
		w.define(i)
	case "const":
		if w.outermost() && w.keyword(i-1) != "use" {
			w.statement(declaration, w.lead[w.first(i)], i)
		}
	case "use":
		if w.outermost() && w.begins(i) {
			w.statement(imports, w.tokens[i].start, i)
		}
	case "namespace":
		w.namespace(i)
	case "eval", "include", "include_once", "require", "require_once",
		"class_alias", `\class_alias`, "spl_autoload_register", `\spl_autoload_register`:
		w.dynamic = true
	}
}

// outermost reports whether a declaration here is unconditional.
func (w *walker) outermost() bool {
	return w.top().scope == topLevel && w.top().alternative == 0
}

// declare cuts out the directives that must open a file.
func (w *walker) declare(i int) {
	if w.punct(i+1) != "(" {
		return
	}
	for j := i + 2; j < w.partner[i+1]; j++ {
		if name := w.keyword(j); name == "strict_types" || name == "encoding" {
			w.statement(directive, w.tokens[i].start, i)
			return
		}
	}
}

// namespace cuts out the statement that opens a namespace.
func (w *walker) namespace(i int) {
	if !w.outermost() || len(w.frames) > 1 || !w.begins(i) {
		return
	}
	name, next := "", i+1
	if w.has(next) && w.tokens[next].kind == word {
		name, next = w.text(next), next+1
	}
	switch {
	case w.punct(next) == "{":
		w.top().namespace = true
	case name == "" || w.punct(next) != ";" && (!w.has(next) || w.tokens[next].kind != closeTag):
		return
	}
	end := w.tokens[next].end
	if w.tokens[next].kind == closeTag {
		end = w.tokens[next-1].end
	}
	w.cut(header, w.tokens[i].start, end, false)
	w.blocks = append(w.blocks, blockStart{end, strings.TrimPrefix(name, `\`)})
}
