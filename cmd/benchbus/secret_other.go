//go:build !linux

package main

import "os"

// concealSecrets returns the program's arguments. On systems other than Linux, others
// can see a password on the command line or in the environment.
func concealSecrets() []string { return os.Args[1:] }
