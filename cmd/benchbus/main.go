// Command benchbus runs benchmarks as messages.
//
// It is a thin shell: flags, wiring and exit codes. What it does is in the
// packages application and domain, which other programs import.
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
	// The heap is small, and every collection takes time on cores that measure.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	os.Exit(run(args, os.Stdout, os.Stderr))
}

// run is the program with its surroundings as arguments.
func run(args []string, stdout, stderr io.Writer) int {
	signals, pipe := make(chan os.Signal, 3), make(chan os.Signal, 1)
	if wanted := stopSignals(); len(wanted) > 0 { // without a name it would be every signal
		signal.Notify(signals, wanted...)
	}
	signal.Notify(pipe, syscall.SIGPIPE) // nobody waits for it; writing to a closed pipe is an error, and no end
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
	var help bytes.Buffer // cobra has words of its own for help that cannot be written
	root.SetOut(&help)
	root.SetErr(screen)
	err := root.ExecuteContext(context.Background())
	if help.Len() > 0 {
		_, _ = app.stdout.Write(help.Bytes()) // output remembers the error
	}
	if output.err != nil && !errors.Is(err, output.err) && !errors.Is(output.err, syscall.EPIPE) {
		err = output.err
	}
	if err == nil || errors.Is(err, output.err) && errors.Is(err, syscall.EPIPE) { // nobody reads on, and needs no telling
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
