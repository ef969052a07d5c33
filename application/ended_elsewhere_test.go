package application_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// loser is a bus whose runner loses the results of its run to another process.
type loser struct {
	domain.Bus
	lost chan struct{} // closed when the runner loses them
}

func (l loser) OpenReplies(ctx context.Context, run domain.RunID) (domain.Replies, error) {
	replies, err := l.Bus.OpenReplies(ctx, run)
	return lostReplies{replies, l.lost}, err
}

type lostReplies struct {
	domain.Replies
	lost <-chan struct{}
}

func (l lostReplies) Next(ctx context.Context) ([]domain.Reply, error) {
	select {
	case <-l.lost:
		return nil, domain.ErrRunTaken
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lines is a log that counts the lines with a part of that text.
type lines struct {
	slog.Handler
	part string
	n    atomic.Int64
}

func newLines(part string) *lines { return &lines{Handler: slog.DiscardHandler, part: part} }

func (l *lines) logger() *slog.Logger                     { return slog.New(l) }
func (l *lines) Enabled(context.Context, slog.Level) bool { return true }
func (l *lines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *lines) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, l.part) {
		l.n.Add(1)
	}
	return nil
}

// A runner that lost its connection for a while finds that another one works at the
// run. It says so, and does not overwrite what the other one writes.
func TestARunnerLeavesARunToWhoeverHasTakenItOver(t *testing.T) {
	inBubble(t, func(b bubble) {
		lost, run, ended := make(chan struct{}), newRun(b, 5), make(chan ending, 1)
		var l log
		config := l.config(b.store)
		go func() {
			status, err := newRunner(b, loser{b.bus, lost}, config).Run(b.Context(), run)
			ended <- ending{status, err}
		}()
		time.Sleep(time.Second)
		before := b.stored(run.ID).RunStatus
		close(lost)
		end := within(b, time.Minute, ended)
		require.ErrorIs(b, end.err, domain.ErrRunTaken)
		require.Equal(b, domain.StateRunning, end.State)
		require.Equal(b, before, b.stored(run.ID).RunStatus, "nothing is written")
		require.Equal(b, []string{domain.SchemaRunStarted}, l.schemas())
	})
}

// Somebody else has completed the run. The runner says so, and returns no error.
func TestARunnerSaysThatAnotherHasCompletedTheRun(t *testing.T) {
	inBubble(t, func(b bubble) {
		lost, run, ended := make(chan struct{}), newRun(b, 1), make(chan ending, 1)
		heard := newLines("another process has taken the run over")
		var l log
		config := l.config(b.store)
		config.Logger = heard.logger()
		go func() {
			status, err := newRunner(b, loser{b.bus, lost}, config).Run(b.Context(), run)
			ended <- ending{status, err}
		}()
		time.Sleep(time.Second)
		_, err := b.store.Record(b.Context(), run.ID, []domain.IterationExecuted{{
			Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: 1, Attempt: 1,
			Failure: &domain.Failure{Class: domain.ClassCode, Message: "x", Attempts: 1},
		}})
		require.NoError(b, err)
		completed := b.stored(run.ID).RunStatus
		completed.State = domain.StateCompleted
		require.NoError(b, b.store.UpdateRun(b.Context(), completed))
		close(lost)
		end := within(b, time.Minute, ended)
		require.NoError(b, end.err)
		require.Equal(b, domain.StateCompleted, end.State)
		require.Equal(b, domain.Counts{Planned: 1, Failed: 1}, end.Counts)
		require.EqualValues(b, 1, heard.n.Load())
	})
}

// If a process stops waiting for a run, the run is detached again.
func TestARunThatIsNoLongerWaitedForIsDetachedAgain(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 5)
		_, err := newRunner(b, b.bus, application.RunnerConfig{Store: b.store}).Detach(b.Context(), run)
		require.NoError(b, err)
		ctx, giveUp := context.WithCancel(b.Context())
		ended := b.wait(ctx, run.ID)
		time.Sleep(time.Second)
		require.Equal(b, domain.StateRunning, b.stored(run.ID).State)
		giveUp()
		end := within(b, time.Minute, ended)
		require.ErrorIs(b, end.err, application.ErrInterrupted)
		require.Equal(b, domain.StateDetached, b.stored(run.ID).State)
		require.Equal(b, 5, backlog(b.T, b.bus.Bus), "nothing was sent twice")
	})
}
