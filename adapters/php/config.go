package php

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/benchbus/benchbus/domain"
)

// Values of Config.Ini that are not files.
const (
	iniDefault = "default"
	iniNone    = "none"
)

// Config holds the optional settings of an [Executor]; the zero value works.
type Config struct {
	// Commands maps runtimes to their commands with fixed arguments. It comes before
	// all other places to find runtimes. The command of a name such as php84 must be
	// of that version; that of any other name, such as php84-jit, may be of any.
	// Defaults to none.
	Commands map[domain.RuntimeName][]string
	// RuntimesDirs are folders that hold runtimes as NAME/bin/php. They are searched
	// last. Defaults to .runtimes in the working directory.
	RuntimesDirs []string
	// Ini is the configuration that PHP reads. With "default" PHP reads the runtime's
	// own; with "none" it reads none, and so loads no shared extension either. Any
	// other value is the path of the only file that PHP reads. Defaults to "default".
	Ini string
	// MemoryLimit is PHP's memory_limit in bytes. On Linux the system enforces it as
	// well, even if the code changes memory_limit, and adds 256 MiB for memory that
	// PHP does not count. Defaults to 1 GiB.
	MemoryLimit int64
	// FileSizeLimit is the largest size of a file in bytes. It applies on Linux only.
	// Defaults to 64 MiB.
	FileSizeLimit int64
	// OutputLimit is the number of bytes that a process may print. A process that
	// prints more is killed. Defaults to 64 MiB.
	OutputLimit int64
	// TempDir is the folder for working directories. Defaults to os.TempDir().
	TempDir string
	// Sources has the files of the projects that code includes. Defaults to nil, which
	// means that variants with a source fail.
	Sources domain.SourceTrees
	// Logger logs runtimes that were found but do not work, and processes that code
	// left behind. Defaults to no logging.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.RuntimesDirs == nil {
		c.RuntimesDirs = []string{".runtimes"}
	}
	if c.Ini == "" {
		c.Ini = iniDefault
	}
	if c.MemoryLimit == 0 {
		c.MemoryLimit = 1 << 30
	}
	if c.FileSizeLimit == 0 {
		c.FileSizeLimit = 64 << 20
	}
	if c.OutputLimit == 0 {
		c.OutputLimit = 64 << 20
	}
	if c.TempDir == "" {
		c.TempDir = os.TempDir()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	var problems []error
	for _, limit := range []struct {
		name  string
		value int64
	}{{"MemoryLimit", c.MemoryLimit}, {"FileSizeLimit", c.FileSizeLimit}, {"OutputLimit", c.OutputLimit}} {
		if limit.value < 0 {
			problems = append(problems, fmt.Errorf("%s is %d; it must be above 0", limit.name, limit.value))
		}
	}
	if c.Ini != iniDefault && c.Ini != iniNone {
		if info, err := os.Stat(c.Ini); err != nil {
			problems = append(problems, fmt.Errorf("Ini must be default, none, or a file: %w", err))
		} else if info.IsDir() {
			problems = append(problems, fmt.Errorf("Ini must be default, none, or a file; %s is a folder", c.Ini))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Commands)) {
		if !name.Valid() {
			problems = append(problems, fmt.Errorf("Commands: %q is not a runtime's name, such as php84", name))
		}
		if command := c.Commands[name]; len(command) == 0 || command[0] == "" {
			problems = append(problems, fmt.Errorf("Commands: the command of %s is empty", name))
		}
	}
	return errors.Join(problems...)
}

// iniArguments returns the arguments that choose the configuration.
func (c Config) iniArguments() []string {
	switch c.Ini {
	case iniDefault:
		return nil
	case iniNone:
		return []string{"-n"}
	}
	return []string{"-c", absolute(c.Ini)}
}

// absolute makes a path independent of the working directory.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// glob returns the absolute paths of what matches the pattern in the folder, whose
// own path is no pattern.
func glob(dir, pattern string) []string {
	dir = absolute(dir)
	found, _ := fs.Glob(os.DirFS(dir), pattern) // fails only for a pattern that is none
	for i, name := range found {
		found[i] = filepath.Join(dir, filepath.FromSlash(name))
	}
	return found
}

// arguments returns the arguments that come before the script. In addition to the
// configuration they make the settings that the measurement needs.
func (c Config) arguments() []string {
	args := c.iniArguments()
	for _, setting := range []string{
		"memory_limit=" + strconv.FormatInt(c.MemoryLimit, 10),
		"max_execution_time=0",
		"display_errors=stderr", "html_errors=0", "log_errors=0",
		// No code may run before the limits are set.
		"auto_prepend_file=", "auto_append_file=",
		// <? must be text, even if the configuration allows short tags.
		"short_open_tag=0",
		// If opcache is on, it must accept the script although the file is new, and
		// must not write a cache file.
		"opcache.file_update_protection=0", "opcache.file_cache=",
	} {
		args = append(args, "-d", setting)
	}
	return args
}
