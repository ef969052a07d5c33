package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// riverBatch is the number of jobs that one statement inserts.
const riverBatch = 1000

type noopArgs struct{}

func (noopArgs) Kind() string { return noopTask }

// measureRiver measures river with two settings: with its default fetch cooldown, which
// allows as many jobs every 100 ms as there are workers, and with those of river's own
// benchmark.
func measureRiver(ctx context.Context, s settings, report report) error {
	for _, config := range []struct {
		workers  int
		cooldown time.Duration
	}{
		{100, river.FetchCooldownDefault},
		{2000, 2 * time.Millisecond},
	} {
		err := withPostgres(ctx, func(pool *pgxpool.Pool) error {
			name := fmt.Sprintf("river, PostgreSQL, %d workers, fetch cooldown %s", config.workers, config.cooldown)
			client, err := riverClient(ctx, pool, config.workers, config.cooldown)
			if err != nil {
				return err
			}
			if err := timed(report, name+", enqueue", s.jobs, func() error { return riverEnqueue(ctx, client, s.jobs) }); err != nil {
				return err
			}
			return riverWork(ctx, client, s.jobs, name, report)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func riverClient(ctx context.Context, pool *pgxpool.Pool, workers int, cooldown time.Duration) (*river.Client[pgx.Tx], error) {
	driver := riverpgxv5.New(pool)
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})) // river's default logger writes to stdout
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: logger})
	if err != nil {
		return nil, err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, err
	}
	handlers := river.NewWorkers()
	river.AddWorker(handlers, river.WorkFunc(func(context.Context, *river.Job[noopArgs]) error { return nil }))
	return river.NewClient(driver, &river.Config{
		FetchCooldown: cooldown,
		Logger:        logger,
		Queues:        map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:       handlers,
	})
}

func riverEnqueue(ctx context.Context, client *river.Client[pgx.Tx], jobs int) error {
	batch := make([]river.InsertManyParams, riverBatch)
	for i := range batch {
		batch[i].Args = noopArgs{}
	}
	for left := jobs; left > 0; left -= riverBatch {
		if _, err := client.InsertMany(ctx, batch[:min(left, riverBatch)]); err != nil {
			return err
		}
	}
	return nil
}

// riverWork measures until the last job is recorded as completed. River records jobs in
// batches, well after they were handled.
func riverWork(ctx context.Context, client *river.Client[pgx.Tx], jobs int, name string, report report) error {
	// The channel needs room for all events, because river drops those that do not fit.
	events, unsubscribe := client.SubscribeConfig(&river.SubscribeConfig{
		ChanSize: jobs,
		Kinds:    []river.EventKind{river.EventKindJobCompleted, river.EventKindJobFailed},
	})
	defer unsubscribe()
	err := timed(report, name, jobs, func() error {
		if err := client.Start(ctx); err != nil {
			return err
		}
		for range jobs {
			select {
			case event := <-events:
				if event.Kind != river.EventKindJobCompleted {
					return fmt.Errorf("job %d is %s", event.Job.ID, event.Job.State)
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	if e := client.Stop(stopping); err == nil {
		err = e
	}
	return err
}
