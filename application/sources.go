package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// fetch has the files of the iteration's sources on this host until release is called. It
// is called while the worker holds a core, so that nothing is measured there meanwhile.
//
// A source that this worker cannot get goes back for another worker, at the cost of no
// attempt, and fails for good when none has had it for RuntimeWait.
func (w *Worker) fetch(ctx context.Context, cmd domain.ExecuteBenchmark) (release func(), err error) {
	var releases []func()
	release = func() {
		for _, r := range releases {
			r()
		}
	}
	if w.cfg.Sources == nil {
		return release, nil
	}
	for _, source := range cmd.Entry.Sources() {
		_, r, err := w.cfg.Sources.Tree(ctx, source.Digest)
		if err != nil {
			release()
			return nil, w.lacksSource(cmd, source, err)
		}
		releases = append(releases, r)
	}
	return release, nil
}

// lacksSource decides what becomes of an iteration whose source cannot be had here.
func (w *Worker) lacksSource(cmd domain.ExecuteBenchmark, source domain.Source, err error) error {
	var known *domain.ExecutionError
	if !errors.As(err, &known) || known.Class != domain.ClassSource {
		return err
	}
	if w.cfg.RuntimeWait < time.Second { // no other worker is waited for
		return domain.Fail(domain.ClassSource, "the source %s cannot be had: %w", source.Name, err)
	}
	if w.waitedLong(&cmd) {
		return domain.Fail(domain.ClassSource, "no worker had the source %s for %v: this one, %s, says: %w", source.Name, w.cfg.RuntimeWait, w.cfg.Name, err)
	}
	return forOthers(cmd, fmt.Sprintf("this worker lacks the source %s: %v", source.Name, err))
}
