package application_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// journal notes what happens, in order.
type journal []string

func (j *journal) note(text string) { *j = append(*j, text) }

// Acquire grants core 0.
func (j *journal) Acquire(context.Context) (int, func(), error) {
	j.note("core")
	return 0, func() { j.note("core released") }, nil
}

// treesOf gives trees, or the error.
type treesOf struct {
	*journal
	err error
}

func (s treesOf) Tree(_ context.Context, d domain.Digest) (string, func(), error) {
	s.note("tree " + d.Hex()[:1])
	if s.err != nil && d.Hex()[0] == '2' {
		return "", nil, s.err
	}
	return "/tree", func() { s.note("tree " + d.Hex()[:1] + " released") }, nil
}

// sourced returns a command whose variants are of sources 1, 1 under another name, and 2.
func sourced(b bubble) domain.ExecuteBenchmark {
	run := newRun(b, 1)
	cmd := run.Plan.Message(run.ID, 1, "x")
	v := cmd.Entry.Variants[0]
	cmd.Entry.Variants = nil
	for _, s := range []struct{ name, digit string }{{"main", "1"}, {"same", "1"}, {"HEAD", "2"}} {
		v.Source = domain.Source{Name: s.name, Digest: "sha256:" + domain.Digest(strings.Repeat(s.digit, 64))}
		cmd.Entry.Variants = append(cmd.Entry.Variants, v)
	}
	return cmd
}

func TestAWorkerFetchesSourcesBeforeItMeasures(t *testing.T) {
	inBubble(t, func(b bubble) {
		var j journal
		executor := domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			j.note("measure")
			return measured(it), nil
		})
		worker, err := application.NewWorker(b.bus, executor, application.WorkerConfig{CPU: &j, Sources: treesOf{&j, nil}})
		require.NoError(b, err)
		ctx, stop := context.WithCancel(b.Context())
		stop() // nobody takes the result
		require.Error(b, worker.Handle(ctx, sourced(b)))
		require.Equal(b, journal{"core", "tree 1", "tree 2", "measure", "tree 1 released", "tree 2 released", "core released"}, j)
	})
}

func TestAWorkerThatCannotGetASource(t *testing.T) {
	inBubble(t, func(b bubble) {
		var j journal
		sources := treesOf{&j, domain.Fail(domain.ClassSource, "the server is down")}
		worker, err := application.NewWorker(b.bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Name: "w", CPU: &j, Sources: sources, RuntimeWait: time.Hour})
		require.NoError(b, err)
		var requeued *domain.RequeueError
		require.ErrorAs(b, worker.Handle(b.Context(), sourced(b)), &requeued)
		require.Equal(b, "this worker lacks the source HEAD: the server is down", requeued.Reason)
		require.Equal(b, 1, max(1, requeued.Again.Attempt), "it cost no attempt")
		require.Equal(b, journal{"core", "tree 1", "tree 2", "tree 1 released", "core released"}, j)

		time.Sleep(time.Hour)
		err = worker.Handle(b.Context(), *requeued.Again)
		require.Equal(b, domain.ClassSource, domain.FailureOf(err, 1).Class)
		require.EqualError(b, err, "no worker had the source HEAD for 1h0m0s: this one, w, says: the server is down")

		worker, err = application.NewWorker(b.bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Sources: sources, RuntimeWait: 1})
		require.NoError(b, err)
		require.EqualError(b, worker.Handle(b.Context(), sourced(b)), "the source HEAD cannot be had: the server is down")

		full := treesOf{&j, domain.Fail(domain.ClassHost, "the disk is full")}
		worker, err = application.NewWorker(b.bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Sources: full})
		require.NoError(b, err)
		require.ErrorAs(b, worker.Handle(b.Context(), sourced(b)), &requeued)
		require.Equal(b, 1, requeued.Again.HostFailures, "the host is the reason")

		broken := treesOf{&j, errors.New("broken")}
		worker, err = application.NewWorker(b.bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Sources: broken})
		require.NoError(b, err)
		require.EqualError(b, worker.Handle(b.Context(), sourced(b)), "broken")
	})
}
