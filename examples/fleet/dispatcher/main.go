// Command dispatcher is a service that has two ways of sorting compared by
// whatever workers are on RabbitMQ, and prints what came of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// namespace is that of the workers.
const namespace = "example-fleet"

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	url := os.Getenv("AMQP_URL")
	if url == "" {
		return errors.New("say where the broker is: AMQP_URL=amqp://user:password@host:5672/")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	transport, err := rabbitmq.New(rabbitmq.Config{URL: url, Namespace: namespace})
	if err != nil {
		return err
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	if err != nil {
		return err
	}
	defer bus.Close()
	// The names alone: the functions are the worker's.
	plan := benchbus.Functions{"go-slices": nil, "go-sort": nil}.Plan("sort")
	plan.Iterations = 20
	planned, err := domain.NewRun(application.NewRunID(time.Now()), plan, time.Now())
	if err != nil {
		return err
	}
	store := memstore.New() // or sqlite.Open, and a run outlives this process
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store})
	if err != nil {
		return err
	}
	if _, err := runner.Run(ctx, planned); err != nil {
		return err
	}
	report, err := application.Report(ctx, store, planned.ID, stats.Options{})
	if err != nil {
		return err
	}
	fmt.Println(report.Run.Counts)
	for _, cell := range report.Cells {
		fmt.Printf("%s: %d samples, median %.0f ns\n", cell.Benchmark.Name, cell.Summary.N, cell.Summary.Median)
	}
	return nil
}
