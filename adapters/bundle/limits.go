package bundle

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/benchbus/benchbus/domain"
)

// maxPart is the largest number of bytes of a file's name without its folder. It is that
// of the usual file systems.
const maxPart = 255

// Limits bound what a bundle may hold. The zero value stands for the defaults.
type Limits struct {
	// Files is the largest number of files and links. Defaults to 200,000.
	Files int
	// Bytes is the largest size of all files together, unpacked. Defaults to 2 GiB.
	Bytes int64
	// NameBytes is the largest size of a name with its folders, in bytes, and of what a
	// link leads to. Defaults to 1024.
	NameBytes int
	// Depth is the largest number of parts of a name, which slashes separate. Defaults to
	// 64.
	Depth int
}

// WithDefaults returns the limits with the defaults filled in.
func (l Limits) WithDefaults() Limits {
	if l.Files == 0 {
		l.Files = 200_000
	}
	if l.Bytes == 0 {
		l.Bytes = 2 << 30
	}
	if l.NameBytes == 0 {
		l.NameBytes = 1024
	}
	if l.Depth == 0 {
		l.Depth = 64
	}
	return l
}

// validate returns every reason why the limits cannot be used.
func (l Limits) validate() error {
	var problems []error
	check := func(field string, value, most int64) {
		if value < 1 || value > most {
			problems = append(problems, fmt.Errorf("bundle: Limits.%s is %d; it must be from 1 to %d, or 0 for the default", field, value, most))
		}
	}
	check("Files", int64(l.Files), 100_000_000)
	check("Bytes", l.Bytes, 1<<50)
	check("NameBytes", int64(l.NameBytes), domain.MaxEnvValue)
	check("Depth", int64(l.Depth), domain.MaxEnvValue)
	return errors.Join(problems...)
}

// checkName returns the reason why a bundle may not hold a file of that name, or nil.
func (l Limits) checkName(name string) error {
	switch {
	case !utf8.ValidString(name):
		return fmt.Errorf("the name %.200q is not UTF-8; rename it, or leave it out", name)
	case len(name) > l.NameBytes:
		return fmt.Errorf("the name %.200q has %d bytes; at most %d are allowed", name, len(name), l.NameBytes)
	case !domain.LocalPath(name):
		return fmt.Errorf("%.200q is not the name of a file within the project, such as src/App.php", name)
	case strings.Count(name, "/") >= l.Depth:
		return fmt.Errorf("the name %.200q has %d parts; at most %d are allowed", name, 1+strings.Count(name, "/"), l.Depth)
	}
	for part := range strings.SplitSeq(name, "/") {
		if len(part) > maxPart {
			return fmt.Errorf("%.200q in the name of a file has %d bytes; at most %d are allowed", part, len(part), maxPart)
		}
	}
	return nil
}

// stream returns the largest size of a bundle within the limits, compressed or not. An
// archive spends some bytes on each file, and more on those with long names.
func (l Limits) stream() int64 {
	return l.Bytes + int64(l.Files)*int64(2048+4*l.NameBytes) + 1<<20
}
