package domain

import (
	"regexp"
	"strings"
)

// RuntimeName names the runtime that executes a benchmark: php56 … php85 and any later
// phpXY for PHP, and a name of its own for every other executor.
type RuntimeName string

var (
	runtimePattern  = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)
	phpShortPattern = regexp.MustCompile(`^(?:php)?-?([5-9])\.?([0-9]{1,2})$`)
)

// Valid reports whether the name has the form of a runtime's name: a lower-case letter,
// then at most 63 lower-case letters, digits, hyphens or underscores.
func (r RuntimeName) Valid() bool { return runtimePattern.MatchString(string(r)) }

// ParseRuntimeName reads a name as people write it. PHP versions may be given as php84,
// php8.4, PHP8.4, 8.4 or 84, and all become php84. Any other text is only put into
// lower case. The second result is false if the text cannot be a runtime's name.
func ParseRuntimeName(text string) (RuntimeName, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if m := phpShortPattern.FindStringSubmatch(text); m != nil {
		return RuntimeName("php" + m[1] + m[2]), true
	}
	r := RuntimeName(text)
	return r, r.Valid()
}

// Runtime describes a runtime that was found on a host.
type Runtime struct {
	Name RuntimeName
	// Version is the full version that the runtime reports, such as 8.4.2.
	Version string
	// Command starts the runtime, with its fixed arguments.
	Command []string
	// IniMode says in the executor's words which configuration the runtime reads.
	IniMode string
	// Extensions are the modules that the runtime loads, sorted.
	Extensions []string
}

// RuntimeLister is an optional interface of an executor. Runtimes returns the runtimes
// that it can execute on this host, sorted by name.
type RuntimeLister interface {
	Runtimes() []Runtime
}
