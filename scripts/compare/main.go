// Command compare measures how fast other job systems work no-op jobs on this machine,
// so that the project's own figures can be given as ratios to theirs:
//
//	cd scripts/compare && go run . -amqp amqp://guest:guest@127.0.0.1:5672/
//
// It prints each figure as one JSON line on stdout, and everything else on stderr. It
// enqueues the jobs first, and measures from the start of the workers to the end of the
// last job. The servers keep their data below TMPDIR. Most of them wait for that disk,
// so choose the disk to be compared.
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

// Exit codes of sysexits.h, the same as those of benchbus.
const (
	exitFailure     = 1
	exitUsage       = 64
	exitUnavailable = 69
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the program in the given surroundings, and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "compare:", err)
		return exitUsage
	}
	// Keep the signals caught until the end, because a second one must not leave
	// servers behind.
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

// measure measures the chosen systems in turn, round by round, so that a slow minute of
// the machine does not affect only one of them.
func measure(ctx context.Context, s settings, report report, stderr io.Writer) error {
	var chosen []system
	for _, system := range systems {
		switch {
		case !s.wants(system.name):
		case system.broker && s.amqp == "":
			fmt.Fprintf(stderr, "compare: %s is skipped: it needs a broker, give one with -amqp amqp://guest:guest@127.0.0.1:5672/\n", system.name)
		default:
			// Check all before measuring any, so that minutes of work cannot end in a
			// missing program.
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
