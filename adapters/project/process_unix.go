//go:build unix

package project

import (
	"os/exec"
	"syscall"
)

// detach gives the command a session of its own: what it starts ends with the context, and
// nothing of it waits for an answer from a terminal.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return killSession(cmd) }
}

// killSession kills the processes of the command's session that are still there.
func killSession(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
