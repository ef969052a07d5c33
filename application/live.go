package application

import (
	"context"
	"sync"
	"sync/atomic"
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

// pulse sends a worker's heartbeats, and answers those who ask for one. A worker
// hears nothing else: what every worker hears of every other costs a fleet the
// square of its size.
type pulse struct {
	*Worker
	listener listener
	started  time.Time
	now      chan struct{}             // asks for a heartbeat at once
	stopping atomic.Bool               // the worker takes nothing new
	told     atomic.Pointer[time.Time] // when the bus took the last heartbeat
}

func newPulse(w *Worker) *pulse {
	return &pulse{
		Worker: w, now: make(chan struct{}, 1),
		listener: listener{bus: w.bus, subjects: []domain.Subject{domain.SubjectRequests}, logger: w.cfg.Logger},
	}
}

// run sends heartbeats until the function that it returns says goodbye. draining
// ends when the worker begins to stop.
func (p *pulse) run(draining context.Context) (end func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(draining))
	p.started = p.cfg.Now()
	var tasks sync.WaitGroup
	tasks.Go(func() { p.listener.run(ctx, p.ask, p.observe) })
	tasks.Go(func() { p.beat(ctx, draining) })
	return func() {
		stop()
		tasks.Wait()
		p.stopping.Store(true)
		last := p.heartbeat()
		last.Stopped = true
		p.send(context.WithoutCancel(ctx), last)
	}
}

func (p *pulse) observe(e domain.Event) {
	if _, asked := e.(domain.StatusRequest); asked {
		p.ask()
	}
}

// ask has a heartbeat sent at once.
func (p *pulse) ask() {
	select {
	case p.now <- struct{}{}:
	default:
	}
}

func (p *pulse) beat(ctx, draining context.Context) {
	tick := time.NewTicker(p.cfg.Heartbeat)
	defer tick.Stop()
	stopping := draining.Done()
	for {
		select {
		case <-tick.C:
		case <-p.now:
		case <-stopping:
			stopping = nil
			p.stopping.Store(true)
		case <-ctx.Done():
			return
		}
		p.send(ctx, p.heartbeat())
	}
}

func (p *pulse) heartbeat() domain.WorkerHeartbeat {
	beat := domain.WorkerHeartbeat{
		Schema: domain.SchemaHeartbeat, At: p.cfg.Now(), Worker: p.cfg.Name, Host: p.cfg.Probe.Host(),
		Started: p.started, Interval: p.cfg.Heartbeat, Queue: p.bus.Queue(), Slots: p.cfg.Slots, Runtimes: p.runtimes(),
		Accepts: []string{domain.SchemaExecute}, CountsInstructions: p.cfg.CountsInstructions,
		Stopping: p.stopping.Load(), Trouble: p.health.trouble(),
	}
	p.activity.fill(&beat)
	return beat
}

// send tells the bus; a worker works on when nobody can be told.
func (p *pulse) send(ctx context.Context, event domain.Event) {
	err := announce(ctx, p.bus, event)
	if err == nil {
		now := time.Now()
		p.told.Store(&now)
	} else if ctx.Err() == nil {
		p.cfg.Logger.Warn("cannot announce a heartbeat", "error", err)
	}
}

// alive tells whether the bus takes the worker's heartbeats and the worker hears
// who asks for them.
func (p *pulse) alive() bool {
	told := p.told.Load()
	return p.listener.hears.Load() && told != nil && time.Since(*told) <= domain.BeatsMissed*p.cfg.Heartbeat
}

// Ready tells whether the worker takes iterations: the bus has taken its heartbeat
// lately, it hears who asks, its host can execute, and it does not stop.
func (w *Worker) Ready() bool {
	return w.pulse.alive() && !w.pulse.stopping.Load() && w.health.trouble() == ""
}
