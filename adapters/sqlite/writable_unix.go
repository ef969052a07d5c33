//go:build unix

package sqlite

import "golang.org/x/sys/unix"

// writable reports whether this process may write the file. It does not open the file,
// because closing it again would give up the locks that this process holds on it.
func writable(path string) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS) == nil
}
