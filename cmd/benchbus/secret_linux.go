package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// concealSecrets keeps the broker's password from the other processes of this
// user, of which those that execute benchmarks are some, and returns the
// program's arguments. It comes before anything else.
//
// The kernel lets only root read the memory, the environment and the open files
// of a process that is not dumpable. The command line it shows to everybody, so
// that the password is overwritten there; and in the initial environment, where
// root would come across it.
func concealSecrets() []string {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // cannot fail
	args := make([]string, 0, len(os.Args))
	secrets := []string{credentials(os.Getenv("BENCHBUS_BUS"))}
	for _, arg := range os.Args[1:] {
		args = append(args, strings.Clone(arg)) // Go's own are the kernel's memory
		secrets = append(secrets, credentials(arg))
	}
	for _, secret := range secrets {
		shown, wanted := initialMemory(), []byte("://"+secret+"@")
		for at := bytes.Index(shown, wanted); secret != "" && at >= 0; at = bytes.Index(shown, wanted) {
			shown = shown[at+len("://"):]
			copy(shown, strings.Repeat("x", len(secret)))
		}
	}
	return args
}

// initialMemory is where the kernel has put the arguments and, behind them, the
// environment. Without /proc it is the arguments alone.
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
