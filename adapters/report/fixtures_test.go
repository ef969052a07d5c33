package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// fixture describes a run. The levels are nanoseconds per revolution, by the key of the
// variant.
type fixture struct {
	benchmarks []*domain.Benchmark
	settings   []domain.Settings
	sources    []domain.Source
	plan       []domain.Entry // replaces the entries of the benchmarks
	baselines  []string
	iterations int
	levels     map[string]float64
	scatter    float64
	change     func(*domain.IterationExecuted)
	empty      bool
	// counts are the instructions of twenty revolutions, by the key of the variant; those of
	// a sample have as many uneven ones in addition as samples came before it.
	counts map[string]int64
	uneven map[string]int64
	clock  domain.Clock
}

func benchmark(slug, name, group string, runtimes ...domain.RuntimeName) *domain.Benchmark {
	return &domain.Benchmark{Slug: slug, Name: name, Category: "Fixtures", Group: group, Runtimes: runtimes, Code: "$x = 1;"}
}

// entries makes entries as the application does: one for each group and for each
// benchmark without a group, with members × runtimes × settings × sources.
func (f fixture) entries() (entries []domain.Entry) {
	if f.plan != nil {
		return f.plan
	}
	settings := f.settings
	if len(settings) == 0 {
		settings = []domain.Settings{nil}
	}
	sources := f.sources
	if len(sources) == 0 {
		sources = []domain.Source{{}}
	}
	groups := map[string]int{}
	for _, b := range f.benchmarks {
		at, ok := groups[b.Group]
		if !ok || b.Group == "" {
			at, entries = len(entries), append(entries, domain.Entry{})
			groups[b.Group] = at
		}
		e := &entries[at]
		for _, r := range b.Runtimes {
			for _, s := range settings {
				for _, source := range sources {
					e.Variants = append(e.Variants, domain.Variant{Benchmark: b, Runtime: r, Settings: s, Source: source})
				}
			}
		}
	}
	return entries
}

// key returns the key of a variant's level: slug, runtime, settings and source.
func key(v domain.Variant) string {
	return strings.TrimRight(fmt.Sprintf("%s/%s/%s/%s", v.Benchmark.Slug, v.Runtime, v.Settings, v.Source.Name), "/")
}

// many has too many comparisons for a sentence each.
func many() fixture {
	f := fixture{iterations: 8, scatter: 0.02, levels: map[string]float64{}}
	for i, runtimes := range [][]domain.RuntimeName{{"php84", "php82"}, {"php84", "php82"}, {"php84", "php82"}, {"php84"}, {"php84", "php82"}} {
		slug := fmt.Sprintf("member-%d", i)
		f.benchmarks = append(f.benchmarks, benchmark(slug, fmt.Sprintf("Member %d", 9-i), "members", runtimes...))
		f.levels[slug+"/php84"], f.levels[slug+"/php82"] = float64(100+200*i), float64(99+212*i)
	}
	return f
}

// fail makes the iteration a failure.
func fail(r *domain.IterationExecuted, class domain.FailureClass, message, output string, attempts int) {
	r.Samples, r.Failure = nil, &domain.Failure{Class: class, Message: message, Output: output, Attempts: attempts}
}

// failVariant makes one variant of the iteration a failure.
func failVariant(r *domain.IterationExecuted, variant int, class domain.FailureClass, message, output string, attempts int) {
	r.Samples = slices.DeleteFunc(r.Samples, func(s domain.Sample) bool { return s.Variant == variant })
	r.VariantFailures = append(r.VariantFailures, domain.VariantFailure{Variant: variant,
		Failure: domain.Failure{Class: class, Message: message, Output: output, Attempts: attempts}})
}

var fixtures = map[string]fixture{
	"one-cell": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 1234},
	},
	"three-runtimes": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82", "php74")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 812_000, "loop/php82": 815_000, "loop/php74": 1_107_000},
	},
	"group": {
		benchmarks: []*domain.Benchmark{
			benchmark("concat-dot", "Concatenate with a dot", "concat", "php84", "php82"),
			benchmark("concat-implode", "Concatenate with implode", "concat", "php84", "php82"),
			benchmark("concat-sprintf", "Concatenate with sprintf", "concat", "php84"),
			benchmark("alone", "In no group", "", "php84"),
		}, iterations: 10, scatter: 0.03,
		levels: map[string]float64{"concat-dot/php84": 95, "concat-dot/php82": 97, "concat-implode/php84": 140,
			"concat-implode/php82": 141, "concat-sprintf/php84": 97.6, "alone/php84": 2.5e9},
	},
	"many": many(),
	"few-samples": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82")}, iterations: 1,
		levels: map[string]float64{"loop/php84": 1000, "loop/php82": 1500},
	},
	"failures": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84"), benchmark("bad", "Bad", "", "php84")}, iterations: 10,
		levels: map[string]float64{"loop/php84": 1000, "bad/php84": 1000},
		change: func(r *domain.IterationExecuted) {
			switch {
			case r.Entry == "bad":
				fail(r, domain.ClassCode, "the code ended with \"Call to undefined function f()\" | line 3",
					"starting\nPHP Fatal error:  Uncaught Error\r\n```\n<b>#0</b> {main}\x1b[31m\n", 1)
			case r.Iteration == 5:
				fail(r, domain.ClassTimeout, "no result within 1m0s", strings.Repeat("a line\n", 20), 4)
			}
		},
	},
	"empty": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82")}, iterations: 10, empty: true,
	},
	"outliers": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84")}, iterations: 10,
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
		benchmarks: []*domain.Benchmark{
			benchmark("a-very-long-slug-with-many-words-in-it-that-goes-on-and-on",
				"Sorting an array of one thousand integers in random order by quicksort written by hand",
				"sorting-an-array-of-one-thousand-integers-in-random-order", "php84", "a-runtime-with-a-name-that-is-longer-than-most-names"),
			benchmark("another", strings.Repeat("Unbroken", 12), "sorting-an-array-of-one-thousand-integers-in-random-order", "php84"),
		}, iterations: 6,
		levels: map[string]float64{"a-very-long-slug-with-many-words-in-it-that-goes-on-and-on/php84": 123_456_789,
			"a-very-long-slug-with-many-words-in-it-that-goes-on-and-on/a-runtime-with-a-name-that-is-longer-than-most-names": 987_654_321,
			"another/php84": 555_555_555},
	},
	"notices": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82")}, iterations: 4,
		levels: map[string]float64{"loop/php84": 1e6, "loop/php82": 1e6},
		change: func(r *domain.IterationExecuted) {
			for i := range r.Samples {
				if r.Samples[i].Variant == 0 {
					r.Samples[i].Notices = []domain.Notice{{Severity: "Deprecated", Count: 1111, Message: "old() is deprecated in code on line 1"}}
				}
			}
		},
	},
	"settings": {
		benchmarks: []*domain.Benchmark{
			benchmark("sum-loop", "Sum with a loop", "sum", "php84", "php82"),
			benchmark("sum-array", "Sum with array_sum", "sum", "php84", "php82"),
		}, iterations: 10, settings: []domain.Settings{{{Name: "opcache.jit", Value: "off"}}, {{Name: "opcache.jit", Value: "tracing"}}},
		levels: map[string]float64{
			"sum-loop/php84/opcache.jit=off": 4000, "sum-loop/php84/opcache.jit=tracing": 1100,
			"sum-loop/php82/opcache.jit=off": 4200, "sum-loop/php82/opcache.jit=tracing": 1150,
			"sum-array/php84/opcache.jit=off": 640, "sum-array/php84/opcache.jit=tracing": 641,
			"sum-array/php82/opcache.jit=off": 655, "sum-array/php82/opcache.jit=tracing": 656,
		},
	},
	"sources": {
		benchmarks: []*domain.Benchmark{
			benchmark("hash.md5", "HashBench::benchMd5", "", "php84", "php82"), benchmark("hash.sha", "HashBench::benchSha", "", "php84", "php82"),
			benchmark("map.set.small", "MapBench::benchSet (small)", "", "php84", "php82"), benchmark("map.set.large", "MapBench::benchSet (large)", "", "php84", "php82"),
		},
		sources: []domain.Source{
			{Name: "main", Digest: sourceDigest, Revision: strings.Repeat("ab", 20)}, {Name: "HEAD", Digest: sourceDigest, Revision: strings.Repeat("cd", 20)},
		},
		baselines: []string{"main"}, iterations: 10,
		levels: map[string]float64{
			"hash.md5/php84//main": 1000, "hash.md5/php84//HEAD": 1080, "hash.md5/php82//main": 1100, "hash.md5/php82//HEAD": 1180,
			"hash.sha/php84//main": 2000, "hash.sha/php84//HEAD": 2001, "hash.sha/php82//main": 2200, "hash.sha/php82//HEAD": 2201,
			"map.set.small/php84//main": 300, "map.set.small/php84//HEAD": 250, "map.set.small/php82//main": 330, "map.set.small/php82//HEAD": 275,
			"map.set.large/php84//main": 30_000, "map.set.large/php84//HEAD": 36_000, "map.set.large/php82//main": 33_000, "map.set.large/php82//HEAD": 33_100,
		},
	},
	// The second benchmark does not have the baseline.
	"baseline": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82", "php74"), benchmark("match", "Match", "", "php84", "php82")},
		baselines:  []string{"php74"}, iterations: 10,
		levels: map[string]float64{"loop/php84": 812_000, "loop/php82": 950_000, "loop/php74": 951_000, "match/php84": 5000, "match/php82": 5500},
	},
	// One runtime has no samples, another lacks one iteration.
	"variant-fails": {
		benchmarks: []*domain.Benchmark{benchmark("match", "Match", "", "php84", "php82", "php74")}, iterations: 10,
		levels: map[string]float64{"match/php84": 5000, "match/php82": 5500, "match/php74": 6000},
		change: func(r *domain.IterationExecuted) {
			if r.Iteration == 3 {
				failVariant(r, 1, domain.ClassTimeout, "no result within 1m0s", "", 4)
			}
			failVariant(r, 2, domain.ClassCode, "the code ended with \"syntax error, unexpected token =>\"", "PHP Parse error:  syntax error in code on line 1\n", 1)
		},
	},
	"environments": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82")}, iterations: 4,
		levels: map[string]float64{"loop/php84": 1e6, "loop/php82": 1e6},
		change: func(r *domain.IterationExecuted) {
			of := func(version, more string) domain.Environment {
				e := domain.Environment{{Name: "build", Value: "NTS"}, {Name: "ini", Value: "/etc/php.ini"}, {Name: "jit", Value: "off"}, {Name: "opcache", Value: "on"}}
				if more != "" {
					e = append(e, domain.Setting{Name: domain.SlowedBy, Value: more})
				}
				return append(e, domain.Setting{Name: "version", Value: version})
			}
			r.Environments = []domain.Environment{of("8.4."+fmt.Sprint(r.Iteration%2), ""), of("8.2.9", "xdebug pcov")}
		},
	},
	"scopes": {
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84"), benchmark("globals", "Globals", "", "php84")}, iterations: 8,
		levels: map[string]float64{"loop/php84": 1000, "globals/php84": 2000},
		change: func(r *domain.IterationExecuted) {
			scope := map[string]string{"loop": "function", "globals": "global"}[r.Entry]
			r.Environments = []domain.Environment{{{Name: "scope", Value: scope}, {Name: "version", Value: "8.4.1"}}}
		},
	},
	"clocks": { // a busy machine, code that waits, and an executor that knows no CPU time
		benchmarks: []*domain.Benchmark{
			benchmark("loop", "Loop", "", "php84", "php82"), benchmark("sleep", "Sleep", "", "php84", "php82"), benchmark("go", "In Go", "", "go"),
		}, iterations: 8,
		levels: map[string]float64{"loop/php84": 2e3, "loop/php82": 2.1e3, "sleep/php84": 1e6, "sleep/php82": 1e6, "go/go": 50},
		change: func(r *domain.IterationExecuted) {
			for i := range r.Samples {
				s := &r.Samples[i]
				switch r.Entry {
				case "loop":
					s.Batch *= time.Duration(2 + (i+r.Iteration)%3)
					s.InvoluntarySwitches = 40
				case "sleep":
					s.VoluntarySwitches, s.BatchCPU = 100, s.Batch/50
				default:
					s.BatchCPU = 0
				}
				s.SubBatches = []domain.SubBatch{{Wall: s.Batch / 2, CPU: s.BatchCPU / 2}, {Wall: s.Batch - s.Batch/2, CPU: s.BatchCPU - s.BatchCPU/2}}
			}
		},
	},
	"instructions":       counted(""),
	"instructions-first": counted(domain.ClockInstructions),
	"hosts": { // two kinds of machine, of which the second takes longer on php82 alone
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82")}, iterations: 12,
		levels: map[string]float64{"loop/php84": 2e3, "loop/php82": 2.2e3},
		change: func(r *domain.IterationExecuted) {
			if r.Iteration%2 == 0 {
				r.Host.Key, r.Host.Name = "k2", "attic"
				for i := range r.Samples {
					if s := &r.Samples[i]; s.Variant == 1 {
						s.Batch, s.BatchCPU = s.Batch*5/4, s.BatchCPU*5/4
					}
				}
			}
		},
	},
	"foreign-text": {
		benchmarks: []*domain.Benchmark{
			benchmark("formula", "=HYPERLINK(\"x\")|*bold*\n# <b>\x1b[2J\x1b]0;title\x07", "", "php84"),
			benchmark("wide", "配列の並べ替え ☕ é", "", "php84"),
			benchmark("same-1", "Same name", "", "php84"), benchmark("same-2", "Same  name\u202e", "", "php84"), benchmark("same-3", "Same name", "", "php84"),
		}, iterations: 2,
		levels: map[string]float64{"formula/php84": 0.4, "wide/php84": 1e3, "same-1/php84": 1e6, "same-2/php84": 1e9, "same-3/php84": 1e12},
		change: func(r *domain.IterationExecuted) { r.Host.Name, r.Host.CPUModel = "+box\t\x1b[1m", "`CPU` <model>" },
	},
}

// counted is a run in which more work takes the same time, another member varies, and one
// is faster with more work.
func counted(clock domain.Clock) fixture {
	return fixture{
		clock: clock, iterations: 10,
		benchmarks: []*domain.Benchmark{benchmark("loop", "Loop", "", "php84", "php82", "php74")},
		levels:     map[string]float64{"loop/php84": 2e3, "loop/php82": 2.01e3, "loop/php74": 2.5e3},
		counts:     map[string]int64{"loop/php84": 20 * 118_089, "loop/php82": 20 * 131_078, "loop/php74": 20 * 99_000},
		uneven:     map[string]int64{"loop/php74": 1234},
	}
}

var created = time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC)

// report makes the fixture's report. It is the same each time.
func (f fixture) report(t testing.TB) stats.Report {
	t.Helper()
	run, err := domain.NewRun("20261123-142501-0a3f9c2e", domain.Plan{Entries: f.entries(), Iterations: f.iterations, CountInstructions: f.counts != nil, Seed: 7}, created)
	require.NoError(t, err)
	if f.scatter == 0 {
		f.scatter = 0.01
	}
	random := rand.New(rand.NewPCG(1, 2))
	var results []domain.IterationExecuted
	for n := 1; n <= run.Plan.Total() && !f.empty; n++ {
		msg := run.Plan.Message(run.ID, n, "replies")
		result := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: n, Entry: msg.Entry.Name(),
			Attempt: 1, Worker: "worker-1", Started: created.Add(time.Duration(n) * time.Second), Load: domain.Load{Load1: 0.25},
			Host: domain.Host{Key: "k1", Name: "box", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "CPU 3000", Cores: 2, MemoryGiB: 4, Virtualisation: "kvm"}}
		for i, variant := range msg.Work().Order() {
			level := f.levels[key(msg.Entry.Variants[variant])]
			value := level * (1 + f.scatter*(random.Float64()+random.Float64()-1))
			revolutions := int(math.Ceil(1e8 / level))
			cpu := n % 2
			result.Samples = append(result.Samples, domain.Sample{Variant: variant, Position: i + 1, Revolutions: revolutions, Warmup: 10,
				Batch: time.Duration(value * float64(revolutions)), BatchCPU: time.Duration(value * float64(revolutions)), Wall: 2e8, UserCPU: 15e7, SystemCPU: 1e7, PeakMemory: 25_300_000 + int64(n)*4096,
				RuntimePeakMemory: 400_000, Timer: "hrtime", CPU: &cpu})
		}
		for i := range result.Samples {
			s := &result.Samples[i]
			if name := key(msg.Entry.Variants[s.Variant]); f.counts[name] > 0 {
				s.Instructions, s.CountedRevolutions = f.counts[name]+f.uneven[name]*int64(i), 20
			}
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
	}, stats.Options{Baselines: f.baselines, Clock: f.clock})
	require.NoError(t, err)
	return report
}
