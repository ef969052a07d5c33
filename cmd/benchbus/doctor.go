package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// doctorFlags are the flags of doctor.
type doctorFlags struct {
	phpFlags
	outputFlags
	runtimes []string
	workers  int
}

func (a *app) doctorCommand() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Tell what on this machine disturbs measurements, what it costs, and what to do",
		Long: `Tell what on this machine disturbs measurements, what it does to them, and what to
do. Then measure the same code as two variants of a few default runs, which takes some
seconds: what the two differ by is this machine's doing, and tells how small a
difference a run finds here.

Nothing is stored or changed. The exit code is 0 whatever is found.`,
		Example: `  benchbus doctor
  benchbus doctor --php-version=php84 --workers=1`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.doctor(&f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	namesFlag(flags, &f.runtimes, "php-version", "runtimes to examine, such as php84,php82; the same code is measured on the first (default: all that are here)")
	numberFlag(flags, &f.workers, "workers", 0, 1, maxWorkers, "how many measurements run at once (default: one for each core that they may run on)")
	f.phpFlags.register(flags)
	f.outputFlags.register(flags)
	a.coresFlag(flags)
	return cmd
}

func (a *app) doctor(f *doctorFlags) error {
	ctx := a.stop.drain
	logger := a.logger()
	executor, err := f.executor(logger, nil)
	if err != nil {
		return err
	}
	runtimes, err := f.examined(executor)
	if err != nil {
		return err
	}
	if err := f.outputFlags.check(); err != nil {
		return err
	}
	if err := checkTempDir(); err != nil {
		return err
	}
	cpus, err := host.NewSlots(host.SlotsConfig{Dir: a.coresDir, Logger: logger})
	if err != nil {
		return unavailable(fmt.Errorf("%w; --cores-dir names it", err))
	}
	probe := host.NewProbe()
	d := diagnosis{host: probe.Host(), Examination: application.Examination{Slots: f.workers}}
	if d.Slots == 0 {
		d.Slots = min(cpus.Cores(), maxWorkers)
	}
	a.stop.executes.Store(true)
	machine := probe.Examine(host.SlotsConfig{}.WithDefaults().Cores)
	d.Runtimes = application.ExamineRuntimes(ctx, executor, examineCode, runtimes)
	d.CannotCount = executor.CanCount(ctx)
	fmt.Fprintln(a.stderr, "benchbus: measuring the same code against itself, which takes some ten seconds")
	measured, problem := measureTwins(ctx, executor, &d, benchbus.Config{Slots: d.Slots, CPU: cpus, Probe: probe, Logger: logger})
	d.Machine = machine()
	if ctx.Err() != nil {
		return &exitError{exitInterrupted, fmt.Errorf("interrupted; nothing is kept, begin anew with: benchbus doctor")}
	}
	d.resolutions = application.Resolutions(measured)
	if err := a.write(&f.outputFlags, func(w io.Writer, opts report.Options) error { return d.write(w, f.format, opts) }); err != nil {
		return err
	}
	if problem == nil && len(measured.Failures) > 0 {
		problem = fmt.Errorf("%s", measured.Failures[0].Message)
	}
	if problem != nil {
		return unavailable(fmt.Errorf("the same code could not be measured against itself: %w", problem))
	}
	return nil
}

// examined are the runtimes that are here and wanted, in the order in which they are
// wanted.
func (f *doctorFlags) examined(executor *php.Executor) ([]domain.Runtime, error) {
	wanted, err := runtimeNames(f.runtimes)
	if err != nil || len(wanted) == 0 {
		return executor.Runtimes(), err
	}
	var found []domain.Runtime
	for _, name := range wanted {
		r, err := executor.Lookup(name)
		if err != nil {
			return nil, unavailable(fmt.Errorf("%w; to get it, %s", err, howToGet(name)))
		}
		found = append(found, r)
	}
	return found, nil
}

// examineCode does nothing.
const examineCode = ";"

// twinCode is what is measured against itself on a PHP: it reads and writes memory, and
// calls functions.
const twinCode = `$words = array();
for ($i = 0; $i < 200; ++$i) {
    $words[$i % 16] = strrev('benchmark ' . $i);
}
$text = implode(' ', $words);`

// measureTwins measures the same code against itself on the first runtime that works;
// where there is none, a Go function.
func measureTwins(ctx context.Context, executor domain.Executor, d *diagnosis, cfg benchbus.Config) (stats.Report, error) {
	plan := domain.Plan{}
	if i := slices.IndexFunc(d.Runtimes, func(r application.ExaminedRuntime) bool { return r.Problem == nil }); i >= 0 {
		d.twins = d.Runtimes[i].Name
		plan = application.Twins(twinCode, d.twins)
	} else {
		functions := benchbus.Functions{"twin-a": twinFunction, "twin-b": twinFunction}
		plan, executor, d.twins = application.Repeated(functions.Plan("twins")), functions, "go"
	}
	d.iterations, d.samples = plan.Iterations/application.TwinRuns, plan.Samples
	return benchbus.Measure(ctx, executor, plan, cfg)
}

// twinFunction works as twinCode does.
func twinFunction() {
	words := make([]string, 16)
	for i := range 200 {
		words[i%16] = fmt.Sprint("benchmark ", i)
	}
	slices.Sort(words)
}
