package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// fullDisk mounts a full disk. It returns its folder, and a file to remove so that the
// disk has room again.
func fullDisk(t *testing.T) (dir, ballast string) {
	dir = t.TempDir()
	err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4m")
	if errors.Is(err, unix.EPERM) {
		t.Skip("this test fills a disk of its own, and this user may not mount one")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH)) })
	ballast = filepath.Join(dir, "ballast")
	require.ErrorIs(t, os.WriteFile(ballast, make([]byte, 8<<20), 0o600), unix.ENOSPC)
	return dir, ballast
}

// lines receives the lines that a logger writes.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

// The disk of one of two workers is full. The other worker executes everything, and the
// first one works again once its disk has room.
func TestAWorkerWithAFullDiskCostsNoIteration(t *testing.T) {
	dir, ballast := fullDisk(t)
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	require.NoError(t, err)
	defer bus.Close()
	errs := make(lines, 16)
	work := func(name, tempDir string) (*application.Worker, func()) {
		executor, err := php.New(php.Config{TempDir: tempDir, RuntimesDirs: []string{"../../.runtimes"}})
		require.NoError(t, err)
		worker, err := application.NewWorker(bus, executor, application.WorkerConfig{
			Name: name, Slots: 2, Logger: slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelError})),
		})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- worker.Run(ctx) }()
		return worker, func() {
			cancel()
			require.NoError(t, <-ended)
		}
	}
	benchmark := domain.Benchmark{Slug: "write", Name: "Write", Category: "tests", Runtimes: []domain.RuntimeName{"php84"},
		Code: `file_put_contents('f', 'x');`, Revolutions: 1}
	run := func(id domain.RunID, iterations int) (map[string]int, error) {
		now := time.Now().UTC()
		planned, err := domain.NewRun(id, domain.Plan{
			Entries:    []domain.Entry{domain.NewEntry(&benchmark, benchmark.Runtimes...)},
			Iterations: iterations, Samples: 1,
		}, now)
		if err != nil {
			return nil, err
		}
		store, names := memstore.New(), map[string]int{}
		runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store})
		if err != nil {
			return nil, err
		}
		if _, err := runner.Run(context.Background(), planned); err != nil {
			return nil, err
		}
		for result, err := range store.Results(context.Background(), id) {
			if err != nil || result.Failure != nil || result.Attempt != 1 {
				return nil, fmt.Errorf("%w: %+v", err, result)
			}
			names[result.Worker]++
		}
		return names, nil
	}
	broken, stopBroken := work("broken", dir)
	type ending struct {
		names map[string]int
		err   error
	}
	ended := make(chan ending, 1)
	go func() {
		names, err := run("first", 60)
		ended <- ending{names, err}
	}()
	select {
	case line := <-errs:
		require.Contains(t, line, "no space left on device; free some space, or name another folder")
	case end := <-ended:
		require.Fail(t, "the worker did not step aside", "%+v", end)
	}
	require.False(t, broken.Ready())
	_, stopWell := work("well", t.TempDir())
	require.Equal(t, ending{names: map[string]int{"well": 60}}, <-ended)
	stopWell()
	require.NoError(t, os.Remove(ballast))
	names, err := run("second", 3)
	require.NoError(t, err)
	require.Equal(t, map[string]int{"broken": 3}, names)
	stopBroken()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}
