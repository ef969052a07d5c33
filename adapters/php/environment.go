package php

import (
	"math/rand/v2"
	"os"
	"strings"
)

// maxPadding is the largest random length added to the environment, in bytes.
const maxPadding = 4095

// environment is all that a process learns of its surroundings. Of this
// program's own environment only the path is passed on: there may be secrets
// in the rest. The padding moves the stack, whose place changes timings, so
// that processes average over it.
func (c Config) environment(work string, padding int) []string {
	path := os.Getenv("PATH")
	if path == "" {
		path = "/usr/local/bin:/usr/bin:/bin"
	}
	env := []string{
		"PATH=" + path, "HOME=" + work, "TMPDIR=" + work, "LANG=C.UTF-8", "XDEBUG_MODE=off",
		"PADDING=" + strings.Repeat("x", padding),
	}
	if c.Ini != iniDefault && c.Ini != iniNone {
		env = append(env, "PHP_INI_SCAN_DIR=") // that file and no other
	}
	return env
}

// padding is how long the padding of a sample is; it follows from the seed.
func padding(seed int64, position int) int {
	return rand.New(rand.NewPCG(uint64(seed), uint64(position))).IntN(maxPadding + 1)
}
