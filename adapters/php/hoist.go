package php

import (
	"errors"
	"strings"
)

// source is a piece of a benchmark's code, taken apart.
type source struct {
	declare   string // declare(strict_types=1);
	namespace string // namespace X;
	imports   string // use X\Y;
	hoisted   string // declarations that must be met once
	body      string // what can be met over and over; as many lines as before
}

var errUnbalanced = errors.New("there is a closing brace too many")

// takeApart splits code so that its body can stand inside a loop. Declarations
// at the top level are hoisted. Those in blocks and functions stay where they
// are, behind a guard that lets them pass once. The body keeps its line numbers.
func takeApart(code string) (source, error) {
	p := &parser{tokens: lex(code)}
	for p.at < len(p.tokens) {
		if err := p.step(); err != nil {
			return source{}, err
		}
	}
	p.closeGuards(0)
	if n := len(p.tokens); n > 0 && p.tokens[n-1].kind == kindHTML && !strings.HasSuffix(p.tokens[n-1].text, "<?php") {
		p.body.WriteString("<?php ")
	}
	p.out.body = p.body.String()
	return p.out, nil
}

type parser struct {
	tokens []token
	at     int
	out    source
	body   strings.Builder

	parens int
	// blocks are the open braces; true for the body of a class.
	blocks []bool
	// classAt is the number of parentheses open at a class keyword whose body
	// has not begun; -1 when there is none.
	pending []int
	// guards are the depths of blocks at whose end a guard is closed.
	guards []int
	last   string // the last token that means something
}

// step passes on one token, or a whole declaration.
func (p *parser) step() error {
	t := p.tokens[p.at]
	if t.kind != kindSpace && p.parens == 0 && p.startsStatement() {
		if end := p.declaration(); end > 0 {
			return nil
		}
	}
	p.at++
	p.body.WriteString(t.text)
	if t.kind == kindSpace {
		return nil
	}
	if err := p.nest(t); err != nil {
		return err
	}
	p.last = t.text
	if t.kind == kindHTML {
		p.last = ";"
	}
	return nil
}

// nest follows braces and parentheses.
func (p *parser) nest(t token) error {
	switch t.text {
	case "(", "[":
		p.parens++
	case ")", "]":
		p.parens = max(0, p.parens-1)
	case "{":
		n := len(p.pending)
		class := n > 0 && p.pending[n-1] == p.parens
		if class {
			p.pending = p.pending[:n-1]
		}
		p.blocks = append(p.blocks, class)
	case "}":
		if len(p.blocks) == 0 {
			return errUnbalanced
		}
		p.blocks = p.blocks[:len(p.blocks)-1]
		p.closeGuards(len(p.blocks))
	default:
		if t.kind == kindAttr {
			p.parens++
		}
		if t.kind == kindWord && isClassKeyword(t.text) && p.last != "::" && p.last != "->" && p.last != "?->" && p.opensClass() {
			p.pending = append(p.pending, p.parens)
		}
	}
	return nil
}

func isClassKeyword(word string) bool {
	switch strings.ToLower(word) {
	case "class", "interface", "trait", "enum":
		return true
	}
	return false
}

// opensClass tells whether the class keyword just passed on begins a class: an
// enum may be called so only where a name follows, and nothing else may be
// called class.
func (p *parser) opensClass() bool {
	if !strings.EqualFold(p.tokens[p.at-1].text, "enum") {
		return true
	}
	next := p.significant(p.at)
	return next < len(p.tokens) && p.tokens[next].kind == kindWord
}

// closeGuards closes the guards of declarations that ended at that depth.
func (p *parser) closeGuards(depth int) {
	for n := len(p.guards); n > 0 && p.guards[n-1] >= depth; n-- {
		p.guards = p.guards[:n-1]
		p.body.WriteString(" }")
	}
}

// significant returns the index of the first token from i on that is not space.
func (p *parser) significant(i int) int {
	for i < len(p.tokens) && p.tokens[i].kind == kindSpace {
		i++
	}
	return i
}

func (p *parser) startsStatement() bool {
	if n := len(p.blocks); n > 0 && p.blocks[n-1] {
		return false // members of a class
	}
	switch p.last {
	case "", ";", "{", "}", ":":
		return true
	}
	return false
}

// declaration handles a declaration that begins here, and returns how many
// tokens it passed on; 0 when there is none.
func (p *parser) declaration() int {
	start := p.at
	i := p.skipAttributes(start)
	word := func(i int) string {
		if i < len(p.tokens) && p.tokens[i].kind == kindWord {
			return strings.ToLower(p.tokens[i].text)
		}
		return ""
	}
	text := func(i int) string {
		if i < len(p.tokens) {
			return p.tokens[i].text
		}
		return ""
	}
	next := func(i int) int { return p.significant(i + 1) }
	top := len(p.blocks) == 0
	for word(i) == "abstract" || word(i) == "final" || word(i) == "readonly" && word(next(i)) != "" {
		i = next(i)
	}
	switch word(i) {
	case "function":
		name := next(i)
		if text(name) == "&" {
			name = next(name)
		}
		if word(name) == "" || text(next(name)) != "(" {
			return 0
		}
		return p.declare(start, name, top, `\function_exists`)
	case "class", "interface", "trait", "enum":
		name := next(i)
		if word(name) == "" || word(i) == "enum" && text(next(name)) != "{" && text(next(name)) != ":" && word(next(name)) != "implements" {
			return 0
		}
		check := map[string]string{"interface": `\interface_exists`, "trait": `\trait_exists`}[word(i)]
		if check == "" {
			check = `\class_exists`
		}
		return p.declare(start, name, top, check)
	case "const":
		if top && word(next(i)) != "" && text(next(next(i))) == "=" {
			return p.cut(start, p.semicolon(i), &p.out.hoisted)
		}
	case "define":
		if end := p.semicolon(i); top && text(next(i)) == "(" && !p.hasVariable(i, end) {
			return p.cut(start, end, &p.out.hoisted)
		}
	case "use":
		if top && word(next(i)) != "" {
			return p.cut(start, p.semicolon(i), &p.out.imports)
		}
	case "namespace":
		if top && word(next(i)) != "" && text(next(next(i))) == ";" {
			return p.cut(start, p.semicolon(i), &p.out.namespace)
		}
	case "declare":
		if top && text(next(i)) == "(" && word(next(next(i))) == "strict_types" {
			return p.cut(start, p.semicolon(i), &p.out.declare)
		}
	}
	return 0
}

// skipAttributes returns the index of the first token behind attributes.
func (p *parser) skipAttributes(i int) int {
	for i < len(p.tokens) && p.tokens[i].kind == kindAttr {
		depth := 1
		for i++; i < len(p.tokens) && depth > 0; i++ {
			switch p.tokens[i].text {
			case "[", "#[":
				depth++
			case "]":
				depth--
			}
		}
		i = p.significant(i)
	}
	return i
}

// declare hoists a declaration at the top level, and guards any other.
func (p *parser) declare(start, name int, top bool, check string) int {
	open := name
	for parens := 0; open < len(p.tokens); open++ {
		switch p.tokens[open].text {
		case "(":
			parens++
		case ")":
			parens--
		}
		if p.tokens[open].text == "{" && parens <= 0 {
			break
		}
	}
	end := p.closing(open)
	if end == 0 {
		return 0 // incomplete: PHP will say so
	}
	if top {
		// What is hoisted may hold declarations of its own, which are guarded.
		inner := &parser{tokens: p.tokens[open+1 : end-1], last: "{"}
		inner.blocks = []bool{check != `\function_exists`}
		for inner.at < len(inner.tokens) {
			if inner.step() != nil {
				return 0
			}
		}
		p.out.hoisted += concat(p.tokens[start:open+1]) + inner.body.String() + "}\n"
		return p.drop(start, end)
	}
	p.body.WriteString("if (!" + check + `(__NAMESPACE__ . '\` + p.tokens[name].text + "')) { ")
	p.guards = append(p.guards, len(p.blocks))
	for p.at <= open {
		t := p.tokens[p.at]
		p.at++
		p.body.WriteString(t.text)
		if t.kind != kindSpace {
			p.last = t.text
		}
	}
	p.blocks = append(p.blocks, check != `\function_exists`)
	return p.at - start
}

// closing returns the index behind the brace that closes the one at open; 0
// when there is none.
func (p *parser) closing(open int) int {
	depth := 0
	for i := open; i < len(p.tokens); i++ {
		switch p.tokens[i].text {
		case "{":
			depth++
		case "}":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// semicolon returns the index behind the end of the statement.
func (p *parser) semicolon(i int) int {
	depth := 0
	for ; i < len(p.tokens); i++ {
		switch p.tokens[i].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ";":
			if depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

func (p *parser) hasVariable(from, to int) bool {
	for _, t := range p.tokens[from:to] {
		if t.kind == kindVar || t.text == "$" || t.kind == kindString && t.text[0] != '\'' && strings.Contains(t.text, "$") {
			return true
		}
	}
	return false
}

// cut moves the tokens to another part of the source.
func (p *parser) cut(start, end int, to *string) int {
	*to += concat(p.tokens[start:end])
	if p.tokens[end-1].text != ";" {
		*to += ";"
	}
	*to += "\n"
	return p.drop(start, end)
}

// drop leaves out the tokens but keeps their line breaks.
func (p *parser) drop(start, end int) int {
	p.body.WriteString(strings.Repeat("\n", strings.Count(concat(p.tokens[start:end]), "\n")))
	p.at, p.last = end, ";"
	return end - start
}

func concat(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.text)
	}
	return b.String()
}
