package php

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// BenchmarkSample compares a sample that does next to nothing with the same PHP process
// started by hand. The difference is the overhead of the executor.
func BenchmarkSample(b *testing.B) {
	e, err := New(Config{RuntimesDirs: []string{filepath.Join("..", "..", ".runtimes")}, TempDir: b.TempDir()})
	require.NoError(b, err)
	found := e.Runtimes()
	require.NotEmpty(b, found)
	r := found[len(found)-1]
	it := domain.Iteration{
		Variants: domain.NewEntry(&domain.Benchmark{Slug: "nothing", Code: `$x = 1;`, Revolutions: 1}, r.Name).Variants,
		Samples:  1, SampleTimeout: time.Minute, CPU: -1,
	}
	b.Run("executor", func(b *testing.B) {
		for b.Loop() {
			_, err := e.Execute(context.Background(), it)
			require.NoError(b, err)
		}
	})
	b.Run("by-hand", func(b *testing.B) {
		script := filepath.Join(b.TempDir(), "nothing.php")
		require.NoError(b, os.WriteFile(script, []byte("<?php $x = 1;"), 0o600))
		args := append(append(r.Command[1:len(r.Command):len(r.Command)], e.cfg.arguments()...), script)
		for b.Loop() {
			require.NoError(b, exec.Command(r.Command[0], args...).Run())
		}
	})
}

// BenchmarkSampleInProject compares a sample that has a project's root as its own with one
// that has none.
func BenchmarkSampleInProject(b *testing.B) {
	tree := b.TempDir()
	for i := range 30 {
		require.NoError(b, os.WriteFile(filepath.Join(tree, fmt.Sprintf("file-%d.php", i)), []byte("<?php"), 0o444))
	}
	e, err := New(Config{RuntimesDirs: []string{filepath.Join("..", "..", ".runtimes")}, TempDir: b.TempDir(), Sources: &trees{folders: map[string]string{"1": tree}}})
	require.NoError(b, err)
	found := e.Runtimes()
	require.NotEmpty(b, found)
	for name, source := range map[string]domain.Source{"snippet": {}, "project": sourceOf("1")} {
		it := domain.Iteration{
			Variants: domain.NewEntry(&domain.Benchmark{Slug: "nothing", Code: `$x = 1;`, Revolutions: 1}, found[len(found)-1].Name).Variants,
			Samples:  1, SampleTimeout: time.Minute, CPU: -1,
		}
		it.Variants[0].Source = source
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := e.Execute(context.Background(), it)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkScript measures the splitting of the code, which happens once per iteration.
func BenchmarkScript(b *testing.B) {
	benchmark := &domain.Benchmark{Setup: `$a = range(1, 100);`, Code: "function f($x) { return \"{$x['k']}\"; }\nforeach ($a as $v) { f(['k' => $v]); }\n"}
	for b.Loop() {
		_, err := newScript(benchmark)
		require.NoError(b, err)
	}
}
