package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// escapeSequence matches what terminals act on instead of showing it: CSI,
// complete OSC and other strings, and two-character escapes.
var escapeSequence = regexp.MustCompile(
	"\x1b(?:" +
		"\\[[0-?]*[ -/]*[@-~]" + // CSI
		"|[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)" + // OSC, DCS, SOS, PM, APC
		"|[ -/]*[0-OQ-WYZ`-~]" + // the rest, but what opens a string
		")")

// lines makes foreign text safe to show: valid UTF-8 without escape sequences,
// control and formatting characters; those can reorder and hide text. Line
// ends stay.
func lines(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsRune(s, 0x1b) {
		s = escapeSequence.ReplaceAllString(s, "")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == ' ':
			return r
		case r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t', unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
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
