package catalog

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// decode returns the root of the only YAML document, or nil after a problem.
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

// unreadable adds the YAML parser's error as a problem.
func (d *document) unreadable(data []byte, err error) {
	message := err.Error()
	p := Problem{File: d.file}
	if at := yamlError.FindStringSubmatch(message); at != nil {
		message = message[len(at[0]):]
		p.Line, _ = strconv.Atoi(at[1]) // 0 if there is none
	}
	if name := unknownAnchor.FindStringSubmatch(message); name != nil {
		p.Line = lineOf(data, bytes.Index(data, []byte("*"+name[1])))
	}
	p.Reason = "is not readable as YAML: " + message
	d.problems = append(d.problems, p)
}

// resolve follows an alias to its node. Aliases are never expanded into copies, so that
// a file cannot grow in memory.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
