//go:build unix

package phpbench

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the process into a group of its own, with all that it starts.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends the process's group. It must be called before the process was waited
// for: its number belongs to nobody else until then.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
