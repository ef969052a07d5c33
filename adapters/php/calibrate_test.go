package php

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

func TestCalibration(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`usleep(100);`, b.runtimes...)
	it.Samples, benchmarkOf(it).Revolutions = 2, 0
	it.TargetBatch = 50 * time.Millisecond
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Len(t, m.Samples, 2*len(b.runtimes))
	n := m.Samples[0].Revolutions
	for _, s := range m.Samples {
		require.Equal(t, n, s.Revolutions, "one count for all runtimes")
		require.Equal(t, max(1, n/10), s.Warmup)
		require.Greater(t, s.Batch, it.TargetBatch/3)
		require.Less(t, s.Batch, 100*it.TargetBatch)
	}
}

func TestSlowCodeRunsOnce(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`usleep(30000);`)
	benchmarkOf(it).Revolutions = 0
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{m.Samples[0].Revolutions, m.Samples[0].Warmup})
}

// TestCalibrationIsShared executes the same iteration several times at once: the
// calibration, which is counted in its setup, happens once in each runtime.
func TestCalibrationIsShared(t *testing.T) {
	b := newBench(t, Config{})
	file := t.TempDir() + "/runs"
	it := b.iteration(`usleep(100);`)
	benchmarkOf(it).Revolutions = 0
	benchmarkOf(it).Setup = "file_put_contents('" + file + "', \"x\\n\", FILE_APPEND);"
	var all sync.WaitGroup
	counts := make([]int, 4)
	for i := range counts {
		all.Go(func() {
			if m, err := b.Execute(context.Background(), it); err == nil {
				counts[i] = m.Samples[0].Revolutions
			}
		})
	}
	all.Wait()
	for _, n := range counts {
		require.Positive(t, n)
		require.Equal(t, counts[0], n)
	}
	require.Equal(t, len(counts)+1, lines(t, file), "each its sample, and one calibration")

	other := *benchmarkOf(it)
	other.Code += " "
	it.Variants = domain.NewEntry(&other, it.Variants[0].Runtime).Variants
	_, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Equal(t, len(counts)+3, lines(t, file), "other code is another calibration")
}

// TestCalibrationThatFails: a failed calibration must not prevent others from trying.
func TestCalibrationThatFails(t *testing.T) {
	b := newBench(t, Config{})
	b.Runtimes()
	signal := t.TempDir() + "/go"
	it := b.iteration(`while (!file_exists('` + signal + `')) { clearstatcache(); }`)
	benchmarkOf(it).Revolutions = 0
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_, err := b.Execute(ctx, it)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Len(t, b.counts.of(it, []int{0}).busy, 1, "the next may try")
	require.NoError(t, os.WriteFile(signal, nil, 0o600))
	_, err = b.Execute(context.Background(), it)
	require.NoError(t, err)
}

// TestCalibrationsThatAreRemembered counts the processes that come as far as the
// setup, while a variant fails: for good, and in passing.
func TestCalibrationsThatAreRemembered(t *testing.T) {
	b := newBench(t, Config{})
	file := t.TempDir() + "/runs"
	begin := func(code string) domain.Iteration {
		it := b.compare(1, &domain.Benchmark{Slug: "a", Code: code})
		benchmarkOf(it).Setup = "file_put_contents('" + file + "', \"x\\n\", FILE_APPEND);"
		return it
	}
	it := begin(match)
	b.partial(t, it, domain.ClassCode, 0)
	require.Equal(t, 2, lines(t, file), "what compiles is calibrated and measured")
	b.partial(t, it, domain.ClassCode, 0)
	require.Equal(t, 3, lines(t, file), "what does not would not have changed the count")

	require.NoError(t, os.Remove(file))
	killed := t.TempDir() + "/killed"
	it = begin(`if (` + onOld + ` && !is_file('` + killed + `')) { touch('` + killed + `'); exec('kill -9 ' . getmypid()); }`)
	b.partial(t, it, domain.ClassKilled, 0)
	require.Equal(t, 3, lines(t, file), "one is killed, the other calibrated and measured")
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.Empty(t, m.Failures)
	require.Equal(t, 7, lines(t, file), "both are calibrated, and measured")
	require.Equal(t, m.Samples[0].Revolutions, m.Samples[1].Revolutions)
	_, err = b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.Equal(t, 9, lines(t, file), "now it is known")

	require.NoError(t, os.Remove(file))
	ready := t.TempDir() + "/ready"
	it = begin(`if (!is_file('` + ready + `')) { nope(); }`)
	b.failure(t, it, domain.ClassCode)
	require.Equal(t, 2, lines(t, file), "neither comes to an end")
	require.NoError(t, os.WriteFile(ready, nil, 0o600))
	_, err = b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.Equal(t, 6, lines(t, file), "of that nothing was remembered")
}

func TestWhatACalibrationDependsOn(t *testing.T) {
	var c calibrations
	of := func(change func(*domain.Iteration)) *calibration {
		entry := domain.NewEntry(&domain.Benchmark{Slug: "a", Setup: "s", Code: "c", Teardown: "t"}, "php84", "php74")
		it := domain.Iteration{Variants: entry.Variants, TargetBatch: time.Millisecond, SampleTimeout: time.Second, Number: 1, Seed: 1, Samples: 1}
		change(&it)
		var variants []int
		for i, v := range it.Variants {
			if v.Benchmark == benchmarkOf(it) {
				variants = append(variants, i)
			}
		}
		return c.of(it, variants)
	}
	second := func(it *domain.Iteration) *domain.Variant { return &it.Variants[1] }
	known := of(func(*domain.Iteration) {})
	for name, change := range map[string]func(*domain.Iteration){
		"the order of the runtimes": func(it *domain.Iteration) { slices.Reverse(it.Variants) },
		"other benchmarks": func(it *domain.Iteration) {
			it.Variants = slices.Insert(it.Variants, 1, domain.NewEntry(&domain.Benchmark{Slug: "b"}, "php82").Variants...)
		},
		"the iteration":    func(it *domain.Iteration) { it.Number, it.Seed = 2, 2 },
		"how many samples": func(it *domain.Iteration) { it.Samples = 9 },
		"the name":         func(it *domain.Iteration) { benchmarkOf(*it).Slug = "b" },
	} {
		require.Same(t, known, of(change), name)
	}
	found := map[*calibration]string{known: "what was there before"}
	for name, change := range map[string]func(*domain.Iteration){
		"the setup":         func(it *domain.Iteration) { benchmarkOf(*it).Setup = "" },
		"the code":          func(it *domain.Iteration) { benchmarkOf(*it).Code = "" },
		"the teardown":      func(it *domain.Iteration) { benchmarkOf(*it).Teardown = "" },
		"where setup ends":  func(it *domain.Iteration) { benchmarkOf(*it).Setup, benchmarkOf(*it).Code = "s c", "" },
		"where code begins": func(it *domain.Iteration) { benchmarkOf(*it).Setup, benchmarkOf(*it).Code = "s", "c " },
		"fewer runtimes":    func(it *domain.Iteration) { it.Variants = it.Variants[:1] },
		"other runtimes":    func(it *domain.Iteration) { second(it).Runtime = "php82" },
		"a setting":         func(it *domain.Iteration) { second(it).Settings = domain.Settings{{Name: "a", Value: "1"}} },
		"two settings": func(it *domain.Iteration) {
			second(it).Settings = domain.Settings{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}
		},
		"a value like both": func(it *domain.Iteration) { second(it).Settings = domain.Settings{{Name: "a", Value: "1 b=2"}} },
		"the source":        func(it *domain.Iteration) { second(it).Source = domain.Source{Digest: "1"} },
		"the target":        func(it *domain.Iteration) { it.TargetBatch++ },
		"the time-out":      func(it *domain.Iteration) { it.SampleTimeout++ },
	} {
		one := of(change)
		require.Empty(t, found[one], name)
		found[one] = name
	}
}

func TestCalibrationsAreBounded(t *testing.T) {
	var c calibrations
	it := domain.Iteration{Variants: domain.NewEntry(&domain.Benchmark{}, "php84").Variants}
	for n := range maxCalibrations {
		it.TargetBatch = time.Duration(n)
		c.of(it, []int{0})
	}
	require.Len(t, c.known, maxCalibrations)
	c.of(it, []int{0})
	require.Len(t, c.known, maxCalibrations, "it was known")
	it.TargetBatch++
	c.of(it, []int{0})
	require.Len(t, c.known, 1, "all is found anew")
}

func TestCount(t *testing.T) {
	check := func(fastest, slowest float64, want int) {
		t.Helper()
		it := domain.Iteration{TargetBatch: 100 * time.Millisecond, SampleTimeout: time.Second}
		require.Equal(t, want, count(it, fastest, slowest))
	}
	check(1000, 1000, 100_000)       // 100 ms in each
	check(1000, 4000, 100_000)       // the slower one takes longer
	check(1000, 100_000, 5000)       // but half of the time-out at most
	check(1e9, 1e9, 1)               // slower than the target
	check(0.01, 0.01, 1_000_000_000) // faster than anything
	check(1000, 1e12, 1)             // hopeless, but at least 1
}
