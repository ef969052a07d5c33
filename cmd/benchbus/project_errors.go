package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
)

// hostErrors are errors of the machine, and not of what the person has asked for.
var hostErrors = []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM}

// ofProject gives an error of reading, preparing or packing a project the exit code of its
// cause: a signal, the machine, or else what the error has already.
func ofProject(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &exitError{exitInterrupted, errors.New("interrupted before anything was measured")}
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return unavailable(fmt.Errorf("%w; make room there, or name another folder: TMPDIR for temporary files, XDG_CACHE_HOME for caches", err))
	case slices.ContainsFunc(hostErrors, func(cause error) bool { return errors.Is(err, cause) }):
		return unavailable(err)
	}
	return err
}
