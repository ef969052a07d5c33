package source

import (
	"regexp"
	"strings"
)

// single reads a string in single quotes.
func (l *lexer) single() error {
	start := l.pos
	for l.pos++; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case '\\':
			l.pos++
		case '\'':
			l.pos++
			return nil
		}
	}
	l.pos = len(l.src)
	return l.fail(start, "the string that begins here does not end")
}

// template reads a string in double quotes or backticks, and reports whether it
// interpolates.
func (l *lexer) template(quote byte) (variables bool, err error) {
	start := l.pos
	l.pos++
	for l.pos < len(l.src) {
		if l.src[l.pos] == quote {
			l.pos++
			return variables, nil
		}
		found, err := l.content()
		if err != nil {
			return false, err
		}
		variables = variables || found
	}
	return false, l.fail(start, "the string that begins here does not end")
}

// content reads one character of a string that may interpolate, or one interpolation. It
// reports which.
func (l *lexer) content() (variables bool, err error) {
	rest := l.rest()
	switch {
	case rest[0] == '\\':
		l.pos++
		if len(rest) > 1 && rest[1] != '\n' && rest[1] != '\r' { // a heredoc looks for its end in the next line
			l.pos++
		}
		return false, nil
	case strings.HasPrefix(rest, "{$"):
		l.pos++
		return true, l.interpolation()
	case strings.HasPrefix(rest, "${"):
		l.pos += 2
		return true, l.interpolation()
	}
	l.pos++
	return rest[0] == '$' && len(rest) > 1 && isNameStart(rest[1]), nil
}

// interpolation reads code up to the brace that closes it.
func (l *lexer) interpolation() error {
	start := l.pos
	if l.depth++; l.depth > maxDepth {
		return l.fail(start, "strings and code are nested too deeply here")
	}
	defer func() { l.depth-- }()
	for open := 1; l.pos < len(l.src); {
		t, err := l.next()
		if err != nil {
			return err
		}
		if t.kind != punct {
			continue
		}
		switch l.src[t.start] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return nil
			}
		}
	}
	return l.fail(start, "the brace that begins code inside of a string here is not closed")
}

// label is the label that ends a heredoc or nowdoc.
type label struct {
	name    string
	literal bool // true for a nowdoc, which does not interpolate
}

var heredocPattern = regexp.MustCompile(strings.ReplaceAll(
	`^<<<[ \t]*(?:(LABEL)|"(LABEL)"|'(LABEL)')(?:\r\n|\n|\r)`,
	"LABEL", `[A-Za-z_\x{80}-\x{10FFFF}][\w\x{80}-\x{10FFFF}]*`))

// heredocStart reads the first line of a heredoc, if this is one.
func (l *lexer) heredocStart() (label, bool) {
	m := heredocPattern.FindStringSubmatch(l.rest())
	if m == nil {
		return label{}, false
	}
	l.pos += len(m[0])
	return label{name: m[1] + m[2] + m[3], literal: m[3] != ""}, true
}

// heredoc reads up to the label, which ends it by the rule of PHP 7.3 and later:
// after any indentation, and before anything that cannot belong to a name.
func (l *lexer) heredoc(end label) (variables bool, err error) {
	start := l.pos
	for lineStart := true; l.pos < len(l.src); {
		if lineStart {
			rest := strings.TrimLeft(l.rest(), " \t")
			if after, found := strings.CutPrefix(rest, end.name); found && (after == "" || !isNamePart(after[0])) {
				l.pos = len(l.src) - len(after)
				return variables, nil
			}
		}
		c := l.src[l.pos]
		lineStart = c == '\n' || c == '\r'
		if end.literal || lineStart {
			l.pos++
			continue
		}
		found, err := l.content()
		if err != nil {
			return false, err
		}
		variables = variables || found
	}
	return false, l.fail(start, "the heredoc that begins before this line does not end")
}
