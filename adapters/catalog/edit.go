package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Edit is the text of a file with other counts.
type Edit struct {
	Text []byte
	// Warmup and Revolutions are as wanted, unless the older names of the fields, which
	// the file uses, do not allow that many or that few: then the nearest that they do.
	Warmup, Revolutions int
}

// WithCounts returns the text with this warm-up and these revolutions. It replaces the
// numbers where the file has the fields, and inserts a line for each that it lacks above
// the first of setup, code and teardown. All else stays as it is, byte for byte. The
// error says why the text cannot be edited so, and what to do.
func (f *File) WithCounts(warmup, revolutions int) (Edit, error) {
	d := f.document
	if d.root.Style&yaml.FlowStyle != 0 {
		return Edit{}, errors.New("its fields stand in braces; write each on a line of its own")
	}
	warmupName, revolutionsName := d.nameOf("warmup"), d.nameOf("revolutions")
	switch {
	case d.keys["warmup"] == nil && revolutionsName == "innerIterations":
		warmupName = "warmupIterations"
	case d.keys["revolutions"] == nil && warmupName == "warmupIterations":
		revolutionsName = "innerIterations"
	}
	e := Edit{Warmup: counts[warmupName].clamp(warmup), Revolutions: counts[revolutionsName].clamp(revolutions)}
	lines := bytes.SplitAfter(f.Text, []byte("\n"))
	var insert []string
	for _, c := range []struct {
		name, field string
		n           int
	}{{warmupName, "warmup", e.Warmup}, {revolutionsName, "revolutions", e.Revolutions}} {
		key := d.keys[c.field]
		if key == nil {
			insert = append(insert, fmt.Sprintf("%s: %d", c.name, c.n))
			continue
		}
		if !replaceNumber(lines, key.Line-1, c.n) {
			return Edit{}, fmt.Errorf("line %d is not a name and a number alone; write it as \"%s: %d\"", key.Line, c.name, c.n)
		}
	}
	e.Text = bytes.Join(d.inserted(lines, insert), nil)
	return e, f.same(e)
}

// nameOf returns the name by which the file has a field, and that of the domain if it
// lacks it.
func (d *document) nameOf(field string) string {
	if key := d.keys[field]; key != nil {
		return key.Value
	}
	return field
}

// numberLine matches a field with a value of one word, or with none.
var numberLine = regexp.MustCompile(`^(\s*["']?\w+["']?[ \t]*:)([ \t]*)([^\s#]*)((?:[ \t]+#.*?)?[ \t]*)(\r?\n)?$`)

// replaceNumber writes another number into a line. It returns false if the line holds
// something else.
func replaceNumber(lines [][]byte, at, n int) bool {
	if at >= len(lines) {
		return false
	}
	part := numberLine.FindSubmatch(lines[at])
	if part == nil {
		return false
	}
	gap := part[2]
	if len(part[3]) == 0 {
		gap = []byte(" ")
	}
	lines[at] = slices.Concat(part[1], gap, strconv.AppendInt(nil, int64(n), 10), part[4], part[5])
	return true
}

// inserted inserts the fields above the first that is code, and above its comment.
func (d *document) inserted(lines [][]byte, insert []string) [][]byte {
	if len(insert) == 0 {
		return lines
	}
	at, column := len(lines), 1
	for _, name := range []string{"beforeIteration", "afterIteration", "setup", "code", "teardown"} {
		if key := d.keys[name]; key != nil && key.Line-1 < at {
			at, column = key.Line-1, key.Column
		}
	}
	for at > 0 && bytes.HasPrefix(lines[at-1], []byte("#")) {
		at--
	}
	end := "\n"
	if at < len(lines) && bytes.HasSuffix(lines[at], []byte("\r\n")) {
		end = "\r\n"
	}
	var added [][]byte
	for _, field := range insert {
		added = append(added, slices.Concat(bytes.Repeat([]byte(" "), column-1), []byte(field+end)))
	}
	return slices.Insert(lines, at, added...)
}

// same returns an error unless the text defines the same benchmark as the file does, but
// for the counts.
func (f *File) same(e Edit) error {
	want := f.Benchmark.Clone()
	want.Warmup, want.Revolutions = &e.Warmup, e.Revolutions
	d := parse(f.Path, e.Text)
	if len(d.problems) > 0 || !reflect.DeepEqual(d.benchmark, *want) || !reflect.DeepEqual(d.parameters, f.document.parameters) {
		return fmt.Errorf("its text is of a kind that cannot be edited line by line; add \"warmup: %d\" and \"revolutions: %d\" yourself", e.Warmup, e.Revolutions)
	}
	return nil
}
