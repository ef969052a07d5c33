package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// stage returns an event of a run of ten iterations, of which so many are done after
// that time.
func stage(schema string, after time.Duration, done int) domain.RunEvent {
	at := time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC).Add(after)
	return domain.RunEvent{Schema: schema, RunID: "r1", State: domain.StateRunning, At: at,
		Counts: domain.Counts{Planned: 10, Done: done, Outstanding: 10 - done}}
}

func TestTheBarSaysOneThing(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, draws: true}
	check := func(want string) {
		t.Helper()
		require.Equal(t, want, out.String())
		out.Reset()
	}
	p.event(stage(domain.SchemaRunStarted, 0, 0))
	check("run r1: 10 iterations\n" + clearLine + "  0 % [" + strings.Repeat(" ", 30) + "] done 0, failed 0, planned 10")
	p.event(stage(domain.SchemaRunProgress, 2*time.Second, 3))
	check(clearLine + " 30 % [====          ] done 3, failed 0, planned 10, 1.5 iterations/s, 5s left")
	fmt.Fprintln(p, "a note")
	check(clearLine + "a note\n")
	fmt.Fprintln(p, "another")
	check("another\n")
	p.event(stage(domain.SchemaRunProgress, 5*time.Second, 10))
	check(clearLine + "100 % [=============] done 10, failed 0, planned 10, 2.0 iterations/s, 0s left")
	p.event(stage(domain.SchemaRunCompleted, 5*time.Second, 10))
	check(clearLine + "run r1 is running: planned 10 = done 10 + failed 0 + cancelled 0 + outstanding 0 (duplicates ignored: 0)\n")
}

// The first event of a resumed run may come in the middle.
func TestProgressBeginsAnywhere(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, draws: true}
	p.event(stage(domain.SchemaRunProgress, 0, 3))
	require.Contains(t, out.String(), " 30 %")
}

func TestTheBarFitsTheTerminal(t *testing.T) {
	for columns := range 120 {
		require.LessOrEqual(t, len(bar(300_000, 1_000_000, "done 300000, failed 0, planned 1000000, 1.2 iterations/s, 9m0s left", columns)), max(columns-2, 0))
	}
}

func TestOneIterationIsNotSeveral(t *testing.T) {
	var out bytes.Buffer
	e := stage(domain.SchemaRunStarted, 0, 0)
	e.Planned = 1
	newProgress(&out).event(e)
	require.Equal(t, "run r1: 1 iteration\n", out.String())
}

func TestPlainProgress(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	p.event(stage(domain.SchemaRunStarted, 0, 0))
	p.event(stage(domain.SchemaRunProgress, time.Second, 1))
	p.event(stage(domain.SchemaRunProgress, 10*time.Second, 5))
	p.event(stage(domain.SchemaRunProgress, 11*time.Second, 6))
	require.Equal(t, "run r1: 10 iterations\ndone 5, failed 0, planned 10, 0.5 iterations/s, 10s left\n", out.String())
}

func TestProgressSaysWhatTheRunWaitsFor(t *testing.T) {
	var plain, drawn bytes.Buffer
	lines, line := &progress{out: &plain}, &progress{out: &drawn, draws: true}
	tell := func(after time.Duration, waitsFor ...domain.RuntimeName) {
		e := stage(domain.SchemaRunProgress, after, 2)
		e.WaitsFor = waitsFor
		lines.event(e)
		line.event(e)
	}
	lines.event(stage(domain.SchemaRunStarted, 0, 0))
	tell(time.Second)
	tell(2*time.Second, "php84") // this is new, and so is printed at once
	tell(3*time.Second, "php84")
	require.Contains(t, drawn.String(), "] done 2, failed 0, planned 10, waiting for a worker with php84")
	tell(4 * time.Second)
	require.Equal(t, "run r1: 10 iterations\ndone 2, failed 0, planned 10, waiting for a worker with php84\n"+
		"done 2, failed 0, planned 10, 0.5 iterations/s, 16s left\n", plain.String())
	require.NotContains(t, drawn.String()[strings.LastIndex(drawn.String(), clearLine):], "waiting")
}
