package catalog

import (
	"fmt"
	"unicode/utf8"
)

// notText returns the position of the first character that YAML text must not contain,
// and the reason. The reason is empty if there is no such character.
func notText(data []byte) (at int, reason string) {
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at, "is not valid UTF-8 text"
		case r == '\u0085' || r == '\u2028' || r == '\u2029':
			// The parser would end the line here, and with it a block of code, or would
			// replace the character.
			return at, fmt.Sprintf("holds %U, which YAML takes for the end of a line; write it as \"\\u%04X\" in double quotes, or in PHP code as \"\\u{%X}\"", r, r, r)
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' || '\x7f' <= r && r < '\u00a0' || r == '\ufffe' || r == '\uffff':
			return at, fmt.Sprintf("holds the control character %U; write it with a backslash, in double quotes", r)
		}
		at += size
	}
	return 0, ""
}

// lineOf returns the line of an offset, from 1. As in YAML, a line feed, a carriage
// return or both end a line.
func lineOf[T string | []byte](text T, at int) int {
	line := 1
	for i := range max(0, at) {
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			line++
		}
	}
	return line
}
