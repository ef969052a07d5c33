package php

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
)

// maxPadding is the largest random length added to the environment, in bytes.
const maxPadding = 4095

// environment returns the environment variables of a process. It passes on only PATH of
// this program's own environment, since the rest may hold secrets. The padding moves
// the stack: its address affects timings, and random lengths average over that.
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
		env = append(env, "PHP_INI_SCAN_DIR=") // PHP reads no other file
	}
	return env
}

// variables returns the variables of a benchmark, sorted by name. They go over all others.
func variables(env map[string]string) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		all = append(all, name+"="+env[name])
	}
	return all
}

// padding returns the length of a sample's padding, which follows from the seed.
func padding(seed int64, position int) int {
	return rand.New(rand.NewPCG(uint64(seed), uint64(position))).IntN(maxPadding + 1)
}
