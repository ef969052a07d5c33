package application

import (
	"context"
	"errors"

	"github.com/benchbus/benchbus/domain"
)

// Embed runs a worker and a runner side by side in one process. run is the runner's Run
// or Resume, bound to its argument. When ctx ends, the worker drains first, so that the
// results of running iterations are still recorded. Then Embed interrupts the runner.
// It returns when both have ended.
func Embed(ctx context.Context, worker *Worker, run func(context.Context) (domain.RunStatus, error)) (domain.RunStatus, error) {
	working, stopWorker := context.WithCancel(ctx)
	defer stopWorker()
	running, stopRunner := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRunner()
	worked, abort := make(chan error, 1), make(chan struct{})
	go func() {
		worked <- worker.run(working, abort)
		stopRunner() // without a worker the runner would wait for ever
	}()
	status, err := run(running)
	stopWorker()
	if err != nil {
		close(abort)
	}
	if workErr := <-worked; workErr != nil && (err == nil || errors.Is(err, ErrInterrupted)) {
		err = errors.Join(err, workErr)
	}
	return status, err
}
