//go:build !unix

package project

import "os/exec"

func detach(*exec.Cmd) {}

func killSession(cmd *exec.Cmd) error { return cmd.Process.Kill() }
