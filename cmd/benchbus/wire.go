package main

import (
	"log/slog"
	"os"
	"path/filepath"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/domain"
	"github.com/spf13/pflag"
)

// catalogFlags choose the definitions.
type catalogFlags struct{ dirs []string }

func (c *catalogFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&c.dirs, "catalog", nil, "folder of YAML definitions that add to the built-in ones or replace them; may be repeated")
}

func (c *catalogFlags) load() (*catalog.Catalog, error) {
	all, err := catalog.Builtin()
	if err != nil {
		return nil, err
	}
	for _, dir := range c.dirs {
		more, err := catalog.Load(dir)
		if err != nil {
			return nil, usage(err)
		}
		all = all.Merge(more)
	}
	return all, nil
}

// phpFlags say where PHP is, and how much its processes may use.
type phpFlags struct {
	commands                 []string
	ini                      string
	runtimesDir              string
	memory, output, fileSize byteSize
}

func (p *phpFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&p.commands, "php-command", nil, "NAME=COMMAND for a PHP that is not found by itself, such as php84=/opt/php/bin/php; may be repeated")
	flags.StringVar(&p.runtimesDir, "runtimes-dir", "", "folder that scripts/php-runtime fills (default: .runtimes here or beside the program)")
	flags.StringVar(&p.ini, "php-ini", "default", "configuration of PHP: default (its own), none, or a file")
	flags.Var(&p.memory, "php-memory", "how much memory a PHP process may use, such as 2GiB; called MemoryLimit in errors (default: 1GiB)")
	flags.Var(&p.output, "php-output", "how much a PHP process may print; called OutputLimit in errors (default: 64MiB)")
	flags.Var(&p.fileSize, "php-file-size", "how large a file that a PHP process writes may become; called FileSizeLimit in errors (default: 64MiB)")
}

// executor makes the executor. Without sources, it executes no code of projects.
func (p *phpFlags) executor(logger *slog.Logger, sources domain.SourceTrees) (*php.Executor, error) {
	found, err := commands(p.commands)
	if err != nil {
		return nil, err
	}
	if p.ini != "default" && p.ini != "none" {
		if _, err := os.Stat(p.ini); err != nil {
			return nil, usagef("--php-ini must be default, none, or a file: %w", err)
		}
	}
	executor, err := php.New(php.Config{Commands: found, RuntimesDirs: p.dirs(), Ini: p.ini, Sources: sources, Logger: logger,
		MemoryLimit: int64(p.memory), OutputLimit: int64(p.output), FileSizeLimit: int64(p.fileSize)})
	if err != nil {
		return nil, usage(err)
	}
	return executor, nil
}

// dirs returns the folders that may hold unpacked runtimes.
func (p *phpFlags) dirs() []string {
	if p.runtimesDir != "" {
		return []string{p.runtimesDir}
	}
	dirs := []string{".runtimes"}
	program, err := os.Executable()
	if err != nil {
		return dirs
	}
	beside := filepath.Join(filepath.Dir(program), "..", ".runtimes")
	if here, err := filepath.Abs(dirs[0]); err == nil && here == beside {
		return dirs
	}
	return append(dirs, beside)
}
