// Command benchbus runs benchmarks as messages.
//
// It only handles flags, wiring and exit codes. The packages application and domain do
// the work; other programs can import them.
package main

import (
	"bytes"
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
	// Collect garbage less often: the heap is small, and collections take time from
	// cores that measure.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	os.Exit(run(args, os.Stdout, os.Stderr))
}

// run runs the program in the given surroundings, and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	signals, pipe := make(chan os.Signal, 3), make(chan os.Signal, 1)
	if wanted := stopSignals(); len(wanted) > 0 { // Notify without signals would mean all signals
		signal.Notify(signals, wanted...)
	}
	signal.Notify(pipe, syscall.SIGPIPE) // nobody reads pipe: it makes a closed pipe a write error, which does not end the process
	defer signal.Stop(signals)
	defer signal.Stop(pipe)
	return execute(args, stdout, stderr, signals)
}

func execute(args []string, stdout, stderr io.Writer, signals <-chan os.Signal) int {
	screen := newProgress(stderr)
	output := &standardOutput{out: stdout}
	app := &app{output: output, stdout: cleaned{output}, stderr: screen, progress: screen, stop: newStopper(signals, screen)}
	defer app.stop.release()
	root := app.root()
	root.SetArgs(args)
	var help bytes.Buffer // written below, because cobra would report a failure in its own words
	root.SetOut(&help)
	root.SetErr(screen)
	err := root.ExecuteContext(context.Background())
	if help.Len() > 0 {
		_, _ = app.stdout.Write(help.Bytes()) // output remembers the error
	}
	if output.err != nil && !errors.Is(err, output.err) && !errors.Is(output.err, syscall.EPIPE) {
		err = output.err
	}
	if err == nil || errors.Is(err, output.err) && errors.Is(err, syscall.EPIPE) { // a reader that has gone does not need an error
		return exitOK
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		// Every error of cobra itself is an error of usage.
		coded = usage(err)
	}
	if text := coded.Error(); text != "" {
		fmt.Fprintf(screen, "benchbus: %s\n", text)
	}
	return coded.code
}
