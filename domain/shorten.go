package domain

import (
	"fmt"
	"strings"
)

// Shorten returns a text that is at most limit bytes long: the text itself, or its
// beginning, up to the end of a character, with a note of how long it was. A limit
// below the length of the note leaves the note out.
func Shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	note := fmt.Sprintf("… (cut: %d bytes)", len(text))
	if len(note) > limit {
		note = ""
	}
	return strings.ToValidUTF8(text[:max(0, limit-len(note))], "") + note
}
