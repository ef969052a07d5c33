package php

import (
	"errors"
	"io/fs"
	"os/exec"
	"syscall"

	"github.com/benchbus/benchbus/domain"
)

// diskFull reports whether an error means that the disk or the quota is full.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// exhausted reports whether an error means that the host lacks processes, memory or
// file descriptors.
func exhausted(err error) bool {
	return errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.ENOMEM) || tooManyFiles(err)
}

func tooManyFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

const raiseFiles = "raise the limit on open files (ulimit -n, fs.file-max)"

// folderFailed returns the error of a host that has no working folder for a process,
// with advice.
func (c Config) folderFailed(err error) *domain.ExecutionError {
	advice := "make a folder there that this user can write, or name another one in the environment as TMPDIR"
	switch {
	case diskFull(err):
		advice = "free some space, or name another folder in the environment as TMPDIR"
	case tooManyFiles(err):
		advice = raiseFiles
	}
	return domain.Fail(domain.ClassHost, "the folder for temporary files, %s, cannot be used: %w; %s", absolute(c.TempDir), err, advice)
}

// startFailed returns the error of a host that cannot start the runtime, with advice. A
// command that has disappeared is the host's failure and not a missing runtime: during
// an upgrade of PHP other hosts have it, and this host will have it again.
func startFailed(r domain.Runtime, err error) *domain.ExecutionError {
	var advice string
	switch {
	case errors.Is(err, syscall.EAGAIN):
		advice = "; raise the limit on the processes of this user (ulimit -u, TasksMax=, pids.max), or end some"
	case errors.Is(err, syscall.ENOMEM):
		advice = "; this host has no memory left"
	case tooManyFiles(err):
		advice = "; " + raiseFiles
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, exec.ErrNotFound):
		advice = "; it could be started before: put it back, or restart this program to look for others"
	}
	return domain.Fail(domain.ClassSpawn, "%s does not start: %w%s", r.Name, err, advice)
}
