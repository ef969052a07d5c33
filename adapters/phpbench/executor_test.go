package phpbench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

// TestExecutor lets the executor measure benchmarks of the suite, whose folder and
// bootstrap the setup enters here.
func TestExecutor(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "project")
	require.NoError(t, os.CopyFS(root, os.DirFS("testdata/suite")))
	s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: newest(t)})
	require.NoError(t, err)
	require.NotEmpty(t, s.Benchmarks)
	runtime := s.Benchmarks[0].Runtimes[0]
	executor, err := php.New(php.Config{Commands: map[domain.RuntimeName][]string{runtime: newest(t)}, TempDir: t.TempDir()})
	require.NoError(t, err)
	for _, b := range s.Benchmarks {
		require.NoError(t, executor.CheckSettings(b.With(nil)))
		b.Setup = fmt.Sprintf("\\chdir('%s');\nrequire_once '%s';\n", root, b.Bootstrap) + b.Setup
		b.Bootstrap, b.BeforeIteration, b.AfterIteration, b.Env = "", "", "", nil
		b.Revolutions = 10
		it := domain.Iteration{
			Run: "run", Number: 1, Variants: domain.NewEntry(b, runtime).Variants, Samples: 1, Seed: 1,
			TargetBatch: time.Millisecond, SampleTimeout: time.Minute, CPU: -1,
		}
		m, err := executor.Execute(context.Background(), it)
		require.NoError(t, err, b.Slug)
		require.NoError(t, m.Check(it), b.Slug)
		require.Empty(t, m.Failures, b.Slug)
		require.Len(t, m.Samples, 1, b.Slug)
	}
}
