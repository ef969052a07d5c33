package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// stopPatience is how long a worker may drain before it is killed.
const stopPatience = 45 * time.Second

// process is a worker that is started again whenever it ends, as a supervisor
// does, until it is stopped.
type process struct {
	settings settings

	mu      sync.Mutex
	cmd     *exec.Cmd
	stopped bool
	ended   chan struct{} // closed once it is not started again
	exits   []error       // of the times that it was asked to stop
}

func start(s settings) *process {
	p := &process{settings: s, ended: make(chan struct{})}
	started := make(chan struct{})
	go p.supervise(started)
	<-started
	return p
}

func (p *process) supervise(started chan struct{}) {
	defer close(p.ended)
	for first := true; ; first = false {
		cmd := command("worker", p.settings)
		p.mu.Lock()
		if p.stopped {
			p.mu.Unlock()
			return
		}
		err := cmd.Start()
		p.cmd = cmd
		p.mu.Unlock()
		fatal(err)
		if first {
			close(started)
		}
		err = cmd.Wait()
		p.mu.Lock()
		if p.stopped {
			p.exits = append(p.exits, err)
		}
		p.mu.Unlock()
	}
}

// command is this program in another role.
func command(role string, s settings) *exec.Cmd {
	program, err := os.Executable()
	fatal(err)
	cmd := exec.Command(program, role, s.text())
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // none outlives this program
	return cmd
}

// signal sends a signal to the process that runs now.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(s) // one that has just ended is being started again
	}
}

// stop drains the worker for good.
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
