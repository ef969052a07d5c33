// Command worker is a service that measures its own Go functions for every dispatcher
// that asks over RabbitMQ. SIGTERM drains it.
package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"sort"
	"syscall"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
)

// namespace keeps this fleet apart from others on the same broker.
const namespace = "example-fleet"

// sorters returns the service's executor. Each function sorts in another way. They can
// share one slice of numbers, because the worker has one slot.
func sorters() benchbus.Functions {
	shuffled, numbers := rand.New(rand.NewPCG(1, 2)).Perm(1000), make([]int, 1000)
	return benchbus.Functions{
		"go-sort":   func() { copy(numbers, shuffled); sort.Ints(numbers) },
		"go-slices": func() { copy(numbers, shuffled); slices.Sort(numbers) },
	}
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
	worker, err := application.NewWorker(bus, sorters(), application.WorkerConfig{
		Name: "sorter", Slots: 1, Logger: logger,
	})
	if err != nil {
		return err
	}
	return worker.Run(ctx)
}
