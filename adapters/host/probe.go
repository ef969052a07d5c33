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

	// group is the folder of the control group whose quota limits this process, or empty.
	group func() string

	mu   sync.Mutex
	last reading
}

// reading is what the machine's counters said at one time.
type reading struct {
	at    time.Time
	ticks cpuTicks
	load1 float64
	stops int
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
	return &Probe{files: files, now: now, cpuTimeStep: cpuTimeStep,
		host: sync.OnceValue(func() domain.Host {
			return fingerprint(files, name, runtime.GOOS, runtime.GOARCH, cores)
		}),
		group: sync.OnceValue(func() string {
			quota, _ := readQuota(files)
			return quota.dir
		})}
}

// Host returns the fingerprint; see [domain.HostProbe].
func (p *Probe) Host() domain.Host { return p.host() }

// Watch observes the load; see [domain.HostProbe]. Readings are up to 100 ms old, so
// that a shorter observation may show no steal and no stops.
func (p *Probe) Watch() func() domain.Load {
	before := p.reading()
	return func() domain.Load {
		after := p.reading()
		return domain.Load{Load1: after.load1, Steal: after.ticks.steal(before.ticks), Stops: max(0, after.stops-before.stops)}
	}
}

func (p *Probe) reading() reading {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.last.at.IsZero() || now.Sub(p.last.at) >= loadEvery {
		p.last = reading{at: now, ticks: readTicks(p.files), load1: readLoad(p.files)}
		if group := p.group(); group != "" {
			p.last.stops = readStops(p.files, group)
		}
	}
	return p.last
}
