package catalog

import (
	"regexp"
	"strings"
)

var (
	heredoc = regexp.MustCompile(`^<<<[ \t]*["']?([A-Za-z_][A-Za-z0-9_]*)["']?\r?\n`)
	// openTag matches a tag that leads back from text into PHP.
	openTag = regexp.MustCompile(`(?i)<\?(php\b|=)`)
	// lineEnd matches the end of a one-line comment.
	lineEnd = regexp.MustCompile(`[\r\n]|\?>`)
)

// withoutComments returns PHP code without comments and without insignificant white
// space, so that code can be compared.
func withoutComments(code string) string {
	var out strings.Builder
	gap, last := false, byte(0)
	for len(code) > 0 {
		n, blank := token(code, 0)
		if blank {
			gap = true
		} else {
			if gap && divides(last, code[0]) {
				out.WriteByte(' ')
			}
			out.WriteString(code[:n])
			gap, last = false, code[n-1]
		}
		code = code[n:]
	}
	return strings.TrimRight(out.String(), ";")
}

// maxNesting limits the nesting of strings in code in strings, which costs stack.
const maxNesting = 100

// token returns the length of the token at the start of the code, and whether it is
// insignificant. A string, a word, and text outside of PHP tags are one token each;
// anything else may be split into several.
func token(code string, nesting int) (n int, blank bool) {
	until := func(from int, end string) int {
		if i := strings.Index(code[from:], end); i >= 0 {
			return from + i + len(end)
		}
		return len(code)
	}
	switch c := code[0]; {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		return 1, true
	case isWord(c):
		for n < len(code) && isWord(code[n]) {
			n++
		}
		return n, false
	case strings.HasPrefix(code, "?>"):
		if at := openTag.FindStringIndex(code); at != nil {
			return at[1], false
		}
		return len(code), false
	case strings.HasPrefix(code, "#["): // an attribute
		return 2, false
	case c == '#' || strings.HasPrefix(code, "//"):
		if at := lineEnd.FindStringIndex(code); at != nil {
			return at[0], true
		}
		return len(code), true
	case strings.HasPrefix(code, "/*"):
		return until(2, "*/"), true
	case c == '\'' || c == '"' || c == '`':
		return quoted(code, nesting), false
	}
	if start := heredoc.FindStringSubmatch(code); start != nil {
		end := regexp.MustCompile(`(?m)^[ \t]*` + start[1] + `\b`)
		if at := end.FindStringIndex(code[len(start[0]):]); at != nil {
			return len(start[0]) + at[1], false
		}
		return len(code), false
	}
	return 1, false
}

// quoted returns the length of the string at the start of the code.
func quoted(code string, nesting int) int {
	quote := code[0]
	for i := 1; i < len(code); i++ {
		switch {
		case code[i] == '\\':
			i++
		case code[i] == quote:
			return i + 1
		case quote != '\'' && nesting < maxNesting && (strings.HasPrefix(code[i:], "{$") || strings.HasPrefix(code[i:], "${")):
			i += strings.IndexByte(code[i:], '{') + 1
			i += interpolated(code[i:], nesting+1) - 1
		}
	}
	return len(code)
}

// interpolated returns the length of the code up to and including the brace that leads
// back into the string around it.
func interpolated(code string, nesting int) (at int) {
	for open := 1; at < len(code) && open > 0; {
		switch code[at] {
		case '{':
			open++
		case '}':
			open--
		}
		n, _ := token(code[at:], nesting)
		at += n
	}
	return at
}

// divides reports whether white space between two characters is significant.
func divides(a, b byte) bool {
	return isWord(a) && isWord(b) || a == b && (a == '+' || a == '-')
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
