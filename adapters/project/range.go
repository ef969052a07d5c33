package project

import "strings"

// Refs returns the refs that a text stands for. A..B is A and B, and A...B the merge base of
// both, and B, as git diff reads them; a side that is left out is HEAD. Any other text is
// the ref itself.
func Refs(text string) []string {
	at := rangeAt(text)
	if at < 0 {
		return []string{text}
	}
	from, to := text[:at], text[at+2:]
	to, symmetric := strings.CutPrefix(to, ".")
	if from == "" && to == "" {
		return []string{text}
	}
	if from == "" {
		from = "HEAD"
	}
	if to == "" {
		to = "HEAD"
	}
	if symmetric {
		from = mergeBase + from + "..." + to
	}
	return []string{from, to}
}

// rangeAt returns where the dots of a range begin, or -1. The dots of a search for a
// message, :/text or ^{/text}, and those of a merge base are none.
func rangeAt(text string) int {
	if strings.HasPrefix(text, ":") || strings.HasPrefix(text, mergeBase) {
		return -1
	}
	depth := 0
	for i, c := range text {
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 && strings.HasPrefix(text[i:], "..") {
			return i
		}
	}
	return -1
}
