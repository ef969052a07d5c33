package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// calls calls every method that can fail with a run that exists, and returns their
// errors.
func calls(s *suite, ctx context.Context) map[string]error {
	run := newRun(s, second, 1)
	failed := map[string]error{"CreateRun": s.CreateRun(ctx, run), "UpdateRun": s.UpdateRun(ctx, newRun(s, first, 9).RunStatus)}
	_, failed["Record"] = s.Record(ctx, first, batch(first, 2, 3))
	failed["Reopen"] = s.Reopen(ctx, first, []int{1})
	_, failed["Run"] = s.Store.Run(ctx, first)
	_, failed["Runs"] = s.Runs(ctx, "", 0)
	for _, err := range s.Recorded(ctx, first) {
		failed["Recorded"] = err
	}
	for _, err := range s.Results(ctx, first) {
		failed["Results"] = err
	}
	failed["RemoveRun"] = s.RemoveRun(ctx, first, created)
	return failed
}

func endedContext(s *suite) {
	s.create(first, 9)
	s.record(first, result(first, 1))
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	for name, err := range calls(s, ctx) {
		require.ErrorIs(s, err, context.Canceled, name)
	}
	require.Equal(s, []domain.IterationExecuted{result(first, 1)}, s.results(first))
	_, err := s.Store.Run(s.ctx, second)
	require.ErrorIs(s, err, domain.ErrRunNotFound)

	s.record(first, batch(first, 2, 9)...)
	ctx, cancel = context.WithCancel(s.ctx)
	defer cancel()
	last := error(nil)
	for _, err := range s.Results(ctx, first) {
		cancel() // ends the context while the store reads
		last = err
	}
	if last != nil { // the store may yield what it has read already
		require.ErrorIs(s, last, context.Canceled)
	}
}

func endingContext(s *suite) {
	const size, rounds = 200, 60
	var whole time.Duration
	for round := range rounds + 1 { // each round has a run of its own, so that no round reads what another wrote
		id := runID(round)
		s.create(id, size)
		ctx, cancel := s.ctx, func() {}
		if round > 0 { // the context ends at once in the first round, and long after the call in the last
			ctx, cancel = context.WithTimeout(s.ctx, whole*time.Duration(round)*2/rounds)
		}
		begun := time.Now()
		_, err := s.Record(ctx, id, batch(id, 1, size))
		cancel()
		if round == 0 {
			require.NoError(s, err)
			whole = time.Since(begun)
		}
		if err != nil {
			require.ErrorIs(s, err, context.DeadlineExceeded)
		}
		kept := len(s.recorded(id))
		require.True(s, kept == size || err != nil && kept == 0, "round %d: %d of %d are there, error %v", round, kept, size, err)
		require.Equal(s, s.status(id).Done, kept)
	}
}

func afterClose(s *suite) {
	s.create(first, 9)
	s.record(first, result(first, 1))
	require.NoError(s, s.Close())
	for name, err := range calls(s, s.ctx) {
		require.Error(s, err, name)
		require.NotErrorIs(s, err, domain.ErrRunNotFound, name)
	}
	require.NoError(s, s.Close())
}

func closeInUse(s *suite) {
	s.create(first, 100_000)
	const workers = 4
	var started atomic.Int32
	ready := make(chan struct{})
	done := make(chan struct{})
	ends := make(chan error, workers)
	go func() {
		defer close(done)
		parallel(s, workers, func(worker int) {
			for n := 1; ; n++ {
				_, err := s.Record(s.ctx, first, []domain.IterationExecuted{result(first, workers*n+worker)})
				if err == nil {
					for _, err = range s.Results(s.ctx, first) {
						if err != nil {
							break
						}
					}
				}
				if err != nil {
					ends <- err
					return
				}
				if started.Add(1) == 20 {
					close(ready)
				}
			}
		})
	}()
	select {
	case <-ready:
	case <-done:
		require.NoError(s, <-ends, "before Close")
	}
	require.NoError(s, s.Close())
	<-done
}
