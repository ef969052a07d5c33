// Package callgrind reads the profiles that valgrind's tool callgrind writes: how many
// instructions each function executed itself.
//
// The format is described in "Callgrind Format Specification", a chapter of valgrind's
// manual.
package callgrind

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// instructions is the event that callgrind calls instruction fetches.
const instructions = "Ir"

// Function identifies a function.
type Function struct {
	// Object is the path of the program or library that has the code. It is "???" for
	// code that is in none, such as that of a JIT, and may be empty.
	Object string
	// Name is the function's symbol. Without one, it is its address, such as
	// 0x00000000002a1c70.
	Name string
}

// Parse returns the instructions that each function executed itself, those of the
// functions that it called left out. The recursive calls of a function count as its own.
// A file may have several parts, which are added up. The sum is held against the totals
// that each part must end with, so that a file that was cut off, or that is read wrongly,
// is an error. Errors name the line.
func Parse(r io.Reader) (map[Function]int64, error) {
	p := parser{
		own: map[Function]int64{}, objects: map[string]string{}, functions: map[string]string{},
		positions: 1,
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for number := 1; lines.Scan(); number++ {
		if err := p.line(strings.TrimSuffix(lines.Text(), "\r")); err != nil {
			return nil, fmt.Errorf("line %d of the profile: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the profile: %w", err)
	}
	if err := p.end(); err != nil {
		return nil, fmt.Errorf("the end of the profile: %w", err)
	}
	return p.own, nil
}

// maxLine limits a line. The longest have a C++ name, or a command.
const maxLine = 1 << 20

// parser is what is known after some lines.
type parser struct {
	own map[Function]int64
	// objects and functions are the names behind their numbers.
	objects, functions map[string]string
	// positions is how many columns come before the costs, and column is which cost is
	// that of the instructions; costs is how many there are.
	positions, column, costs int
	object                   string
	function                 string
	// inclusive is true after a calls line: the costs of the next line are those of the
	// called function, which counts them itself.
	inclusive bool
	// sum is what the part has so far; totalled is true after its totals.
	sum      int64
	totalled bool
}

// line reads one line.
func (p *parser) line(text string) error {
	switch {
	case text == "" || text[0] == '#':
		return nil
	case strings.ContainsRune("0123456789+-*", rune(text[0])):
		return p.cost(text)
	case p.inclusive:
		return errors.New("after a call its costs are missing")
	}
	at := strings.IndexAny(text, ":=")
	if at < 0 {
		return fmt.Errorf("%.60q is not known", text)
	}
	if text[at] == ':' {
		return p.header(text[:at], strings.TrimSpace(text[at+1:]))
	}
	return p.body(text[:at], text[at+1:])
}

// header reads a line such as "events: Ir".
func (p *parser) header(key, value string) error {
	switch key {
	case "part":
		if p.costs > 0 {
			if err := p.end(); err != nil {
				return err
			}
		}
		p.sum, p.totalled, p.function, p.object = 0, false, "", ""
	case "positions":
		if p.positions = len(strings.Fields(value)); p.positions == 0 {
			return errors.New("it has no positions")
		}
	case "events":
		events := strings.Fields(value)
		if p.column, p.costs = slices.Index(events, instructions), len(events); p.column < 0 {
			return fmt.Errorf("it has no instructions (%s), but %.60q", instructions, value)
		}
	case "totals":
		fields := strings.Fields(value)
		if p.column >= len(fields) {
			return fmt.Errorf("the totals %.60q have no instructions", value)
		}
		total, err := amount(fields[p.column])
		if err != nil {
			return err
		}
		if total != p.sum {
			return fmt.Errorf("the functions have %d instructions, and the total is %d", p.sum, total)
		}
		p.totalled = true
	}
	return nil
}

// body reads a line such as "fn=(12) name".
func (p *parser) body(key, value string) error {
	switch key {
	case "ob":
		return name(p.objects, value, &p.object)
	case "cob":
		return name(p.objects, value, new(string))
	case "fn":
		return name(p.functions, value, &p.function)
	case "cfn":
		return name(p.functions, value, new(string))
	case "calls":
		p.inclusive = true
		return nil
	case "fl", "fi", "fe", "cfi", "cfl", "jfi", "jfn", "jump", "jcnd":
		return nil // A jump's next line is a position without costs.
	}
	return fmt.Errorf("%.60q is not known", key)
}

// name reads "(12) name", which gives a name a number, "(12)", which stands for it, or
// just a name.
func name(known map[string]string, text string, into *string) error {
	number, rest, found := strings.Cut(text, ")")
	if !found || !strings.HasPrefix(number, "(") {
		*into = text
	} else if rest = strings.TrimSpace(rest); rest != "" {
		known[number] = rest
		*into = rest
	} else if *into = known[number]; *into == "" {
		return fmt.Errorf("the name of the number %.30s) is missing", number)
	}
	if *into == "" {
		return errors.New("a name is missing")
	}
	return nil
}

// cost reads a line of positions and costs, such as "+3 12". Costs at its end that are 0
// may be left out.
func (p *parser) cost(text string) error {
	fields := strings.Fields(text)
	if p.costs == 0 {
		return errors.New("it has costs before it says of what")
	}
	if len(fields) < p.positions || len(fields) > p.positions+p.costs {
		return fmt.Errorf("%.60q has %d columns; %d positions and up to %d costs are expected", text, len(fields), p.positions, p.costs)
	}
	for _, position := range fields[:p.positions] {
		if err := checkPosition(position); err != nil {
			return err
		}
	}
	own := int64(0)
	for i, field := range fields[p.positions:] {
		n, err := amount(field)
		if err != nil {
			return err
		}
		if i == p.column {
			own = n
		}
	}
	if p.inclusive {
		p.inclusive = false
		return nil
	}
	if own == 0 {
		return nil
	}
	if p.function == "" {
		return errors.New("it has costs before it names a function")
	}
	if p.totalled || own > math.MaxInt64-p.sum {
		return errors.New("it has more costs than it may")
	}
	p.sum += own
	f := Function{Object: p.object, Name: withoutRecursion(p.function)}
	if own > math.MaxInt64-p.own[f] {
		return errors.New("it has more costs than it may")
	}
	p.own[f] += own
	return nil
}

// end tells whether a part is complete.
func (p *parser) end() error {
	switch {
	case p.inclusive:
		return errors.New("after a call its costs are missing")
	case !p.totalled:
		return errors.New("its totals are missing: it was cut off")
	}
	return nil
}

// amount parses a cost.
func amount(text string) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%.60q is not a number of instructions", text)
	}
	return int64(n), nil
}

// checkPosition accepts a number, "*" for the same as before, and a difference to it,
// such as "+3". Which position it is does not matter here.
func checkPosition(text string) error {
	digits := strings.TrimLeft(text, "+-")
	if text == "*" || len(text)-len(digits) <= 1 && isNumber(digits) {
		return nil
	}
	return fmt.Errorf("%.60q is not a position", text)
}

func isNumber(digits string) bool {
	_, err := strconv.ParseUint(digits, 0, 64)
	return err == nil && digits[0] >= '0' && digits[0] <= '9'
}

// withoutRecursion leaves out the depth that callgrind adds to the name of a function that
// calls itself, as in execute_ex'2.
func withoutRecursion(name string) string {
	before, depth, found := cutLast(name, "'")
	if _, err := strconv.ParseUint(depth, 10, 32); !found || err != nil || before == "" {
		return name
	}
	return before
}

func cutLast(text, sep string) (before, after string, found bool) {
	at := strings.LastIndex(text, sep)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(sep):], true
}
