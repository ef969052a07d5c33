package application

import (
	"context"
	"log/slog"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// WorkerConfig holds the optional settings of a [Worker]; the zero value works.
type WorkerConfig struct {
	// Name tells the worker from all others: in results, in the failed queue, and
	// in what the workers of a fleet know of each other. Defaults to "worker",
	// which will do for one.
	Name string
	// Slots is how many iterations are in the worker's hands at once; how many
	// of them measure at once is up to CPU. Defaults to 4.
	Slots int
	// CPU grants the cores to measure on. Defaults to nil, which means that
	// nothing is reserved and nothing pinned.
	CPU domain.CPUSlots
	// Probe tells about the machine. Defaults to nil, which leaves the
	// results' host and load empty.
	Probe domain.HostProbe
	// DrainTimeout is how long a stop waits for running iterations before it
	// cuts them short. Defaults to domain.MaxIterationTime.
	DrainTimeout time.Duration
	// Limit is how many iterations are begun before the worker stops by itself;
	// what it lacks the runtime for does not count. Defaults to 0, which means no
	// limit.
	Limit int
	// Heartbeat is the time between two heartbeats on the bus, up to
	// domain.MaxHeartbeat. Defaults to 5 s.
	Heartbeat time.Duration
	// Sources has the files of the sources, which the worker fetches before it measures.
	// Defaults to nil, which leaves them to the executor.
	Sources domain.SourceTrees
	// RuntimeWait is how long an iteration that this worker lacks a runtime or a source
	// for waits for a worker that has it before it fails: one may be starting again.
	// Defaults to 5 minutes.
	RuntimeWait time.Duration
	// HostWait is how long the worker stays aside while its host cannot execute
	// iterations, before Run ends with ErrHostFailed. Defaults to 0, which means
	// for ever: others take what it leaves.
	HostWait time.Duration
	// CountsInstructions says that the executor can count instructions here, as its
	// CanCount told; see domain.InstructionCounter. Where it is false, iterations that
	// ask for that go back for other workers. Defaults to false.
	CountsInstructions bool
	// Abort, when closed, cuts running iterations short and stops the worker
	// at once. Defaults to nil, which means never.
	Abort <-chan struct{}
	// Now is the clock. Defaults to time.Now, in UTC.
	Now func() time.Time
	// Logger hears of the iterations at level debug. Defaults to silence.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c WorkerConfig) WithDefaults() WorkerConfig {
	consumer := domain.Consumer{Name: c.Name, Slots: c.Slots, DrainTimeout: c.DrainTimeout}.WithDefaults()
	c.Name, c.Slots, c.DrainTimeout = consumer.Name, consumer.Slots, consumer.DrainTimeout
	if c.Heartbeat == 0 {
		c.Heartbeat = 5 * time.Second
	}
	if c.RuntimeWait == 0 {
		c.RuntimeWait = 5 * time.Minute
	}
	if c.CPU == nil {
		c.CPU = anyCPU{}
	}
	if c.Probe == nil {
		c.Probe = noProbe{}
	}
	if c.Now == nil {
		c.Now = utc
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// anyCPU grants every request at once.
type anyCPU struct{}

func (anyCPU) Acquire(ctx context.Context) (int, func(), error) { return -1, func() {}, ctx.Err() }

// noProbe knows nothing about the machine.
type noProbe struct{}

func (noProbe) Host() domain.Host         { return domain.Host{} }
func (noProbe) Watch() func() domain.Load { return func() domain.Load { return domain.Load{} } }
