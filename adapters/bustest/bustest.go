// Package bustest is the conformance suite of [domain.Bus], which every transport must
// pass. An adapter's test calls [Run] with the features of the bus and a function that
// opens a fresh bus, whose queues are empty and its own.
package bustest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/domain"
)

// Fixture is a bus under test.
type Fixture struct {
	// Bus is the bus. The suite closes it.
	Bus domain.Bus
	// Inject puts a message into a topic without the bus, as a stranger could. An empty
	// topic means the queue of commands. metadata may be nil.
	Inject func(topic, id string, metadata map[string]string, payload []byte) error
}

// patience bounds every wait of the suite. No assertion depends on it.
const patience = 2 * time.Minute

// Run tests a bus for the contract of [domain.Bus], as far as its features go. open
// makes a bus with the given retry policy. It may use t to clean up and to fail.
func Run(t *testing.T, features Features, open func(t *testing.T, retry domain.RetryPolicy) Fixture) {
	cases := map[string]func(*testing.T, *suite){
		"each command goes to one consumer":                  oneConsumer,
		"concurrency equals the number of slots":             slots,
		"a slow command holds up no other":                   slowOne,
		"a command waits for a consumer":                     waits,
		"ten thousand commands, none lost, none doubled":     tenThousand,
		"the command arrives as it was sent":                 asSent,
		"an error is retried after its delay and not before": retriedAfterDelay,
		"a permanent error goes to the failed queue":         permanentError,
		"exhausted retries go to the failed queue":           exhausted,
		"a failed GiveUp is tried again":                     giveUpAgain,
		"a panic in GiveUp is tried again":                   giveUpPanics,
		"an unreadable message goes to the failed queue":     unreadable,
		"a panic is an error and the worker lives":           panics,
		"an unanswered delivery counts as an attempt":        unanswered,
		"a message that is never answered is given up":       neverAnswered,
		"draining finishes what runs and gives nothing back": drains,
		"a handler that ignores its context is left behind":  leftBehind,
		"Abort ends the handlers' contexts":                  aborts,
		"a requeued command comes again, uncounted":          requeued,
		"a long delay holds up no other command":             longDelay,
		"a cancelled run is not executed":                    cancels,
		"what waits is counted":                              backlog,
		"results that nobody has collected are counted":      uncollected,
		"a failed message is retried as a first attempt":     retriesFailed,
		"a failed message is removed":                        removesFailed,
		"an unreadable reply goes to the failed queue":       unreadableReply,
		"replies wait for the runner":                        repliesWait,
		"replies that were not acknowledged come again":      repliesAgain,
		"a reply queue belongs to its run":                   repliesApart,
		"a run has one collector":                            oneCollector,
		"results go to the address of their run alone":       forgedAddress,
		"a message that is too large is not read":            tooLarge,
		"an event reaches everybody who watches":             everybodyWatches,
		"what the bus cannot do fails":                       unsupported,
		"after Close everything fails":                       afterClose,
		"Close ends a consumer":                              closeEndsConsumer,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			// The check is registered first so that it runs last. It expects the
			// goroutines to be those with which the test began.
			ignore := goleak.IgnoreCurrent()
			t.Cleanup(func() { requireNoLeaks(t, ignore) })
			run(t, &suite{T: t, features: features, open: open})
		})
	}
}

// requireNoLeaks gives goroutines a moment to end before it fails.
func requireNoLeaks(t *testing.T, ignore goleak.Option) {
	err := goleak.Find(ignore)
	for end := time.Now().Add(patience); err != nil && time.Now().Before(end); {
		err = goleak.Find(ignore)
	}
	require.NoError(t, err)
}

// suite holds one test and its bus.
type suite struct {
	*testing.T
	features Features
	open     func(*testing.T, domain.RetryPolicy) Fixture
	Fixture
	address string // reply address of the run
}

// start opens the bus. Without a policy it never retries.
func (s *suite) start(retry ...domain.RetryPolicy) {
	policy := domain.RetryPolicy{Retries: -1}
	if len(retry) > 0 {
		policy = retry[0]
	}
	s.Fixture = s.open(s.T, policy)
	s.Cleanup(func() { require.NoError(s, s.Bus.Close()) })
	replies, err := s.Bus.OpenReplies(s.context(), run)
	require.NoError(s, err)
	s.address = replies.Address()
	require.NoError(s, replies.Close())
}

// context returns a context that lasts as long as the suite's patience.
func (s *suite) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.Cleanup(cancel)
	return ctx
}

// consume runs a consumer until stop is called, which returns Consume's error. Its
// context has no deadline, because on a slow machine a case with many commands may take
// longer than a single wait.
func (s *suite) consume(handler domain.CommandHandler, consumer domain.Consumer) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Bus.Consume(ctx, consumer, handler) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() {
			cancel()
			err = wait(s, done, "the end of Consume")
		})
		return err
	}
	s.Cleanup(func() { _ = stop() })
	return stop
}

// dispatch sends the commands from to to of one run.
func (s *suite) dispatch(from, to int) {
	ctx := s.context()
	for n := from; n <= to; n++ {
		require.NoError(s, s.Bus.Dispatch(ctx, s.command(n)))
	}
}

// offer puts a value into the channel if there is room, and drops it otherwise: a
// message that is delivered at least once may come twice.
func offer[T any](c chan<- T, v T) {
	select {
	case c <- v:
	default:
	}
}

// wait returns the next value of the channel, and fails the test after patience.
func wait[T any](s *suite, c <-chan T, what string) T {
	s.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		require.FailNow(s, "waited in vain for "+what)
		panic("unreachable")
	}
}

const run domain.RunID = "20260102-030405-0000002a"

const total = 20_000 // iterations of the run

func (s *suite) command(n int) domain.ExecuteBenchmark {
	plan := domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(&domain.Benchmark{
			Slug: "loop", Name: "Loop", Category: "loops", Code: "$a = 'ä\x01';",
			Runtimes: []domain.RuntimeName{"php82", "php84"},
		}, "php84")},
		Iterations: total,
	}.WithDefaults()
	return plan.Message(run, n, s.address)
}

func result(id domain.RunID, n int) domain.IterationExecuted {
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: id, Iteration: n, Entry: "loop", Attempt: 1, Worker: "w",
		Host:    domain.Host{Key: "k", Name: "h", OS: "linux", Arch: "amd64", Cores: 2},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Took: time.Second,
		Samples: []domain.Sample{{Position: 1, Revolutions: 10, Batch: time.Millisecond}},
	}
}

// handler is a CommandHandler made of two functions. Without a GiveUp it accepts.
type handler struct {
	handle func(ctx context.Context, cmd domain.ExecuteBenchmark) error
	giveUp func(ctx context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error
}

func (h handler) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	return h.handle(ctx, cmd)
}

func (h handler) GiveUp(ctx context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
	if h.giveUp == nil {
		return nil
	}
	return h.giveUp(ctx, cmd, failure)
}
