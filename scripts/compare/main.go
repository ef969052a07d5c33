// Command compare measures how fast other job systems work no-op jobs on this
// machine, so that our own figures can stand beside them as ratios:
//
//	cd scripts/compare && go run . -amqp amqp://guest:guest@127.0.0.1:5672/
//
// Each figure is one JSON line on stdout; everything else goes to stderr. Jobs
// are enqueued first, and the clock runs from the start of the workers to the
// end of the last job. The servers keep their data below TMPDIR: let that be on
// the disk to be compared, since most of them wait for it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes of sysexits.h, as benchbus itself has them.
const (
	exitFailure     = 1
	exitUsage       = 64
	exitUnavailable = 69
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program with its surroundings as arguments.
func run(args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "compare:", err)
		return exitUsage
	}
	// The signals stay caught until the end: a second one must not leave servers behind.
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	err = measure(ctx, s, printer(stdout), stderr)
	if err == nil {
		return 0
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("interrupted; the lines above are complete (%w)", err)
	}
	fmt.Fprintln(stderr, "compare:", err)
	if errors.As(err, new(missingError)) {
		return exitUnavailable
	}
	return exitFailure
}

// measure measures the chosen systems in turn, round by round, so that a slow
// minute of the machine does not fall on one of them alone.
func measure(ctx context.Context, s settings, report report, stderr io.Writer) error {
	var chosen []system
	for _, system := range systems {
		switch {
		case !s.wants(system.name):
		case system.broker && s.amqp == "":
			fmt.Fprintf(stderr, "compare: %s is skipped: it needs a broker, give one with -amqp amqp://guest:guest@127.0.0.1:5672/\n", system.name)
		default:
			// Before anything is measured: minutes of work should not end with this.
			if err := system.check(); err != nil {
				return err
			}
			chosen = append(chosen, system)
		}
	}
	for range s.rounds {
		for _, system := range chosen {
			if err := system.measure(ctx, s, report); err != nil {
				return fmt.Errorf("%s: %w", system.name, err)
			}
		}
	}
	return nil
}
