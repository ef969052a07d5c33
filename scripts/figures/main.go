// Command figures measures the figures of docs/performance.md, each in turn with its
// alternative, and prints them with the name of the machine:
//
//	go run ./scripts/figures [-benchbus bin/benchbus]
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/benchbus/benchbus/adapters/host"
)

func main() {
	program := flag.String("benchbus", "bin/benchbus", "the program to measure")
	only := flag.String("only", "", "throughput, resident, list, overhead, fleet, lost, queued or idle alone")
	flag.Parse()
	debug.SetGCPercent(200) // the same as in the program
	if text := os.Getenv(partVariable); text != "" {
		if err := play(text); err != nil {
			fmt.Fprintln(os.Stderr, "figures:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(context.Background(), *program, *only); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program, only string) error {
	h := host.NewProbe().Host()
	fmt.Printf("machine: %s, %s, %d cores, %d GiB, kernel %s, %s\n\n",
		h.Name, h.CPUModel, h.Cores, h.MemoryGiB, h.Kernel, runtime.Version())
	for _, figure := range []struct {
		name    string
		measure func(context.Context, string) error
	}{{"throughput", throughput}, {"resident", resident}, {"list", list}, {"overhead", overhead}, {"fleet", fleet}, {"lost", lost}, {"queued", queued}, {"idle", idle}} {
		if only != "" && only != figure.name {
			continue
		}
		if err := figure.measure(ctx, program); err != nil {
			return err
		}
	}
	return nil
}

// rounds is how many times each side of a comparison is measured, in turn.
const rounds = 5

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// clock returns the time that f takes.
func clock(f func() error) (time.Duration, error) {
	start := time.Now()
	err := f()
	return time.Since(start), err
}

// status returns a field of /proc/self/status in KiB.
func status(field string) (int, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			var kib int
			_, err := fmt.Sscanf(strings.TrimSpace(rest), "%d kB", &kib)
			return kib, err
		}
	}
	return 0, fmt.Errorf("%s is not in /proc/self/status", field)
}
