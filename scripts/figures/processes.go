package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/scripts/broker"
)

// stage starts a broker, and passes the settings that all parts share to each.
func stage(each func(part) error) error {
	node, err := broker.New()
	if err != nil {
		return err
	}
	defer node.Remove()
	dir, err := os.MkdirTemp("", "benchbus-figures-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return each(part{URL: node.URL, Namespace: "figures", Store: filepath.Join(dir, "store.db")})
}

// queued measures the memory of each process of a fleet, while many iterations wait in
// the queue and while they are executed.
func queued(ctx context.Context, _ string) error {
	fmt.Printf("iterations queued over RabbitMQ, dispatched by one process, executed by a second, collected by a third; peak resident memory:\n")
	for _, iterations := range []int{100_000, 1_000_000} {
		err := stage(func(p part) error {
			started := time.Now()
			run, dispatcher, err := p.dispatch(ctx, iterations)
			if err != nil {
				return err
			}
			waited := time.Since(started)
			p.Role, p.Run, p.Slots = "collector", run, fleetSlots
			collecting, err := p.start(ctx)
			if err != nil {
				return err
			}
			p.Role = "worker"
			working, err := p.start(ctx)
			if err != nil {
				return err
			}
			collector, err := collecting.end(0)
			if err != nil {
				return err
			}
			worker, err := working.end(syscall.SIGTERM)
			fmt.Printf("  %9d: dispatcher %.1f MB, worker %.1f MB, collector %.1f MB; dispatched in %.1f s, executed and recorded in %.1f s\n",
				iterations, dispatcher, worker, collector, waited.Seconds(), (time.Since(started) - waited).Seconds())
			return err
		})
		if err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

// Settings of the figures of lost workers and of drains.
const (
	faultRounds = 9
	shortTakes  = 200 * time.Millisecond
	slots       = 4
)

// lost measures the time from the end of a worker by kill -9 until another one begins
// its iteration, and the time that a worker takes to drain.
func lost(ctx context.Context, _ string) error {
	return stage(func(p part) error {
		var again, idle, busy []time.Duration
		p.Role, p.Slots = "worker", slots
		for range faultRounds {
			took, err := killed(ctx, p)
			if err != nil {
				return err
			}
			again = append(again, took)
			if took, err = drained(ctx, p, 0); err != nil {
				return err
			}
			idle = append(idle, took)
			if took, err = drained(ctx, p, 40); err != nil {
				return err
			}
			busy = append(busy, took)
		}
		fmt.Printf("kill -9 of a worker to the begin of its iteration on another: %v (1s of it the pause before a second attempt)\n", median(again).Round(time.Millisecond))
		fmt.Printf("SIGTERM to the end of a worker: idle %v; with %d iterations of %v running %v; medians of %d\n\n",
			median(idle).Round(time.Millisecond), slots, shortTakes, median(busy).Round(time.Millisecond), faultRounds)
		return nil
	})
}

// killed kills a worker that executes an iteration, while another worker is idle.
func killed(ctx context.Context, p part) (time.Duration, error) {
	p.Takes = time.Hour
	first, err := p.start(ctx)
	if err != nil {
		return 0, err
	}
	if _, _, err := p.dispatch(ctx, 1); err != nil {
		return 0, err
	}
	if _, err := first.line("begin"); err != nil {
		return 0, err
	}
	p.Takes = time.Millisecond
	second, err := p.start(ctx)
	if err != nil {
		return 0, err
	}
	if _, err := second.line("ready"); err != nil {
		return 0, err
	}
	took, err := clock(func() error {
		if _, err := first.end(syscall.SIGKILL); err != nil {
			return err
		}
		_, err := second.line("begin")
		return err
	})
	if err != nil {
		return 0, err
	}
	_, err = second.end(syscall.SIGTERM)
	return took, err
}

// drained stops a worker. If iterations is not 0, the worker executes some at that
// time.
func drained(ctx context.Context, p part, iterations int) (time.Duration, error) {
	p.Takes = shortTakes
	worker, err := p.start(ctx)
	if err != nil {
		return 0, err
	}
	if _, err := worker.line("ready"); err != nil {
		return 0, err
	}
	if iterations > 0 {
		if _, _, err := p.dispatch(ctx, iterations); err != nil {
			return 0, err
		}
		for range slots {
			if _, err := worker.line("begin"); err != nil {
				return 0, err
			}
		}
	}
	took, err := clock(func() error { _, err := worker.end(syscall.SIGTERM); return err })
	if err != nil || iterations == 0 {
		return took, err
	}
	// Another worker executes the iterations that this one has left.
	p.Takes = time.Millisecond
	rest, err := p.start(ctx)
	if err != nil {
		return 0, err
	}
	for range iterations - slots {
		if _, err := rest.line("begin"); err != nil {
			return 0, err
		}
	}
	_, err = rest.end(syscall.SIGTERM)
	return took, err
}
