//go:build unix

package sqlite

import "golang.org/x/sys/unix"

// writable tells whether this process may write the file. It does not open it:
// to close it again would give up the locks that this process holds on it.
func writable(path string) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS) == nil
}
