package source

import "strings"

// kind is the kind of a token, as far as Split distinguishes them.
type kind uint8

const (
	blank      kind = iota // white space
	comment                // all but doc comments
	docComment             // /** … */
	inlineHTML             // text outside of the PHP tags
	openTag                // <?php or <?=
	closeTag               // ?> and the newline that belongs to it
	variable               // $name
	word                   // identifiers, keywords and names with backslashes
	number
	text  // string literals of every sort, with their interpolations
	punct // everything else; one character, except for -> ?-> :: #[
)

// token is a piece of source. Every byte belongs to exactly one token.
type token struct {
	kind       kind
	start, end int
	// variables is true for a string that interpolates.
	variables bool
}

func (t token) significant() bool { return t.kind > docComment }

func isNameStart(c byte) bool {
	return c == '_' || c >= 0x80 || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNamePart(c byte) bool { return isNameStart(c) || isDigit(c) }

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// hasPrefixFold is strings.HasPrefix, but ignores case. The prefix must be in lower case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
