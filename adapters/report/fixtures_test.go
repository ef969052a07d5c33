package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// fixture describes a run; levels are nanoseconds per revolution, by slug and
// runtime.
type fixture struct {
	entries    []domain.Entry
	iterations int
	levels     map[string]float64
	scatter    float64
	change     func(*domain.IterationExecuted)
	empty      bool
}

func entry(slug, name, group string, runtimes ...domain.RuntimeName) domain.Entry {
	return domain.Entry{
		Benchmark: &domain.Benchmark{Slug: slug, Name: name, Category: "Fixtures", Group: group, Runtimes: runtimes, Code: "$x = 1;"},
		Runtimes:  runtimes,
	}
}

// many has too many comparisons for a sentence each.
func many() fixture {
	f := fixture{iterations: 8, scatter: 0.02, levels: map[string]float64{}}
	for i, runtimes := range [][]domain.RuntimeName{{"php84", "php82"}, {"php84", "php82"}, {"php84", "php82"}, {"php84"}, {"php84", "php82"}} {
		slug := fmt.Sprintf("member-%d", i)
		f.entries = append(f.entries, entry(slug, fmt.Sprintf("Member %d", 9-i), "members", runtimes...))
		f.levels[slug+"/php84"], f.levels[slug+"/php82"] = float64(100+200*i), float64(100+210*i)
	}
	return f
}

// fail makes the iteration a failure.
func fail(r *domain.IterationExecuted, class domain.FailureClass, message, output string, attempts int) {
	r.Samples, r.Failure = nil, &domain.Failure{Class: class, Message: message, Output: output, Attempts: attempts}
}

var fixtures = map[string]fixture{
	"one-cell": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 1234},
	},
	"three-runtimes": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84", "php82", "php74")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 812_000, "loop/php82": 815_000, "loop/php74": 1_107_000},
	},
	"group": {
		entries: []domain.Entry{
			entry("concat-dot", "Concatenate with a dot", "concat", "php84", "php82"),
			entry("concat-implode", "Concatenate with implode", "concat", "php84", "php82"),
			entry("concat-sprintf", "Concatenate with sprintf", "concat", "php84"),
			entry("alone", "In no group", "", "php84"),
		}, iterations: 10, scatter: 0.03,
		levels: map[string]float64{"concat-dot/php84": 95, "concat-dot/php82": 97, "concat-implode/php84": 140,
			"concat-implode/php82": 141, "concat-sprintf/php84": 98, "alone/php84": 2.5e9},
	},
	"many": many(),
	"few-samples": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84", "php82")}, iterations: 1,
		levels: map[string]float64{"loop/php84": 1000, "loop/php82": 1500},
	},
	"failures": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84"), entry("bad", "Bad", "", "php84")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 1000, "bad/php84": 1000},
		change: func(r *domain.IterationExecuted) {
			switch {
			case r.Benchmark == "bad":
				fail(r, domain.ClassCode, "the code ended with \"Call to undefined function f()\" | line 3",
					"starting\nPHP Fatal error:  Uncaught Error\r\n```\n<b>#0</b> {main}\x1b[31m\n", 1)
			case r.Iteration == 5:
				fail(r, domain.ClassTimeout, "no result within 1m0s", strings.Repeat("a line\n", 20), 4)
			}
		},
	},
	"empty": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84", "php82")}, iterations: 10, empty: true,
	},
	"outliers": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 999_960},
		change: func(r *domain.IterationExecuted) {
			if r.Iteration == 4 || r.Iteration == 7 {
				r.Samples[1].Batch *= 40
			}
			r.Host.Key = fmt.Sprint("host-key-", r.Iteration%2)
			r.Host.Name = fmt.Sprint("box-", r.Iteration%2)
			r.Load.Steal = 0.01 * float64(r.Iteration)
		},
	},
	"long-names": {
		entries: []domain.Entry{
			entry("a-very-long-slug-with-many-words-in-it-that-goes-on-and-on",
				"Sorting an array of one thousand integers in random order by quicksort written by hand",
				"sorting-an-array-of-one-thousand-integers-in-random-order", "php84", "a-runtime-with-a-name-that-is-longer-than-most-names"),
			entry("another", strings.Repeat("Unbroken", 12), "sorting-an-array-of-one-thousand-integers-in-random-order", "php84"),
		}, iterations: 6,
		levels: map[string]float64{"a-very-long-slug-with-many-words-in-it-that-goes-on-and-on/php84": 123_456_789,
			"a-very-long-slug-with-many-words-in-it-that-goes-on-and-on/a-runtime-with-a-name-that-is-longer-than-most-names": 987_654_321,
			"another/php84": 555_555_555},
	},
	"notices": {
		entries: []domain.Entry{entry("loop", "Loop", "", "php84", "php82")}, iterations: 4,
		levels: map[string]float64{"loop/php84": 1e6, "loop/php82": 1e6},
		change: func(r *domain.IterationExecuted) {
			for i := range r.Samples {
				if r.Samples[i].Runtime == "php84" {
					r.Samples[i].Notices = []domain.Notice{{Severity: "Deprecated", Count: 1111, Message: "old() is deprecated in code on line 1"}}
				}
			}
		},
	},
	"foreign-text": {
		entries: []domain.Entry{
			entry("formula", "=HYPERLINK(\"x\")|*bold*\n# <b>\x1b[2J\x1b]0;title\x07", "", "php84"),
			entry("wide", "配列の並べ替え ☕ é", "", "php84"),
			entry("same-1", "Same name", "", "php84"), entry("same-2", "Same  name\u202e", "", "php84"), entry("same-3", "Same name", "", "php84"),
		}, iterations: 2,
		levels: map[string]float64{"formula/php84": 0.4, "wide/php84": 1e3, "same-1/php84": 1e6, "same-2/php84": 1e9, "same-3/php84": 1e12},
		change: func(r *domain.IterationExecuted) { r.Host.Name, r.Host.CPUModel = "+box\t\x1b[1m", "`CPU` <model>" },
	},
}

var created = time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC)

// report makes the fixture's report, the same each time.
func (f fixture) report(t testing.TB) stats.Report {
	t.Helper()
	run, err := domain.NewRun("20261123-142501-0a3f9c2e", domain.Plan{Entries: f.entries, Iterations: f.iterations, Seed: 7}, created)
	require.NoError(t, err)
	if f.scatter == 0 {
		f.scatter = 0.01
	}
	random := rand.New(rand.NewPCG(1, 2))
	var results []domain.IterationExecuted
	for n := 1; n <= run.Plan.Total() && !f.empty; n++ {
		msg := run.Plan.Message(run.ID, n, "replies")
		result := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: n, Benchmark: msg.Benchmark.Slug,
			Attempt: 1, Worker: "worker-1", Started: created.Add(time.Duration(n) * time.Second), Load: domain.Load{Load1: 0.25},
			Host: domain.Host{Key: "k1", Name: "box", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "CPU 3000", Cores: 2, MemoryGiB: 4, Virtualisation: "kvm"}}
		for i, runtime := range domain.Schedule(msg.Seed, msg.Runtimes, msg.Samples) {
			level := f.levels[msg.Benchmark.Slug+"/"+string(runtime)]
			value := level * (1 + f.scatter*(random.Float64()+random.Float64()-1))
			revolutions := int(math.Ceil(1e8 / level))
			cpu := n % 2
			result.Samples = append(result.Samples, domain.Sample{Runtime: runtime, Position: i + 1, Revolutions: revolutions, Warmup: 10,
				Batch: time.Duration(value * float64(revolutions)), Wall: 2e8, UserCPU: 15e7, SystemCPU: 1e7, PeakMemory: 25_300_000 + int64(n)*4096,
				RuntimePeakMemory: 400_000, Timer: "hrtime", CPU: &cpu})
		}
		if f.change != nil {
			f.change(&result)
		}
		if result.Failure != nil {
			run.Failed++
		} else {
			run.Done++
		}
		run.Outstanding--
		results = append(results, result)
	}
	if run.Outstanding == 0 {
		run.State, run.Started, run.Finished = domain.StateCompleted, created.Add(time.Second), created.Add(time.Minute)
	}
	report, err := stats.Build(run, func(yield func(domain.IterationExecuted, error) bool) {
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return report
}
