// Command benchbus runs benchmarks as messages.
//
// It is a thin shell: flags, wiring and exit codes. What it does is in the
// packages application and domain, which other programs import.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/benchbus/benchbus/adapters/php"
)

func main() {
	args := concealSecrets()
	php.AdoptOrphans()
	// The heap is small, and every collection takes time on cores that measure.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	os.Exit(run(args, os.Stdout, os.Stderr))
}

// run is the program with its surroundings as arguments.
func run(args []string, stdout, stderr io.Writer) int {
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	return execute(args, stdout, stderr, signals)
}

func execute(args []string, stdout, stderr io.Writer, signals <-chan os.Signal) int {
	screen := newProgress(stderr)
	app := &app{stdout: stdout, stderr: screen, progress: screen, stop: newStopper(signals, screen)}
	defer app.stop.release()
	root := app.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(screen)
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return exitOK
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		// Everything that cobra itself refuses is about how it was called.
		coded = usage(err)
	}
	if text := coded.Error(); text != "" {
		fmt.Fprintf(screen, "benchbus: %s\n", text)
	}
	return coded.code
}
