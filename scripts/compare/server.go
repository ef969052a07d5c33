package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// missingError says that a server program is not installed on this machine.
type missingError string

func (e missingError) Error() string { return string(e) }

const (
	startPatience = 30 * time.Second
	stopPatience  = 20 * time.Second
)

// server is a server program that this program starts and stops.
type server struct {
	cmd    *exec.Cmd
	quit   syscall.Signal // the signal for an orderly end
	output bytes.Buffer   // complete once the server has exited
	exited chan struct{}
}

// startServer starts a server and waits until ready returns nil.
func startServer(ctx context.Context, cmd *exec.Cmd, quit syscall.Signal, ready func(context.Context) error) (*server, error) {
	s := &server{cmd: cmd, quit: quit, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &s.output, &s.output
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait()
		close(s.exited)
	}()
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return s, nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
			continue
		case <-ctx.Done():
		case <-s.exited:
		}
		s.stop()
		return nil, fmt.Errorf("%s did not start (%w); it wrote:\n%s", filepath.Base(cmd.Path), err, s.output.Bytes())
	}
}

// stop ends the server and waits until it has exited. It kills the server after
// stopPatience.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(s.quit)
	select {
	case <-s.exited:
	case <-time.After(stopPatience):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

// detach protects a program from a Ctrl-C in the terminal, because this program must
// stop it after its clients.
func detach(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Setpgid = true
}
