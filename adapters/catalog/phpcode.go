package catalog

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/domain"
)

// codeField is a field with code, and its value.
type codeField struct {
	name  string
	value *yaml.Node
}

// phpCode checks the definition's code for constructs that only whole files can have.
// It does not check the code of runtimes other than PHP, which may be in any language.
func (d *document) phpCode() {
	php := func(name domain.RuntimeName) bool { return strings.HasPrefix(string(name), "php") }
	if names := d.benchmark.Runtimes; len(names) > 0 && !slices.ContainsFunc(names, php) {
		return
	}
	for _, f := range d.code {
		if at, reason := onlyInFiles(f.value.Value); reason != "" {
			place := *f.value
			if place.Style&yaml.LiteralStyle != 0 { // the text begins on the next line
				place.Line, place.Column = place.Line+lineOf(place.Value, at), 0
			}
			d.wrong(&place, f.name, "%s", reason)
		}
	}
}

// onlyInFiles finds a construct that a PHP file may have, but not code in the middle of
// one. It returns its position and advice.
func onlyInFiles(code string) (at int, reason string) {
	start := len(code) - len(strings.TrimLeft(code, " \t\r\n\ufeff"))
	shebang := strings.HasPrefix(code[start:], "#!")
	first, before := true, ""
	for at = start; at < len(code); {
		n, blank := token(code[at:], 0)
		text := code[at : at+n]
		switch {
		case blank:
		case first && strings.HasPrefix(code[at:], "<?") && shebang:
			return at, "begins with a #! line and an open tag, as only a file does: leave both out"
		case strings.HasPrefix(code[at:], "<?"):
			return at, "has an open tag such as <?php here, but is PHP already: leave the tag out"
		case strings.EqualFold(text, "__halt_compiler") && !slices.Contains([]string{"$", ">"}, before):
			return at, "has __halt_compiler here, which ends a file, but is the middle of one: leave it out, and keep its data in a string"
		}
		if !blank {
			first, before = false, text
		}
		at += n
	}
	if shebang {
		return start, "begins with a #! line, as only a file does: leave it out"
	}
	return 0, ""
}
