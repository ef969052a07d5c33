package phpbench

import (
	"fmt"
	"regexp"
	"strings"
)

type tokenKind int

const (
	endToken tokenKind = iota
	numberToken
	wordToken
	markToken
)

type assertionToken struct {
	kind tokenKind
	text string
}

// maxAssertion is the largest assertion that is read, in bytes.
const maxAssertion = 4096

var assertionTokens = []struct {
	kind    tokenKind
	pattern *regexp.Regexp
}{
	{numberToken, regexp.MustCompile(`^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`)},
	{wordToken, regexp.MustCompile(`^[A-Za-z_µμ][A-Za-z0-9_]*`)},
	{markToken, regexp.MustCompile(`^(\+/-|<=|>=|!=|[-+*/%<>=().,])`)},
}

// lexAssertion takes the text apart.
func lexAssertion(text string) (all []assertionToken, err error) {
	if len(text) > maxAssertion {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", len(text), maxAssertion)
	}
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		found := ""
		for _, t := range assertionTokens {
			if found = t.pattern.FindString(rest); found != "" {
				all = append(all, assertionToken{t.kind, found})
				break
			}
		}
		if found == "" {
			return nil, fmt.Errorf("%.20q is not known", rest)
		}
		rest = rest[len(found):]
	}
	return append(all, assertionToken{}), nil
}
