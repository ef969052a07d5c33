package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/benchbus/benchbus/scripts/broker"
)

const (
	idleSettles = 10 * time.Second // the wait after the last worker is ready
	idleRests   = 15 * time.Second // long enough for several heartbeats and checks of the watchdog, which come every 5 s
	idleRounds  = 3
	idleStarts  = 20 // workers at once; if hundreds start, a broker on two cores does not answer in time
)

// idle measures the CPU time that an idle fleet takes: its workers, each a process, and
// their broker. The fleet grows from one size to the next.
func idle(ctx context.Context, _ string) error {
	node, err := broker.New()
	if err != nil {
		return err
	}
	defer node.Remove()
	server, err := node.PID()
	if err != nil {
		return err
	}
	fmt.Printf("idle workers of one slot, a process each, and their broker on the same cores: CPU time in %% of a core, median of %d times %v\n", idleRounds, idleRests)
	fmt.Printf("  %7s  %11s  %6s  %6s  %24s\n", "workers", "all of them", "each", "broker", "broker above 0, a worker")
	var workers []*process
	var alone, first, last rest
	for _, size := range []int{0, 20, 100, 300} {
		if workers, err = grow(ctx, workers, size, part{Role: "worker", URL: node.URL, Namespace: "figures", Slots: 1}); err != nil {
			return err
		}
		time.Sleep(idleSettles)
		found, err := measureRest(workers, server)
		if err != nil {
			return err
		}
		if size == 0 {
			alone = found
			fmt.Printf("  %7d  %11s  %6s  %6.2f\n", size, "", "", found.broker)
			continue
		}
		each := rest{found.workers / float64(size), (found.broker - alone.broker) / float64(size)}
		fmt.Printf("  %7d  %11.2f  %6.3f  %6.2f  %24.3f\n", size, found.workers, each.workers, found.broker, each.broker)
		if first == (rest{}) {
			first = each
		}
		last = each
	}
	fmt.Printf("  a worker among the most to one among the fewest: itself %.2f, the broker for it %.2f\n\n", last.workers/first.workers, last.broker/first.broker)
	return stop(workers)
}

// grow starts workers until there are size of them, and returns once all are ready.
func grow(ctx context.Context, workers []*process, size int, p part) ([]*process, error) {
	for len(workers) < size {
		begun := len(workers)
		for len(workers) < min(begun+idleStarts, size) {
			worker, err := p.start(ctx)
			if err != nil {
				return nil, err
			}
			workers = append(workers, worker)
		}
		for _, worker := range workers[begun:] {
			if _, err := worker.line("ready"); err != nil {
				return nil, err
			}
		}
	}
	return workers, nil
}

// stop ends all workers at once, and waits for them.
func stop(workers []*process) error {
	for _, worker := range workers {
		if err := worker.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
	}
	for _, worker := range workers {
		if _, err := worker.end(0); err != nil {
			return err
		}
	}
	return nil
}

// rest holds the CPU use of the workers and of the broker, in % of a core.
type rest struct{ workers, broker float64 }

func measureRest(workers []*process, server int) (rest, error) {
	var ours, theirs []float64
	for range idleRounds {
		began, before, err := used(workers, server)
		if err != nil {
			return rest{}, err
		}
		time.Sleep(idleRests)
		ended, after, err := used(workers, server)
		if err != nil {
			return rest{}, err
		}
		percent := 100 / ended.Sub(began).Seconds()
		ours = append(ours, (after.workers-before.workers)*percent)
		theirs = append(theirs, (after.broker-before.broker)*percent)
	}
	return rest{median(ours), median(theirs)}, nil
}

// used returns the CPU time, in seconds, that the processes have used so far.
func used(workers []*process, server int) (at time.Time, seconds rest, err error) {
	at = time.Now()
	if seconds.broker, err = cpuSeconds(server); err != nil {
		return at, seconds, err
	}
	for _, worker := range workers {
		took, err := cpuSeconds(worker.Process.Pid)
		if err != nil {
			return at, seconds, err
		}
		seconds.workers += took
	}
	return at, seconds, nil
}

// cpuSeconds reads the CPU clock of the process, with the id that clock_getcpuclockid
// would return. /proc/PID/stat is too coarse: it counts in steps of 10 ms, which is
// more than a worker uses in the time.
func cpuSeconds(pid int) (float64, error) {
	const scheduler = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduler), &t); err != nil {
		return 0, fmt.Errorf("read the CPU time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()).Seconds(), nil
}
