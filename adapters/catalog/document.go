package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/domain"
)

// document is a file while it is read.
type document struct {
	file      string
	benchmark domain.Benchmark
	root      *yaml.Node
	problems  []Problem
	// keys are where the fields stand, by the domain's names.
	keys map[string]*yaml.Node
	bad  map[string]bool // fields with a problem, by the file's names
}

// parse reads a definition. What is returned is a benchmark without a problem
// as the domain sees it, or problems.
func parse(file string, data []byte) *document {
	d := &document{file: file, keys: map[string]*yaml.Node{}, bad: map[string]bool{}}
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
	for _, p := range d.benchmark.Problems() {
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

// decode returns the only document's root; nil after a problem.
func (d *document) decode(data []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		d.problems = append(d.problems, Problem{File: d.file, Reason: "is empty; docs/benchmarks.md shows what a definition looks like"})
		return nil
	case err != nil:
		d.unreadable(data, err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		d.wrong(&second, "", "a second document begins here; give each definition a file of its own")
	case !errors.Is(err, io.EOF):
		d.unreadable(data, err)
		return nil
	}
	return resolve(first.Content[0])
}

var (
	yamlError     = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// unreadable notes what the YAML parser says.
func (d *document) unreadable(data []byte, err error) {
	message := err.Error()
	p := Problem{File: d.file}
	if at := yamlError.FindStringSubmatch(message); at != nil {
		message = message[len(at[0]):]
		p.Line, _ = strconv.Atoi(at[1]) // none: 0
	}
	if name := unknownAnchor.FindStringSubmatch(message); name != nil {
		p.Line = lineOf(data, bytes.Index(data, []byte("*"+name[1])))
	}
	p.Reason = "is not readable as YAML: " + message
	d.problems = append(d.problems, p)
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
		// Its first line may be another than the field's.
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
	if near := similar(name, names); len(near) > 0 {
		return fmt.Sprintf("is not a field; did you mean %s?", near[0])
	}
	return "is not a field; the fields are " + strings.Join(names, ", ")
}

// text returns a text; nothing stands for an empty one.
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

// list returns the entries of a list; nothing stands for an empty one.
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

// wrong notes a problem at a node.
func (d *document) wrong(at *yaml.Node, name, format string, args ...any) {
	d.bad[name] = true
	d.problems = append(d.problems, Problem{File: d.file, Line: at.Line, Column: at.Column, Field: name, Reason: fmt.Sprintf(format, args...)})
}

// resolve follows an alias to what it stands for. Aliases are never expanded
// into copies, so that a file cannot grow in memory.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// notText returns where the first character stands that a YAML text cannot
// hold, and why; no reason when there is none.
func notText(data []byte) (at int, reason string) {
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at, "is not valid UTF-8 text"
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\x7f':
			return at, fmt.Sprintf("holds the control character %U; write it with a backslash, in double quotes", r)
		}
		at += size
	}
	return 0, ""
}

func lineOf(data []byte, at int) int { return 1 + bytes.Count(data[:max(0, at)], []byte("\n")) }

// printable returns a field's name as it can stand in a message.
func printable(name string) string {
	if quoted := quote(name); quoted != `"`+name+`"` || strings.TrimSpace(name) == "" {
		return quoted
	}
	return name
}
