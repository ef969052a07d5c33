package php

import (
	"bytes"
	"io"
	"strings"
	"unicode"
)

const (
	keepOutput = 4 << 10 // bytes of output kept for a failure
	keepError  = 1 << 10 // bytes kept of the message of PHP's last fatal error
)

// output reads what a process prints and keeps little of it.
type output struct {
	limit int64
	over  chan struct{} // closed when more than the limit was read
	size  int64
	tail  []byte
	fatal []byte
}

func newOutput(limit int64) *output { return &output{limit: limit, over: make(chan struct{})} }

// read reads to the end.
func (o *output) read(r io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := r.Read(buffer)
		o.add(buffer[:n])
		if err != nil {
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
	for _, begin := range []string{"Fatal error: ", "Parse error: "} {
		if at := bytes.Index(chunk, []byte(begin)); at >= 0 {
			o.fatal = append(o.fatal[:0], chunk[at:min(len(chunk), at+keepError)]...)
		}
	}
	o.tail = append(o.tail, chunk[max(0, len(chunk)-keepOutput):]...)
	if extra := len(o.tail) - keepOutput; extra > 0 {
		o.tail = append(o.tail[:0], o.tail[extra:]...)
	}
}

// message is PHP's fatal error without its stack trace; empty where it printed
// none.
func (o *output) message() string {
	text, _, _ := strings.Cut(string(o.fatal), "\nStack trace:")
	text, _, _ = strings.Cut(text, "\n\n")
	return strings.TrimSpace(printable(text))
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
