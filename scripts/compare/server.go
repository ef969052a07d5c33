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

// missingError is a server program that is not on this machine.
type missingError string

func (e missingError) Error() string { return string(e) }

const (
	startPatience = 30 * time.Second
	stopPatience  = 20 * time.Second
)

// server is a program that this one started and stops again.
type server struct {
	cmd    *exec.Cmd
	quit   syscall.Signal // what ends it in good order
	output bytes.Buffer   // complete once it has exited
	exited chan struct{}
}

// startServer starts a server and waits until it is ready.
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

// stop ends the server, patiently first, and returns when it is gone.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(s.quit)
	select {
	case <-s.exited:
	case <-time.After(stopPatience):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

// detach keeps a terminal's Ctrl-C from a program: it is ours to stop, after its clients.
func detach(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Setpgid = true
}
