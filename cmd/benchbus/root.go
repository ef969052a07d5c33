package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/benchbus/benchbus/adapters/catalog"
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
		Use:     "benchbus",
		Short:   "Run benchmarks as messages",
		Version: buildVersion(),
		Long: `benchbus runs benchmarks as messages: every iteration is one message on a bus,
taken by a worker, executed, answered, counted exactly once, and turned into
numbers that can be trusted.

Every flag can be set in the environment: --php-version is BENCHBUS_PHP_VERSION.
A variable that is empty is as good as not set; a flag or an argument that is empty
is refused. What chooses the things that are retried or removed is taken from the
command line alone.

Exit codes: 0 all well; 1 some iterations failed; 4 incomplete, or nothing
measured; 64 wrong usage; 69 the broker, a runtime or the store is unavailable;
74 the output cannot be written; 130 interrupted, can be resumed.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := refuseEmpty(cmd, args); err != nil {
				return err
			}
			if err := flagsFromEnvironment(cmd.Flags(), args); err != nil {
				return err
			}
			return readBusFile(cmd.Flags())
		},
	}
	root.SetFlagErrorFunc(suggestFlag)
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n") // as the command version prints it
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "runtime" {
			name = "php-version"
		}
		return pflag.NormalizedName(name)
	})
	root.AddCommand(
		a.runCommand(), a.profileCommand(), a.resumeCommand(), a.workerCommand(), a.waitCommand(), a.cancelCommand(),
		a.statusCommand(), a.watchCommand(), a.failedCommand(), a.setupCommand(), a.bundlesCommand(), a.runsCommand(), a.reportCommand(),
		a.listCommand(), a.showCommand(), a.validateCommand(), a.calibrateCommand(), a.runtimesCommand(), a.doctorCommand(), a.versionCommand(),
	)
	completeFlags(root)
	return root
}

// notInEnvironment marks a flag that counts on the command line alone.
const notInEnvironment = "not in the environment"

// commandLineOnly keeps the environment from setting the flags: no variable that
// somebody forgot may remove anything.
func commandLineOnly(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		_ = flags.SetAnnotation(name, notInEnvironment, nil) // fails only for a flag that is not there
	}
}

// refuseEmpty refuses what is empty on the command line. There it is most often a
// variable that is not set, and would choose what nobody asked for: the usual
// store, the only run, the folder that one stands in.
func refuseEmpty(cmd *cobra.Command, args []string) error {
	if cmd.Name() == cobra.ShellCompRequestCmd { // the word that is being typed may be empty
		return nil
	}
	if slices.ContainsFunc(args, isEmpty) {
		return usagef("an argument is empty; name what is meant, or leave it out")
	}
	var problem error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		var values []string // of a flag that takes any text; the others check theirs
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		} else if f.Value.Type() == "string" {
			values = []string{f.Value.String()}
		}
		if problem == nil && slices.ContainsFunc(values, isEmpty) {
			problem = usagef("--%s is empty; give a value, or leave the flag out", f.Name)
		}
	})
	return problem
}

func isEmpty(text string) bool { return strings.TrimSpace(text) == "" }

// flagsFromEnvironment sets every flag that the command line leaves out and
// the environment names. A bus on the command line, in whichever way, leaves out
// both ways of the environment; an argument of the command line goes before --test.
func flagsFromEnvironment(flags *pflag.FlagSet, args []string) error {
	var problem error
	bus := flags.Changed("bus") || flags.Changed("bus-file")
	flags.VisitAll(func(f *pflag.Flag) {
		_, refused := f.Annotations[notInEnvironment]
		if f.Changed || refused || problem != nil || f.Name == "help" || f.Name == "test" && len(args) > 0 ||
			bus && (f.Name == "bus" || f.Name == "bus-file") {
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

// suggestFlag names the flag that an unknown one may be meant for.
func suggestFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) == 1 {
		return err
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, f.Name)
		}
	})
	if near := catalog.Similar(unknown.GetSpecifiedName(), known); len(near) > 0 {
		return fmt.Errorf("%w; did you mean --%s?", err, near[0])
	}
	return fmt.Errorf("%w; `%s --help` lists them", err, cmd.CommandPath())
}

// isTerminal tells whether a person is looking at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
