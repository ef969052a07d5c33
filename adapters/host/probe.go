package host

import (
	"io/fs"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// loadEvery is the greatest age of a reading of the load. It limits the readings, since
// to read the files can take longer than an iteration.
const loadEvery = 100 * time.Millisecond

// Probe reads facts and load of this machine. It is safe for use by several goroutines
// at once.
type Probe struct {
	files fs.FS
	now   func() time.Time
	host  func() domain.Host
	// cpuTimeStep measures in which step CPU time is counted.
	cpuTimeStep func() time.Duration

	mu    sync.Mutex
	read  time.Time
	ticks cpuTicks
	load1 float64
}

var _ domain.HostProbe = (*Probe)(nil)

// NewProbe makes a probe of this machine.
func NewProbe() *Probe {
	name, err := os.Hostname()
	if err != nil {
		name = "unknown"
	}
	return newProbe(os.DirFS("/"), name, len(usableCores()), time.Now)
}

func newProbe(files fs.FS, name string, cores int, now func() time.Time) *Probe {
	return &Probe{files: files, now: now, cpuTimeStep: cpuTimeStep, host: sync.OnceValue(func() domain.Host {
		return fingerprint(files, name, runtime.GOOS, runtime.GOARCH, cores)
	})}
}

// Host returns the fingerprint; see [domain.HostProbe].
func (p *Probe) Host() domain.Host { return p.host() }

// Watch observes the load; see [domain.HostProbe]. Readings are up to 100 ms old, so
// that a shorter observation may show no steal.
func (p *Probe) Watch() func() domain.Load {
	before, _ := p.reading()
	return func() domain.Load {
		after, load1 := p.reading()
		return domain.Load{Load1: load1, Steal: after.steal(before)}
	}
}

func (p *Probe) reading() (cpuTicks, float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.read.IsZero() || now.Sub(p.read) >= loadEvery {
		p.read, p.ticks, p.load1 = now, readTicks(p.files), readLoad(p.files)
	}
	return p.ticks, p.load1
}
