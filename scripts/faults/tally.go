package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// tally counts what the runner does with its bus and its store.
type tally struct {
	accepted atomic.Int64
	mu       sync.Mutex
	fresh    map[int]int // by iteration: how often the store recorded a result as new
}

type countingBus struct {
	domain.Bus
	*tally
}

func (c countingBus) Dispatch(ctx context.Context, cmds ...domain.ExecuteBenchmark) error {
	err := c.Bus.Dispatch(ctx, cmds...)
	if err == nil {
		c.accepted.Add(int64(len(cmds)))
	}
	return err
}

type countingStore struct {
	domain.Store
	*tally
}

func (c countingStore) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	fresh, err := c.Store.Record(ctx, run, results)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, isNew := range fresh {
		if isNew {
			c.fresh[results[i].Iteration]++
		}
	}
	return fresh, err
}

// some returns up to n iterations that have a recorded result.
func (t *tally) some(n int) (recorded []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for iteration := range t.fresh {
		if recorded = append(recorded, iteration); len(recorded) == n {
			break
		}
	}
	return recorded
}

// outcome is the outcome of a case.
type outcome struct {
	name                                                 string
	attempted, accepted, recorded, failed                int
	lost, executedTwice, recordedTwice, duplicateResults int
	// laterAttempts is the number of results of a second or later attempt.
	laterAttempts int
	// reconnections is the number of connections beyond the first ones of the fleet. It
	// is -1 if they were not counted.
	reconnections int
	took          time.Duration
	tooShort      bool
	problems      []string
}

const header = `| what goes wrong | attempted | accepted | recorded once | of those failed | lost | executed twice | recorded twice | duplicates ignored | later attempts | reconnections | seconds |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |`

func (o outcome) String() string {
	reconnections := "–"
	if o.reconnections >= 0 {
		reconnections = strconv.Itoa(o.reconnections)
	}
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %s | %.1f |", o.name, o.attempted, o.accepted, o.recorded, o.failed,
		o.lost, o.executedTwice, o.recordedTwice, o.duplicateResults, o.laterAttempts, reconnections, o.took.Seconds())
}

// mostReconnections is the number of connections that a fleet may lose in a case
// without faults of the network, because one on a busy machine may be silent for too
// long.
const mostReconnections = 2

// judge counts the results in the store and the messages on the broker, and names every
// broken promise.
func (s *stage) judge(o *outcome, status domain.RunStatus) {
	broken := func(format string, args ...any) { o.problems = append(o.problems, fmt.Sprintf(format, args...)) }
	o.attempted, o.reconnections = s.n, -1
	if s.proxy != nil {
		o.reconnections = s.proxy.Opened() - 2*(len(s.workers)+1) // each has a connection to publish and one to consume
	}
	if s.tally != nil {
		o.accepted = int(s.tally.accepted.Load())
		for _, times := range s.tally.fresh {
			o.recordedTwice += times - 1
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.count(ctx, o); err != nil {
		broken("cannot read what is recorded: %v", err)
	}
	o.duplicateResults = status.Duplicates
	o.lost = s.n - o.recorded
	o.executedTwice = s.repeated()
	if o.lost != 0 {
		broken("%d iterations are lost", o.lost)
	}
	if o.recordedTwice != 0 {
		broken("%d results were recorded twice", o.recordedTwice)
	}
	if s.noRepeat && o.executedTwice != 0 {
		broken("%d iterations were executed twice", o.executedTwice)
	}
	// On a busy machine a message may still be on its way to a stopping worker when
	// that has stopped to wait for it. It then comes again, at the cost of an attempt.
	// That can happen to one message for each slot.
	if most := s.stopped * s.settings.Slots; s.noRepeat && o.laterAttempts > most {
		broken("%d iterations cost more than one attempt, %d may", o.laterAttempts, most)
	}
	if s.steady && o.reconnections > mostReconnections {
		broken("%d connections were lost", o.reconnections)
	}
	if o.failed != s.failed+s.forged {
		broken("%d iterations failed, %d were to", o.failed, s.failed+s.forged)
	}
	if status.State != domain.StateCompleted || status.Planned != status.Done+status.Failed {
		broken("the run is %s: %v", status.State, status.Counts)
	}
	if err := s.queuesAreEmpty(ctx); err != nil {
		broken("%v", err)
	}
}

// count reads the results in the store.
func (s *stage) count(ctx context.Context, o *outcome) error {
	store, err := sqlite.Open(ctx, s.settings.Store, sqlite.Config{})
	if err != nil {
		return err
	}
	defer store.Close()
	seen := map[int]bool{}
	for r, err := range store.Results(ctx, s.id) {
		if err != nil {
			return err
		}
		if seen[r.Iteration] {
			o.recordedTwice++
		}
		seen[r.Iteration] = true
		if r.Attempt > 1 {
			o.laterAttempts++
		}
		if r.Failure == nil {
			continue
		}
		o.failed++
		if len(r.Failure.Message) > domain.MaxFailureMessage {
			return fmt.Errorf("the failure of iteration %d has a text of %d bytes", r.Iteration, len(r.Failure.Message))
		}
	}
	o.recorded = len(seen)
	return nil
}

// repeated returns the number of iterations that were executed to their end more than
// once.
func (s *stage) repeated() (n int) {
	file, err := os.Open(s.settings.Executions)
	if err != nil {
		return 0
	}
	defer file.Close()
	ends := map[string]int{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if iteration, ok := strings.CutPrefix(lines.Text(), "end "); ok {
			if ends[iteration]++; ends[iteration] == 2 {
				n++
			}
		}
	}
	return n
}

// queuesAreEmpty fails if messages are left on the broker, except those in the failed
// queue that are expected there.
func (s *stage) queuesAreEmpty(ctx context.Context) error {
	bus, err := s.directly()
	if err != nil {
		return err
	}
	defer bus.Close()
	queues, err := bus.Queues(ctx)
	if err != nil {
		return err
	}
	strangers := 0
	if s.strangers != nil {
		strangers = s.strangers(s.isShort)
	}
	for _, q := range queues {
		if q.Ready != 0 && q.Kind != domain.QueueFailed {
			return fmt.Errorf("queue %s holds %d messages at the end", q.Name, q.Ready)
		}
	}
	removed, err := application.RemoveFailed(ctx, bus, application.FailedFilter{})
	if err != nil {
		return err
	}
	own, others := map[string]bool{}, 0
	for _, m := range removed {
		if m.RunID == s.id && m.Schema == domain.SchemaExecute {
			own[m.ID] = true // counted once, because both copies of a command may fail
		} else {
			others++
		}
	}
	if len(own) != s.failed || others != strangers {
		return fmt.Errorf("the failed queue holds %d iterations and %d strangers, not %d and %d", len(own), others, s.failed, strangers)
	}
	return nil
}
