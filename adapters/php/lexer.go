package php

import "strings"

// kind is what a token is.
type kind int

const (
	kindSpace  kind = iota // white space and comments
	kindHTML               // text outside of PHP, with its tags
	kindWord               // identifiers, keywords, qualified names, numbers
	kindVar                // $name
	kindString             // every kind of string, whole
	kindAttr               // #[
	kindSymbol             // anything else; -> ?-> and :: are one symbol each
)

// token is a piece of PHP source. All tokens together are the source.
type token struct {
	kind kind
	text string
}

// lexer cuts PHP source, without an open tag, into tokens. It accepts anything:
// what PHP would refuse, PHP itself will report.
type lexer struct {
	src string
	pos int
}

func lex(src string) []token {
	l := &lexer{src: src}
	var tokens []token
	for l.pos < len(l.src) {
		start := l.pos
		k := l.next()
		tokens = append(tokens, token{k, l.src[start:l.pos]})
	}
	return tokens
}

func (l *lexer) rest() string { return l.src[l.pos:] }

// through moves behind the next occurrence of the text, or to the end.
func (l *lexer) through(text string) {
	if i := strings.Index(l.rest(), text); i >= 0 {
		l.pos += i + len(text)
	} else {
		l.pos = len(l.src)
	}
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (l *lexer) next() kind {
	rest := l.rest()
	c := rest[0]
	switch {
	case isSpace(c):
		for l.pos < len(l.src) && isSpace(l.src[l.pos]) {
			l.pos++
		}
		return kindSpace
	case strings.HasPrefix(rest, "#["):
		l.pos += 2
		return kindAttr
	case c == '#' || strings.HasPrefix(rest, "//"):
		l.lineComment()
		return kindSpace
	case strings.HasPrefix(rest, "/*"):
		l.pos += 2
		l.through("*/")
		return kindSpace
	case strings.HasPrefix(rest, "?>"):
		l.html()
		return kindHTML
	case c == '\'':
		l.pos++
		l.quoted('\'', false)
		return kindString
	case c == '"' || c == '`':
		l.pos++
		l.quoted(c, true)
		return kindString
	case strings.HasPrefix(rest, "<<<"):
		if l.heredoc() {
			return kindString
		}
	case c == '$' && len(rest) > 1 && isWord(rest[1]):
		l.pos++
		l.word()
		return kindVar
	case isWord(c) || c == '\\' && len(rest) > 1 && isWord(rest[1]):
		l.word()
		return kindWord
	}
	for _, symbol := range []string{"?->", "->", "::"} {
		if strings.HasPrefix(rest, symbol) {
			l.pos += len(symbol)
			return kindSymbol
		}
	}
	l.pos++
	return kindSymbol
}

func (l *lexer) word() {
	for l.pos < len(l.src) && (isWord(l.src[l.pos]) || l.src[l.pos] == '\\') {
		l.pos++
	}
}

// lineComment ends before the end of the line or a closing tag.
func (l *lexer) lineComment() {
	rest := l.rest()
	end := len(rest)
	for _, stop := range []string{"\n", "\r", "?>"} {
		if i := strings.Index(rest, stop); i >= 0 {
			end = min(end, i)
		}
	}
	l.pos += end
}

// html takes everything from the closing tag to the next open tag, inclusive.
func (l *lexer) html() {
	rest := l.rest()
	at := -1
	for _, open := range []string{"<?php", "<?="} {
		if i := strings.Index(rest, open); i >= 0 && (at < 0 || i+len(open) < at) {
			at = i + len(open)
		}
	}
	if at < 0 {
		at = len(rest)
	}
	l.pos += at
}

// quoted moves behind the closing quote. In strings with interpolation {$ and ${
// hold expressions, in which quotes mean strings of their own.
func (l *lexer) quoted(quote byte, interpolated bool) {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		l.pos++
		switch {
		case c == '\\' && l.pos < len(l.src):
			l.pos++
		case c == quote:
			return
		case interpolated && l.pos < len(l.src) && (c == '{' && l.src[l.pos] == '$' || c == '$' && l.src[l.pos] == '{'):
			if c == '$' {
				l.pos++
			}
			l.expression()
		}
	}
}

// expression moves behind the brace that closes an interpolated expression.
func (l *lexer) expression() {
	for depth := 1; depth > 0 && l.pos < len(l.src); {
		start := l.pos
		l.next()
		switch l.src[start:l.pos] {
		case "{":
			depth++
		case "}":
			depth--
		}
	}
}

// heredoc takes a heredoc or nowdoc whole; false when the text is none.
func (l *lexer) heredoc() bool {
	rest := l.rest()
	i := 3
	for i < len(rest) && (rest[i] == ' ' || rest[i] == '\t') {
		i++
	}
	quote := byte(0)
	if i < len(rest) && (rest[i] == '\'' || rest[i] == '"') {
		quote = rest[i]
		i++
	}
	start := i
	for i < len(rest) && isWord(rest[i]) {
		i++
	}
	label := rest[start:i]
	if label == "" || label[0] >= '0' && label[0] <= '9' {
		return false
	}
	if quote != 0 {
		if i >= len(rest) || rest[i] != quote {
			return false
		}
		i++
	}
	if i >= len(rest) || rest[i] != '\n' && rest[i] != '\r' {
		return false
	}
	for i < len(rest) {
		line := i
		if i = strings.IndexByte(rest[line:], '\n'); i < 0 {
			break
		}
		i += line + 1
		body := strings.TrimLeft(rest[i:], " \t")
		if after, ok := strings.CutPrefix(body, label); ok && (after == "" || !isWord(after[0])) {
			l.pos += len(rest) - len(after)
			return true
		}
	}
	l.pos = len(l.src)
	return true
}
