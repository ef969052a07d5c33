package catalog

import (
	"regexp"
	"strings"
)

var heredoc = regexp.MustCompile(`^<<<[ \t]*["']?([A-Za-z_][A-Za-z0-9_]*)["']?\r?\n`)

// squeeze returns PHP code without comments and without the white space that
// means nothing, so that code can be compared.
func squeeze(code string) string {
	var out strings.Builder
	gap, last := false, byte(0)
	for len(code) > 0 {
		n, blank := token(code)
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

// token returns the length of the piece at the start of the code, and whether
// it means nothing. A string is one piece, everything else may be in several.
func token(code string) (n int, blank bool) {
	until := func(from int, end string) int {
		if i := strings.Index(code[from:], end); i >= 0 {
			return from + i + len(end)
		}
		return len(code)
	}
	switch c := code[0]; {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		return 1, true
	case strings.HasPrefix(code, "#["): // an attribute
		return 2, false
	case c == '#' || strings.HasPrefix(code, "//"):
		return until(1, "\n"), true
	case strings.HasPrefix(code, "/*"):
		return until(2, "*/"), true
	case c == '\'' || c == '"' || c == '`':
		for i := 1; i < len(code); i++ {
			switch code[i] {
			case '\\':
				i++
			case c:
				return i + 1, false
			}
		}
		return len(code), false
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

// divides tells whether white space between two characters means something.
func divides(a, b byte) bool {
	return isWord(a) && isWord(b) || a == b && (a == '+' || a == '-')
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
