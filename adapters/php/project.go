package php

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/benchbus/benchbus/domain"
)

// project is where the processes of a variant work. Its zero value is an empty folder for
// each of them.
type project struct {
	// tree has the files of the variant's source, read only. It is empty if there is none.
	tree string
	// shared is the one folder that all processes of the variant work in, if something
	// runs once an iteration. Otherwise it is empty, and each process has its own.
	shared string
}

// fill puts the project into the working folder of a process: a link to each file and
// folder of the tree. So the process has the project's root as its own, and what it writes
// there goes with it.
func (p project) fill(work string) error {
	if p.tree == "" {
		return nil
	}
	entries, err := os.ReadDir(p.tree)
	for _, e := range entries {
		if err == nil {
			err = os.Symlink(filepath.Join(p.tree, e.Name()), filepath.Join(work, e.Name()))
		}
	}
	return err
}

// settle finds the source of a variant, and makes the folder that its processes share, if
// they do. The folders stay until t.leave.
func (t *try) settle(ctx context.Context, v domain.Variant) (p project, err error) {
	if v.Source != (domain.Source{}) {
		if t.cfg.Sources == nil {
			return p, domain.Fail(domain.ClassPermanent, "this executor knows no sources")
		}
		tree, release, err := t.cfg.Sources.Tree(ctx, v.Source.Digest)
		if err != nil {
			return p, err
		}
		t.leaving = append(t.leaving, release)
		if p.tree, err = filepath.EvalSymlinks(tree); err != nil { // PHP names files by their real paths
			return p, t.cfg.folderFailed(err)
		}
	}
	if v.Benchmark.BeforeIteration == "" && v.Benchmark.AfterIteration == "" {
		return p, nil
	}
	dir, err := t.cfg.newWorkdir(nil, newNonce(), project{})
	if err != nil {
		return p, err
	}
	t.leaving = append(t.leaving, func() { t.discard(dir) })
	p.shared = dir.work
	if p.tree == "" {
		return p, nil
	}
	if err := os.CopyFS(p.shared, os.DirFS(p.tree)); err != nil { // which can be written to
		return p, t.cfg.folderFailed(err)
	}
	return p, nil
}

// leave gives back what settle took.
func (t *try) leave() {
	for _, leave := range t.leaving {
		leave()
	}
}

// ready executes what comes before the first sample, and finds the revolutions.
func (t *try) ready(ctx context.Context) error {
	if err := t.once(ctx, "before the iteration", func(b *domain.Benchmark) string { return b.BeforeIteration }); err != nil {
		return err
	}
	return t.calibrate(ctx)
}

// once executes code that runs once an iteration, for each variant that has it.
func (t *try) once(ctx context.Context, name string, of func(*domain.Benchmark) string) error {
	for i, v := range t.it.Variants {
		code := of(v.Benchmark)
		if t.failed[i] != nil || code == "" {
			continue
		}
		o := t.orders[i]
		o.revolutions, o.warmup = 1, 0
		var err error
		if o.script, err = newScript(&domain.Benchmark{Bootstrap: v.Benchmark.Bootstrap, Setup: code, Code: ";"}); err == nil {
			_, err = t.run(ctx, o)
		}
		var known *domain.ExecutionError
		if errors.As(err, &known) {
			err = &domain.ExecutionError{Class: known.Class, Output: known.Output, Err: domain.Fail(known.Class, "%s: %w", name, err)}
		}
		if err != nil {
			if err := t.fail(ctx, i, err); err != nil {
				return err
			}
		}
	}
	return nil
}
