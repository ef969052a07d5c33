// Package host knows the machine: it grants its cores to one measurement at a
// time, across all worker processes; it tells machines apart; and it watches
// how busy this one is.
//
// # Core slots
//
// [Slots] keeps one lock file per core in a folder that all users of the host
// share. The locks are the kernel's (flock), so that a process that dies, however
// it dies, gives its cores back. Within a process, goroutines queue in the order
// in which they came, and only the first of them looks at the lock files. Between
// processes, one that gives a core back while another waits leaves it alone for
// a moment, so that the other gets it.
//
// A process that is stopped (SIGSTOP) keeps its locks and measures nothing. Who
// has waited for a second passes it with a warning, one at a time. When the
// stopped process goes on, what is left of its iteration may run beside the
// other's, and nothing after that. A holder that /proc/locks does not show, such
// as one in another container, is waited for.
//
// The locks are advisory, and the folder is open to all: another user can hold
// a core for ever, or remove an idle lock file of their own. They cannot make
// this package write to, or follow, a file of their choice.
//
// Other than on Linux, cores are kept apart within one process only.
//
// # Fingerprint and load
//
// [Probe] reads the stable facts of the machine once, and its load at most ten
// times a second, from /proc and /sys. What is not there stays empty.
package host
