package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/domain"
)

// field is a field of a definition, by its name in files.
type field struct {
	name string
	// is is the field's name in the domain.
	is   string
	read func(d *document, f field, value *yaml.Node)
}

var fields = []field{
	{"slug", "slug", line(func(b *domain.Benchmark) *string { return &b.Slug })},
	{"name", "name", line(func(b *domain.Benchmark) *string { return &b.Name })},
	{"category", "category", line(func(b *domain.Benchmark) *string { return &b.Category })},
	{"description", "description", text(func(b *domain.Benchmark) *string { return &b.Description })},
	{"icon", "icon", line(func(b *domain.Benchmark) *string { return &b.Icon })},
	{"tags", "tags", tags},
	{"group", "group", line(func(b *domain.Benchmark) *string { return &b.Group })},
	{"phpVersions", "runtimes", runtimes(`^php[5-9][0-9]{1,2}$`)},
	{"runtimes", "runtimes", runtimes(`^`)},
	{"bootstrap", "bootstrap", line(func(b *domain.Benchmark) *string { return &b.Bootstrap })},
	{"beforeIteration", "before_iteration", code(func(b *domain.Benchmark) *string { return &b.BeforeIteration })},
	{"afterIteration", "after_iteration", code(func(b *domain.Benchmark) *string { return &b.AfterIteration })},
	{"setup", "setup", code(func(b *domain.Benchmark) *string { return &b.Setup })},
	{"code", "code", code(func(b *domain.Benchmark) *string { return &b.Code })},
	{"teardown", "teardown", code(func(b *domain.Benchmark) *string { return &b.Teardown })},
	{"settings", "settings", mapping("{zend.assertions: 1}", func(b *domain.Benchmark) *map[string]string { return &b.Settings })},
	{"env", "env", mapping("{APP_ENV: bench}", func(b *domain.Benchmark) *map[string]string { return &b.Env })},
	{"parameters", "parameters", readParameters},
	{"warmupIterations", "warmup", number(setWarmup)},
	{"warmup", "warmup", number(setWarmup)},
	{"innerIterations", "revolutions", number(setRevolutions)},
	{"revolutions", "revolutions", number(setRevolutions)},
	{"clock", "clock", scalar(setClock)},
	{"margin", "margin", scalar(setMargin)},
	{"floor", "floor", scalar(setFloor)},
}

func setWarmup(b *domain.Benchmark, n int)      { b.Warmup = &n }
func setRevolutions(b *domain.Benchmark, n int) { b.Revolutions = n }

// text reads a text of any number of lines.
func text(of func(*domain.Benchmark) *string) func(*document, field, *yaml.Node) {
	return func(d *document, f field, value *yaml.Node) {
		if got, ok := d.text(f.name, value); ok {
			*of(&d.benchmark) = got
		}
	}
}

// line reads a text for tables, which must be a single line.
func line(of func(*domain.Benchmark) *string) func(*document, field, *yaml.Node) {
	return func(d *document, f field, value *yaml.Node) {
		got, ok := d.text(f.name, value)
		if !ok {
			return
		}
		if strings.ContainsFunc(got, unicode.IsControl) {
			d.wrong(value, f.name, "must be one line, without line breaks, tabs or other control characters")
			return
		}
		*of(&d.benchmark) = got
	}
}

// code reads code, which becomes the middle part of a script.
func code(of func(*domain.Benchmark) *string) func(*document, field, *yaml.Node) {
	return func(d *document, f field, value *yaml.Node) {
		got, ok := d.text(f.name, value)
		if !ok {
			return
		}
		d.code = append(d.code, codeField{f.name, value})
		*of(&d.benchmark) = got
	}
}

// tags reads a list of words. An empty mapping counts as an empty list, and null as a
// missing value, since other programs write them so.
func tags(d *document, f field, value *yaml.Node) {
	if value.Kind == yaml.MappingNode && len(value.Content) == 0 {
		return
	}
	for _, entry := range d.list(f.name, value) {
		line(func(b *domain.Benchmark) *string {
			b.Tags = append(b.Tags, "")
			return &b.Tags[len(b.Tags)-1]
		})(d, f, entry)
	}
}

// runtimes reads a list of runtimes' names that match the pattern.
func runtimes(pattern string) func(*document, field, *yaml.Node) {
	allowed := regexp.MustCompile(pattern)
	return func(d *document, f field, value *yaml.Node) {
		for _, entry := range d.list(f.name, value) {
			if entry.Kind != yaml.ScalarNode {
				d.wrong(entry, f.name, "an entry must be a name such as php84, not %s", kindOf(entry))
				continue
			}
			name, ok := domain.ParseRuntimeName(entry.Value)
			switch {
			case !ok || !allowed.MatchString(string(name)):
				d.wrong(entry, f.name, "%s is not a version such as php84 or 8.4", quote(entry.Value))
			case slices.Contains(d.benchmark.Runtimes, name):
				d.wrong(entry, f.name, "%q stands twice", name)
			default:
				d.benchmark.Runtimes = append(d.benchmark.Runtimes, name)
			}
		}
	}
}

// mapping reads a mapping of names to values, such as the example.
func mapping(example string, of func(*domain.Benchmark) *map[string]string) func(*document, field, *yaml.Node) {
	return func(d *document, f field, node *yaml.Node) {
		if isNull(node) {
			return
		}
		if node.Kind != yaml.MappingNode {
			d.wrong(node, f.name, "must be a mapping, such as %s, not %s", example, kindOf(node))
			return
		}
		values := map[string]string{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, content := node.Content[i], resolve(node.Content[i+1])
			if content.Kind != yaml.ScalarNode || isNull(content) {
				d.wrong(key, f.name, "%s must be a number, a text, true or false, not %s", quote(key.Value), kindOf(content))
				continue
			}
			if _, twice := values[key.Value]; twice {
				d.wrong(key, f.name, "%s stands twice", quote(key.Value))
			}
			values[key.Value] = content.Value
		}
		if len(values) > 0 {
			*of(&d.benchmark) = values
		}
	}
}

// number reads a whole number within the range that counts has for the field.
func number(set func(*domain.Benchmark, int)) func(*document, field, *yaml.Node) {
	return func(d *document, f field, value *yaml.Node) {
		var n int
		low, high := counts[f.name].low, counts[f.name].high
		switch {
		case isNull(value):
		case value.Kind != yaml.ScalarNode || value.ShortTag() != "!!int":
			d.wrong(value, f.name, "must be a whole number from %d to %d, not %s", low, high, kindOf(value))
		case value.Decode(&n) != nil || n < low || n > high:
			d.wrong(value, f.name, "%s is outside %d to %d; %s", value.Value, low, high, whenAbsent[f.is])
		default:
			set(&d.benchmark, n)
		}
	}
}

var whenAbsent = map[string]string{
	"warmup":      "leave it out to have it chosen",
	"revolutions": "leave it out to have it calibrated",
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// kindOf describes the kind of a value in words.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	}
	switch n.ShortTag() {
	case "!!str":
		return "text"
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return fmt.Sprintf("the number %s", n.Value)
	case "!!bool":
		return fmt.Sprintf("the truth value %s", n.Value)
	case "!!timestamp":
		return fmt.Sprintf("the date %s", n.Value)
	}
	return "a value tagged " + quote(n.ShortTag())
}
