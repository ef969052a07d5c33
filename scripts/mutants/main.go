// Command mutants breaks the code by one edit at a time, in a copy of the tree, and
// expects the tests of the package to fail. A mutant that survives shows code that no
// test checks:
//
//	go run ./scripts/mutants [-only REGEXP]
//
// To add a mutant, add an entry to the list of its layer. The old text must occur in
// the file exactly once, so that an outdated entry is noticed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"
	"time"
)

// mutants lists all edits, package by package.
var mutants = slices.Concat(domainMutants, applicationMutants, busMutants, transportMutants, storeMutants, phpMutants)

func main() {
	only := flag.String("only", "", "try only the mutants whose file or meaning matches this expression")
	limit := flag.Duration("limit", time.Minute, "how long the tests of one mutant may take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := run(ctx, *only, *limit)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
	if !ok || err != nil {
		stop()
		os.Exit(1)
	}
}

// run tries the mutants and reports whether all were killed.
func run(ctx context.Context, only string, limit time.Duration) (bool, error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return false, fmt.Errorf("-only: %w", err)
	}
	tried := slices.DeleteFunc(slices.Clone(mutants), func(m mutant) bool {
		return !wanted.MatchString(m.file) && !wanted.MatchString(m.means)
	})
	if len(tried) == 0 {
		return false, fmt.Errorf("-only %s: no mutant's file or meaning matches", only)
	}
	scratch, err := os.MkdirTemp("", "mutants-*")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(scratch)
	tree := tree{dir: scratch, limit: limit}
	if err := tree.copy(ctx, "."); err != nil {
		return false, err
	}
	return tree.try(ctx, tried, os.Stdout)
}
