package domain

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Limits of a benchmark's environment.
const (
	MaxEnv      = 64   // variables
	MaxEnvValue = 4096 // bytes of one value
)

var envPattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

// envProblem returns the first reason why the variables are invalid, or nil.
func envProblem(env map[string]string) error {
	if len(env) > MaxEnv {
		return fmt.Errorf("there are %d variables; at most %d are allowed", len(env), MaxEnv)
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		switch value := env[name]; {
		case !envPattern.MatchString(name):
			return fmt.Errorf("%.100q is not the name of a variable, such as APP_ENV", name)
		case len(value) > MaxEnvValue:
			return fmt.Errorf("the value of %s has %d bytes; at most %d are allowed", name, len(value), MaxEnvValue)
		case strings.ContainsRune(value, 0):
			return fmt.Errorf("the value of %s has a byte of value 0", name)
		}
	}
	return nil
}

// LocalPath reports whether the path, whose parts are separated by slashes, stays within
// the folder that it is relative to, and is in its shortest form.
func LocalPath(p string) bool {
	return p != "" && p != "." && len(p) <= MaxEnvValue && path.Clean(p) == p && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../") &&
		!strings.ContainsRune(p, 0)
}
