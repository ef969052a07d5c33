package source

import (
	"slices"
	"strings"
)

// code holds the significant tokens of source, with brackets paired.
type code struct {
	src    string
	tokens []token
	// lead holds, for each token, the start of the doc comment before it, or else the
	// start of the token.
	lead []int
	// partner holds, for each bracket, the matching one.
	partner []int
}

var closers = map[string]string{"(": ")", "[": "]", "#[": "]", "{": "}"}

func newCode(src string, all []token) (*code, error) {
	c := &code{src: src}
	doc := -1
	for _, t := range all {
		switch {
		case t.significant():
			if doc < 0 {
				doc = t.start
			}
			c.tokens, c.lead, doc = append(c.tokens, t), append(c.lead, doc), -1
		case t.kind == docComment && doc < 0:
			doc = t.start
		}
	}
	return c, c.pair()
}

// pair finds the partner of every bracket.
func (c *code) pair() error {
	c.partner = make([]int, len(c.tokens))
	var open []int
	for i, t := range c.tokens {
		if t.kind != punct {
			continue
		}
		switch p := c.text(i); p {
		case "(", "[", "#[", "{":
			open = append(open, i)
		case ")", "]", "}":
			if len(open) == 0 {
				return &Error{lineAt(c.src, t.start), "the " + p + " here closes nothing"}
			}
			last := open[len(open)-1]
			if closers[c.text(last)] != p {
				return &Error{lineAt(c.src, t.start), "the " + p + " here does not match the " + c.text(last) + " that is open"}
			}
			open = open[:len(open)-1]
			c.partner[i], c.partner[last] = last, i
		}
	}
	if len(open) > 0 {
		last := open[len(open)-1]
		return &Error{lineAt(c.src, c.tokens[last].start), "the " + c.text(last) + " here is not closed"}
	}
	return nil
}

func (c *code) has(i int) bool { return i >= 0 && i < len(c.tokens) }

// text returns the text of a token, or "" beyond the ends.
func (c *code) text(i int) string {
	if !c.has(i) {
		return ""
	}
	return c.src[c.tokens[i].start:c.tokens[i].end]
}

// keyword returns a word in lower case. It returns "" if the token is no word, or is the
// name of a member, such as the class in Foo::class.
func (c *code) keyword(i int) string {
	if !c.has(i) || c.tokens[i].kind != word {
		return ""
	}
	switch c.punct(i - 1) {
	case "->", "?->", "::":
		return ""
	}
	return strings.ToLower(c.text(i))
}

// punct returns the text of a token of that kind, or "" if it is of another.
func (c *code) punct(i int) string {
	if !c.has(i) || c.tokens[i].kind != punct {
		return ""
	}
	return c.text(i)
}

func (c *code) opens(i int) bool { return closers[c.punct(i)] != "" }

// skip returns the token after i, or after its partner if i opens a bracket.
func (c *code) skip(i int) int {
	if c.opens(i) {
		i = c.partner[i]
	}
	return i + 1
}

// find returns the first of those tokens from i on in the same bracket, or -1.
func (c *code) find(i int, wanted ...string) int {
	for ; c.has(i); i = c.skip(i) {
		p := c.punct(i)
		if c.tokens[i].kind == closeTag {
			p = "?>"
		}
		switch {
		case p == "":
		case slices.Contains(wanted, p):
			return i
		case p == ")" || p == "]" || p == "}":
			return -1
		}
	}
	return -1
}

// body returns the brace that opens the body of the class or function with that
// keyword, or -1.
func (c *code) body(i int) int {
	if b := c.find(i+1, "{", ";", "?>"); c.punct(b) == "{" {
		return b
	}
	return -1
}

// begins reports whether a statement begins at token i.
func (c *code) begins(i int) bool {
	if i == 0 {
		return true
	}
	switch c.punct(i - 1) {
	case ";", "{", "}":
		return true
	}
	return c.tokens[i-1].kind == openTag && c.text(i-1) != "<?="
}
