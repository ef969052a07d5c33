// Package php executes benchmarks in PHP: a fresh process per sample, which runs
// the set-up, a warm-up, one timed batch, and the teardown.
//
// # What a process gets
//
// An environment with nothing of the caller's in it, an empty working directory,
// /dev/null as its input, limits on memory, file size and output, and one core.
// On every path the whole process group is killed, what has left the group is
// looked for and killed, and the directory is removed.
//
// # What it is not
//
// A sandbox against malice: the code runs as the user who runs benchbus, and
// can do what that user can do.
package php

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// Executor executes iterations in PHP. It is safe for use by several goroutines
// at once.
type Executor struct {
	cfg       Config
	discovery func() discovery
	counts    calibrations
}

type discovery struct {
	found  []domain.Runtime
	broken map[domain.RuntimeName]error
}

var (
	_ domain.Executor      = (*Executor)(nil)
	_ domain.RuntimeLister = (*Executor)(nil)
)

// New makes an executor. Nothing is looked for until a runtime is needed; then
// everything is found at once and remembered.
func New(cfg Config) (*Executor, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("php: %w", err)
	}
	e := &Executor{cfg: cfg}
	e.discovery = sync.OnceValue(func() discovery {
		found, broken := cfg.discover(context.Background())
		return discovery{found, broken}
	})
	return e, nil
}

func (e *Executor) arguments() []string { return e.cfg.arguments() }

// Runtimes returns every PHP that was found and works, sorted by name.
func (e *Executor) Runtimes() []domain.Runtime { return e.discovery().found }

// Lookup returns the runtime of that name. Its error has class ClassRuntime and
// says what is there and how to get what is not.
func (e *Executor) Lookup(name domain.RuntimeName) (domain.Runtime, error) {
	d := e.discovery()
	var names []string
	for _, r := range d.found {
		if r.Name == name {
			return r, nil
		}
		names = append(names, string(r.Name))
	}
	if err := d.broken[name]; err != nil {
		return domain.Runtime{}, domain.Fail(domain.ClassRuntime, "the command configured for %s does not work: %w", name, err)
	}
	have := "no PHP was found"
	if len(names) > 0 {
		have = "here are " + strings.Join(names, ", ")
	}
	return domain.Runtime{}, domain.Fail(domain.ClassRuntime, "runtime %s is not here (%s); %s", name, have, HowToGet(name))
}

// Execute takes the iteration's samples, in its order, on its core.
func (e *Executor) Execute(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	runtimes := map[domain.RuntimeName]domain.Runtime{}
	for _, name := range it.Runtimes {
		r, err := e.Lookup(name)
		if err != nil {
			return domain.Measurement{}, err
		}
		runtimes[name] = r
	}
	s, err := newScript(it.Benchmark)
	if err != nil {
		return domain.Measurement{}, err
	}
	dir, err := os.MkdirTemp(e.cfg.TempDir, "benchbus-")
	if err != nil {
		return domain.Measurement{}, domain.Fail(domain.ClassSpawn, "make a temporary directory: %w", err)
	}
	defer os.RemoveAll(dir)
	o := order{
		script: s, file: filepath.Join(dir, "benchmark.php"), dir: dir, marker: newMarker(),
		cpu: it.CPU, timeout: it.SampleTimeout, youngest: new(int),
	}
	if err := os.WriteFile(o.file, []byte(s.text), 0o600); err != nil {
		return domain.Measurement{}, domain.Fail(domain.ClassSpawn, "write the script: %w", err)
	}
	defer func() { sweep(*o.youngest, o.marker, dir) }()

	if o.revolutions, err = e.revolutions(ctx, it, o, runtimes); err != nil {
		return domain.Measurement{}, err
	}
	o.warmup = max(1, o.revolutions/10)
	if it.Benchmark.Warmup != nil {
		o.warmup = *it.Benchmark.Warmup
	}
	var m domain.Measurement
	for i, name := range it.Order() {
		o.runtime, o.seed = runtimes[name], uint64(it.Seed)+uint64(i)
		sample, err := e.run(ctx, o)
		if err != nil {
			return domain.Measurement{}, err
		}
		sample.Position = i + 1
		m.Samples = append(m.Samples, sample)
	}
	return m, nil
}

func newMarker() string {
	var random [12]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}
