package php

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// bench is an executor with its own folder for temporary files, and its log. It uses
// every PHP of this machine, and needs at least one.
type bench struct {
	*Executor
	temp     string
	log      *bytes.Buffer
	runtimes []domain.RuntimeName
}

func newBench(t *testing.T, cfg Config) *bench {
	t.Helper()
	b := &bench{temp: filepath.Join(t.TempDir(), "a[b]"), log: &bytes.Buffer{}} // which is no pattern
	require.NoError(t, os.Mkdir(b.temp, 0o700))
	cfg.TempDir = b.temp
	if cfg.RuntimesDirs == nil {
		cfg.RuntimesDirs = []string{filepath.Join("..", "..", ".runtimes")}
	}
	cfg.Logger = slog.New(slog.NewTextHandler(b.log, nil))
	executor, err := New(cfg)
	require.NoError(t, err)
	b.Executor = executor
	for _, r := range executor.Runtimes() {
		b.runtimes = append(b.runtimes, r.Name)
	}
	require.NotEmpty(t, b.runtimes, "these tests need PHP: put one on the PATH, or run scripts/php-runtime 8.4")
	// On every path, nothing may be left on disk.
	t.Cleanup(func() {
		left, err := os.ReadDir(b.temp)
		require.NoError(t, err)
		require.Empty(t, left, "files are left")
	})
	return b
}

// iteration asks for one sample of the code on each of the runtimes. Without runtimes it
// uses the newest.
func (b *bench) iteration(code string, runtimes ...domain.RuntimeName) domain.Iteration {
	if runtimes == nil {
		runtimes = b.runtimes[len(b.runtimes)-1:]
	}
	benchmark := &domain.Benchmark{Slug: "test", Name: "Test", Category: "Test", Runtimes: b.runtimes, Code: code, Revolutions: 3}
	return domain.Iteration{
		Run: "run", Number: 1, Variants: domain.NewEntry(benchmark, runtimes...).Variants, Samples: 1, Seed: 1,
		TargetBatch: 10 * time.Millisecond, SampleTimeout: time.Minute, CPU: -1,
	}
}

// benchmarkOf is the benchmark of an iteration that compares runtimes.
func benchmarkOf(it domain.Iteration) *domain.Benchmark { return it.Variants[0].Benchmark }

// eachRuntime runs a test on every PHP of this machine.
func (b *bench) eachRuntime(t *testing.T, test func(t *testing.T, name domain.RuntimeName)) {
	t.Helper()
	for _, name := range b.runtimes {
		t.Run(string(name), func(t *testing.T) { test(t, name) })
	}
}

// eachScope runs a test with the benchmark as it is, and with one that does the same and
// must run at global scope.
func eachScope(t *testing.T, benchmark domain.Benchmark, test func(t *testing.T, benchmark domain.Benchmark)) {
	t.Helper()
	t.Run("chosen", func(t *testing.T) { test(t, benchmark) })
	benchmark.Teardown += "\nif (false) { $GLOBALS; }"
	t.Run("global", func(t *testing.T) { test(t, benchmark) })
}

// failure executes the iteration and returns its error, which must have that class.
func (b *bench) failure(t *testing.T, it domain.Iteration, class domain.FailureClass) domain.Failure {
	t.Helper()
	m, err := b.Execute(context.Background(), it)
	require.Error(t, err)
	require.Empty(t, m.Samples)
	f := domain.FailureOf(err, 1)
	require.Equal(t, class, f.Class, f.Message)
	return f
}

// output executes code that must work, and returns what it wrote to the file
// that it finds in $out.
func (b *bench) output(t *testing.T, it domain.Iteration) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "out")
	it.Variants = domain.Entry{Variants: it.Variants}.Clone().Variants
	benchmarkOf(it).Setup = "$out = '" + file + "';\n" + benchmarkOf(it).Setup
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// allocated returns the number of bytes that this program has allocated since its start.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// replaceOnce replaces text that must be there.
func replaceOnce(t *testing.T, in, old, new string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(in, old))
	return strings.Replace(in, old, new, 1)
}

// lines counts the lines of a file.
func lines(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return strings.Count(string(text), "\n")
}
