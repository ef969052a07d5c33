// Package host manages this machine for workers: it grants each core to one
// measurement at a time, across all worker processes; it identifies the machine; and
// it observes its load.
//
// # Core slots
//
// [Slots] keeps one lock file per core in a folder that all users of the host
// share. The kernel holds the locks (flock), and releases them when a process dies for
// any reason. Within a process, goroutines queue in order of arrival, and only the
// first of them tries the lock files. A process that releases a core while another
// process waits does not lock it again for a moment, so that the other gets it.
//
// A process that is stopped (SIGSTOP) keeps its locks and measures nothing. A process
// that has waited for a second takes the stopped process's core as well, and logs a
// warning; only one process does so at a time. When the stopped process continues, the
// rest of its iteration may run beside the other's, but no further one. If /proc/locks
// does not show the holder, as with one in another container, the process goes on
// waiting.
//
// The locks are advisory, and the folder is open to all: another user can hold
// a core for ever, or remove an idle lock file of their own. They cannot make
// this package write to, or follow, a file of their choice.
//
// On systems other than Linux, cores are granted within one process only.
//
// # Fingerprint and load
//
// [Probe] reads the stable facts of the machine once, and its load at most ten
// times a second, from /proc and /sys. Facts that these lack stay empty.
package host
