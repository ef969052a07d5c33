package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

const first, second domain.RunID = "20260102-030405-0000002a", "20260102-030406-0000002b"

var created = time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)

// newRun returns a run of one benchmark.
func newRun(t testing.TB, id domain.RunID, iterations int) domain.Run {
	t.Helper()
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "$i++;", Runtimes: []domain.RuntimeName{"php84"}}
	run, err := domain.NewRun(id, domain.Plan{
		Entries:    []domain.Entry{domain.NewEntry(loop, "php84")},
		Iterations: iterations, Samples: 1,
	}, created)
	require.NoError(t, err)
	return run
}

// peculiarRun has a value of every kind in every field.
func peculiarRun(t testing.TB, id domain.RunID) domain.Run {
	t.Helper()
	quick := &domain.Benchmark{
		Slug: "sort.quick", Name: "Sort \u2603 \"quick\"", Category: "sörting", Description: "line 1\nline 2\x00", Icon: "🐘",
		Tags: []string{"", "a b", "<&>"}, Group: "sort", Runtimes: []domain.RuntimeName{"php56", "php84"},
		Bootstrap: "vendor/ö.php", BeforeIteration: "before();\n", AfterIteration: "after();", Env: map[string]string{"A": "\"ö\u2028\n", "B": ""},
		Setup: "$a = [];\r\n", Code: "sort($a); // \u2028", Teardown: "unset($a);", Warmup: new(0), Revolutions: domain.MaxRevolutions,
	}
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Runtimes: []domain.RuntimeName{"php84"}}
	settings := domain.Settings{{Name: "a", Value: ""}, {Name: "opcache.jit", Value: "\"ö\u2028"}}
	run, err := domain.NewRun(id, domain.Plan{
		Entries: []domain.Entry{
			{Variants: []domain.Variant{
				{Benchmark: quick, Runtime: "php84", Settings: settings, Source: domain.Source{Name: "main", Digest: "sha256:" + domain.Digest(strings.Repeat("abcd", 16)), Revision: strings.Repeat("a", 40) + "+"}}, {Benchmark: loop, Runtime: "php84"}, {Benchmark: quick, Runtime: "php56"},
			}},
			domain.NewEntry(loop, "php84"),
		},
		Iterations: 5, Samples: domain.MaxSamples, Seed: 1<<53 - 1, TargetBatch: 1, SampleTimeout: time.Hour / 9,
		IterationTimeout: domain.MaxIterationTime, CountInstructions: true, Deadline: created.Add(time.Hour),
	}, created)
	require.NoError(t, err)
	return run
}

// result is a successful result with one sample.
func result(run domain.RunID, iteration int) domain.IterationExecuted {
	cpu := iteration % 2
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: run, Iteration: iteration, Entry: "loop", Attempt: 1, Worker: "worker-1",
		Host: domain.Host{Key: "k", Name: "box", OS: "linux", Arch: "amd64", Cores: 2, MemoryGiB: 4},
		Load: domain.Load{Load1: 0.25}, Started: created.Add(-time.Duration(iteration)), Took: time.Second - time.Duration(iteration),
		Environments: []domain.Environment{{{Name: "opcache", Value: "off"}, {Name: "version", Value: fmt.Sprint("8.4.", iteration%3)}}},
		Samples: []domain.Sample{{
			Position: 1, Revolutions: 1000, Warmup: 10, Batch: time.Duration(1_000_000 + iteration), BatchCPU: 900_000,
			VoluntarySwitches: 7, InvoluntarySwitches: 8,
			SubBatches:   []domain.SubBatch{{Wall: 500_000, CPU: 450_000}, {Wall: time.Duration(500_000 + iteration), CPU: 450_000}},
			Instructions: 118_089_000, CountedRevolutions: 1000, Wall: 2_000_000, UserCPU: 3, SystemCPU: 4, PeakMemory: 5, RuntimePeakMemory: 6, Timer: "hrtime", CPU: &cpu,
			Notices: []domain.Notice{{Severity: "Deprecated", Count: 1000, Message: "old"}},
		}},
	}
}

// failure is a result without samples.
func failure(run domain.RunID, iteration int) domain.IterationExecuted {
	r := result(run, iteration)
	r.Samples, r.Environments = nil, nil
	r.Failure = &domain.Failure{Class: domain.ClassCode, Message: "undefined variable", Output: "Notice: …", Attempts: 4}
	return r
}

// batch is the successful results from to to.
func batch(run domain.RunID, from, to int) []domain.IterationExecuted {
	var all []domain.IterationExecuted
	for n := from; n <= to; n++ {
		all = append(all, result(run, n))
	}
	return all
}

// random makes results that no worker would think of.
type random struct{ *rand.Rand }

func (r random) text() string {
	parts := []string{"", "a", "\x00", "\n", "'", `"`, "\\", "é", "日本", "🐘", "\u2028", "%", ";--", " ", "null"}
	text := ""
	for range r.IntN(5) {
		text += parts[r.IntN(len(parts))]
	}
	return text
}

// number is between the two, often at an edge.
func (r random) number(least, most int64) int64 {
	edges := []int64{least, most, 127, 128, 1 << 31, 1<<53 - 1, 1 << 53, 1<<53 + 1}
	if n := edges[r.IntN(len(edges))]; r.IntN(2) == 0 && n >= least && n <= most {
		return n
	}
	return least + r.Int64N(most-least+1)>>r.IntN(62)
}

func (r random) failure() domain.Failure {
	return domain.Failure{Class: domain.FailureClass(r.text()), Message: r.text(), Output: r.text(), Attempts: int(r.number(1, domain.MaxAttempts))}
}

func (r random) result(run domain.RunID, iteration int) domain.IterationExecuted {
	out := domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: run, Iteration: iteration,
		Entry: r.text(), Attempt: int(r.number(1, domain.MaxAttempts)), Worker: r.text(),
		Host: domain.Host{
			Key: r.text(), Name: r.text(), OS: r.text(), Arch: r.text(), Kernel: r.text(), CPUModel: r.text(),
			Cores: int(r.number(0, 1<<16)), MemoryGiB: int(r.number(0, 1<<20)), Virtualisation: r.text(),
		},
		Load: domain.Load{Load1: r.ExpFloat64() * float64(r.IntN(3)), Steal: r.Float64(), Stops: int(r.number(0, 1<<30))},
		Took: time.Duration(r.number(0, int64(24*time.Hour))),
	}
	if r.IntN(4) > 0 {
		out.Started = time.Unix(1<<30+r.Int64N(1<<32), r.Int64N(1e9)).UTC()
	}
	if r.IntN(4) == 0 {
		out.Failure = new(r.failure())
		return out
	}
	for variant := range r.IntN(3) {
		out.VariantFailures = append(out.VariantFailures, domain.VariantFailure{Variant: variant, Failure: r.failure()})
	}
	const day, manyHours, memory = int64(24 * time.Hour), int64(1000 * time.Hour), 1 << 50
	for position := range 1 + r.IntN(6) {
		s := domain.Sample{
			Variant: r.IntN(domain.MaxVariants), Position: position + 1,
			Revolutions: int(r.number(1, domain.MaxRevolutions)), Warmup: int(r.number(0, domain.MaxRevolutions)),
			Batch: time.Duration(r.number(1, int64(domain.MaxIterationTime))), BatchCPU: time.Duration(r.number(0, manyHours)),
			VoluntarySwitches: r.number(0, 1<<40), InvoluntarySwitches: r.number(0, 1<<40), Wall: time.Duration(r.number(0, day)),
			UserCPU: time.Duration(r.number(0, manyHours)), SystemCPU: time.Duration(r.number(0, manyHours)),
			PeakMemory: r.number(0, memory), RuntimePeakMemory: r.number(0, memory), Timer: r.text(),
		}
		if r.IntN(2) == 0 {
			s.Instructions, s.CountedRevolutions = r.number(1, 1<<53), int(r.number(1, domain.MaxRevolutions))
		}
		if r.IntN(2) == 0 {
			cpu := int(r.number(0, 1<<16))
			s.CPU = &cpu
		}
		for range r.IntN(3) {
			s.Notices = append(s.Notices, domain.Notice{Severity: fmt.Sprint("s", r.IntN(3)), Count: int(r.number(1, 1<<53)), Message: r.text()})
		}
		out.Samples = append(out.Samples, s)
	}
	return out
}

func runID(n int) domain.RunID { return domain.RunID(fmt.Sprintf("20260102-030405-%08x", n)) }
