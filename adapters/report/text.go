package report

import (
	"fmt"
	"strings"
	"unicode"
)

// Clean makes foreign text safe to show. The result is valid UTF-8, and has no
// characters that terminals act on or that reorder or hide other text. Control and
// formatting characters, except line ends and tabs, become visible escapes such as
// \u001b, which mean the same character in JSON.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexFunc(s, acts) < 0 {
		return s
	}
	var out strings.Builder
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case !acts(r):
			out.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&out, "\\U%08x", r)
		default:
			fmt.Fprintf(&out, "\\u%04x", r)
		}
	}
	return out.String()
}

// acts reports whether a character has an effect instead of being shown.
func acts(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// lines cleans a text, and makes all of its spaces and line ends plain ones.
func lines(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t', unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, Clean(s))
}

// line cleans a text and puts it on one line, with one space between words.
func line(s string) string { return strings.Join(strings.Fields(lines(s)), " ") }

// maxMessage limits the characters of a message that people see.
const maxMessage = 300

// cut shortens a text that is too long.
func cut(s string) string {
	if runes := []rune(s); len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "…"
	}
	return s
}

// lastLines returns the last lines of a text, at most so many, and shortens each.
func lastLines(s string, most int) []string {
	all := strings.Split(strings.TrimRight(lines(s), "\n "), "\n")
	all = all[max(0, len(all)-most):]
	for i := range all {
		all[i] = cut(all[i])
	}
	return all
}

// count formats a number with a noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
