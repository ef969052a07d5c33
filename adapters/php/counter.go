package php

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain"
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
	switch {
	case o.counter == "":
		return ""
	case o.profiled:
		return "; code is about 50 times slower under valgrind: allow a process more time"
	}
	return "; code is about 50 times slower under valgrind: allow a process more time, or leave out the instructions"
}

// countLog begins the names of the files that valgrind writes, one for each process. They
// lie beside the working folder of the code, and go with it.
const countLog = "counts."

// command returns the words that come before the command of the runtime.
//
// A runtime's command may be a script that starts PHP, so that valgrind has to follow.
// It reads no options but these, and has no pipes for a debugger, which it would leave
// in /tmp. The total is in the log; the file that says which function executed how much
// of it takes room and time, and is written for a profile alone.
func (c counter) command(dir workdir, profiled bool) []string {
	if c == "" {
		return nil
	}
	beside := strings.ReplaceAll(dir.root, "%", "%%")
	tool := []string{"--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"}
	if profiled {
		tool = []string{"--tool=callgrind", "--callgrind-out-file=" + filepath.Join(beside, profileFile+"%p")}
	}
	return append([]string{string(c), "--command-line-only=yes", "--trace-children=yes", "--vgdb=no",
		"--log-file=" + filepath.Join(beside, countLog+"%p")}, tool...)
}

// countLine matches the line of the log that has the total.
var countLine = regexp.MustCompile(`(?m)^==[0-9]+== I +refs: +([0-9][0-9,]*)$`)

// maxCountLog limits the bytes that are read of a log. It has a few hundred.
const maxCountLog = 64 << 10

// read returns how many instructions the process executed. Its error has class
// ClassResult.
func (c counter) read(dir workdir, pid int) (int64, *domain.ExecutionError) {
	name := countLog + strconv.Itoa(pid)
	info, err := dir.folder.Lstat(name)
	var log []byte
	if err == nil && info.Mode().IsRegular() && info.Size() <= maxCountLog {
		log, err = dir.folder.ReadFile(name)
	}
	if os.IsNotExist(err) {
		return 0, domain.Fail(domain.ClassResult, "valgrind wrote nothing about the process: does the command of the runtime start PHP by way of another program?")
	}
	totals := countLine.FindAllSubmatch(log, -1)
	if err != nil || len(totals) != 1 {
		return 0, domain.Fail(domain.ClassResult, "valgrind did not write how many instructions the process executed, but: %q", domain.Shorten(string(log), keepLine))
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(string(totals[0][1]), ",", ""), 10, 64)
	if err != nil || n == 0 {
		return 0, domain.Fail(domain.ClassResult, "valgrind counted %s instructions, which no process can execute", totals[0][1])
	}
	return n, nil
}
