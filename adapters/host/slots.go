package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const (
	// pollMost bounds the wait between two looks at the cores that other
	// processes hold; goroutines of this process queue without looking.
	pollMost  = 20 * time.Millisecond
	pollLeast = time.Millisecond
)

// SlotsConfig holds the optional settings of [Slots]; the zero value works.
type SlotsConfig struct {
	// Dir holds one lock file per core. All users of the host must share it.
	// Defaults to benchbus-cpu in os.TempDir().
	Dir string
	// Cores are the cores to grant. Defaults to all that this process may use.
	Cores []int
	// Logger is told once when measurements have to queue for a core.
	// Defaults to silence.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c SlotsConfig) WithDefaults() SlotsConfig {
	if c.Dir == "" {
		c.Dir = filepath.Join(os.TempDir(), "benchbus-cpu")
	}
	if c.Cores == nil {
		c.Cores = allowedCores()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Slots grants cores by file locks, which the kernel gives back when a process
// dies. It is safe for use by several goroutines, and by several processes that
// share its folder, at once.
type Slots struct {
	cfg    SlotsConfig
	free   chan int // the cores that nobody in this process holds
	queued sync.Once
}

var _ domain.CPUSlots = (*Slots)(nil)

// NewSlots makes slots for the cores of this host.
func NewSlots(cfg SlotsConfig) (*Slots, error) {
	cfg = cfg.WithDefaults()
	if len(cfg.Cores) == 0 {
		return nil, errors.New("host: there is no core to grant")
	}
	if err := makeSharedDir(cfg.Dir); err != nil {
		return nil, fmt.Errorf("host: the folder of the core locks cannot be used: %w", err)
	}
	s := &Slots{cfg: cfg, free: make(chan int, len(cfg.Cores))}
	for i, core := range cfg.Cores {
		if core < 0 || slices.Contains(cfg.Cores[:i], core) {
			return nil, fmt.Errorf("host: Cores holds %d, which is negative or there twice", core)
		}
		lock, err := openLock(s.path(core)) // finds out now what would fail later
		if err != nil {
			return nil, fmt.Errorf("host: the lock of core %d cannot be used: %w", core, err)
		}
		lock.Close()
		s.free <- core
	}
	return s, nil
}

// Cores returns how many measurements can run at once.
func (s *Slots) Cores() int { return len(s.cfg.Cores) }

func (s *Slots) path(core int) string { return filepath.Join(s.cfg.Dir, fmt.Sprintf("cpu%d.lock", core)) }

// Acquire waits for a core; see [domain.CPUSlots]. Goroutines of this process
// are served in the order in which they came.
func (s *Slots) Acquire(ctx context.Context) (int, func(), error) {
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	select {
	case core := <-s.free:
		return s.lock(ctx, core)
	default:
	}
	s.queued.Do(func() {
		s.cfg.Logger.Warn("more iterations than cores: measurements queue for a core", "cores", len(s.cfg.Cores))
	})
	select {
	case core := <-s.free:
		return s.lock(ctx, core)
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
}

// lock gets the core from the other processes. While they hold it, it looks at
// the other free cores too.
func (s *Slots) lock(ctx context.Context, core int) (int, func(), error) {
	for wait := pollLeast; ; wait = min(2*wait, pollMost) {
		file, err := openLock(s.path(core))
		if err != nil {
			s.free <- core
			return 0, nil, fmt.Errorf("host: the lock of core %d cannot be used: %w", core, err)
		}
		locked, err := tryLock(file)
		if locked {
			var once sync.Once
			return core, func() {
				once.Do(func() {
					file.Close() // which unlocks
					s.free <- core
				})
			}, nil
		}
		file.Close()
		if err != nil {
			s.free <- core
			return 0, nil, fmt.Errorf("host: lock core %d: %w", core, err)
		}
		pause := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case other := <-s.free: // perhaps that one is nobody's
			pause.Stop()
			s.free <- core
			core = other
			if len(s.cfg.Cores) > 1 {
				runtime.Gosched()
			}
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			s.free <- core
			return 0, nil, ctx.Err()
		}
	}
}
