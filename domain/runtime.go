package domain

import (
	"regexp"
	"strings"
)

// RuntimeName names what executes a benchmark: php56 … php85 and any later
// phpXY for PHP, one name of its own for every other executor.
type RuntimeName string

var (
	runtimePattern  = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)
	phpShortPattern = regexp.MustCompile(`^(?:php)?-?([5-9])\.?([0-9]{1,2})$`)
)

// Valid tells whether the name has the form of a runtime's name: a lower-case
// letter, then at most 63 lower-case letters, digits, hyphens or underscores.
func (r RuntimeName) Valid() bool { return runtimePattern.MatchString(string(r)) }

// ParseRuntimeName reads a name as people write it. PHP versions may be given
// as php84, php8.4, PHP8.4, 8.4 or 84, and all become php84; any other text is
// taken in lower case as it stands. The second result is false where the text
// cannot be a runtime's name.
func ParseRuntimeName(text string) (RuntimeName, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if m := phpShortPattern.FindStringSubmatch(text); m != nil {
		return RuntimeName("php" + m[1] + m[2]), true
	}
	r := RuntimeName(text)
	return r, r.Valid()
}

// Runtime describes a runtime as it was found on a host.
type Runtime struct {
	Name RuntimeName
	// Version is the runtime's own full version, such as 8.4.2.
	Version string
	// Command is how it is started, with its fixed arguments.
	Command []string
	// IniMode says which configuration it reads, in the executor's words.
	IniMode string
	// Extensions are the modules that it loads, sorted.
	Extensions []string
}

// RuntimeLister is what an executor may add to its port: it says which runtimes
// it can execute here, sorted by name.
type RuntimeLister interface {
	Runtimes() []Runtime
}
