package source

import "strings"

// maxDepth limits the nesting of code in strings in code, which costs stack.
const maxDepth = 200

// lexer splits PHP source into tokens, starting inside of PHP tags. It accepts more than
// PHP does. In source that PHP accepts, it always finds the right end of strings,
// comments and blocks.
type lexer struct {
	src string
	pos int
	// html is true outside of PHP tags.
	html bool
	// attributes is true if #[ begins an attribute, as since PHP 8, and not a comment,
	// as before.
	attributes bool
	depth      int
}

// lex returns the tokens and whether the source ends outside of PHP tags.
func lex(src string, attributes bool) (tokens []token, html bool, err error) {
	l := &lexer{src: src, attributes: attributes}
	for before := ""; l.pos < len(src); {
		t, err := l.next()
		if err != nil {
			return nil, false, err
		}
		if l.halts(t, before) {
			return nil, false, l.fail(t.start, "__halt_compiler here ends a file, but stands in the middle of one: leave it out, and keep its data in a string")
		}
		if t.significant() {
			before = src[t.start:t.end]
		}
		tokens = append(tokens, t)
	}
	return tokens, l.html, nil
}

// rest returns the source that has not been read.
func (l *lexer) rest() string { return l.src[l.pos:] }

func (l *lexer) fail(at int, reason string) error {
	return &Error{Line: lineAt(l.src, at), Reason: reason}
}

// halts reports whether a token ends the file. The text after it is not PHP, and strings
// in it need not end.
func (l *lexer) halts(t token, before string) bool {
	return t.kind == word && before != "->" && before != "?->" && strings.EqualFold(l.src[t.start:t.end], "__halt_compiler")
}

// next reads one token. The source must not have ended.
func (l *lexer) next() (token, error) {
	t := token{start: l.pos}
	var err error
	if l.html {
		t.kind = l.outside()
	} else {
		t.kind, t.variables, err = l.inside()
	}
	t.end = l.pos
	return t, err
}

// outside reads up to the next open tag, or the open tag.
func (l *lexer) outside() kind {
	if n := openTagLength(l.rest()); n > 0 {
		l.pos += n
		l.html = false
		return openTag
	}
	for l.pos < len(l.src) && openTagLength(l.rest()) == 0 {
		next := strings.IndexByte(l.src[l.pos+1:], '<')
		if next < 0 {
			l.pos = len(l.src)
			break
		}
		l.pos += 1 + next
	}
	return inlineHTML
}

// openTagLength returns the length of the open tag that s begins with, or 0. It does not
// count short tags, which the executor switches off.
func openTagLength(s string) int {
	switch {
	case strings.HasPrefix(s, "<?="):
		return len("<?=")
	case hasPrefixFold(s, "<?php") && (len(s) == len("<?php") || isBlank(s[len("<?php")])):
		return len("<?php")
	}
	return 0
}

// inside reads one token of code.
func (l *lexer) inside() (kind, bool, error) {
	rest := l.rest()
	c := rest[0]
	switch {
	case isBlank(c):
		l.skip(isBlank)
		return blank, false, nil
	case strings.HasPrefix(rest, "?>"):
		l.close()
		return closeTag, false, nil
	case openTagLength(rest) > 0:
		return punct, false, l.fail(l.pos, "the open tag here stands in what is PHP already: leave it out")
	case l.attributes && strings.HasPrefix(rest, "#["):
		l.pos += 2
		return punct, false, nil
	case c == '#' || strings.HasPrefix(rest, "//"):
		l.lineComment()
		return comment, false, nil
	case strings.HasPrefix(rest, "/*"):
		return l.blockComment()
	case c == '\'':
		return text, false, l.single()
	case c == '"' || c == '`':
		variables, err := l.template(c)
		return text, variables, err
	case strings.HasPrefix(rest, "<<<"):
		if label, ok := l.heredocStart(); ok {
			variables, err := l.heredoc(label)
			return text, variables, err
		}
	case c == '$' && len(rest) > 1 && isNameStart(rest[1]):
		l.pos++
		l.skip(isNamePart)
		return variable, false, nil
	case isNameStart(c) || c == '\\' && len(rest) > 1 && isNameStart(rest[1]):
		l.name()
		return word, false, nil
	case isDigit(c):
		l.skip(isNamePart)
		return number, false, nil
	}
	for _, operator := range []string{"->", "?->", "::"} {
		if strings.HasPrefix(rest, operator) {
			l.pos += len(operator)
			return punct, false, nil
		}
	}
	l.pos++
	return punct, false, nil
}

func (l *lexer) skip(while func(byte) bool) {
	for l.pos < len(l.src) && while(l.src[l.pos]) {
		l.pos++
	}
}

// close reads ?> with one newline after it.
func (l *lexer) close() {
	l.pos += len("?>")
	for _, newline := range []string{"\r\n", "\n", "\r"} {
		if strings.HasPrefix(l.rest(), newline) {
			l.pos += len(newline)
			break
		}
	}
	l.html = true
}

// name reads an identifier, or several with backslashes between and before.
func (l *lexer) name() {
	for {
		if l.src[l.pos] == '\\' {
			l.pos++
		}
		l.skip(isNamePart)
		if rest := l.rest(); len(rest) < 2 || rest[0] != '\\' || !isNameStart(rest[1]) {
			return
		}
	}
}

// lineComment reads up to the end of the line, or to a close tag.
func (l *lexer) lineComment() {
	rest := l.rest()
	end := len(rest)
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
		end = i
	}
	if i := strings.Index(rest[:end], "?>"); i >= 0 {
		end = i
	}
	l.pos += end
}

func (l *lexer) blockComment() (kind, bool, error) {
	kind := comment
	if rest := l.rest(); len(rest) > 3 && rest[2] == '*' && isBlank(rest[3]) {
		kind = docComment
	}
	end := strings.Index(l.src[l.pos+2:], "*/")
	if end < 0 {
		return kind, false, l.fail(l.pos, "the comment that begins here does not end")
	}
	l.pos += 2 + end + 2
	return kind, false, nil
}
