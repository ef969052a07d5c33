package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hibiken/asynq"
	"golang.org/x/sync/errgroup"
)

const noopTask = "noop"

func measureAsynq(ctx context.Context, s settings, report report) error {
	for _, fsync := range []string{"everysec", "always"} {
		err := withRedis(ctx, fsync, func(redis asynq.RedisClientOpt) error {
			name := "asynq, Redis appendfsync " + fsync
			if err := timed(report, name+", enqueue", s.jobs, func() error { return asynqEnqueue(ctx, redis, s) }); err != nil {
				return err
			}
			return asynqWork(ctx, redis, s, name, report)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// asynqEnqueue enqueues from as many goroutines as will work, because asynq has no
// batches, and a single goroutine would mostly wait.
func asynqEnqueue(ctx context.Context, redis asynq.RedisClientOpt, s settings) error {
	client := asynq.NewClient(redis)
	defer client.Close()
	g, ctx := errgroup.WithContext(ctx)
	var taken atomic.Int64
	for range s.concurrency {
		g.Go(func() error {
			for taken.Add(1) <= int64(s.jobs) {
				if _, err := client.EnqueueContext(ctx, asynq.NewTask(noopTask, nil)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func asynqWork(ctx context.Context, redis asynq.RedisClientOpt, s settings, name string, report report) error {
	server := asynq.NewServer(redis, asynq.Config{Concurrency: s.concurrency, LogLevel: asynq.ErrorLevel})
	var handled atomic.Int64
	last := make(chan struct{})
	handler := func(context.Context, *asynq.Task) error {
		if handled.Add(1) == int64(s.jobs) {
			close(last)
		}
		return nil
	}
	err := timed(report, name, s.jobs, func() error {
		if err := server.Start(asynq.HandlerFunc(handler)); err != nil {
			return err
		}
		select {
		case <-last:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	server.Shutdown()
	if err != nil {
		return err
	}
	return asynqDone(redis, handled.Load(), s.jobs)
}

// asynqDone returns an error if jobs were executed twice or not recorded, since the
// figure is then wrong.
func asynqDone(redis asynq.RedisClientOpt, handled int64, jobs int) error {
	inspector := asynq.NewInspector(redis)
	defer inspector.Close()
	queue, err := inspector.GetQueueInfo("default")
	if err != nil {
		return err
	}
	if handled != int64(jobs) || queue.ProcessedTotal != jobs || queue.Size != 0 {
		return fmt.Errorf("of %d jobs, %d were handled, %d are recorded and %d are left; discard the last figure and measure again",
			jobs, handled, queue.ProcessedTotal, queue.Size)
	}
	return nil
}
