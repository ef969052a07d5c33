package phpbench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// reflectorScript answers questions; see there.
//
//go:embed reflector.php
var reflectorScript string

const (
	// maxAnswer is the largest answer that is read, in bytes.
	maxAnswer = 64 << 20
	// killDelay is how long the pipes of a process may stay open after its end.
	killDelay = time.Second
)

// process is a running reflector.
type process struct {
	cmd       *exec.Cmd
	nonce     string
	questions *os.File
	answers   *os.File
	lines     *bufio.Scanner
	stderr    tail

	// mu guards over, which says that the process's number may be another's soon.
	mu   sync.Mutex
	over bool
}

// newProcess starts the reflector in the root. It answers when it is asked.
func newProcess(command, env []string, root string) (*process, error) {
	answers, answerEnd, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	questionEnd, questions, err := os.Pipe()
	if err != nil {
		return nil, joinClose(err, answers, answerEnd)
	}
	p := &process{nonce: rand.Text(), questions: questions, answers: answers, lines: bufio.NewScanner(answers)}
	p.lines.Buffer(nil, maxAnswer)
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Dir, p.cmd.Env = root, env
	p.cmd.Stderr, p.cmd.WaitDelay = &p.stderr, killDelay
	p.cmd.ExtraFiles = []*os.File{answerEnd, questionEnd}
	ownGroup(p.cmd)
	err = p.cmd.Start()
	_, _ = answerEnd.Close(), questionEnd.Close()
	if err != nil {
		return nil, joinClose(err, answers, questions)
	}
	_, _ = io.WriteString(questions, p.nonce+"\n") // if it fails there is no answer either
	return p, nil
}

// joinClose closes files after an error.
func joinClose(err error, files ...*os.File) error {
	for _, f := range files {
		_ = f.Close()
	}
	return err
}

// kill ends the process and those that it started, and no read waits any longer.
func (p *process) kill() {
	p.signal(false)
	_ = p.answers.Close()
}

// signal ends the process's group, unless it is over.
func (p *process) signal(over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		killGroup(p.cmd)
	}
	p.over = p.over || over
}

// close ends the process, and returns how it ended.
func (p *process) close() string {
	_ = p.questions.Close()
	p.signal(true)
	err := p.cmd.Wait()
	_ = p.answers.Close()
	if err == nil {
		return "the process ended"
	}
	return err.Error()
}

// ask sends a question and reads the answer into a value. It returns false if the
// process ended in place of an answer, or was ended with the context.
func (p *process) ask(ctx context.Context, answer any, verb string, words ...string) bool {
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	words = append([]string{verb}, words...)
	for i, w := range words {
		words[i] = base64.StdEncoding.EncodeToString([]byte(w))
	}
	if _, err := io.WriteString(p.questions, strings.Join(words, " ")+"\n"); err != nil {
		return false
	}
	for p.lines.Scan() {
		text, ok := bytes.CutPrefix(p.lines.Bytes(), []byte(p.nonce+" "))
		if !ok {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		return decoder.Decode(answer) == nil
	}
	return false
}

// command returns the command line of the reflector.
func (c Config) command(directives map[string][]string) []string {
	code := strings.TrimPrefix(reflectorScript, "<?php")
	args := append([]string{}, c.PHP...)
	if full, err := filepath.Abs(args[0]); err == nil && strings.ContainsRune(args[0], filepath.Separator) {
		args[0] = full // it is started in another folder
	}
	args = append(args, iniArguments(directives)...)
	for _, setting := range []string{
		fmt.Sprint("memory_limit=", c.MemoryLimit), "max_execution_time=0", "display_errors=stderr", "html_errors=0", "log_errors=0",
		"auto_prepend_file=", "auto_append_file=", "opcache.enable_cli=0", "short_open_tag=0",
	} {
		args = append(args, "-d", setting)
	}
	return append(args, "-r", code)
}

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

// maxTail is how much a tail keeps, in bytes.
const maxTail = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if extra := len(t.text) - maxTail; extra > 0 {
		t.text = append(t.text[:0], t.text[extra:]...)
	}
	return len(p), nil
}

// last returns the last line that is not blank.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(t.text), "?")), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// iniArguments returns the arguments for the suite's own directives.
func iniArguments(directives map[string][]string) (args []string) {
	for _, name := range slices.Sorted(maps.Keys(directives)) {
		for _, value := range directives[name] {
			if strings.ContainsAny(value, " \t;\"'\\&|^~()!{}[]$=`<>?*#") {
				value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
			}
			args = append(args, "-d", name+"="+value)
		}
	}
	return args
}
