package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/scripts/broker"
)

const fleetPatience = time.Minute

// newFleetCLI returns a user of the program with a broker and a namespace of their own.
func newFleetCLI(t *testing.T) *cli {
	url := broker.URL(t)
	c := newCLI(t)
	t.Setenv("BENCHBUS_BUS", url)
	t.Setenv("BENCHBUS_NAMESPACE", fmt.Sprintf("cli-%d-%s", time.Now().UnixNano(), t.Name()))
	c.define("quick", "revolutions: 1\nwarmup: 1\ncode: $a = 1;")
	c.define("slow", "revolutions: 1\nwarmup: 1\ncode: usleep(200000);")
	c.define("broken", "revolutions: 1\ncode: nothing_like_it();")
	return c
}

// started is a command that runs until it is told to stop.
type started struct {
	signals        chan os.Signal
	ended          chan int
	stdout, stderr *lockedBuffer
}

// lockedBuffer is written by the program and read by the test.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer // not embedded, because its other methods would not lock
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (c *cli) start(args ...string) *started {
	s := &started{signals: make(chan os.Signal, 4), ended: make(chan int, 1), stdout: new(lockedBuffer), stderr: new(lockedBuffer)}
	go func() { s.ended <- execute(args, s.stdout, s.stderr, s.signals) }()
	c.Cleanup(func() {
		s.signals <- syscall.SIGTERM
		if args[0] == "worker" {
			s.signals <- syscall.SIGTERM // one more signal would end the process of the tests, so other commands get just one
		}
		s.ended <- <-s.ended
	})
	return s
}

// stop sends a signal and returns the exit code.
func (s *started) stop() int {
	s.signals <- syscall.SIGTERM
	code := <-s.ended
	s.ended <- code
	return code
}

// until polls until the condition holds, since nothing signals it.
func (c *cli) until(what string, condition func() bool) {
	c.Helper()
	for end := time.Now().Add(fleetPatience); !condition(); {
		require.True(c, time.Now().Before(end), "waited in vain for %s", what)
	}
}

// status returns what `status --format=json` prints.
func (c *cli) status() (s printedStatus) {
	code, stdout, stderr := c.run("status", "--format=json")
	require.Zero(c, code, stderr)
	require.NoError(c, json.Unmarshal([]byte(stdout), &s))
	return s
}

// backlog returns the number of waiting commands, from the output of status.
func (c *cli) backlog() int {
	return domain.Backlog(printAll(c.status().Queues, func(q printedQueue) domain.Queue { return domain.Queue(q) }))
}

func TestARunOverAFleet(t *testing.T) {
	c := newFleetCLI(t)
	worker := c.start("worker", "--name=one", "--workers=2", "--health-addr=127.0.0.1:0", "--log-format=json")
	var address string
	c.until("the worker's address", func() bool {
		_, rest, ok := strings.Cut(worker.stderr.String(), `"address":"`)
		address, _, _ = strings.Cut(rest, `"`)
		return ok
	})
	get := func(path string) int {
		response, err := http.Get("http://" + address + path)
		require.NoError(t, err)
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body)
		return response.StatusCode
	}
	require.Equal(t, http.StatusOK, get("/livez"))
	c.until("the worker to be ready", func() bool { return get("/readyz") == http.StatusOK })

	code, result, stderr := c.measure("quick", "--iterations=5")
	require.Zero(t, code, stderr)
	require.Equal(t, 5, result.Run.Done)
	require.Len(t, result.Cells[0].Samples, 5)

	status := c.status()
	require.Len(t, status.Workers, 1)
	require.Equal(t, "one", status.Workers[0].Worker)
	require.EqualValues(t, 5, status.Workers[0].Executed)
	require.Contains(t, status.Workers[0].Runtimes, domain.RuntimeName("php84"))
	require.Equal(t, 1, status.Queues[0].Consumers, "one for each worker, whatever its slots")
	code, stdout, _ := c.run("status")
	require.Zero(t, code)
	require.Contains(t, stdout, "one")
	require.Contains(t, stdout, "No runner answers")
	c.until("the worker to have nothing to do", func() bool {
		_, stdout, _ := c.run("status")
		return strings.Contains(stdout, "idle")
	})

	code, _, stderr = c.run("run", "--test=quick", "--catalog", c.catalog, "--php-version=php99")
	require.Equal(t, exitUnavailable, code)
	require.Contains(t, stderr, "no worker has php99; they have:")

	code, _, stderr = c.run("worker", "--name=one", "--time-limit=1ms")
	require.Zero(t, code, stderr)
	require.Contains(t, stderr, "another worker of this name is at work")
	code, _, stderr = c.run("worker", "--name=two", "--time-limit=1ms")
	require.Zero(t, code, stderr)
	require.NotContains(t, stderr, "another worker of this name")

	require.Zero(t, worker.stop())
	require.Contains(t, worker.stderr.String(), `"reason":"a signal came"`)
	require.Empty(t, c.status().Workers, "it has said goodbye")
	code, _, stderr = c.run("run", "--test=quick", "--catalog", c.catalog)
	require.Equal(t, exitUnavailable, code)
	require.Contains(t, stderr, "no worker answers")
	require.NotContains(t, stderr, "guest:guest")
}

func TestADetachedRunWaitedForAndCancelled(t *testing.T) {
	c := newFleetCLI(t)
	detach := func(slug string, iterations int) string {
		code, stdout, stderr := c.run("run", "--test", slug, "--catalog", c.catalog, "--php-version=php84", "--samples=1",
			fmt.Sprint("--iterations=", iterations), "--detach")
		require.Zero(t, code, stderr)
		require.Contains(t, stderr, "the iterations wait for one", "no worker is there yet")
		return strings.TrimSpace(stdout)
	}
	first, second := detach("quick", 3), detach("slow", 2000)
	watch := c.start("watch")
	c.until("the watcher", func() bool { return strings.Contains(watch.stderr.String(), "watching") })
	worker := c.start("worker", "--name=one", "--log-level=debug")
	c.until("results that nobody has collected", func() bool {
		return slices.ContainsFunc(c.status().Queues, func(q printedQueue) bool {
			return q.Kind == domain.QueueReplies && string(q.RunID) == first && q.Ready > 0
		})
	})
	code, stdout, stderr := c.run("wait", first)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "planned 3 = done 3")

	collector := c.start("wait", second)
	c.until("the collector", func() bool {
		return slices.ContainsFunc(c.status().Runs, func(r printedRunEvent) bool { return r.State == domain.StateRunning })
	})
	follower := c.start("wait", second)
	c.until("the follower", func() bool { return strings.Contains(follower.stderr.String(), "following it") })
	code, stdout, stderr = c.run("cancel", second)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "is cancelled")
	require.Equal(t, exitIncomplete, <-collector.ended)
	require.Equal(t, exitIncomplete, <-follower.ended)
	collector.ended <- 0
	follower.ended <- 0
	c.until("the queue to become empty", func() bool { return c.backlog() == 0 })
	require.Zero(t, worker.stop())
	executed := strings.Count(worker.stderr.String(), "iteration executed")
	require.GreaterOrEqual(t, executed, 3)
	require.Less(t, executed, 2000, "what was queued was not executed")
	code, stdout, stderr = c.run("cancel", second) // the running iterations may have been recorded meanwhile
	require.Zero(t, code, stderr)
	code, again, stderr := c.run("cancel", second)
	require.Zero(t, code, stderr)
	require.Equal(t, stdout, again, "once more changes nothing")
	for _, command := range []string{"wait", "resume"} {
		code, _, stderr = c.run(command, second)
		require.Equal(t, exitUsage, code)
		require.Equal(t, "benchbus: a cancelled run cannot be taken up again; start a new one\n", stderr)
	}
	code, _, stderr = c.run("cancel", first)
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "the run is over")

	require.Zero(t, watch.stop())
	events := watch.stdout.String()
	for _, want := range []string{"run.completed.v1", "run.cancelled.v1", "worker.heartbeat.v1", "stopped"} {
		require.Contains(t, events, want)
	}
}

func TestFailedMessagesAreShownRetriedAndRemoved(t *testing.T) {
	c := newFleetCLI(t)
	worker := c.start("worker")
	code, result, stderr := c.measure("broken")
	require.Equal(t, exitIncomplete, code, stderr) // nothing was measured
	require.Equal(t, 2, result.Run.Failed)
	require.Zero(t, worker.stop())

	list := func(args ...string) (ids []string) {
		code, stdout, stderr := c.run(append([]string{"failed", "list", "--format=json"}, args...)...)
		require.Zero(t, code, stderr)
		var listed struct{ Failed []printedFailed }
		require.NoError(t, json.Unmarshal([]byte(stdout), &listed))
		for _, m := range listed.Failed {
			ids = append(ids, m.ID)
		}
		return ids
	}
	ids := list()
	require.Len(t, ids, 2)
	require.Equal(t, ids, list("--class=code_error", "--run="+result.Run.ID))
	require.Empty(t, list("--class=timeout"))
	require.Equal(t, ids, list("--run=last"))
	require.Equal(t, ids, list("--run", result.Run.ID[:len(result.Run.ID)-1]))
	refuse := func(sentence string, args ...string) {
		t.Helper()
		code, stdout, stderr := c.run(append([]string{"failed"}, args...)...)
		require.Equal(t, exitUsage, code, stderr)
		require.Contains(t, stderr, sentence)
		require.Empty(t, stdout)
		require.Equal(t, ids, list(), "nothing was done")
	}
	refuse("no such run", "list", "--run=2020")
	refuse("no such run", "remove", "--run=2020")
	refuse("none of killed timeout", "list", "--class=code-error")
	refuse("none of killed timeout", "remove", "--class=code-error")
	refuse("has the id x/1 or x/2", "retry", "x/1", ids[0], "x/2")
	refuse("has the id x/1", "remove", ids[0], "x/1")
	refuse("has the id "+ids[0], "remove", ids[0], "--class=timeout")
	t.Run("no variable removes anything", func(t *testing.T) {
		for name, value := range map[string]string{"BENCHBUS_ALL": "true", "BENCHBUS_RUN": "last", "BENCHBUS_CLASS": "code_error"} {
			t.Setenv(name, value)
			refuse("on the command line", "remove")
			refuse("on the command line", "retry")
		}
	})
	t.Run("a store that does not know the run", func(t *testing.T) {
		t.Setenv("BENCHBUS_STORE", "")
		t.Setenv("XDG_DATA_HOME", t.TempDir())
		require.Equal(t, ids, list("--run", result.Run.ID), "the whole id will do")
		refuse("nothing has been run yet", "list", "--run=last")
	})

	code, stdout, _ := c.run("failed", "show", ids[0])
	require.Zero(t, code)
	require.Contains(t, stdout, "nothing_like_it")
	require.Contains(t, stdout, `"schema": "benchmark.execute.v1"`)

	code, stdout, stderr = c.run("failed", "retry", ids[0])
	require.Zero(t, code, stderr)
	require.Equal(t, "retried 1\n", stdout)
	require.Contains(t, stderr, "benchbus wait "+result.Run.ID)
	require.Equal(t, ids[1:], list())
	code, stdout, _ = c.run("failed", "remove", "--all")
	require.Zero(t, code)
	require.Equal(t, "removed 1\n", stdout)
	require.Empty(t, list())

	worker = c.start("worker", "--limit=1")
	code, stdout, _ = c.run("wait", result.Run.ID)
	require.Equal(t, exitIncomplete, code)
	require.Contains(t, stdout, "failed 2", "it fails again")
	require.Zero(t, <-worker.ended, "the limit of one iteration")
	worker.ended <- 0
	require.Contains(t, worker.stderr.String(), "the limit of iterations is reached")
}

func TestSetupShowsWhatItDoes(t *testing.T) {
	c := newFleetCLI(t)
	code, stdout, stderr := c.run("setup", "--dry-run")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "missing")
	code, stdout, _ = c.run("setup")
	require.Zero(t, code)
	require.Contains(t, stdout, "declared")
	code, stdout, stderr = c.run("setup", "--queue-type=classic", "--dry-run")
	require.Equal(t, exitUnavailable, code)
	require.Contains(t, stdout, "mismatch")
	require.Contains(t, stderr, "x-queue-type")
}

func TestAWorkersLimits(t *testing.T) {
	c := newFleetCLI(t)
	log := filepath.Join(t.TempDir(), "worker-{name}.log")
	code, _, stderr := c.run("worker", "--name=w7", "--time-limit=100ms", "--log-file", log)
	require.Zero(t, code, stderr)
	text, err := os.ReadFile(strings.ReplaceAll(log, "{name}", "w7"))
	require.NoError(t, err)
	require.Contains(t, string(text), "the time limit of 100ms is reached")
	cpus, err := host.NewSlots(host.SlotsConfig{Dir: t.TempDir()})
	require.NoError(t, err)
	require.Contains(t, string(text), fmt.Sprintf("slots=%d\n", cpus.Cores()), "one for each core")
	code, _, stderr = c.run("worker", "--memory-limit=1KB")
	require.Zero(t, code)
	require.Contains(t, stderr, "the memory limit of 1.0 kB is reached")
}

func TestWatchEndsWhereNobodyReads(t *testing.T) {
	c := newFleetCLI(t)
	c.start("worker") // its heartbeats are the events to print
	var stderr lockedBuffer
	require.Equal(t, exitOutput, execute([]string{"watch"}, full{}, &stderr, c.signals))
	require.Contains(t, stderr.String(), "standard output cannot be written")
}
