package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/scripts/broker"
)

const (
	fleetJobs      = 30_000
	fleetRounds    = 3
	dispatchRounds = 3 // in each round of the fleet
	fleetSlots     = 128
	// The no-op messages have about these sizes as JSON, in bytes. The bare loops of
	// the other program send messages of the same sizes.
	commandSize, replySize = 480, 420
)

// fleet measures dispatch and whole iterations over a broker of its own, in turn with
// bare loops on the same broker and with other job systems.
func fleet(ctx context.Context, _ string) error {
	node, err := broker.New()
	if err != nil {
		return err
	}
	defer node.Remove()
	compare, err := buildCompare()
	if err != nil {
		return err
	}
	defer os.Remove(compare)
	found := figures{}
	for range fleetRounds {
		for _, kind := range []rabbitmq.QueueType{rabbitmq.QueueClassic, rabbitmq.QueueQuorum} {
			if err := found.dispatch(ctx, node.URL, kind); err != nil {
				return err
			}
			for _, queued := range []bool{false, true} {
				name := "iterations, dispatched meanwhile"
				if queued {
					name = "iterations, queued before"
				}
				err := withStore(ctx, func(store domain.Store) error {
					took, err := iterationsOver(ctx, node.URL, kind, store, queued)
					found.add("benchbus, "+name+", "+string(kind), fleetJobs/took.Seconds())
					return err
				})
				if err != nil {
					return err
				}
			}
		}
		if err := found.compare(ctx, compare, node.URL); err != nil {
			return err
		}
	}
	found.print()
	return nil
}

// dispatch measures both sides several times in turn, because each takes only a second
// or two.
func (f *figures) dispatch(ctx context.Context, url string, kind rabbitmq.QueueType) error {
	for range dispatchRounds {
		took, queue, err := dispatchOver(ctx, url, kind)
		if err != nil {
			return err
		}
		f.add("benchbus, dispatch, "+string(kind), fleetJobs/took.Seconds())
		if took, err = bareDispatch(ctx, url, queue); err != nil {
			return err
		}
		f.add("amqp091-go, the same bytes to the same queue, "+string(kind), fleetJobs/took.Seconds())
	}
	return nil
}

// figures holds rates by name, in the order in which they were added.
type figures struct {
	names []string
	rates map[string][]float64
}

func (f *figures) add(name string, perSecond float64) {
	if f.rates == nil {
		f.rates = map[string][]float64{}
	}
	if f.rates[name] == nil {
		f.names = append(f.names, name)
	}
	f.rates[name] = append(f.rates[name], perSecond)
}

// print prints each figure. For those with a bare loop that does the same, it adds the
// ratio within a round.
func (f *figures) print() {
	fmt.Printf("over RabbitMQ on the same cores, %d messages each, %d slots, median of %d rounds in turn:\n", fleetJobs, fleetSlots, fleetRounds)
	for _, name := range f.names {
		rate := median(f.rates[name])
		fmt.Printf("  %-78s %8.0f /s", name, rate)
		for _, kind := range []string{"classic", "quorum"} {
			bare := map[string]string{
				"benchbus, dispatch, " + kind:                  "amqp091-go, the same bytes to the same queue, " + kind,
				"benchbus, iterations, queued before, " + kind: fmt.Sprintf("amqp091-go, consume-publish-ack, %s queues, %d and %d bytes", kind, commandSize, replySize),
			}[name]
			if other := f.rates[bare]; other != nil {
				var ratios []float64
				for i, theirs := range other {
					ratios = append(ratios, f.rates[name][i]/theirs)
				}
				fmt.Printf("  %.2f of amqp091-go", median(ratios))
			}
		}
		fmt.Println()
	}
	fmt.Println()
}

// buildCompare builds the program that measures the other systems. It is a module of
// its own, so that benchbus does not depend on them.
func buildCompare() (string, error) {
	file, err := os.CreateTemp("", "benchbus-compare-*")
	if err != nil {
		return "", err
	}
	file.Close()
	cmd := exec.Command("go", "build", "-o", file.Name(), ".")
	cmd.Dir, cmd.Stderr = "scripts/compare", os.Stderr
	return file.Name(), cmd.Run()
}

func (f *figures) compare(ctx context.Context, program, url string) error {
	cmd := exec.CommandContext(ctx, program, "-amqp", url, "-n", fmt.Sprint(fleetJobs), "-size", fmt.Sprint(commandSize),
		"-reply-size", fmt.Sprint(replySize), "-concurrency", fmt.Sprint(fleetSlots))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("scripts/compare: %w", err)
	}
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var line struct {
			Name      string  `json:"name"`
			PerSecond float64 `json:"per_second"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("scripts/compare: %w", err)
		}
		if !strings.HasSuffix(line.Name, ", enqueue") {
			f.add(line.Name, line.PerSecond)
		}
	}
	return nil
}

// openOver opens a bus in a namespace of its own.
func openOver(url string, kind rabbitmq.QueueType, namespace string) (*watermillbus.Bus, error) {
	transport, err := rabbitmq.New(rabbitmq.Config{URL: url, Namespace: namespace, QueueType: kind})
	if err != nil {
		return nil, err
	}
	return watermillbus.New(transport, transport, watermillbus.Config{})
}

func noopPlan(iterations int) (domain.Run, error) {
	return domain.NewRun(domain.NewRunID(time.Now(), uint32(time.Now().UnixNano())), domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(noopBenchmark, noopBenchmark.Runtimes...)}, Iterations: iterations, Samples: 1,
	}, time.Now())
}

// dispatchOver dispatches a run and detaches it. The time that it returns does not
// include connecting.
func dispatchOver(ctx context.Context, url string, kind rabbitmq.QueueType) (took time.Duration, queue string, err error) {
	run, err := noopPlan(fleetJobs)
	if err != nil {
		return 0, "", err
	}
	namespace := "figures-" + string(run.ID)
	bus, err := openOver(url, kind, namespace)
	if err != nil {
		return 0, "", err
	}
	defer bus.Close()
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: memstore.New()})
	if err != nil {
		return 0, "", err
	}
	took, err = clock(func() error { _, err := runner.Detach(ctx, run); return err })
	return took, namespace + ".commands", err
}

// iterationsOver takes a run over the broker from the runner to a worker and back,
// through two buses, as if they were two processes. If queued is true, it dispatches
// the run first and measures from the start of the worker, as for the jobs of the other
// systems.
func iterationsOver(ctx context.Context, url string, kind rabbitmq.QueueType, store domain.Store, queued bool) (time.Duration, error) {
	run, err := noopPlan(fleetJobs)
	if err != nil {
		return 0, err
	}
	namespace := "figures-" + string(run.ID)
	theirs, err := openOver(url, kind, namespace)
	if err != nil {
		return 0, err
	}
	defer theirs.Close()
	ours, err := openOver(url, kind, namespace)
	if err != nil {
		return 0, err
	}
	defer ours.Close()
	worker, err := application.NewWorker(theirs, domain.ExecutorFunc(noop), application.WorkerConfig{Slots: fleetSlots})
	if err != nil {
		return 0, err
	}
	runner, err := application.NewRunner(ours, application.RunnerConfig{Store: store})
	if err != nil {
		return 0, err
	}
	drive := func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) }
	if queued {
		if _, err := runner.Detach(ctx, run); err != nil {
			return 0, err
		}
		drive = func(ctx context.Context) (domain.RunStatus, error) { return runner.Wait(ctx, run.ID) }
	}
	return clock(func() error {
		status, err := application.Embed(ctx, worker, drive)
		if err == nil && status.Done != fleetJobs {
			err = fmt.Errorf("%v", status.Counts)
		}
		return err
	})
}
