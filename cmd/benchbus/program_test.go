package main

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// spoken is what a process prints. Tests wait for it without polling.
type spoken struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // closed and replaced when there is more
}

func newSpoken() *spoken { return &spoken{more: make(chan struct{})} }

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.more)
	s.more = make(chan struct{})
	return s.text.Write(p)
}

// soFar returns the text, and a channel that is closed once there is more.
func (s *spoken) soFar() (string, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String(), s.more
}

func (s *spoken) String() string {
	text, _ := s.soFar()
	return text
}

// program is benchbus in a process of its own.
type program struct {
	*exec.Cmd
	t              *testing.T
	stdout, stderr *spoken
	ended          chan struct{}
}

// startProgram starts the program, with variables on top of those of the test.
func startProgram(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(os.Args[0], args...), t: t, stdout: newSpoken(), stderr: newSpoken(), ended: make(chan struct{})}
	p.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	p.Stdout, p.Stderr = p.stdout, p.stderr
	require.NoError(t, p.Start())
	go func() {
		_ = p.Wait() // its exit code is in ProcessState
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends it as a power cut would, and returns once it is gone.
func (p *program) kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// says waits until the program has logged all of the texts.
func (p *program) says(texts ...string) {
	p.t.Helper()
	for _, want := range texts {
		for late := time.After(fleetPatience); ; {
			text, more := p.stderr.soFar()
			if strings.Contains(text, want) {
				break
			}
			select {
			case <-more:
			case <-p.ended:
				if text := p.stderr.String(); !strings.Contains(text, want) {
					require.FailNow(p.t, "it ended before it said "+want, text)
				}
			case <-late:
				require.FailNow(p.t, "it does not say "+want, text)
			}
		}
	}
}

// exitCode waits for the end.
func (p *program) exitCode() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(fleetPatience):
		require.FailNow(p.t, "it does not end", p.stderr.String())
	}
	return p.ProcessState.ExitCode()
}

// terminate ends it by a signal.
func (p *program) terminate() int {
	p.t.Helper()
	require.NoError(p.t, p.Process.Signal(os.Interrupt))
	return p.exitCode()
}
