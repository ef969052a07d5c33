package php

import (
	"context"
	"errors"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// probeTimeout limits the duration of a process that does next to nothing.
const probeTimeout = 30 * time.Second

var _ domain.Prober = (*Executor)(nil)

// Probe checks whether this host can execute iterations: it makes a working folder,
// writes as much as an iteration needs, and starts the first runtime. Before that it
// removes folders that killed programs have left in the folder for temporary files.
// Its error says what is wrong with the host.
func (e *Executor) Probe(ctx context.Context) error {
	found := e.Runtimes()
	if len(found) == 0 {
		return domain.Fail(domain.ClassRuntime, "there is no PHP here")
	}
	e.cfg.removeStale()
	s, err := newScript(&domain.Benchmark{Code: "usleep(1);"})
	if err != nil {
		return err
	}
	dir, err := e.cfg.newWorkdir(s, newNonce(), project{})
	if err != nil {
		return err
	}
	if err := errors.Join(dir.room(), dir.remove()); err != nil {
		return e.cfg.folderFailed(err)
	}
	_, err = e.run(ctx, order{runtime: found[0], script: s, benchmark: "probe", cpu: -1, timeout: probeTimeout, revolutions: 1})
	return err
}
