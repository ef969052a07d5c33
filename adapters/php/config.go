package php

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	"github.com/benchbus/benchbus/domain"
)

const (
	keepOutput = 4 << 10  // bytes of output kept for a failure
	maxAnswer  = 64 << 10 // bytes on the result's channel; it needs a few hundred
	// markerName is the environment variable whose value marks the processes
	// of an iteration, and whose length is random.
	markerName = "SAMPLE"
)

// Config holds the optional settings of an [Executor]; the zero value works.
type Config struct {
	// Commands are looked up before anything else: a runtime's command with
	// its fixed arguments. Defaults to none.
	Commands map[domain.RuntimeName][]string
	// RuntimesDirs are folders that hold runtimes as NAME/bin/php, looked up
	// last. Defaults to .runtimes in the working directory.
	RuntimesDirs []string
	// Ini is the configuration that PHP reads: "default" is the runtime's own,
	// "none" is -n, anything else is the path of a file. Defaults to "default".
	Ini string
	// MemoryLimit is PHP's memory_limit in bytes; the address space may be
	// 512 MiB larger. Defaults to 1 GiB.
	MemoryLimit int64
	// FileSizeLimit is how large a file may become, in bytes. Defaults to 64 MiB.
	FileSizeLimit int64
	// OutputLimit is how many bytes a process may print before it is killed.
	// Defaults to 16 MiB.
	OutputLimit int64
	// TempDir is where working directories are made. Defaults to os.TempDir().
	TempDir string
	// Logger hears of runtimes that were found but do not start. Defaults to
	// silence.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.RuntimesDirs == nil {
		c.RuntimesDirs = []string{".runtimes"}
	}
	if c.Ini == "" {
		c.Ini = "default"
	}
	if c.MemoryLimit == 0 {
		c.MemoryLimit = 1 << 30
	}
	if c.FileSizeLimit == 0 {
		c.FileSizeLimit = 64 << 20
	}
	if c.OutputLimit == 0 {
		c.OutputLimit = 16 << 20
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
	for name, limit := range map[string]int64{"MemoryLimit": c.MemoryLimit, "FileSizeLimit": c.FileSizeLimit, "OutputLimit": c.OutputLimit} {
		if limit < 0 {
			problems = append(problems, fmt.Errorf("%s is %d; it must be above 0", name, limit))
		}
	}
	if c.Ini != "default" && c.Ini != "none" {
		if _, err := os.Stat(c.Ini); err != nil {
			problems = append(problems, fmt.Errorf("Ini must be default, none, or a file: %w", err))
		}
	}
	for name, command := range c.Commands {
		if len(command) == 0 {
			problems = append(problems, fmt.Errorf("the command of %s is empty", name))
		}
	}
	return errors.Join(problems...)
}

// iniArguments choose the configuration.
func (c Config) iniArguments() []string {
	switch c.Ini {
	case "default":
		return nil
	case "none":
		return []string{"-n"}
	}
	file, err := filepath.Abs(c.Ini)
	if err != nil {
		file = c.Ini
	}
	return []string{"-c", file}
}

// arguments stand before the script.
func (c Config) arguments() []string {
	args := c.iniArguments()
	for _, setting := range []string{
		"max_execution_time=0", "display_errors=stderr", "html_errors=0", "log_errors=0", "error_reporting=-1",
		"memory_limit=" + strconv.FormatInt(c.MemoryLimit, 10),
	} {
		args = append(args, "-d", setting)
	}
	return args
}
