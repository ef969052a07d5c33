package application_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
)

// warnings is a log that passes on warnings.
type warnings struct {
	slog.Handler
	each chan<- slog.Record
}

func (w warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (w warnings) Handle(_ context.Context, r slog.Record) error {
	w.each <- r
	return nil
}

// A runner warns once of each worker that cannot read its commands.
func TestAnOutdatedWorkerIsToldOf(t *testing.T) {
	t.Parallel()
	bus, told, begun, release := newBus(t), make(chan slog.Record, 10), make(chan domain.Iteration), make(chan struct{})
	executor := &benchbustest.Executor{Times: map[string][]time.Duration{"loop": {1}}, Begun: begun, Release: release}
	worker, err := application.NewWorker(bus, executor, application.WorkerConfig{})
	require.NoError(t, err)
	runner, err := application.NewRunner(bus, application.RunnerConfig{Logger: slog.New(warnings{slog.DiscardHandler, told})})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := application.Embed(t.Context(), worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, newRun(t, 1)) })
		ended <- err
	}()
	<-begun // the runner listens by then
	for _, accepts := range [][]string{{"benchmark.execute.v0"}, {"benchmark.execute.v0"}, {domain.SchemaExecute}} {
		require.NoError(t, bus.Announce(t.Context(), domain.WorkerHeartbeat{
			Schema: domain.SchemaHeartbeat, At: time.Now(), Worker: "old", Started: time.Now(), Interval: time.Second, Slots: 1, Accepts: accepts,
		}))
	}
	record := <-told
	require.Contains(t, record.Message, "too old for what is dispatched")
	close(release)
	require.NoError(t, <-ended)
	require.Empty(t, told)
}
