package phpbench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// maxRestarts is how often the reflector is started anew for one suite.
const maxRestarts = 500

// reflector asks PHP about classes. It starts PHP when it is needed, and anew when the
// project's code has ended it.
type reflector struct {
	cfg       Config
	root      string
	command   []string
	env       []string
	bootstrap string
	// directives are those whose existence is asked for.
	directives []string

	process *process
	// loaded holds the files that the process has included.
	loaded  map[string]bool
	started started
	starts  int
}

// start starts PHP and includes the bootstrap, unless that was done.
func (r *reflector) start(ctx context.Context) error {
	if r.process != nil {
		return nil
	}
	if r.starts++; r.starts > maxRestarts {
		return fmt.Errorf("the suite's code has ended PHP %d times: mend or leave out the files that do", maxRestarts)
	}
	p, err := newProcess(r.command, r.env, r.root)
	if err != nil {
		return fmt.Errorf("%s cannot be started: %w", r.cfg.PHP[0], err)
	}
	r.process, r.loaded, r.started = p, map[string]bool{}, started{}
	reason, err := r.ask(ctx, &r.started, "bootstrap", append([]string{r.bootstrap}, r.directives...)...)
	switch {
	case err != nil:
		return err
	case reason != "" && r.bootstrap == "":
		return fmt.Errorf("%s does not answer like PHP: %s", strings.Join(r.cfg.PHP, " "), reason)
	case reason != "":
		return fmt.Errorf("the bootstrap %s cannot be used: %s", r.bootstrap, reason)
	}
	return nil
}

// ask asks the process. If the project's code is the reason why there is no answer, ask
// returns that reason. Its error is the context's.
func (r *reflector) ask(ctx context.Context, answer interface{ problem() *failure }, verb string, words ...string) (reason string, err error) {
	limited, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	answered := r.process.ask(limited, answer, verb, words...)
	f := answer.problem()
	if answered && !f.Ended {
		return f.Error, nil
	}
	tooLong := errors.Is(r.process.lines.Err(), bufio.ErrTooLong)
	status := r.close()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return fmt.Sprintf("it takes longer than %v", r.cfg.Timeout), nil
	case tooLong:
		return fmt.Sprintf("what it gives has more than %d bytes", maxAnswer), nil
	case f.Error != "":
		return f.Error, nil
	case f.Ended:
		return "it ends the process, as with exit", nil
	case status.said != "":
		return "it ends PHP: " + status.said, nil
	}
	return "it ends PHP: " + status.exit, nil
}

// status is how a process ended.
type status struct{ exit, said string }

// close ends the process.
func (r *reflector) close() (s status) {
	if r.process != nil {
		s.exit = r.process.close()
		s.said = r.process.stderr.last()
		r.process = nil
	}
	return s
}

// reflect describes the class of a file. What goes wrong may be the fault of files
// that were included before, so that it is tried again in a process of its own.
func (r *reflector) reflect(ctx context.Context, file, class string) (answer reflected, reason string, err error) {
	for {
		if err := r.start(ctx); err != nil {
			return answer, "", err
		}
		fresh := len(r.loaded) == 0
		r.loaded[file] = true
		answer = reflected{}
		reason, err = r.ask(ctx, &answer, "reflect", file, class, map[bool]string{true: "1", false: "0"}[fresh])
		if err != nil || fresh || reason == "" && !answer.Conflict {
			return answer, reason, err
		}
		r.close()
	}
}

// provide returns the parameter sets of a class that was reflected on. Like reflect, it
// tries again in a process that has included no other file.
func (r *reflector) provide(ctx context.Context, file, class string, providers []string) (sets []set, reason string, err error) {
	for {
		if r.process == nil || !r.loaded[file] {
			if _, reason, err := r.reflect(ctx, file, class); err != nil || reason != "" {
				return nil, reason, err
			}
		}
		alone := len(r.loaded) == 1
		var answer provided
		reason, err = r.ask(ctx, &answer, "provide", append([]string{class, fmt.Sprint(MaxSets), fmt.Sprint(maxData)}, providers...)...)
		if err != nil || reason == "" || alone {
			return answer.Sets, reason, err
		}
		r.close()
	}
}

// reflectorEnvironment returns the environment of the reflector, which is that of
// benchmarks: nothing of this program's own but PATH.
func reflectorEnvironment(work string, suite map[string]string) []string {
	path := os.Getenv("PATH")
	if path == "" {
		path = "/usr/local/bin:/usr/bin:/bin"
	}
	env := []string{"PATH=" + path, "HOME=" + work, "TMPDIR=" + work, "LANG=C.UTF-8", "XDEBUG_MODE=off"}
	for name, value := range suite {
		env = append(env, name+"="+value)
	}
	slices.Sort(env[5:])
	return env
}
