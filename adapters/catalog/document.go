package catalog

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/domain"
)

// document is the state of reading a file.
type document struct {
	file      string
	data      []byte
	benchmark domain.Benchmark
	// parameters is nil if the definition has none.
	parameters *parameters
	root       *yaml.Node
	problems   []Problem
	// keys holds the nodes of the fields' keys, by the domain's names.
	keys map[string]*yaml.Node
	// code holds the fields with code.
	code []codeField
	bad  map[string]bool // fields with a problem, by the file's names
}

// parse reads a definition. The document has either a benchmark that is valid for the
// domain, or problems.
func parse(file string, data []byte) *document {
	d := &document{file: file, data: data, keys: map[string]*yaml.Node{}, bad: map[string]bool{}}
	if at, reason := notText(data); reason != "" {
		d.problems = append(d.problems, Problem{File: file, Line: lineOf(data, at), Reason: reason})
		return d
	}
	if d.root = d.decode(data); d.root == nil {
		return d
	}
	if d.root.Kind != yaml.MappingNode {
		d.wrong(d.root, "", "a definition must be a mapping of fields, such as \"slug: loop\", not %s", kindOf(d.root))
		return d
	}
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		d.field(d.root.Content[i], resolve(d.root.Content[i+1]))
	}
	d.phpCode()
	for _, p := range d.benchmark.Validate() {
		key, name := d.root, p.Field
		if at := d.keys[p.Field]; at != nil {
			key, name = at, at.Value
		}
		if !d.bad[name] {
			d.wrong(key, name, "%s", p.Reason)
		}
	}
	return d
}

// field reads one field.
func (d *document) field(key, value *yaml.Node) {
	if key.Kind != yaml.ScalarNode {
		d.wrong(key, "", "a field's name must be a word, not %s", kindOf(key))
		return
	}
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
	if i < 0 {
		d.wrong(key, printable(key.Value), "%s", unknownField(key.Value))
		return
	}
	f := fields[i]
	if before := d.keys[f.is]; before != nil {
		if before.Value == key.Value {
			d.wrong(key, f.name, "stands twice; the first is on line %d", before.Line)
		} else {
			d.wrong(key, f.name, "means the same as %s on line %d; give one of them", before.Value, before.Line)
		}
		return
	}
	d.keys[f.is] = key
	if value.Kind != yaml.ScalarNode {
		// The first line of the text may differ from the field's.
		at := *value
		at.Line, at.Column = key.Line, key.Column
		value = &at
	}
	f.read(d, f, value)
}

func unknownField(name string) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if near := Similar(name, names); len(near) > 0 {
		return fmt.Sprintf("is not a field; did you mean %s?", near[0])
	}
	return "is not a field; docs/benchmarks.md lists those that are"
}

// text returns a text. A missing value counts as an empty text.
func (d *document) text(name string, value *yaml.Node) (string, bool) {
	switch {
	case isNull(value):
		return "", false
	case value.Kind != yaml.ScalarNode:
		d.wrong(value, name, "must be text, not %s", kindOf(value))
		return "", false
	case value.ShortTag() != "!!str":
		d.wrong(value, name, "must be text, not %s; put it in quotes", kindOf(value))
		return "", false
	}
	return value.Value, true
}

// list returns the entries of a list. A missing value counts as an empty list.
func (d *document) list(name string, value *yaml.Node) []*yaml.Node {
	switch {
	case isNull(value):
		return nil
	case value.Kind != yaml.SequenceNode:
		d.wrong(value, name, "must be a list, such as [a, b], not %s", kindOf(value))
		return nil
	}
	entries := make([]*yaml.Node, len(value.Content))
	for i, entry := range value.Content {
		entries[i] = resolve(entry)
	}
	return entries
}

// wrong adds a problem at a node.
func (d *document) wrong(at *yaml.Node, name, format string, args ...any) {
	d.bad[name] = true
	d.problems = append(d.problems, Problem{File: d.file, Line: at.Line, Column: at.Column, Field: name, Reason: fmt.Sprintf(format, args...)})
}

// printable makes a field's name safe for a message.
func printable(name string) string {
	if quoted := quote(name); quoted != `"`+name+`"` || strings.TrimSpace(name) == "" {
		return quoted
	}
	return name
}
