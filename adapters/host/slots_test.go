package host

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// setup makes slots for the first n cores, with their own lock files.
func setup(tb testing.TB, n int) *Slots {
	tb.Helper()
	return shared(tb, tb.TempDir(), n)
}

// shared makes slots for the first n cores, with the lock files in dir.
func shared(tb testing.TB, dir string, n int) *Slots {
	tb.Helper()
	cores := allowedCores()
	if len(cores) < n {
		tb.Fatalf("these tests need %d cores", n)
	}
	s, err := NewSlots(SlotsConfig{Dir: dir, Cores: cores[:n]})
	require.NoError(tb, err)
	return s
}

func TestAcquireGrantsEachCoreOnce(t *testing.T) {
	t.Parallel()
	s := setup(t, 2)
	a, releaseA, err := s.Acquire(t.Context())
	require.NoError(t, err)
	b, releaseB, err := s.Acquire(t.Context())
	require.NoError(t, err)
	require.ElementsMatch(t, allowedCores()[:2], []int{a, b})
	releaseA()
	again, releaseAgain, err := s.Acquire(t.Context())
	require.NoError(t, err)
	require.Equal(t, a, again)
	releaseB()
	releaseAgain()
}

func TestReleaseTwiceGivesBackOnce(t *testing.T) {
	t.Parallel()
	s := setup(t, 1)
	_, release, err := s.Acquire(t.Context())
	require.NoError(t, err)
	release()
	_, second, err := s.Acquire(t.Context())
	require.NoError(t, err)
	release() // must not give back what the second one holds
	ended, cancel := context.WithCancel(t.Context())
	time.AfterFunc(5*pollMost, cancel)
	_, _, err = s.Acquire(ended)
	require.ErrorIs(t, err, context.Canceled)
	second()
}

func TestAcquireEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine, others := shared(t, dir, 1), shared(t, dir, 1)
	_, release, err := others.Acquire(t.Context())
	require.NoError(t, err)

	ended, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 2)
	for range 2 { // one looks at the lock files, one queues behind it
		go func() {
			_, _, err := mine.Acquire(ended)
			errs <- err
		}()
	}
	cancel()
	require.ErrorIs(t, <-errs, context.Canceled)
	require.ErrorIs(t, <-errs, context.Canceled)

	_, _, err = mine.Acquire(ended)
	require.ErrorIs(t, err, context.Canceled, "a context that has ended gets nothing, though a core may be free")
	release()
	core, releaseMine, err := mine.Acquire(t.Context())
	require.NoError(t, err, "who gave up has taken nothing")
	require.Equal(t, allowedCores()[0], core)
	releaseMine()
}

func TestGoroutinesAreServedInTurn(t *testing.T) {
	t.Parallel()
	const goroutines = 8
	synctest.Test(t, func(t *testing.T) {
		s := setup(t, 1)
		_, release, err := s.Acquire(t.Context())
		require.NoError(t, err)
		var order []int
		var all sync.WaitGroup
		for i := range goroutines {
			all.Go(func() {
				_, release, err := s.Acquire(t.Context())
				if err == nil {
					order = append(order, i) // guarded by the core
					release()
				}
			})
			synctest.Wait() // until it stands in the queue
		}
		release()
		all.Wait()
		require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7}, order)
	})
}

func TestACoreIsHeldByOneGoroutine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var held [2]atomic.Int32
	var most atomic.Int32
	var all sync.WaitGroup
	for range 2 { // as two processes would, each with more goroutines than cores
		s := shared(t, dir, 2)
		for range 4 {
			all.Go(func() {
				for range 50 {
					core, release, err := s.Acquire(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					n := &held[core-allowedCores()[0]]
					most.Store(max(most.Load(), n.Add(1)))
					n.Add(-1)
					release()
				}
			})
		}
	}
	all.Wait()
	require.EqualValues(t, 1, most.Load())
}

func TestQueueingIsToldOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := NewSlots(SlotsConfig{Dir: t.TempDir(), Cores: allowedCores()[:1], Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	for range 2 {
		_, release, err := s.Acquire(t.Context())
		require.NoError(t, err)
		ended, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		_, _, err = s.Acquire(ended)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		cancel()
		release()
	}
	require.Equal(t, 1, strings.Count(log.String(), "queue for a core"), log.String())
	require.Contains(t, log.String(), "cores=1")
}

func TestARemovedLockFileIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cpu")
	before := shared(t, dir, 1)
	require.NoError(t, os.RemoveAll(dir)) // as cleaners of temporary folders do
	after := shared(t, dir, 1)
	_, release, err := before.Acquire(t.Context())
	require.NoError(t, err)
	ended, cancel := context.WithTimeout(t.Context(), 3*pollMost)
	defer cancel()
	_, _, err = after.Acquire(ended)
	require.ErrorIs(t, err, context.DeadlineExceeded, "both must lock the same file")
	release()
}

func BenchmarkAcquire(b *testing.B) {
	s := setup(b, 2)
	for b.Loop() {
		_, release, err := s.Acquire(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		release()
	}
}
