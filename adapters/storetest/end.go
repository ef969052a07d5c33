package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// calls calls every method that can fail with a run that exists.
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
		cancel() // ended while reading
		last = err
	}
	if last != nil { // what was read already may be yielded
		require.ErrorIs(s, last, context.Canceled)
	}
}

func endingContext(s *suite) {
	const size, rounds = 200, 60
	s.create(first, size*(rounds+1))
	begun := time.Now()
	s.record(first, batch(first, 1, size)...)
	whole := time.Since(begun)
	for round := 1; round <= rounds; round++ {
		// From at once to long after the end.
		ctx, cancel := context.WithTimeout(s.ctx, whole*time.Duration(round)*2/rounds)
		from := round*size + 1
		_, err := s.Record(ctx, first, batch(first, from, from+size-1))
		cancel()
		if err != nil {
			require.ErrorIs(s, err, context.DeadlineExceeded)
		}
		kept := 0
		for _, r := range s.recorded(first) {
			if r.Iteration >= from {
				kept++
			}
		}
		require.True(s, kept == size || err != nil && kept == 0, "round %d: %d of %d are there, error %v", round, kept, size, err)
	}
	require.Equal(s, s.status(first).Done, len(s.recorded(first)))
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
	var started atomic.Int32
	ready := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		parallel(s, 4, func(worker int) {
			for n := 1; ; n++ {
				_, err := s.Record(s.ctx, first, []domain.IterationExecuted{result(first, 4*n+worker)})
				if err == nil {
					for _, err = range s.Results(s.ctx, first) {
						if err != nil {
							break
						}
					}
				}
				if err != nil {
					return
				}
				if started.Add(1) == 20 {
					close(ready)
				}
			}
		})
	}()
	<-ready
	require.NoError(s, s.Close())
	<-done
}
