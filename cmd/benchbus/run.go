package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// runFlags are the flags of run.
type runFlags struct {
	selectFlags
	revisionFlags
	variantFlags
	runnerFlags
	detach, dryRun bool
	iterations     int
	samples        int
	timeout, batch time.Duration
	seed           int
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [BENCHMARK...]",
		Short: "Run benchmarks and print the report",
		Example: `  benchbus run Loop
  benchbus run 'hash-*' --php-version=php84,php82
  benchbus run --test=Loop --iterations=10 --php-version=php84
  benchbus run --test=Loop --php-version=php74,php84 --format=json --output=loop.json
  benchbus run --test=Loop --clock cpu,instructions
  benchbus run --test=Loop --iterations=1000 --bus amqp://guest:guest@localhost:5672/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.reading.Clock == domain.ClockInstructions && !cmd.Flags().Changed("iterations") {
				f.iterations = 1 // counts that agree need no more
			}
			return a.run(&f, args)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.selectFlags.register(flags)
	f.revisionFlags.register(flags)
	numberFlag(flags, &f.iterations, "iterations", 10, 1, domain.MaxIterations, "iterations of each entry, a benchmark or a group; each is one message; 1 where --clock is instructions alone")
	f.variantFlags.register(flags)
	numberFlag(flags, &f.samples, "samples", 3, 1, domain.MaxSamples, "fresh processes for each variant in an iteration")
	timeFlag(flags, &f.timeout, "timeout", time.Minute, domain.MaxIterationTime, "time limit of one process")
	timeFlag(flags, &f.batch, "batch-time", domain.DefaultTargetBatch, time.Minute, "how long a timed batch lasts where the benchmark leaves its revolutions open")
	numberFlag(flags, &f.seed, "seed", 0, 0, 1<<53-1, "decides the order of the samples; 0 means a new one each time")
	flags.BoolVar(&f.detach, "detach", false, "print the run's id once every iteration is on the bus, and leave; collect the results with: benchbus wait")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be run, and about how long it would take; execute and store nothing")
	f.runnerFlags.register(flags)
	a.coresFlag(flags)
	cmd.ValidArgsFunction = completeBenchmarks
	return cmd
}

func (a *app) run(f *runFlags, args []string) error {
	ctx := a.stop.drain
	selection, err := f.chosen(args)
	if err != nil {
		return err
	}
	wanted, settings, err := f.variantFlags.parse()
	if err != nil {
		return err
	}
	if f.detach && !f.remote() {
		return usagef("--detach needs workers elsewhere: --bus amqp://user:password@host:5672/")
	}
	logger := a.logger()
	w, err := a.openTarget(ctx, &f.runnerFlags, logger)
	if err != nil {
		return err
	}
	defer w.bus.Close()
	selection.Runtimes, selection.Settings = wanted, settings
	if f.used() {
		if err := a.addProject(ctx, f, w, args, &selection); err != nil {
			return err
		}
	}
	entries, err := a.compared(ctx, w, selection)
	if err != nil {
		return err
	}
	if f.seed == 0 {
		f.seed = int(rand.Int64N(1<<53-1)) + 1
	}
	now := time.Now()
	run, err := domain.NewRun(application.NewRunID(now), domain.Plan{
		Entries: entries, Iterations: f.iterations, Samples: f.samples, Seed: int64(f.seed),
		TargetBatch: f.batch, SampleTimeout: f.timeout, CountInstructions: f.instructions,
	}, now)
	if err != nil {
		return usage(err)
	}
	if err := f.outputFlags.checkReading(run.Plan); err != nil {
		return err
	}
	if err := f.outputFlags.check(); err != nil {
		return err
	}
	if err := w.requireCounting(ctx, run.Plan); err != nil {
		return err
	}
	if f.dryRun {
		return a.writePlan(&f.outputFlags, run, w.slots(f.workers))
	}
	store, err := f.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if f.detach {
		a.tellUnchecked(f.budgets)
		return a.detach(ctx, w, store, run, logger)
	}
	err = a.carryOut(ctx, &f.runnerFlags, w, store, logger,
		func(ctx context.Context, runner *application.Runner) (domain.RunStatus, error) {
			return runner.Run(ctx, run)
		})
	if err != nil {
		a.hintRevolutions(ctx, f, store, run.ID)
	}
	return a.check(ctx, f.budgets, store, run.ID, f.reading, err)
}

// chosen selects of the catalogue. A project's benchmarks are known later.
func (f *runFlags) chosen(args []string) (s application.Selection, err error) {
	if f.used() {
		return s, f.revisionFlags.check()
	}
	s.Benchmarks, err = f.selectFlags.choose(args)
	return s, err
}

// compared returns the entries of a selection with the runtimes that the target has.
func (a *app) compared(ctx context.Context, w *target, selection application.Selection) (entries []domain.Entry, err error) {
	if err := w.checkSettings(selection.Settings); err != nil {
		return nil, err
	}
	if selection.Available, err = w.available(ctx, a, selection.Runtimes); err != nil {
		return nil, err
	}
	return a.entries(selection)
}

// entries returns what is compared, and says what is left out.
func (a *app) entries(selection application.Selection) ([]domain.Entry, error) {
	entries, skipped := selection.Entries()
	if len(entries) == 0 {
		return nil, usagef("nothing can be run: %s", reasons(skipped))
	}
	if len(skipped) > 0 {
		fmt.Fprintf(a.stderr, "benchbus: left out: %s\n", reasons(skipped))
	}
	return entries, nil
}

// detach leaves a run on the bus.
func (a *app) detach(ctx context.Context, w *target, store domain.Store, run domain.Run, logger *slog.Logger) error {
	runner, err := application.NewRunner(w.bus, application.RunnerConfig{Store: store, Logger: logger})
	if err != nil {
		return err
	}
	if status, err := runner.Detach(ctx, run); err != nil {
		return outcome("resume", status, err)
	}
	fmt.Fprintf(a.stderr, "benchbus: on the bus: %s; collect the results with: benchbus wait %s\n", count(run.Planned, "iteration"), run.ID)
	_, err = fmt.Fprintln(a.stdout, run.ID)
	return err
}

// reasons sums up what is left out: each missing runtime once, each pair that
// is not supported by itself.
func reasons(skipped []application.Skip) string {
	var missing, parts []string
	for _, s := range skipped {
		if s.Unsupported || s.Source != "" {
			parts = append(parts, s.String())
		} else if name := string(s.Runtime); !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		parts = append([]string{"not here: " + strings.Join(missing, " ") + " (`benchbus runtimes` says how to get them)"}, parts...)
	}
	const most = 10
	if rest := len(parts) - most; rest > 0 {
		parts = append(parts[:most], fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(parts, "; ")
}
