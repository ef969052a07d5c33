package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// stopPatience is the time that a worker may take to drain before it is killed.
const stopPatience = 45 * time.Second

// process is a worker process that is started again whenever it ends, as by a
// supervisor, until it is stopped.
type process struct {
	settings settings
	rest     time.Duration // between the end of the worker and its next start

	mu      sync.Mutex
	begun   chan struct{} // closed at the next start
	cmd     *exec.Cmd
	stopped bool
	ended   chan struct{} // closed once it will not be started again
	exits   []error       // the outcomes of the ends that stop asked for
}

func start(s settings, rest time.Duration) *process {
	p := &process{settings: s, rest: rest, begun: make(chan struct{}), ended: make(chan struct{})}
	started := p.nextStart()
	go p.supervise()
	<-started
	return p
}

// nextStart returns a channel that is closed when the process is started the next time.
func (p *process) nextStart() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.begun
}

func (p *process) supervise() {
	defer close(p.ended)
	for ; ; time.Sleep(p.rest) {
		cmd := command("worker", p.settings)
		p.mu.Lock()
		if p.stopped {
			p.mu.Unlock()
			return
		}
		err := cmd.Start()
		p.cmd = cmd
		close(p.begun)
		p.begun = make(chan struct{})
		p.mu.Unlock()
		fatal(err)
		err = cmd.Wait()
		p.mu.Lock()
		if p.stopped {
			p.exits = append(p.exits, err)
		}
		p.mu.Unlock()
	}
}

// command returns a command that runs this program in another role.
func command(role string, s settings) *exec.Cmd {
	program, err := os.Executable()
	fatal(err)
	cmd := exec.Command(program, role, s.text())
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // so that none outlives this program
	return cmd
}

// signal sends a signal to the process that runs now.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(s) // it fails for a process that has just ended, which will be started again
	}
}

// stop drains the worker and does not start it again. It returns an error if the worker
// did not exit cleanly.
func (p *process) stop() error {
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(stopPatience):
		p.signal(syscall.SIGKILL)
		<-p.ended
	}
	for _, err := range p.exits {
		if err != nil {
			return fmt.Errorf("worker %s did not end well: %w", p.settings.Name, err)
		}
	}
	return nil
}
