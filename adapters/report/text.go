package report

import (
	"fmt"
	"strings"
	"unicode"
)

// Clean makes a text of somebody else safe to show: valid UTF-8, in which
// terminals find nothing to act on and nothing that reorders or hides what
// stands around it. Control and formatting characters, but line ends and tabs,
// become visible escapes such as \u001b, which say the same within JSON.
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

// acts tells of a character that does something instead of being shown.
func acts(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// lines is Clean with plain spaces and line ends.
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

// line is lines with all on one line, and one space between words.
func line(s string) string { return strings.Join(strings.Fields(lines(s)), " ") }

// maxMessage is how many characters of a message people are shown.
const maxMessage = 300

// cut ends a text where it goes on for too long.
func cut(s string) string {
	if runes := []rune(s); len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "…"
	}
	return s
}

// lastLines returns the end of a text, at most so many lines of it, each brief.
func lastLines(s string, most int) []string {
	all := strings.Split(strings.TrimRight(lines(s), "\n "), "\n")
	all = all[max(0, len(all)-most):]
	for i := range all {
		all[i] = cut(all[i])
	}
	return all
}

// count shows how many of something there are.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
