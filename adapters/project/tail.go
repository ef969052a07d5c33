package project

import (
	"regexp"
	"strings"
)

const (
	tailLines = 12
	tailBytes = 4 << 10
)

// colours are the sequences by which programs colour their output.
var colours = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

// tail keeps the last lines of what is written to it.
type tail struct{ text []byte }

func (t *tail) Write(chunk []byte) (int, error) {
	t.text = append(t.text, chunk[max(0, len(chunk)-tailBytes):]...)
	if extra := len(t.text) - tailBytes; extra > 0 {
		t.text = append(t.text[:0], t.text[extra:]...)
	}
	return len(chunk), nil
}

// String returns the lines, indented, without what would colour a terminal or move its cursor.
func (t *tail) String() string {
	var lines []string
	for line := range strings.SplitSeq(colours.ReplaceAllString(string(t.text), ""), "\n") {
		line = line[strings.LastIndexByte(strings.TrimRight(line, "\r"), '\r')+1:] // progress overwrites its line
		if line = strings.TrimSpace(printable(strings.TrimRight(line, "\r"))); line != "" {
			lines = append(lines, "  "+line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
