package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/scripts/broker"
)

// patience returns the time limit of a case. A case that takes longer has lost
// something, unless the machine is busy with other work.
func patience(short bool) time.Duration {
	if short {
		return 2 * time.Minute
	}
	return 6 * time.Minute
}

// emptyLooks is how often in a row the queues must be found empty. One look is not
// enough, because a worker may hold a message that it is about to send again.
const emptyLooks = 10

// fault is something that can go wrong.
type fault struct {
	name string
	// short and long are the number of iterations in the short and the long form, and
	// takes is the duration of an iteration.
	short, long int
	takes       time.Duration
	queue       rabbitmq.QueueType
	poison      int                  // the iteration that kills its worker
	wordy       int                  // the number of iterations, from the first, that fail with a long text
	runtimes    []domain.RuntimeName // the only runtime of each worker; if nil, all execute everything
	rest        time.Duration        // before a worker is started again
	hold        int                  // the number of iterations, from the last, that go on until the fault is over
	heartbeat   int                  // of the connections, in seconds; 0 means the default
	proxied     bool                 // runner and workers reach the broker through a proxy
	// noRepeat forbids that an iteration is executed twice, or costs an attempt, except
	// for those that a stopping worker may give back; see stopped.
	noRepeat bool
	// steady forbids that runner and workers lose connections. It needs proxied.
	steady bool
	// failed is the number of iterations that are expected to fail.
	failed int
	// forged is the number of further iterations that fail because of a forged result.
	// Their commands are in no failed queue.
	forged int
	// strangers returns the number of messages of no run in the failed queue at the
	// end.
	strangers func(short bool) int
	// before injects the fault before the run begins.
	before func(s *stage) error
	// inject injects the fault while the run goes on.
	inject func(s *stage) error
	// instead replaces the runner in this process.
	instead func(s *stage) (domain.RunStatus, error)
}

// stage holds the fleet, the broker and the run of a case.
type stage struct {
	fault
	node     *broker.Node
	proxy    *broker.Proxy
	settings settings
	isShort  bool
	n        int // the number of iterations
	id       domain.RunID
	dir      string
	logs     *logs
	workers  []*process
	tally    *tally
	ctx      context.Context
	began    time.Time
	stopped  int             // the number of times that a worker was asked to stop
	blocked  <-chan struct{} // closed when the runner says that it is blocked

	mu      sync.Mutex
	settled int
	over    bool
	moved   chan struct{} // closed at each step

	tooShort bool // the run was over before the fault was
}

// longest is the largest factor by which perform lengthens a run.
const longest = 16

// perform runs a case and returns its outcome. The speed of a fleet depends on what
// else the machine does. If the run was over before the fault was, perform tries again
// with twice as many iterations.
func perform(f fault, node *broker.Node, short, verbose bool) outcome {
	n := f.long
	if short {
		n = f.short
	}
	for most := longest * n; ; n *= 2 {
		o := attempt(f, n, node, short, verbose)
		if o.tooShort && 2*n > most {
			o.problems = append(o.problems, "the run was over before all had gone wrong")
		}
		if !o.tooShort || len(o.problems) > 0 {
			return o
		}
	}
}

func attempt(f fault, n int, node *broker.Node, short, verbose bool) outcome {
	o := outcome{name: f.name}
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), patience(short))
	defer cancel()
	dir, err := os.MkdirTemp("", "benchbus-faults-")
	fatal(err)
	defer os.RemoveAll(dir)
	s := &stage{fault: f, node: node, isShort: short, n: n, dir: dir, ctx: ctx, began: began, moved: make(chan struct{})}
	s.id = domain.NewRunID(began, uint32(began.Nanosecond()))
	s.logs = &logs{seen: map[string]chan struct{}{}}
	s.blocked = s.logs.line("the broker blocks all who publish")
	url := node.URL
	if f.proxied {
		s.proxy, err = broker.NewProxy(url)
		fatal(err)
		defer s.proxy.Close()
		url = s.proxy.URL()
	}
	if f.heartbeat > 0 {
		url += fmt.Sprintf("?heartbeat=%d", f.heartbeat)
	}
	s.settings = settings{
		URL: url, Namespace: "faults-" + string(s.id), Queue: f.queue, Slots: 4, Takes: f.takes, Poison: f.poison,
		Wordy: f.wordy, Hold: filepath.Join(dir, "hold"), HoldAfter: s.n - f.hold,
		Executions: filepath.Join(dir, "executions"), Store: filepath.Join(dir, "store.db"), Iterations: s.n, Verbose: verbose,
	}
	status, err := s.play()
	o.took, o.tooShort = time.Since(began), s.tooShort
	if err != nil {
		o.problems = append(o.problems, err.Error())
	}
	s.judge(&o, status)
	return o
}

// play executes the run, and injects the fault meanwhile.
func (s *stage) play() (domain.RunStatus, error) {
	if s.hold > 0 {
		if err := os.WriteFile(s.settings.Hold, nil, 0o600); err != nil {
			return domain.RunStatus{}, err
		}
	}
	if s.before != nil {
		if err := s.before(s); err != nil {
			return domain.RunStatus{}, err
		}
	}
	for i := range 2 {
		worker := s.settings
		worker.Name = fmt.Sprintf("worker-%d", i+1)
		worker.Full = filepath.Join(s.dir, worker.Name+".full")
		if len(s.runtimes) > 0 {
			worker.Runtime = s.runtimes[i]
		}
		s.workers = append(s.workers, start(worker, s.rest))
	}
	injected := make(chan error, 1)
	go func() { injected <- s.goWrong() }()
	var status domain.RunStatus
	var err error
	if s.instead != nil {
		status, err = s.instead(s)
	} else {
		status, err = s.runHere(false)
	}
	err = errors.Join(err, <-injected, s.settleDown())
	for _, worker := range s.workers {
		err = errors.Join(err, worker.stop())
	}
	return status, err
}

// goWrong injects the fault, and then lets the held iterations end.
func (s *stage) goWrong() error {
	if s.hold > 0 {
		defer os.Remove(s.settings.Hold)
	}
	if s.inject == nil {
		return nil
	}
	return s.inject(s)
}

// settleDown waits until the workers have nothing left to do, because the second copy
// of a command may arrive after the end of the run.
func (s *stage) settleDown() error {
	bus, err := s.directly()
	if err != nil {
		return err
	}
	defer bus.Close()
	for empty := 0; ; {
		queues, err := bus.Queues(s.ctx)
		if err != nil {
			return err
		}
		if empty++; domain.Backlog(queues) > 0 {
			empty = 0
		}
		if empty == emptyLooks {
			return nil
		}
		if err := s.sleep(100 * time.Millisecond); err != nil {
			return fmt.Errorf("the queues do not become empty: %v", queues)
		}
	}
}

// directly opens a bus to the broker itself, past any proxy.
func (s *stage) directly() (*watermillbus.Bus, error) {
	direct := s.settings
	direct.URL = s.node.URL
	return direct.open(s.logger())
}

// runHere runs or resumes the run with a runner in this process.
func (s *stage) runHere(resume bool) (domain.RunStatus, error) {
	store, err := sqlite.Open(s.ctx, s.settings.Store, sqlite.Config{})
	if err != nil {
		return domain.RunStatus{}, err
	}
	defer store.Close()
	logger := s.logger()
	opened, err := s.settings.open(logger)
	if err != nil {
		return domain.RunStatus{}, err
	}
	defer opened.Close()
	s.tally = &tally{fresh: map[int]int{}}
	runner, err := application.NewRunner(countingBus{opened, s.tally}, application.RunnerConfig{
		Store: countingStore{store, s.tally}, Logger: logger, StallAfter: stallAfter,
		OnEvent: func(e domain.RunEvent) { s.step(e.Done+e.Failed, e.State != domain.StateRunning) },
	})
	if err != nil {
		return domain.RunStatus{}, err
	}
	if resume {
		return runner.Resume(s.ctx, s.id)
	}
	return runner.Run(s.ctx, newRun(s.id, s.n, s.runtimes))
}

// names returns the names of the queues.
func (s *stage) names() topics.Names { return topics.Names{Namespace: s.settings.Namespace} }

// step records the progress of the run.
func (s *stage) step(settled int, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled, s.over = settled, s.over || over
	close(s.moved)
	s.moved = make(chan struct{})
}

// settledNow returns the number of iterations that have a result.
func (s *stage) settledNow() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settled
}

// reach waits until n iterations have a result. It returns false if the run is over.
func (s *stage) reach(n int) bool {
	for {
		s.mu.Lock()
		settled, over, moved := s.settled, s.over, s.moved
		s.mu.Unlock()
		switch {
		case settled >= n:
			return !over
		case over:
			return false
		}
		select {
		case <-moved:
		case <-s.ctx.Done():
			return false
		}
	}
}

// each calls do so many times, spread over the run.
func (s *stage) each(short, long int, do func(i int) error) error {
	times := long
	if s.isShort {
		times = short
	}
	for i := range times {
		if !s.reach(s.n * (i + 1) / (times + 2)) {
			s.tooShort = true
			return s.ctx.Err()
		}
		if err := do(i); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) logger() *slog.Logger {
	var next slog.Handler = slog.DiscardHandler
	if s.settings.Verbose {
		next = slog.NewTextHandler(os.Stderr, nil)
	}
	return slog.New(hook{next, s.logs})
}
