package php

import (
	"bytes"
	"context"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// direct starts PHP without what a runtime's command executes before it, such as a shell
// that sets variables. Under valgrind such a shell takes as long as a third of all.
type direct struct {
	command []string
	// env holds the variables that the runtime's command added.
	env []string
}

// directs remembers how each runtime is started. Its zero value knows none.
type directs struct {
	mu    sync.Mutex
	known map[domain.RuntimeName]direct
}

// of asks the runtime the first time. Where it cannot tell, the answer is its command.
func (d *directs) of(ctx context.Context, r domain.Runtime, c Config) direct {
	d.mu.Lock()
	defer d.mu.Unlock()
	if found, ok := d.known[r.Name]; ok {
		return found
	}
	found, ok := c.askDirect(ctx, r)
	if !ok {
		found = direct{command: r.Command}
	}
	if ctx.Err() == nil {
		if d.known == nil {
			d.known = map[domain.RuntimeName]direct{}
		}
		d.known[r.Name] = found
	}
	return found
}

// directQuestion is the code that tells how its process was started.
const directQuestion = `echo "\nanswer ", getmypid(), " ", bin2hex(file_get_contents("/proc/self/cmdline")), " ", bin2hex(file_get_contents("/proc/self/environ")), "\n";`

// askDirect starts the runtime by its command. PHP must be the process that was started:
// then the command has executed PHP in its own place, and on this system.
func (c Config) askDirect(ctx context.Context, r domain.Runtime) (direct, bool) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	args := append(c.arguments(), "-r", directQuestion)
	cmd := exec.CommandContext(ctx, r.Command[0], slices.Concat(r.Command[1:], args)...)
	var out bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.WaitDelay = c.environment("/", 0), "/", &out, drainTime
	if cmd.Run() != nil {
		return direct{}, false
	}
	for line := range strings.Lines(out.String()) {
		answer, _ := strings.CutPrefix(line, "answer ")
		fields := strings.Fields(answer)
		if len(fields) != 3 || fields[0] != strconv.Itoa(cmd.Process.Pid) {
			continue
		}
		words, env := unpacked(fields[1]), unpacked(fields[2])
		own := len(words) - len(args)
		if own < 1 || !slices.Equal(words[own:], args) || !filepath.IsAbs(words[0]) {
			continue
		}
		return direct{words[:own], slices.DeleteFunc(env, func(v string) bool { return slices.Contains(cmd.Env, v) })}, true
	}
	return direct{}, false
}

// unpacked reads a list of texts that each end with a zero byte, in hexadecimal.
func unpacked(digits string) []string {
	text, err := hex.DecodeString(digits)
	if err != nil || len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
}
