package main

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// app is the program: where it writes, and what stops it.
type app struct {
	stdout, stderr io.Writer
	output         *standardOutput // what stdout is behind
	progress       *progress       // what stderr is behind
	stop           *stopper
	coresDir       string // see coresFlag
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "benchbus",
		Short: "Run benchmarks as messages",
		Long: `benchbus runs benchmarks as messages: every iteration is one message on a bus,
taken by a worker, executed, answered, counted exactly once, and turned into
numbers that can be trusted.

Every flag can be set in the environment: --php-version is BENCHBUS_PHP_VERSION.

Exit codes: 0 all well; 1 some iterations failed; 4 incomplete, or nothing
measured; 64 wrong usage; 69 the broker, a runtime or the store is unavailable;
74 the output cannot be written; 130 interrupted, can be resumed.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := flagsFromEnvironment(cmd.Flags()); err != nil {
				return err
			}
			return readBusFile(cmd.Flags())
		},
	}
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "runtime" {
			name = "php-version"
		}
		return pflag.NormalizedName(name)
	})
	root.AddCommand(
		a.runCommand(), a.resumeCommand(), a.workerCommand(), a.waitCommand(), a.cancelCommand(),
		a.statusCommand(), a.watchCommand(), a.failedCommand(), a.setupCommand(), a.runsCommand(), a.reportCommand(),
		a.listCommand(), a.showCommand(), a.validateCommand(), a.runtimesCommand(), a.versionCommand(),
	)
	return root
}

// flagsFromEnvironment sets every flag that the command line leaves out and
// the environment names. A bus on the command line, in whichever way, leaves out
// both ways of the environment.
func flagsFromEnvironment(flags *pflag.FlagSet) error {
	var problem error
	bus := flags.Changed("bus") || flags.Changed("bus-file")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || problem != nil || bus && (f.Name == "bus" || f.Name == "bus-file") {
			return
		}
		names := []string{f.Name}
		if f.Name == "php-version" {
			names = append(names, "runtime")
		}
		for _, name := range names {
			name = "BENCHBUS_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			value, ok := os.LookupEnv(name)
			if !ok || value == "" {
				continue
			}
			if err := flags.Set(f.Name, value); err != nil {
				problem = usagef("%s in the environment: %w", name, err)
			}
			return
		}
	})
	return problem
}

// isTerminal tells whether a person is looking at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
