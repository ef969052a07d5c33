package php

import (
	"path/filepath"
	"strings"
)

// counter is the path of the valgrind that counts the instructions of a process, or ""
// for a process that is not counted.
type counter string

// counterMargin is the memory that valgrind may use in addition to what it runs: for the
// code that it translates, and for what it knows of each line of it.
const counterMargin = 512 << 20

// margin returns the memory that a counted process may use in addition to a timed one.
func (c counter) margin() uint64 {
	if c == "" {
		return 0
	}
	return counterMargin
}

// slow says what may take a counted process too long.
func (o order) slow() string {
	if o.counter == "" {
		return ""
	}
	return "; code is about 50 times slower under valgrind: allow a process more time"
}

// countFile begins the names of the files that valgrind writes, before the number of the
// process. They lie beside the working folder of the code, and go with it.
const countFile = "counts."

// command returns the words that come before the command of the runtime.
//
// A runtime's command may be a script that starts PHP, so that valgrind has to follow.
// It reads no options but these, and has no pipes for a debugger, which it would leave
// in /tmp. Each call of getrusage() ends a file and begins the next one: the harness calls
// it before and after each part of the batch, whose start-up and end so cost nothing.
// Libraries know the function by both names.
func (c counter) command(dir workdir) []string {
	if c == "" {
		return nil
	}
	beside := strings.ReplaceAll(dir.root, "%", "%%")
	return c.into(filepath.Join(beside, countFile+"%p"), "--trace-children=yes", "--dump-before=getrusage", "--dump-before=__getrusage")
}

// into returns the words of a command that writes to the file.
func (c counter) into(file string, options ...string) []string {
	return append([]string{string(c), "--tool=callgrind", "--command-line-only=yes", "--vgdb=no", "--log-file=/dev/null", "--callgrind-out-file=" + file}, options...)
}
