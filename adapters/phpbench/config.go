package phpbench

import (
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// RevolutionsMode says where the number of revolutions comes from.
type RevolutionsMode string

const (
	// Calibrated leaves the number to the executor, which chooses it such that a batch
	// lasts long enough to be timed well. The suite's revs are ignored.
	Calibrated RevolutionsMode = "calibrated"
	// SuiteRevolutions takes revs, and where there is no warm-up none, as phpbench does.
	SuiteRevolutions RevolutionsMode = "suite"
)

// Compare says which subjects a report compares with each other.
type Compare string

const (
	// CompareNone compares each subject only with itself, on other revisions, runtimes
	// and settings.
	CompareNone Compare = "none"
	// CompareClass compares the subjects of a class that have the same parameter set.
	CompareClass Compare = "class"
	// CompareGroup compares the subjects of a class that have the same parameter set and
	// the same first group.
	CompareGroup Compare = "group"
)

// Limits of a suite.
const (
	MaxFiles = 10_000 // that are looked into
	MaxSets  = 1_000  // parameter sets of one subject
)

// Config holds the optional settings of [Read]; the zero value works.
type Config struct {
	// PHP is the command with fixed arguments of the PHP that reflects on the classes.
	// Defaults to php.
	PHP []string
	// Runtimes are the runtimes of the benchmarks. Defaults to the runtime that PHP is.
	Runtimes []domain.RuntimeName
	// File is the path of the configuration, relative to the root. Defaults to the first
	// of phpbench.json, phpbench.json.dist, config/phpbench.json and
	// config/phpbench.json.dist that exists; there need be none.
	File string
	// Paths are files and folders with benchmarks, relative to the root, in place of
	// those of the configuration. Defaults to those of the configuration.
	Paths []string
	// Revolutions says where the number of revolutions comes from. Defaults to
	// Calibrated.
	Revolutions RevolutionsMode
	// Compare says which subjects are compared with each other. Defaults to CompareNone:
	// whoever asks whether a revision made something slower compares each subject with
	// itself, and every further comparison makes that question harder to decide.
	Compare Compare
	// MemoryLimit is the largest memory_limit in bytes that benchmarks may ask for.
	// Larger ones of the suite are left out. Defaults to 1 GiB.
	MemoryLimit int64
	// Timeout limits how long PHP may take for the bootstrap, for one file and for the
	// parameters of one subject, each. Defaults to 30 s.
	Timeout time.Duration
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if len(c.PHP) == 0 {
		c.PHP = []string{"php"}
	}
	if c.Revolutions == "" {
		c.Revolutions = Calibrated
	}
	if c.Compare == "" {
		c.Compare = CompareNone
	}
	if c.MemoryLimit == 0 {
		c.MemoryLimit = 1 << 30
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	return c
}

func (c Config) validate() error {
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if c.PHP[0] == "" {
		add("PHP: the command is empty")
	}
	for _, r := range c.Runtimes {
		if !r.Valid() {
			add("Runtimes: %q is not a runtime's name, such as php84", r)
		}
	}
	if c.File != "" && !domain.LocalPath(c.File) {
		add("File: %q is not a path within the project, such as phpbench.json", c.File)
	}
	for _, p := range c.Paths {
		if p != "." && !domain.LocalPath(p) {
			add("Paths: %q is not a path within the project, such as tests/Benchmark", p)
		}
	}
	if c.Revolutions != Calibrated && c.Revolutions != SuiteRevolutions {
		add("Revolutions is %q; it must be %s or %s", c.Revolutions, Calibrated, SuiteRevolutions)
	}
	if c.Compare != CompareNone && c.Compare != CompareClass && c.Compare != CompareGroup {
		add("Compare is %q; it must be %s, %s or %s", c.Compare, CompareNone, CompareClass, CompareGroup)
	}
	if c.MemoryLimit < 0 {
		add("MemoryLimit is %d; it must be above 0", c.MemoryLimit)
	}
	if c.Timeout < 0 {
		add("Timeout is %v; it must be above 0", c.Timeout)
	}
	if len(problems) > 0 {
		return fmt.Errorf("phpbench: %w", errors.Join(problems...))
	}
	return nil
}
