package application

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// announceTime is how long it may take to tell the bus: nobody stands still for
// an event.
const announceTime = 2 * time.Second

func announce(ctx context.Context, bus domain.EventBus, event domain.Event) error {
	within, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	return bus.Announce(within, event)
}

// live sends heartbeats and listens to those of others, until the function that
// it returns says goodbye. draining ends when the worker begins to stop.
func (w *Worker) live(draining context.Context) (end func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(draining))
	now := make(chan struct{}, 1) // asks for a heartbeat at once
	ready := make(chan struct{})
	var tasks sync.WaitGroup
	tasks.Go(func() { w.listen(ctx, ready, now) })
	started := w.cfg.Now()
	tasks.Go(func() { w.beat(ctx, draining, ready, now, started) })
	return func() {
		stop()
		tasks.Wait()
		last := w.heartbeat(started, true)
		last.Stopped = true
		w.announce(context.WithoutCancel(ctx), last)
	}
}

// listen hears the other workers, and who asks for this one.
func (w *Worker) listen(ctx context.Context, ready chan<- struct{}, now chan<- struct{}) {
	err := w.bus.Watch(ctx, []domain.Subject{domain.SubjectRequests, domain.SubjectWorkers}, func() { w.fleet.listening(); close(ready) }, func(e domain.Event) {
		switch e := e.(type) {
		case domain.WorkerHeartbeat:
			if e.Queue == w.bus.Queue() {
				w.fleet.hear(e)
			}
		case domain.FleetCensus:
			select {
			case now <- struct{}{}:
			default:
			}
		}
	})
	if err != nil && ctx.Err() == nil {
		w.cfg.Logger.Warn("cannot hear the other workers", "error", err)
	}
}

// beat sends heartbeats, and asks the others for theirs at first.
func (w *Worker) beat(ctx, draining context.Context, ready, now <-chan struct{}, started time.Time) {
	select {
	case <-ready:
	case <-ctx.Done():
		return
	}
	w.announce(ctx, domain.FleetCensus{Schema: domain.SchemaCensus, At: w.cfg.Now()}) // this worker answers it too
	tick := time.NewTicker(w.cfg.Heartbeat)
	defer tick.Stop()
	stopping := draining.Done()
	for {
		select {
		case <-tick.C:
		case <-now:
		case <-stopping:
			stopping = nil
		case <-ctx.Done():
			return
		}
		w.announce(ctx, w.heartbeat(started, stopping == nil))
	}
}

func (w *Worker) heartbeat(started time.Time, stopping bool) domain.WorkerHeartbeat {
	beat := domain.WorkerHeartbeat{
		Schema: domain.SchemaHeartbeat, At: w.cfg.Now(), Worker: w.cfg.Name, Host: w.cfg.Probe.Host(),
		Started: started, Interval: w.cfg.Heartbeat, Queue: w.bus.Queue(), Slots: w.cfg.Slots, Runtimes: w.runtimes(), Stopping: stopping,
	}
	w.activity.fill(&beat)
	return beat
}

// announce tells the bus; a worker works on when nobody can be told.
func (w *Worker) announce(ctx context.Context, event domain.Event) {
	if err := announce(ctx, w.bus, event); err != nil && ctx.Err() == nil {
		w.cfg.Logger.Warn("cannot announce a heartbeat", "error", err)
	}
}

// runtimes are those that the executor says it has; none where it cannot tell.
func (w *Worker) runtimes() []domain.RuntimeName {
	names := []domain.RuntimeName{}
	if lister, ok := w.executor.(domain.RuntimeLister); ok {
		for _, r := range lister.Runtimes() {
			names = append(names, r.Name)
		}
	}
	return names
}

// suits tells whether this worker has what the iteration needs. If not, it goes
// back for another worker that has it, or fails for good when there is none.
func (w *Worker) suits(cmd domain.ExecuteBenchmark) error {
	if _, ok := w.executor.(domain.RuntimeLister); !ok {
		return nil
	}
	have := w.runtimes()
	missing := slices.DeleteFunc(slices.Clone(cmd.Runtimes), func(r domain.RuntimeName) bool { return slices.Contains(have, r) })
	if len(missing) == 0 {
		return nil
	}
	elsewhere := ask(w.fleet, func(f *domain.Fleet, at time.Time) bool { return f.Has(cmd.Runtimes, w.cfg.Name, at) })
	if elsewhere || !w.fleet.complete() {
		return &domain.PostponedError{Delay: domain.PostponeDelay, Reason: "another worker may have the runtimes that this one lacks"}
	}
	return domain.Fail(domain.ClassRuntime, "no worker that lives has all of %v: this one, %s, lacks %v", cmd.Runtimes, w.cfg.Name, missing)
}

// Ready tells whether the worker takes iterations: it has heard its own
// heartbeat from the bus lately, and does not stop.
func (w *Worker) Ready() bool {
	beat, ok := w.fleet.own()
	return ok && !beat.Stopping
}
