package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// profileFlags are the flags of profile.
type profileFlags struct {
	selectFlags
	variantFlags
	phpFlags
	outputFlags
	timeout, batch time.Duration
	top            int
	keep           string
}

func (a *app) profileCommand() *cobra.Command {
	var f profileFlags
	cmd := &cobra.Command{
		Use:   "profile [BENCHMARK...]",
		Short: "Show which functions of PHP the instructions of variants differ in",
		Long: `Show which functions of PHP the instructions of variants differ in. Each variant is
executed twice under valgrind's tool callgrind, once with twice as many revolutions:
what a function executed more the second time is the code's, and start-up cancels.
What a function calls is not in its own number. Valgrind has to be installed; nothing
is timed, sent or stored.

With one variant its functions are shown, with more each variant against one of them:
the one that --baseline names, or else the one with the fewest instructions.`,
		Example: `  benchbus profile Loop --php-version=php74,php84
  benchbus profile --group reverse-text --php-version=php84
  benchbus profile Loop --php-version=php84 --set jit=off,tracing --baseline jit=off
  benchbus profile Loop --php-version=php84 --keep profiles`,
		RunE: func(_ *cobra.Command, args []string) error { return a.profile(&f, args) },
	}
	cmd.ValidArgsFunction = completeBenchmarks
	flags := cmd.Flags()
	flags.SortFlags = false
	f.selectFlags.register(flags)
	f.variantFlags.register(flags)
	f.outputFlags.registerBaseline(flags, "one with the fewest instructions")
	numberFlag(flags, &f.top, "top", 20, 1, 1_000_000, "how many functions are shown, those that differ most")
	flags.StringVar(&f.keep, "keep", "", "folder for the files that callgrind writes, for kcachegrind and callgrind_annotate; it must hold no others")
	timeFlag(flags, &f.timeout, "timeout", time.Minute, domain.MaxIterationTime, "time limit of one process")
	timeFlag(flags, &f.batch, "batch-time", domain.DefaultTargetBatch, time.Minute, "how long a batch lasts of which about a fiftieth is executed, where the benchmark leaves its revolutions open")
	f.phpFlags.register(flags)
	f.outputFlags.register(flags)
	a.coresFlag(flags)
	return cmd
}

func (a *app) profile(f *profileFlags, args []string) error {
	ctx := a.stop.drain
	benchmarks, err := f.selectFlags.choose(args)
	if err != nil {
		return err
	}
	wanted, settings, err := f.variantFlags.parse()
	if err != nil {
		return err
	}
	logger := a.logger()
	executor, err := f.executor(logger, nil)
	if err != nil {
		return err
	}
	w := &target{executor: executor}
	entries, err := a.compared(ctx, w, application.Selection{Benchmarks: benchmarks, Runtimes: wanted, Settings: settings})
	if err != nil {
		return err
	}
	plan := domain.Plan{Entries: entries, Iterations: 1, Samples: 1, TargetBatch: f.batch, SampleTimeout: f.timeout, CountInstructions: true}.WithDefaults()
	if err := plan.Validate(); err != nil {
		return usage(err)
	}
	keep := keeper{dir: f.keep}
	if err := errors.Join(f.outputFlags.checkReading(plan), f.outputFlags.check(), keep.check()); err != nil {
		return err
	}
	if err := checkTempDir(); err != nil {
		return err
	}
	if err := w.requireCounting(ctx, plan); err != nil {
		return err
	}
	cpus, err := host.NewSlots(host.SlotsConfig{Dir: a.coresDir, Logger: logger})
	if err != nil {
		return unavailable(fmt.Errorf("%w; --cores-dir names it", err))
	}
	core, release, err := cpus.Acquire(ctx)
	if err != nil {
		return &exitError{exitInterrupted, err}
	}
	defer release()
	profiled, failed, err := a.profileEntries(ctx, executor, plan, core, f.reading.Baselines, &keep)
	if err != nil {
		return err
	}
	if len(profiled) > 0 {
		if err := a.write(&f.outputFlags, func(out io.Writer, opts report.Options) error {
			return writeProfiles(out, f.format, profiled, f.top, opts)
		}); err != nil {
			return err
		}
	}
	if failed > 0 {
		return &exitError{exitSomeFailed, fmt.Errorf("%d of %d could not be profiled", failed, len(entries))}
	}
	return nil
}

// profileEntries profiles one entry after the other. It says why one fails, and goes on
// with the next, unless the host or --keep is the reason.
func (a *app) profileEntries(ctx context.Context, executor *php.Executor, plan domain.Plan, core int, baselines []string, keep *keeper) (all []profiledEntry, failed int, err error) {
	for _, entry := range plan.Entries {
		fmt.Fprintf(a.stderr, "benchbus: executing %s, %s under valgrind\n", entry.Name(), count(len(entry.Variants), "variant"))
		pairs, err := executor.Profile(ctx, domain.Iteration{
			Number: 1, Variants: entry.Variants, Samples: 1, TargetBatch: plan.TargetBatch, SampleTimeout: plan.SampleTimeout, CPU: core,
		}, keep.of(entry))
		var differences []application.ProfileDifference
		if err == nil {
			differences, err = application.CompareProfiles(entry.Variants, pairs, baselines)
		}
		var coded *exitError
		switch {
		case ctx.Err() != nil:
			return nil, 0, &exitError{exitInterrupted, errors.New("interrupted; nothing is stored, begin anew with the same command")}
		case errors.As(err, &coded):
			return nil, 0, coded
		case err != nil && domain.FailureOf(err, 1).Class.OfHost():
			return nil, 0, unavailable(err)
		case err != nil:
			fmt.Fprintf(a.stderr, "benchbus: %v\n", err)
			failed++
		default:
			all = append(all, profiledEntry{entry, differences})
		}
	}
	return all, failed, nil
}
