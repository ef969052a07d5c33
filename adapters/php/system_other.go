//go:build !linux

package php

import (
	"os"
	"os/exec"
	"syscall"
)

// Elsewhere than on Linux nothing is pinned, there are no limits but PHP's own,
// and processes that leave their group are not found.

const pins = false

type mark uint64

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func startOn(cmd *exec.Cmd, _ int) error { return cmd.Start() }

func (p *process) limit(int, Config) error { return nil }

func markProcess(int) (mark, error) { return 0, nil }

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

func waitForExit(cmd *exec.Cmd) { _ = cmd.Wait() }

func reap(*exec.Cmd) {}

func sweep(mark) int { return 0 }

// peakMemory is the largest resident size in bytes; 0: unknown.
func peakMemory(state *os.ProcessState, reported int64) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if reported > 0 || !ok {
		return reported
	}
	return int64(usage.Maxrss)
}
