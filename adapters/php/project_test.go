package php

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// trees has folders by the first digit of their digests, and counts those in use.
type trees struct {
	folders map[string]string
	inUse   int
}

func (s *trees) Tree(_ context.Context, d domain.Digest) (string, func(), error) {
	folder, ok := s.folders[d.Hex()[:1]]
	if !ok {
		return "", nil, domain.Fail(domain.ClassSource, "%w", domain.ErrNoBundle)
	}
	s.inUse++
	return folder, func() { s.inUse-- }, nil
}

// sourceOf returns a source whose digest has that digit.
func sourceOf(digit string) domain.Source {
	return domain.Source{Name: "source-" + digit, Digest: "sha256:" + domain.Digest(strings.Repeat(digit, 64))}
}

// newTrees makes two trees of the same library, of which each says its own name.
func newTrees(t *testing.T) *trees {
	s := &trees{folders: map[string]string{}}
	for _, digit := range []string{"1", "2"} {
		s.folders[digit] = filepath.Join(t.TempDir(), "tree of", digit)
		for name, text := range map[string]string{
			"vendor/autoload.php": `<?php $here = 1; chdir("/"); echo $undefined; spl_autoload_register(function ($class) { require dirname(__DIR__) . "/src/$class.php"; });`,
			"src/Library.php":     `<?php class Library { static function name() { return '` + digit + `'; } static function complain() { echo $nothing; } }`,
			"data.txt":            "data " + digit,
			".hidden":             "hidden",
		} {
			file := filepath.Join(s.folders[digit], name)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, []byte(text), 0o444))
		}
	}
	t.Cleanup(func() { require.Zero(t, s.inUse, "a tree was not released") })
	return s
}

// inProject asks for one sample of the code, which finds the project's root as its own.
func (b *bench) inProject(code string, digits ...string) domain.Iteration {
	it := b.iteration(code)
	v := it.Variants[0]
	v.Benchmark.Bootstrap, v.Benchmark.Revolutions = "vendor/autoload.php", 1
	it.Variants = nil
	for _, digit := range digits {
		v.Source = sourceOf(digit)
		it.Variants = append(it.Variants, v)
	}
	return it
}

func TestAProject(t *testing.T) {
	sources := newTrees(t)
	b := newBench(t, Config{Sources: sources})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.inProject(`file_put_contents($out, implode('|', array(Library::name(), getenv('APP'), file_get_contents('data.txt'),
			file_get_contents(__DIR__ . '/data.txt'), (require 'four.php') + 0, implode(',', array_diff(scandir('.'), array('.', '..'))), isset($here) ? 'leaks' : 'apart')) . "\n", FILE_APPEND);`, "1", "2")
		for i := range it.Variants {
			it.Variants[i].Runtime = name
		}
		benchmarkOf(it).Setup = `file_put_contents('four.php', '<?php return 4;');`
		benchmarkOf(it).Env = map[string]string{"APP": "bench mark"}
		benchmarkOf(it).Warmup = new(0)
		got := strings.Split(strings.TrimSpace(b.output(t, it)), "\n")
		files := "|4|.benchbus.php,.hidden,data.txt,four.php,src,vendor|apart"
		require.ElementsMatch(t, []string{"1|bench mark|data 1|data 1" + files, "2|bench mark|data 2|data 2" + files}, got)
	})
	for _, folder := range sources.folders {
		require.NoFileExists(t, filepath.Join(folder, "four.php"), "what the code writes goes with its process")
	}
}

// What PHP complains of in the bootstrap is the project's, and no notice of the benchmark.
func TestWhatPHPComplainsOfInAProject(t *testing.T) {
	b := newBench(t, Config{Sources: newTrees(t)})
	it := b.inProject(`Library::complain();`, "1")
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.Len(t, m.Samples[0].Notices, 1)
	require.Contains(t, m.Samples[0].Notices[0].Message, "nothing in src/Library.php on line 1", "files are named as in the project")
}

func TestWhatRunsOnceAnIteration(t *testing.T) {
	sources := newTrees(t)
	b := newBench(t, Config{Sources: sources})
	it := b.inProject(`file_put_contents($out, file_get_contents('data.txt') . file_get_contents(__DIR__ . '/src/made.txt') . "\n", FILE_APPEND);`, "1", "2")
	benchmarkOf(it).Warmup, it.Samples = new(0), 2
	benchmarkOf(it).BeforeIteration = `file_put_contents('data.txt', 'new ' . Library::name()); file_put_contents('src/made.txt', (int) @file_get_contents('src/made.txt') + 1);`
	last := filepath.Join(t.TempDir(), "last")
	benchmarkOf(it).AfterIteration = `file_put_contents('` + last + `', file_get_contents('src/made.txt') . Library::name(), FILE_APPEND);`
	got := strings.Split(strings.TrimSpace(b.output(t, it)), "\n")
	require.ElementsMatch(t, []string{"new 11", "new 11", "new 21", "new 21"}, got)
	text, err := os.ReadFile(last)
	require.NoError(t, err)
	require.Equal(t, "1112", string(text), "once for each variant")
	for digit, folder := range sources.folders {
		text, err := os.ReadFile(filepath.Join(folder, "data.txt"))
		require.NoError(t, err)
		require.Equal(t, "data "+digit, string(text), "the tree itself stays as it is")
		require.NoFileExists(t, filepath.Join(folder, "src", "made.txt"))
	}
}

func TestProjectsThatFail(t *testing.T) {
	b := newBench(t, Config{Sources: newTrees(t)})
	fails := func(class domain.FailureClass, want string, change func(*domain.Benchmark)) {
		t.Helper()
		it := b.inProject(`Library::name();`, "1")
		change(benchmarkOf(it))
		require.Contains(t, b.failure(t, it, class).Message, want)
	}
	fails(domain.ClassCode, "in the bootstrap: ", func(b *domain.Benchmark) { b.Bootstrap = "vendor/none.php" })
	fails(domain.ClassCode, "in the bootstrap: ", func(b *domain.Benchmark) { b.Bootstrap = "it's a \\ file.php" })
	fails(domain.ClassCode, "before the iteration: ", func(b *domain.Benchmark) { b.BeforeIteration = "throw new Exception('too early');" })
	fails(domain.ClassCode, "too late", func(b *domain.Benchmark) { b.AfterIteration = "throw new Exception('too late');" })

	it := b.inProject(`Library::name();`, "3")
	require.Equal(t, "there is no such bundle", b.failure(t, it, domain.ClassSource).Message)
	it = b.inProject(`Library::name();`, "1", "3")
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.Len(t, m.Samples, 1, "the other source is measured")
	require.Equal(t, domain.ClassSource, m.Failures[0].Class)
}
