package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// try applies one mutant after another, prints the outcome of each, and reports whether
// all were killed.
func (t tree) try(ctx context.Context, mutants []mutant, out io.Writer) (bool, error) {
	if err := t.passes(ctx, mutants); err != nil {
		return false, err
	}
	killed, began := 0, time.Now()
	for _, m := range mutants {
		start := time.Now()
		word, dead, err := t.judge(ctx, m)
		if err != nil {
			return false, err
		}
		if dead {
			killed++
		}
		fmt.Fprintf(out, "%-22s  %4.1f s  %s: %s\n", word, time.Since(start).Seconds(), m.file, m.means)
	}
	fmt.Fprintf(out, "%d of %d killed in %v\n", killed, len(mutants), time.Since(began).Round(time.Second))
	return killed == len(mutants), nil
}

// judge returns the outcome of a mutant, and whether it was killed.
func (t tree) judge(ctx context.Context, m mutant) (word string, dead bool, err error) {
	restore, err := m.apply(t.dir)
	if errors.Is(err, errNotOnce) {
		return "NOT FOUND ONCE", false, nil
	}
	if err != nil {
		return "", false, err
	}
	_, err = t.test(ctx, m.folder(), m.run, m.broker)
	if err := restore(); err != nil {
		return "", false, err
	}
	switch {
	case err == nil:
		return "SURVIVES", false, nil
	case ctx.Err() != nil:
		return "", false, ctx.Err()
	case errors.Is(err, errNoBuild):
		return "DOES NOT BUILD", false, nil
	case errors.Is(err, errHung):
		return "killed by the limit", true, nil
	case errors.Is(err, errFailed):
		return "killed", true, nil
	}
	return "", false, err
}

// passes checks that the tests pass without a mutant. Otherwise they would kill every
// mutant.
func (t tree) passes(ctx context.Context, mutants []mutant) error {
	patterns, broker := map[string][]string{}, map[string]bool{}
	for _, m := range mutants {
		folder := m.folder()
		if !slices.Contains(patterns[folder], m.run) {
			patterns[folder] = append(patterns[folder], m.run)
		}
		broker[folder] = broker[folder] || m.broker
	}
	for folder, runs := range patterns {
		pattern := strings.Join(runs, "|") // an empty one matches every test
		if output, err := t.test(ctx, folder, pattern, broker[folder]); err != nil {
			return fmt.Errorf("%s, as it is: %w\n%s", folder, err, output)
		}
	}
	return nil
}
