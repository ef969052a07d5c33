package php

import (
	"bytes"
	"io"
	"strings"
	"unicode"
)

const (
	keepOutput = 4 << 10 // bytes of output kept for a failure
	keepLine   = 1 << 10 // bytes kept of a line that may say why PHP ended
)

// fatalErrors are the beginnings, after prefixes, of lines that say why PHP ended.
var fatalErrors = []string{"Fatal error: ", "Parse error: ", "Out of memory"}

// output reads the output of a process and keeps a small part of it.
type output struct {
	limit int64
	over  chan struct{} // closed when the output exceeds the limit
	size  int64
	tail  []byte
	// line is the line that is being read. first and last are the first and the last line
	// that say why PHP ended. PHP writes its messages in pieces, and stack traces of any
	// length after them.
	line, first, last []byte
}

func newOutput(limit int64) *output { return &output{limit: limit, over: make(chan struct{})} }

// read reads to the end.
func (o *output) read(r io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := r.Read(buffer)
		o.add(buffer[:n])
		if err != nil {
			o.endLine()
			return
		}
	}
}

func (o *output) add(chunk []byte) {
	before := o.size
	o.size += int64(len(chunk))
	if before <= o.limit && o.size > o.limit {
		close(o.over)
	}
	o.tail = append(o.tail, chunk[max(0, len(chunk)-keepOutput):]...)
	if extra := len(o.tail) - keepOutput; extra > 0 {
		o.tail = append(o.tail[:0], o.tail[extra:]...)
	}
	for len(chunk) > 0 {
		part, rest, ended := bytes.Cut(chunk, []byte("\n"))
		o.line = append(o.line, part[:min(len(part), keepLine-len(o.line))]...)
		if ended {
			o.endLine()
		}
		chunk = rest
	}
}

func (o *output) endLine() {
	for _, begin := range fatalErrors {
		if bytes.Contains(o.line, []byte(begin)) {
			if len(o.first) == 0 {
				o.first = bytes.Clone(o.line)
			}
			o.last = append(o.last[:0], o.line...)
		}
	}
	o.line = o.line[:0]
}

// message returns the first line of PHP's fatal error. Of several it returns the first and
// the last: a shutdown function or a destructor may fail because of what failed before. If
// there is none and anything is true, it returns the first line of the kept output.
func (o *output) message(anything bool) string {
	tidy := func(line []byte) string {
		return strings.TrimPrefix(strings.TrimSpace(printable(string(line))), "PHP ")
	}
	if len(o.first) == 0 && anything {
		line, _, _ := bytes.Cut(bytes.TrimSpace(o.tail), []byte("\n"))
		return tidy(line)
	}
	first, last := tidy(o.first), tidy(o.last)
	if first == last {
		return last
	}
	return first + "; and then: " + last
}

// ending returns the tail of the output. It starts at the beginning of a line if one is
// near.
func (o *output) ending() string {
	text := string(o.tail)
	if cut := strings.IndexByte(text, '\n') + 1; o.size > keepOutput && 0 < cut && cut < keepOutput/4 {
		text = text[cut:]
	}
	return printable(text)
}

// printable makes text fit for JSON, databases and terminals.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
