package phpbench

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// node is part of an assertion. One of its fields is set.
type node struct {
	values    func(*environ) ([]float64, error)
	number    func(*environ) (float64, error)
	condition func(*environ) (Outcome, error)
	// percent says that the number is followed by %.
	percent bool
}

// single returns the mode of what is several values, which phpbench itself shows of them.
func (n node) single() node {
	values := n.values
	if values == nil {
		return n
	}
	return node{number: func(e *environ) (float64, error) {
		all, err := values(e)
		if err != nil {
			return 0, err
		}
		return mode(all), nil
	}}
}

// maxNesting is how deeply brackets may be nested.
const maxNesting = 50

// assertionParser reads an assertion by recursive descent. After an error it reads on
// without effect.
type assertionParser struct {
	tokens   []assertionToken
	at       int
	depth    int
	baseline bool
	err      error
}

func (p *assertionParser) fail(format string, args ...any) node {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.at = len(p.tokens) - 1
	return node{}
}

func (p *assertionParser) peek() assertionToken { return p.tokens[p.at] }

// accept takes one of the texts if it comes next, and returns it.
func (p *assertionParser) accept(texts ...string) string {
	if t := p.peek(); t.kind != endToken && slices.Contains(texts, t.text) {
		p.at++
		return t.text
	}
	return ""
}

func (p *assertionParser) expect(text string) {
	if p.accept(text) == "" {
		p.fail("a %s is missing", text)
	}
}

// or reads conditions of which one must hold.
func (p *assertionParser) or() node {
	if p.depth++; p.depth > maxNesting {
		return p.fail("its brackets are nested too deeply")
	}
	defer func() { p.depth-- }()
	return p.joined("or", p.and, func(a, b Outcome) Outcome { return max(a, b) })
}

// and reads conditions that must all hold.
func (p *assertionParser) and() node {
	return p.joined("and", p.comparison, func(a, b Outcome) Outcome { return min(a, b) })
}

func (p *assertionParser) joined(word string, next func() node, join func(a, b Outcome) Outcome) node {
	left := next()
	for p.accept(word) != "" {
		a, b := left.condition, next().condition
		if a == nil || b == nil {
			return p.fail("%s joins comparisons", word)
		}
		left = node{condition: func(e *environ) (Outcome, error) {
			first, err := a(e)
			if err != nil {
				return Failed, err
			}
			second, err := b(e)
			return join(first, second), err
		}}
	}
	return left
}

// comparison reads a comparison, or what stands alone.
func (p *assertionParser) comparison() node {
	left := p.sum()
	operator := p.accept("<", "<=", ">", ">=", "=", "!=")
	if operator == "" {
		return left
	}
	left = left.single()
	right, tolerance := p.sum().single(), node{}
	if p.accept("+/-") != "" {
		tolerance = p.product()
		if tolerance.number == nil {
			return p.fail("the tolerance is no number")
		}
	}
	if left.number == nil || right.number == nil {
		return p.fail("%s compares numbers", operator)
	}
	return node{condition: func(e *environ) (Outcome, error) {
		a, errA := left.number(e)
		b, errB := right.number(e)
		t, errT := 0.0, error(nil)
		if tolerance.number != nil {
			t, errT = tolerance.number(e)
		}
		if tolerance.percent {
			t *= math.Abs(b) / 100
		}
		if err := errors.Join(errA, errB, errT); err != nil {
			return Failed, err
		}
		if math.IsNaN(a) || math.IsNaN(b) || math.IsNaN(t) {
			return Failed, errors.New("a value is not a number")
		}
		switch {
		case compare(operator, a, b):
			return Passed, nil
		case tolerance.number != nil && compare("<=", b-t, a) && compare("<=", a, b+t):
			return Tolerated, nil
		}
		return Failed, nil
	}}
}

func (p *assertionParser) sum() node {
	return p.arithmetic(p.product, "+", "-")
}

func (p *assertionParser) product() node {
	return p.arithmetic(p.operand, "*", "/")
}

func (p *assertionParser) arithmetic(next func() node, operators ...string) node {
	left := next()
	for {
		operator := p.accept(operators...)
		if operator == "" {
			return left
		}
		a, b := left.number, next().number
		if a == nil || b == nil {
			return p.fail("%s joins numbers", operator)
		}
		left = node{number: func(e *environ) (float64, error) {
			x, err := a(e)
			if err != nil {
				return 0, err
			}
			y, err := b(e)
			switch operator {
			case "+":
				x += y
			case "-":
				x -= y
			case "*":
				x *= y
			default:
				x /= y
			}
			return x, err
		}}
	}
}

// operand reads a number, a function, values, or a condition in brackets.
func (p *assertionParser) operand() node {
	t := p.peek()
	if t.kind == endToken {
		return p.fail("it ends too early")
	}
	p.at++
	switch {
	case t.kind == numberToken:
		return p.quantity(t.text)
	case t.text == "(":
		n := p.or()
		p.expect(")")
		return n
	case t.kind == wordToken && p.accept("(") != "":
		return p.shown(p.function(t.text))
	case t.kind == wordToken:
		return p.path(t.text)
	}
	return p.fail("%q was not expected there", t.text)
}

// quantity reads the unit after a number.
func (p *assertionParser) quantity(text string) node {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return p.fail("%s is too large", text)
	}
	if p.accept("%") != "" {
		return node{percent: true, number: func(*environ) (float64, error) { return value, nil }}
	}
	if t := p.peek(); t.kind == wordToken && t.text != "and" && t.text != "or" && t.text != "as" {
		factor, known := units[t.text]
		if !known {
			return p.fail("%q is no unit of time or memory", t.text)
		}
		p.at++
		value *= factor
	}
	return p.shown(node{number: func(*environ) (float64, error) { return value, nil }})
}

// shown skips what says in which unit a value is shown.
func (p *assertionParser) shown(n node) node {
	if p.accept("as") == "" {
		return n
	}
	if t := p.peek(); t.kind != wordToken {
		return p.fail("a unit is missing after as")
	}
	p.at++
	if p.accept("precision") != "" {
		if p.peek().kind != numberToken {
			return p.fail("a number is missing after precision")
		}
		p.at++
	}
	return n
}
