package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// calibrateFlags are the flags of calibrate.
type calibrateFlags struct {
	catalogFlags
	phpFlags
	outputFlags
	runtimes []string
	batch    time.Duration
	dryRun   bool
}

func (a *app) calibrateCommand() *cobra.Command {
	var f calibrateFlags
	cmd := &cobra.Command{
		Use:   "calibrate [BENCHMARK...]",
		Short: "Write into definitions how often their code runs in a batch, and before it",
		Long: `Find out how often the code of a definition runs in a timed batch of the given time,
on the fastest of the PHP versions, and write that and the warm-up into its file: into
the fields that it has, or else into two new lines. All else in the file stays as it is.

Without the fields each run finds the counts itself, which is the better choice where
versions or machines differ a lot; with them all runs do the same work. Definitions
with parameters are left alone, because each of their sets needs a count of its own.`,
		Example: `  benchbus calibrate --catalog my-benchmarks --dry-run
  benchbus calibrate mirror-strrev --catalog my-benchmarks --php-version=php84,php82`,
		RunE: func(_ *cobra.Command, args []string) error { return a.calibrate(&f, args) },
	}
	cmd.ValidArgsFunction = completeBenchmarks
	flags := cmd.Flags()
	flags.SortFlags = false
	f.catalogFlags.register(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be written, and write nothing")
	namesFlag(flags, &f.runtimes, "php-version", "runtimes to calibrate on, such as php84,php82 (default: all that a definition names and that are here)")
	timeFlag(flags, &f.batch, "batch-time", domain.DefaultTargetBatch, time.Minute, "how long the batch lasts on the fastest of them")
	f.phpFlags.register(flags)
	f.outputFlags.register(flags)
	a.coresFlag(flags)
	return cmd
}

func (a *app) calibrate(f *calibrateFlags, names []string) error {
	files, err := f.files(names)
	if err != nil {
		return err
	}
	logger := a.logger()
	executor, err := f.executor(logger, nil)
	if err != nil {
		return err
	}
	wanted, err := runtimeNames(f.runtimes)
	if err != nil {
		return err
	}
	here, err := (&target{executor: executor}).local(wanted)
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		wanted = here[0]
	}
	if err := errors.Join(f.outputFlags.check(), checkTempDir()); err != nil {
		return err
	}
	cpus, err := host.NewSlots(host.SlotsConfig{Dir: a.coresDir, Logger: logger})
	if err != nil {
		return unavailable(fmt.Errorf("%w; --cores-dir names it", err))
	}
	c := calibrator{executor: executor, cpus: cpus, runtimes: wanted, batch: f.batch, dryRun: f.dryRun}
	var results []calibrated
	failed := 0
	for _, file := range files {
		result := c.calibrate(a.stop.drain, file)
		if a.stop.drain.Err() != nil {
			break
		}
		if result.problem != "" {
			fmt.Fprintf(a.stderr, "benchbus: %s: %s\n", file.Path, result.problem)
		}
		if result.outcome == outcomeFailed {
			failed++
		}
		results = append(results, result)
	}
	if err := a.writeTable(&f.outputFlags, calibratedTable(results)); err != nil {
		return err
	}
	switch {
	case a.stop.drain.Err() != nil:
		return &exitError{exitInterrupted, fmt.Errorf("interrupted after %s of %d; begin anew with the same command", count(len(results), "file"), len(files))}
	case failed > 0:
		return &exitError{exitSomeFailed, fmt.Errorf("%s of %d failed", count(failed, "file"), len(files))}
	}
	return nil
}

// files are those of the definitions with these names.
func (f *calibrateFlags) files(names []string) ([]*catalog.File, error) {
	const builtin = "built-in definitions cannot be written; name a folder of your own with --catalog"
	if len(f.catalogFlags.dirs) == 0 {
		return nil, usagef("%s", builtin)
	}
	files, err := catalog.OpenFiles(f.catalogFlags.dirs, names)
	var missing *catalog.NotFoundError
	if errors.As(err, &missing) {
		if all, loadErr := catalog.Builtin(); loadErr == nil {
			if _, findErr := all.Find(missing.Name); findErr == nil {
				return nil, usagef("%q is built in: %s that has it", missing.Name, builtin)
			}
		}
	}
	if err != nil {
		return nil, usage(err)
	}
	return files, nil
}

// calibrator calibrates one file after the other.
type calibrator struct {
	executor *php.Executor
	cpus     domain.CPUSlots
	runtimes []domain.RuntimeName
	batch    time.Duration
	dryRun   bool
}

// calibrate finds the counts of a definition, and writes them into its file.
func (c *calibrator) calibrate(ctx context.Context, file *catalog.File) calibrated {
	result := calibrated{file: file}
	if file.Parameterized() {
		return result.left("it has parameters; without counts each of their sets gets its own")
	}
	if err := insideFolder(file.Folder, file.Path); err != nil {
		return result.failed(err)
	}
	runtimes := slices.DeleteFunc(slices.Clone(c.runtimes), func(r domain.RuntimeName) bool { return !file.Benchmark.Supports(r) })
	if len(runtimes) == 0 {
		return result.failed(fmt.Errorf("it names none of %s; add one to it, or choose others with --php-version", join(c.runtimes)))
	}
	core, release, err := c.cpus.Acquire(ctx)
	if err != nil {
		return result.failed(err)
	}
	found, err := application.Calibrate(ctx, c.executor, file.Benchmark, runtimes, c.batch, core)
	release()
	if err != nil {
		return result.failed(err)
	}
	edit, err := file.WithCounts(found.Warmup, found.Revolutions)
	if err != nil {
		return result.failed(err)
	}
	result.warmup, result.revolutions = edit.Warmup, edit.Revolutions
	if edit.Revolutions != found.Revolutions {
		result.problem = fmt.Sprintf("innerIterations cannot be %d; rename it to revolutions, which can", found.Revolutions)
	}
	switch {
	case string(edit.Text) == string(file.Text):
		result.outcome = outcomeSame
	case c.dryRun:
		result.outcome = outcomePlanned
	default:
		if err := rewrite(file, edit.Text); err != nil {
			return result.failed(err)
		}
		result.outcome = outcomeWritten
	}
	return result
}
