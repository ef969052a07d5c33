package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// concealSecrets hides the broker's password, and the token of the server of bundles, from
// other processes of this user, including those that execute benchmarks. It returns the
// program's arguments. Call it before anything else.
//
// It makes the process non-dumpable, so that the kernel lets only root read its memory,
// environment and open files. The kernel shows the command line to everybody, so
// concealSecrets overwrites the password there. It overwrites both in the initial
// environment too, where root could come across them.
func concealSecrets() []string {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // cannot fail
	args := make([]string, 0, len(os.Args))
	secrets := []string{credentials(os.Getenv("BENCHBUS_BUS"))}
	for _, arg := range os.Args[1:] {
		args = append(args, strings.Clone(arg)) // a copy, because the memory of os.Args is overwritten below
		secrets = append(secrets, credentials(arg))
	}
	for _, secret := range secrets {
		overwrite("://", secret, "@")
	}
	overwrite(bundlesTokenVariable+"=", os.Getenv(bundlesTokenVariable), "\x00")
	return args
}

// overwrite overwrites a secret wherever it stands between these words.
func overwrite(before, secret, behind string) {
	shown, wanted := initialMemory(), []byte(before+secret+behind)
	for at := bytes.Index(shown, wanted); secret != "" && at >= 0; at = bytes.Index(shown, wanted) {
		shown = shown[at+len(before):]
		copy(shown, strings.Repeat("x", len(secret)))
	}
}

// initialMemory returns the memory in which the kernel has put the arguments and, after
// them, the environment. Without /proc it returns only the arguments.
func initialMemory() []byte {
	size := 0
	for _, arg := range os.Args {
		size += len(arg) + 1
	}
	start := unsafe.StringData(os.Args[0])
	stat, _ := os.ReadFile("/proc/self/stat")
	_, behind, _ := bytes.Cut(stat, []byte(") "))
	if fields := strings.Fields(string(behind)); len(fields) > 48 { // see proc_pid_stat(5)
		argStart, _ := strconv.ParseUint(fields[45], 10, 64)
		envEnd, _ := strconv.ParseUint(fields[48], 10, 64)
		if argStart == uint64(uintptr(unsafe.Pointer(start))) && envEnd > argStart {
			size = int(envEnd - argStart)
		}
	}
	return unsafe.Slice(start, size)
}
