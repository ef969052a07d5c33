package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

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
