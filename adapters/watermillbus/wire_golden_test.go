package watermillbus

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fullCommand has every field of a command.
func fullCommand() domain.ExecuteBenchmark {
	return domain.ExecuteBenchmark{
		Schema: domain.SchemaExecute, RunID: "run", Iteration: 7, Of: 10,
		Entry: domain.Entry{Variants: []domain.Variant{
			{
				Benchmark: &domain.Benchmark{
					Slug: "loop", Name: "Loop", Category: "loops", Description: "Adds <numbers>.", Icon: "repeat", Tags: []string{"fast", "pure"},
					Group: "sums", Runtimes: []domain.RuntimeName{"php82", "php84"}, Bootstrap: "vendor/autoload.php",
					BeforeIteration: "warm();", AfterIteration: "cool();", Env: map[string]string{"APP_ENV": "bench"}, Setup: "$n = 10;", Code: "while ($n) { --$n; }\n", Teardown: "unset($n);",
					Settings: map[string]string{"zend.assertions": "-1", "memory_limit": "1G"}, Warmup: new(3), Revolutions: 500,
				},
				Runtime: "php84", Settings: domain.Settings{{Name: "memory_limit", Value: "1G"}, {Name: "zend.assertions", Value: "-1"}}, Source: domain.Source{Name: "main", Digest: "sha256:" + domain.Digest(strings.Repeat("0a", 32)), Revision: strings.Repeat("b", 40)},
			},
			{
				Benchmark: &domain.Benchmark{Slug: "sort", Name: "Sort", Category: "loops", Code: "sort($a);", Runtimes: []domain.RuntimeName{"php82"}},
				Runtime:   "php82",
			},
		}},
		Samples: 3, Seed: 42, TargetBatch: 100 * time.Millisecond, SampleTimeout: time.Minute, IterationTimeout: 12 * time.Minute, CountInstructions: true,
		ReplyTo: "benchbus.replies.run", Attempt: 4, Redeliveries: 2, HostFailures: 1, WaitingSince: epoch, Deadline: epoch.Add(time.Hour),
	}
}

func fullHost() domain.Host {
	return domain.Host{
		Key: "6f1d", Name: "lab-3", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "Example 9000", Cores: 2, MemoryGiB: 24, Virtualisation: "kvm",
	}
}

// fullResult has every field of a result with samples.
func fullResult() domain.IterationExecuted {
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: "run", Iteration: 7, Entry: "loop", Attempt: 2, Worker: "lab-3-4711",
		Host: fullHost(), Load: domain.Load{Load1: 0.42, Steal: 0.01, Stops: 3}, Started: epoch, Took: time.Second,
		Samples: []domain.Sample{
			{
				Variant: 1, Position: 1, Revolutions: 20_000, Warmup: 2000, Batch: 99_640_123, Instructions: 47_235_600, CountedRevolutions: 400, Wall: 128_000_000, UserCPU: 120_000_000, SystemCPU: 7_000_000,
				PeakMemory: 20_447_232, RuntimePeakMemory: 437_520, Timer: "hrtime", CPU: new(0),
				Notices: []domain.Notice{{Severity: "Deprecated", Count: 3, Message: "a & b"}},
			},
			{Position: 2, Revolutions: 1, Batch: 5},
		},
		VariantFailures: []domain.VariantFailure{{Variant: 2, Failure: domain.Failure{Class: domain.ClassCode, Message: "no", Output: "o", Attempts: 2}}},
		Environments:    []domain.Environment{{{Name: "jit", Value: "off"}, {Name: "version", Value: "8.4.2"}}, nil},
	}
}

func fullHeartbeat() domain.WorkerHeartbeat {
	return domain.WorkerHeartbeat{
		Schema: domain.SchemaHeartbeat, At: epoch, Worker: "lab-3-4711", Host: fullHost(), Started: epoch.Add(-time.Hour), Interval: 5 * time.Second,
		Stopping: true, Stopped: true, Queue: "large", Slots: 4, Runtimes: []domain.RuntimeName{"php82", "php84"}, CountsInstructions: true, Accepts: []string{domain.SchemaExecute},
		Running:  []domain.RunningIteration{{RunID: "run", Iteration: 7, Entry: "loop", Attempt: 1, Since: epoch}},
		Executed: 41, Errors: 1, GivenUp: 2, Trouble: "the disk is full", PerSecond: 2.5,
	}
}

func fullRunEvent() domain.RunEvent {
	return domain.RunEvent{
		Schema: domain.SchemaRunProgress, RunID: "run", State: domain.StateRunning, At: epoch,
		Counts:   domain.Counts{Planned: 10, Done: 4, Failed: 3, Cancelled: 2, Outstanding: 1, Duplicates: 5},
		WaitsFor: []domain.RuntimeName{"php85"},
	}
}

// Workers and runners of several versions share a bus. So the bytes of a message must
// not change, and messages of older versions must remain readable.
func TestTheBytesOfAMessageStay(t *testing.T) {
	c := newCodec()
	bus, err := New(&outbox{}, silent{}, Config{})
	require.NoError(t, err)
	check := func(name string, text []byte, err error, want any, read func([]byte) (any, error)) {
		t.Helper()
		require.NoError(t, err)
		path := filepath.Join("testdata", name+".json")
		if *update {
			require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
		}
		sent, err := os.ReadFile(path)
		require.NoError(t, err, "run the tests with -update to make the golden files")
		require.Equal(t, string(sent), string(text)+"\n", "%s is out of date; -update writes it anew", path)
		got, err := read(sent)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for name, cmd := range map[string]domain.ExecuteBenchmark{"command": testCommand(1), "command-full": fullCommand()} {
		text, err := c.encodeCommand(cmd)
		check(name, text, err, cmd, func(sent []byte) (any, error) { return c.decodeCommand(sent) })
	}
	for name, r := range map[string]domain.IterationExecuted{"result": testResult(1), "result-full": fullResult(), "result-failed": failedResult(1)} {
		text, err := c.encodeResult(r)
		check(name, text, err, r, func(sent []byte) (any, error) { return c.decodeResult(sent) })
	}
	for name, event := range map[string]domain.Event{
		"heartbeat":      domain.WorkerHeartbeat{Schema: domain.SchemaHeartbeat, At: epoch, Started: epoch, Worker: "w", Interval: time.Second, Slots: 1},
		"heartbeat-full": fullHeartbeat(),
		"run-event":      domain.RunEvent{Schema: domain.SchemaRunCancelled, RunID: "run", State: domain.StateCancelled, At: epoch},
		"run-event-full": fullRunEvent(),
		"status-request": domain.StatusRequest{Schema: domain.SchemaStatusRequest, At: epoch},
	} {
		text, err := encodeEvent(event)
		check(name, text, err, event, func(sent []byte) (any, error) { return bus.readEvent(sent) })
	}
}
