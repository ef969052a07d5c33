//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package project

import (
	"context"
	"errors"
)

// On systems without flock, only one process at a time may prepare, and what a killed one
// leaves behind stays.

func lockFile(context.Context, string) (release func(), err error) { return func() {}, nil }

func tryLock(string, int) (release func(), err error) {
	return nil, errors.ErrUnsupported
}
