package php

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"
)

// maxReports bounds what is read from the harness's channel, in bytes; a few
// hundred are needed.
const maxReports = 64 << 10

// report is what the harness has said, up to now.
type report struct {
	nonce string
	// pid is the process that PHP runs in, by its own account; 0 before it
	// has started.
	pid int
	// stage is what was under way last.
	stage string
	// left is how often the code ran in a loop that it left early, of how
	// often; returned is true where it returned from the script.
	left, of string
	returned bool
	// cleared is true where the code has unset the variables of the loop.
	cleared bool
	// reading is what the process is; nil before the harness has told.
	reading *reading
	// notices are the first of each severity, without a count.
	notices []notice
	results []map[string]string
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.n += int64(n)
	return n, err
}

// read passes on the lines of the channel, and at the end closes lines.
func readReports(r io.Reader, lines chan<- string) {
	defer close(lines)
	scanner := bufio.NewScanner(io.LimitReader(r, maxReports))
	for scanner.Scan() {
		lines <- scanner.Text()
	}
	// What comes beyond the bound is not the harness's, and must not block.
	_, _ = io.Copy(io.Discard, r)
}

// add takes in a line; it is ignored unless the harness has written it.
func (r *report) add(line string) {
	if r.pid == 0 {
		text, _ := strings.CutPrefix(line, "ready=")
		if pid, err := strconv.Atoi(text); err == nil && pid > 0 {
			r.pid = pid
		}
		return
	}
	text, ok := strings.CutPrefix(line, r.nonce+" ")
	if !ok {
		return
	}
	pairs := map[string]string{}
	for pair := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(pair, "=")
		pairs[key] = value
	}
	switch {
	case pairs["process"] != "":
		r.reading = newReading(pairs)
	case pairs["stage"] != "":
		r.stage = pairs["stage"]
	case pairs["left"] != "":
		r.left, r.of = pairs["left"], pairs["of"]
	case pairs["cleared"] != "":
		r.cleared = true
	case pairs["notice"] != "":
		r.notice(newNotice(pairs))
	case pairs["returned"] != "":
		r.returned = true
	default:
		r.results = append(r.results, pairs)
	}
}

// notice keeps the first of each severity.
func (r *report) notice(n notice) {
	if !slices.ContainsFunc(r.notices, func(earlier notice) bool { return earlier.number == n.number }) {
		r.notices = append(r.notices, n)
	}
}
