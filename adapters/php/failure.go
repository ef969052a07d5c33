package php

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/benchbus/benchbus/domain"
)

// failure returns the reason why a process gave no result, or nil if it gave one. It
// returns the context's error unchanged, which is not a failure of the benchmark.
func (e *ending) failure(o order, c Config, state *os.ProcessState, dir workdir) error {
	var why *domain.ExecutionError
	switch {
	case e.stopped != nil && !errors.As(e.stopped, &why):
		return e.stopped
	case why != nil:
	case state == nil:
		why = domain.Fail(domain.ClassUnknown, "another part of this program took the status of the process: it must not wait for processes that it has not started")
	default:
		why = e.diagnose(c, state, dir.translate(e.output.message(e.report.pid == 0), o.script))
	}
	if why == nil {
		return nil
	}
	if why.Class == domain.ClassCode {
		_ = dir.folder.RemoveAll("work") // frees the space that the benchmark itself used
		if err := dir.room(); diskFull(err) {
			full := c.folderFailed(err)
			why = domain.Fail(full.Class, "%w; %w", why, full)
		}
	}
	return e.describe(why, o, dir)
}

// describe adds to an error the runtime, the stage, and the tail of the output.
func (e *ending) describe(why *domain.ExecutionError, o order, dir workdir) error {
	failed := domain.Fail(why.Class, "%s: %s: %w", o.what(), inStage(e.report), why)
	if why.Class == domain.ClassSetting { // the stage does not matter
		failed = domain.Fail(why.Class, "%s: %w", o.what(), why)
	}
	var noticed strings.Builder // PHP would have printed them
	for _, n := range e.report.notices {
		if !strings.Contains(n.text, "__bb_") {
			noticed.WriteString(n.String() + "\n")
		}
	}
	failed.Output = dir.translate(printable(noticed.String())+e.output.ending(), o.script)
	return failed
}

// what names the runtime and the settings for messages.
func (o order) what() string {
	name := string(o.runtime.Name)
	if len(o.asked) > 0 {
		name = fmt.Sprintf("%s with %s", name, o.asked)
	}
	if o.counter != "" {
		name += ", to count its instructions under valgrind"
	}
	return name
}

// inStage names the stage that the process was in, for messages.
func inStage(r report) string {
	switch {
	case r.pid == 0:
		return "before PHP was ready"
	case r.stage == "end":
		return "after the teardown, at the end of the process"
	case r.stage == "":
		return "before the code"
	}
	return "in the " + r.stage
}

// diagnose finds out why a process ended by itself without a result, or returns nil.
func (e *ending) diagnose(c Config, state *os.ProcessState, message string) *domain.ExecutionError {
	status, _ := state.Sys().(syscall.WaitStatus)
	r := e.report
	switch {
	case status.Signaled() && status.Signal() == syscall.SIGXFSZ:
		return domain.Fail(domain.ClassLimit, "it wrote a file of more than %d bytes, the limit on files: write less, or raise FileSizeLimit", c.FileSizeLimit)
	case status.Signaled() && status.Signal() == syscall.SIGXCPU:
		return domain.Fail(domain.ClassLimit, "it used more CPU time than this system grants")
	case status.Signaled():
		return domain.Fail(domain.ClassKilled, "it was killed by a signal: %v", status.Signal())
	case r.pid == 0:
		return domain.Fail(domain.ClassSpawn, "PHP ended with status %d, before any code ran: %s", state.ExitCode(), message)
	case r.cleared || state.ExitCode() != 0 && strings.Contains(message, "__bb_"):
		return domain.Fail(domain.ClassCode, "the code unset the variables that count its revolutions: code that clears all variables must spare those that begin with __bb_, or stand in a function")
	case r.left != "":
		return domain.Fail(domain.ClassCode, "the code left the loop that repeats it, after %s of %s revolutions: break, continue and goto must stay inside of the code", r.left, r.of)
	case state.ExitCode() != 0 && outOfMemory.MatchString(message):
		return domain.Fail(domain.ClassLimit, "%s; the limit on memory is %d bytes: use less, or raise MemoryLimit", message, c.MemoryLimit)
	case state.ExitCode() != 0 && message != "":
		return domain.Fail(domain.ClassCode, "%s", message)
	case state.ExitCode() != 0:
		return domain.Fail(domain.ClassCode, "the process ended with status %d", state.ExitCode())
	case r.returned:
		return domain.Fail(domain.ClassCode, "a return outside of any function ended it early")
	case len(r.results) == 0:
		return domain.Fail(domain.ClassCode, "exit or die ended the process early")
	}
	return nil
}

// tooMuchOutput is the error of a process that exceeds OutputLimit.
func (c Config) tooMuchOutput() *domain.ExecutionError {
	return domain.Fail(domain.ClassLimit, "it printed more than %d bytes, the limit on output: print less, or raise OutputLimit", c.OutputLimit)
}

var outOfMemory = regexp.MustCompile(`Allowed memory size of|Out of memory`)

// translate replaces positions in the script in PHP's messages by the positions in the
// benchmark's own code.
func (d workdir) translate(text string, s *script) string {
	places := regexp.MustCompile(regexp.QuoteMeta(d.benchmark()) + `(\(|:| on line )([0-9]+)`)
	text = places.ReplaceAllStringFunc(text, func(place string) string {
		m := places.FindStringSubmatch(place)
		line, _ := strconv.Atoi(m[2])
		if part, number, ok := s.origin(line); ok {
			return part + m[1] + strconv.Itoa(number)
		}
		return place
	})
	for _, folder := range []string{d.work, d.project.tree, d.root} {
		if folder != "" {
			text = strings.ReplaceAll(text, folder+"/", "")
		}
	}
	return text
}
