package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/domain"
)

const (
	// revolutions make a batch of about 20 ms, which is the default.
	revolutions = 2000
	// level is the work of the body: what is compared with it does some per mille more.
	level = 1000
	// onRuntime executes all of it.
	onRuntime domain.RuntimeName = "php84"
	// perIteration is how many processes of each side an iteration has.
	perIteration = 3
	// perRecord is how many processes are recorded by one call of the executor.
	perRecord = 30
)

// body is a benchmark whose work is proportional to rounds.
func body(rounds int) *domain.Benchmark {
	return &domain.Benchmark{
		Slug: fmt.Sprintf("work-%d", rounds), Name: fmt.Sprintf("Work %d", rounds), Category: "decision", Group: "work",
		Runtimes: []domain.RuntimeName{onRuntime}, Revolutions: revolutions,
		Code: fmt.Sprintf("for ($k = 0, $a = 0; $k < %d; ++$k) { $a = ($a * 31 + $k) %% 65521; }", rounds),
	}
}

// laboratory executes bodies on one core, by benchbus's own executor.
type laboratory struct {
	executor domain.Executor
	core     int
}

func newLaboratory(core int) (*laboratory, error) {
	executor, err := php.New(php.Config{RuntimesDirs: []string{".runtimes"}, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	return &laboratory{executor, core}, err
}

// execute runs iterations of these variants, and hands each measurement on.
func (l *laboratory) execute(ctx context.Context, iterations int, variants []domain.Variant, samples int, each func(domain.Measurement)) error {
	for n := range iterations {
		m, err := l.executor.Execute(ctx, domain.Iteration{
			Run: "decision", Number: n + 1, Variants: variants, Samples: samples, Seed: rand.Int64N(1 << 53),
			SampleTimeout: time.Minute, TargetBatch: time.Second, CPU: l.core,
		})
		if err != nil {
			return err
		}
		each(m)
	}
	return nil
}

// record writes a trace of identical processes.
func record(ctx context.Context, dir, condition string, core, revs int, length time.Duration) error {
	h := host.NewProbe().Host()
	t := &trace{Condition: condition, Runtime: string(onRuntime), Revolutions: revs, Recorded: time.Now().UTC().Truncate(time.Second),
		Machine: fmt.Sprintf("%s, %d cores, %s", h.CPUModel, h.Cores, h.Virtualisation)}
	lab, err := newLaboratory(core)
	if err != nil {
		return err
	}
	quiet, err := disturb(ctx, condition, core)
	if err != nil {
		return err
	}
	defer quiet()
	recorded := body(level)
	recorded.Revolutions = revs
	variants := []domain.Variant{{Benchmark: recorded, Runtime: onRuntime}}
	for end := time.Now().Add(length); time.Now().Before(end); {
		if err := lab.execute(ctx, 1, variants, perRecord, func(m domain.Measurement) {
			for _, s := range m.Samples {
				t.processes = append(t.processes, newProcess(s))
			}
		}); err != nil {
			return err
		}
	}
	return t.write(dir)
}

// disturb makes the machine as busy as the condition says, until the function that it
// returns is called.
func disturb(ctx context.Context, condition string, core int) (quiet func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	switch condition {
	case "quiet":
		close(done)
	case "hog":
		go func() { defer close(done); onAndOff(ctx, core) }()
	case "busy":
		go func() {
			defer close(done)
			var hogs []*exec.Cmd
			for c := range runtime.NumCPU() {
				hogs = append(hogs, hog(ctx, c))
			}
			<-ctx.Done()
			for _, h := range hogs {
				_ = h.Wait()
			}
		}()
	default:
		cancel()
		return nil, fmt.Errorf("%q is none of quiet, hog and busy", condition)
	}
	return func() { cancel(); <-done }, nil
}

// onAndOff runs a hog for 0.2 to 3 s, then none for as long, and so on.
func onAndOff(ctx context.Context, core int) {
	random := rand.New(rand.NewPCG(3, 4))
	for on := true; ctx.Err() == nil; on = !on {
		turn, cancel := context.WithTimeout(ctx, 200*time.Millisecond+time.Duration(random.Int64N(int64(2800*time.Millisecond))))
		if on {
			_ = hog(turn, core).Wait()
		} else {
			<-turn.Done()
		}
		cancel()
	}
}

// hog is a program that uses a core until the context ends.
func hog(ctx context.Context, core int) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "taskset", "-c", strconv.Itoa(core), "sh", "-c", "while :; do :; done")
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "decision: no hog:", err)
	}
	return cmd
}
