// Command decision measures what a decision costs: how much machine time each way to
// compare two pieces of code needs to find a true difference, and how often it finds
// one where there is none.
//
//	go run ./scripts/decision record -condition busy -for 10m   # a trace of identical processes
//	go run ./scripts/decision replay                            # the table of docs/decisions.md
//	go run ./scripts/decision confirm -condition busy -for 10m  # real pairs with a true difference
//	go run ./scripts/decision campaign -condition hog           # equal code through the command
//	go run ./scripts/decision instructions -comparisons 20      # 1 % more work, by instructions
//	go run ./scripts/decision neighbours                        # do two cores disturb each other?
//
// A trace is one body of code, executed again and again by benchbus's own executor on
// one core. A design is replayed on a stretch of it: its processes are dealt out to two
// sides as the design would execute them, and the times of one side are made longer by
// the difference that is to be found.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "decision:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("say what to do: record, replay, confirm, campaign, instructions or neighbours")
	}
	flags := flag.NewFlagSet("decision "+args[0], flag.ContinueOnError)
	dir := flags.String("traces", "scripts/decision/traces", "folder of the traces")
	condition := flags.String("condition", "quiet", "what else the machine does: quiet, hog (a program that uses the core on and off) or busy (one on each core)")
	length := flags.Duration("for", 10*time.Minute, "how long")
	core := flags.Int("core", 1, "the core to measure on")
	revs := flags.Int("revolutions", revolutions, "executions of the body in a recorded batch; 2000 take about 20 ms")
	other := flags.Int("other", 0, "the core of the neighbour")
	comparisons := flags.Int("comparisons", 200, "how many comparisons a campaign makes")
	binary := flags.String("benchbus", "bin/benchbus", "the command that a campaign tries")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "record":
		return record(ctx, *dir, *condition, *core, *revs, *length)
	case "replay":
		return replay(os.Stdout, *dir)
	case "confirm":
		return confirm(ctx, os.Stdout, *condition, *core, *length)
	case "instructions":
		return instructions(ctx, os.Stdout, *condition, *core, *comparisons, *binary)
	case "neighbours":
		return neighbours(ctx, os.Stdout, *condition, *core, *other)
	case "campaign":
		return campaign(ctx, os.Stdout, *condition, *core, *comparisons, *binary)
	}
	return fmt.Errorf("%q is none of record, replay, confirm, campaign, instructions and neighbours", args[0])
}
