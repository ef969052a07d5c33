package host

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Bounds of the wait between two attempts to lock cores that other processes hold.
const (
	pollLeast = time.Millisecond
	pollMost  = 20 * time.Millisecond
)

// patience is the wait for cores of other processes after which Acquire checks whether
// those processes are stopped.
const patience = time.Second

// Slots grants cores by file locks, which the kernel releases when a process dies. It
// is safe for use by several goroutines at once, and by several processes that share
// its folder.
type Slots struct {
	cfg      SlotsConfig
	patience time.Duration
	turn     chan struct{} // full while a goroutine is at the head of the queue
	freed    chan struct{} // wakes the head when a core is released
	waiting  *lockFile     // locked as shared while the head waits for other processes
	queued   sync.Once

	mu    sync.Mutex
	free  []*core   // cores that this process does not hold
	probe *lockFile // the same file as waiting, to check whether it is locked
}

// core is one core and its lock.
type core struct {
	number int
	lock   *lockFile
	// notBefore is the time from which this process may take the core again.
	notBefore time.Time
	// passed is the id of the stopped process that held the core when this one last
	// took it, or 0.
	passed int
}

var _ domain.CPUSlots = (*Slots)(nil)

// NewSlots makes slots for the cores of this host. It fails if the configuration or a
// lock file cannot be used; the error has all reasons.
func NewSlots(cfg SlotsConfig) (*Slots, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s := &Slots{cfg: cfg, patience: patience, turn: make(chan struct{}, 1), freed: make(chan struct{}, 1)}
	var problems []error
	open := func(name string) *lockFile {
		lock, err := openLockFile(filepath.Join(cfg.Dir, name))
		problems = append(problems, err)
		return lock
	}
	s.waiting, s.probe = open("waiting.lock"), open("waiting.lock")
	for _, number := range cfg.Cores {
		s.free = append(s.free, &core{number: number, lock: open(fmt.Sprintf("cpu%d.lock", number))})
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("host: the core locks cannot be used; name another folder as Dir, the same for all workers of this host: %w", err)
	}
	return s, nil
}

// Cores returns the number of measurements that can run at once.
func (s *Slots) Cores() int { return len(s.cfg.Cores) }

// Acquire waits for a core; see [domain.CPUSlots]. It serves the goroutines of this
// process in order of arrival. To release a core twice has no effect. It fails when the
// context ends, and when a lock file was removed and cannot be made again.
func (s *Slots) Acquire(ctx context.Context) (int, func(), error) {
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	select {
	case s.turn <- struct{}{}: // channels serve senders in order
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	told := false // whether the other processes know that this one waits
	defer func() {
		if told {
			s.waiting.unlock()
		}
		<-s.turn
	}()
	var since time.Time // of the first attempt to lock cores of other processes
	for wait := pollLeast; ; wait = min(2*wait, pollMost) {
		c, others, err := s.take(!since.IsZero() && time.Since(since) >= s.patience)
		if err != nil {
			return 0, nil, fmt.Errorf("host: the core locks cannot be used any more: %w", err)
		}
		if c != nil {
			return c.number, sync.OnceFunc(func() { s.give(c) }), nil
		}
		s.queued.Do(func() {
			s.cfg.Logger.Warn("more measurements than cores: they queue for a core", "cores", s.Cores())
		})
		var again <-chan time.Time
		if others {
			if since.IsZero() {
				since = time.Now()
			}
			if !told {
				told, _ = s.waiting.tryShare() // without it, this process waits longer
			}
			again = time.After(wait/2 + rand.N(wait/2))
		}
		select {
		case <-s.freed:
		case <-again:
		case <-ctx.Done():
			return 0, nil, ctx.Err()
		}
	}
}

// take locks the first free core that no other process holds. If impatient, it also
// takes a core whose holder is stopped. If there is none it returns nil, and whether
// other processes hold free cores or may take them first.
func (s *Slots) take(impatient bool) (taken *core, others bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range s.free {
		if !c.notBefore.IsZero() && time.Now().Before(c.notBefore) {
			continue
		}
		locked, err := c.lock.tryLock()
		if err != nil {
			return nil, false, err
		}
		if locked {
			c.passed = 0
		} else if impatient || c.passed != 0 {
			locked = s.pass(c)
		}
		if locked {
			s.free = append(s.free[:i], s.free[i+1:]...)
			return c, false, nil
		}
	}
	return nil, len(s.free) > 0, nil
}

// pass takes a core whose holder is stopped. The holder measures nothing, and may never
// continue.
func (s *Slots) pass(c *core) bool {
	holder := c.lock.tryPass()
	if holder != 0 && holder != c.passed {
		s.cfg.Logger.Warn("a stopped process keeps a core; the core is used without it", "core", c.number, "process", holder)
	}
	c.passed = holder
	return holder != 0
}

// give releases a core. If another process waits, this one does not take the core again
// before the other could; otherwise a process would keep its cores as long as it has
// work.
func (s *Slots) give(c *core) {
	s.mu.Lock()
	c.notBefore = time.Time{}
	if alone, err := s.probe.tryLock(); alone {
		s.probe.unlock()
	} else if err == nil {
		c.notBefore = time.Now().Add(pollMost)
	}
	c.lock.unlock()
	s.free = append(s.free, c)
	s.mu.Unlock()
	select {
	case s.freed <- struct{}{}:
	default: // the head is awake anyhow
	}
}
