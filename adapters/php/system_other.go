//go:build !linux

package php

import (
	"os/exec"
	"syscall"
)

// Without Linux there are no pinned processes, no limits but PHP's own, and
// what leaves its process group is not found.

func newSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func startOn(cmd *exec.Cmd, _ int) error { return cmd.Start() }

func limit(int, int64, int64) error { return nil }

func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

func reap(cmd *exec.Cmd, ended func()) error {
	err := cmd.Wait()
	ended()
	return err
}

func sweep(int, string, string) {}
