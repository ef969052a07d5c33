package php

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/benchbus/benchbus/adapters/php/internal/callgrind"
	"github.com/benchbus/benchbus/domain"
)

// counts are the files of callgrind about two parts of a batch. The second part executes
// the code twice as often as the first.
type counts struct{ once, twice []byte }

// Of the files that the calls of getrusage() end, those that are of a part of the batch:
// the second one, and the third; see the harness. The first file is of all that comes
// before the batch.
const (
	onceFile  = 4
	twiceFile = 6
)

// maxCounts limits the bytes that are read of a file. One of a part has a few thousand.
const maxCounts = 64 << 20

// readCounts reads what callgrind wrote about the process. Its error has class
// ClassResult.
func readCounts(dir workdir, pid int) (c counts, wrong *domain.ExecutionError) {
	name := func(n int) string { return countFile + strconv.Itoa(pid) + "." + strconv.Itoa(n) }
	if _, err := dir.folder.Lstat(name(twiceFile + 1)); err == nil {
		return c, domain.Fail(domain.ClassResult, "the code calls getrusage(), which is how the parts of a batch are told apart: its instructions cannot be counted")
	}
	for _, file := range []struct {
		number int
		into   *[]byte
	}{{onceFile, &c.once}, {twiceFile, &c.twice}} {
		info, err := dir.folder.Lstat(name(file.number))
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxCounts {
			return c, domain.Fail(domain.ClassResult, "valgrind did not write what each part of the batch executed: is getrusage() disabled, "+
				"is PHP linked statically, or does the command of the runtime start it by way of another program?")
		}
		if *file.into, err = dir.folder.ReadFile(name(file.number)); err != nil {
			return c, domain.Fail(domain.ClassResult, "what valgrind wrote cannot be read: %w", err)
		}
	}
	return c, nil
}

// profiles returns what each function executed in the two parts.
func (c counts) profiles() (once, twice map[callgrind.Function]int64, err error) {
	for _, file := range []struct {
		text []byte
		into *map[callgrind.Function]int64
	}{{c.once, &once}, {c.twice, &twice}} {
		if *file.into, err = callgrind.Parse(bytes.NewReader(file.text)); err != nil {
			return nil, nil, fmt.Errorf("what valgrind wrote: %w", err)
		}
	}
	return once, twice, nil
}
