package php

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"
)

// maxReports limits the bytes that are read from the harness's channel. The harness
// writes a few hundred.
const maxReports = 64 << 10

// report collects the harness's reports.
type report struct {
	nonce string
	// pid is the id of the PHP process as PHP reports it, or 0 until it does.
	pid int
	// stage is the last stage that the harness entered.
	stage string
	// If the code left the loop early, left is the number of revolutions it did and
	// of the number it should have done. If it returned from the script, returned is
	// true.
	left, of string
	returned bool
	// cleared is true if the code has unset the variables of the loop.
	cleared bool
	// reading describes the process. It is nil until the harness reports it.
	reading *reading
	// notices holds the first notice of each severity, without a count.
	notices []notice
	results []map[string]string
}

// counted counts the bytes that are read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.n += int64(n)
	return n, err
}

// readReports sends the lines of the channel to lines, and closes lines at the end.
func readReports(r io.Reader, lines chan<- string) {
	defer close(lines)
	scanner := bufio.NewScanner(io.LimitReader(r, maxReports))
	for scanner.Scan() {
		lines <- scanner.Text()
	}
	// The harness does not write more than the limit. Read the rest all the same, so
	// that its writer does not block.
	_, _ = io.Copy(io.Discard, r)
}

// add parses a line. It ignores lines that the harness has not written.
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
	case pairs["scope"] != "":
		r.reading.at(pairs["scope"])
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

// notice keeps the first notice of each severity.
func (r *report) notice(n notice) {
	if !slices.ContainsFunc(r.notices, func(earlier notice) bool { return earlier.number == n.number }) {
		r.notices = append(r.notices, n)
	}
}
