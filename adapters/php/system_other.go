//go:build !linux

package php

import (
	"log/slog"
	"os"
	"os/exec"
	"syscall"
)

// On systems other than Linux the executor does not pin processes, sets no limits but
// PHP's own, and does not find processes that leave their group.

const pins = false

type mark struct{}

type containment struct{}

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func startContained(cmd *exec.Cmd, _ int, _ *slog.Logger) (*exec.Cmd, containment, error) {
	cmd.SysProcAttr = ownGroup()
	return cmd, containment{}, cmd.Start()
}

func (containment) end(int) int { return 0 }

func (p *process) limit(int, Config, uint64) error { return nil }

// AdoptOrphans does nothing on this system.
func AdoptOrphans() {}

func (Config) lookAround() func(containment, bool) []string {
	return func(containment, bool) []string { return nil }
}

func wroteFiles(int, int64) bool { return false }

func markProcess(int, *slog.Logger) mark { return mark{} }

func (mark) forget() {}

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

func waitForExit(cmd *exec.Cmd) { _ = cmd.Wait() }

func reap(*exec.Cmd) {}

func sweep(mark) int { return 0 }

// peakMemory returns the largest resident size in bytes, or 0 if it is unknown.
func peakMemory(state *os.ProcessState, reported int64) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if reported > 0 || !ok {
		return reported
	}
	return int64(usage.Maxrss)
}
