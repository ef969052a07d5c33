// Command worker is a service that measures Go functions of its own for whoever
// asks over RabbitMQ. SIGTERM drains it.
package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sort"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// namespace keeps this fleet apart from others on the same broker.
const namespace = "example-fleet"

// sorters is the service's executor: each runtime is a way to sort.
type sorters map[domain.RuntimeName]func([]int)

func (s sorters) Execute(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	const revolutions = 200
	numbers := make([]int, 1000)
	var m domain.Measurement
	for i, runtime := range it.Order() {
		var batch time.Duration
		for range revolutions {
			for n := range numbers {
				numbers[n] = (n * 7919) % len(numbers)
			}
			start := time.Now()
			s[runtime](numbers)
			batch += time.Since(start)
		}
		m.Samples = append(m.Samples, domain.Sample{Runtime: runtime, Position: i + 1, Revolutions: revolutions, Batch: batch})
		if err := ctx.Err(); err != nil {
			return m, err
		}
	}
	return m, nil
}

// Runtimes tells the fleet what this worker has.
func (s sorters) Runtimes() []domain.Runtime {
	var all []domain.Runtime
	for name := range s {
		all = append(all, domain.Runtime{Name: name})
	}
	return all
}

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(logger); err != nil {
		logger.Error("cannot go on", "error", err)
		os.Exit(1)
	}
}

func run(logger *slog.Logger) error {
	url := os.Getenv("AMQP_URL")
	if url == "" {
		return errors.New("say where the broker is: AMQP_URL=amqp://user:password@host:5672/")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	transport, err := rabbitmq.New(rabbitmq.Config{URL: url, Namespace: namespace, Logger: logger})
	if err != nil {
		return err
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{Logger: logger})
	if err != nil {
		return err
	}
	defer bus.Close()
	worker, err := application.NewWorker(bus, sorters{"go-sort": sort.Ints, "go-slices": slices.Sort[[]int]}, application.WorkerConfig{
		Name: "sorter", Slots: 1, Logger: logger,
	})
	if err != nil {
		return err
	}
	return worker.Run(ctx)
}
