package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/project"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// revisionFlags choose the sources that a project's benchmarks run on.
type revisionFlags struct {
	projectFlags
	revisions        []string
	prepare, from    string
	include, exclude []string
	allowSecrets     bool
	// budgets are those of the suite, once it is read.
	budgets budgets
}

// Values of --bench-from.
const (
	fromHead = "head"
	fromBase = "base"
	fromEach = "each"
)

// workingTree stands for the working tree among revisions.
const workingTree = "."

func (r *revisionFlags) register(flags *pflag.FlagSet) {
	r.projectFlags.register(flags)
	flags.StringArrayVar(&r.revisions, "rev", nil, "revision of the project that is compared with the others, the first being the baseline: what git takes, A..B for two, merge-base:A, or . for the working tree; may be repeated (default: the working tree)")
	flags.Func("prepare", "`command` that is run in each revision before it is measured, or none (default: "+project.DefaultPrepare+", where there is a composer.json and no vendor/)", func(text string) error {
		r.prepare = cmp.Or(strings.TrimSpace(text), project.PrepareNone)
		return nil
	})
	flags.StringVar(&r.from, "bench-from", fromHead, "whose benchmarks are run: head for those of the last revision on all, base for those of the first on all, each for its own")
	flags.StringArrayVar(&r.exclude, "exclude", nil, "pattern of files of the project that are left out, such as docs/**; may be repeated")
	flags.StringArrayVar(&r.include, "include", nil, "pattern of files that are taken although they may hold secrets; may be repeated")
	flags.BoolVar(&r.allowSecrets, "allow-secrets", false, "take all files that may hold secrets, such as .env")
}

// used reports whether a project is measured, which is in the current folder if only
// revisions are named.
func (r *revisionFlags) used() bool {
	if r.dir == "" && len(r.revisions) > 0 {
		r.dir = "."
	}
	return r.dir != ""
}

func (r *revisionFlags) check() error {
	if !slices.Contains([]string{fromHead, fromBase, fromEach}, r.from) {
		return usagef("--bench-from is %q; it must be head, base or each", r.from)
	}
	return r.projectFlags.check()
}

// addProject adds what is measured of a project to the selection.
func (a *app) addProject(ctx context.Context, f *runFlags, w *target, args []string, selection *application.Selection) error {
	executor := w.executor
	if executor == nil {
		var err error
		if executor, err = f.executor(a.logger(), nil); err != nil { // which reads the suite
			return err
		}
	}
	php, err := reflecting(executor, selection.Runtimes)
	if err != nil {
		return err
	}
	runtimes := selection.Runtimes
	if len(runtimes) == 0 {
		available, err := w.available(ctx, a, nil)
		if err != nil {
			return err
		}
		runtimes = slices.Concat(available...)
		slices.Sort(runtimes)
		runtimes = slices.Compact(runtimes)
	}
	var bundles domain.Bundles
	if !f.dryRun {
		if bundles, err = f.sourceFlags.open(); err != nil {
			return err
		}
		if w.executor != nil {
			if _, err := w.sources.open(); err != nil {
				return err
			}
		}
	}
	return ofProject(ctx, a.measureProject(ctx, f, args, php, runtimes, bundles, selection))
}

// measureProject gets the states of the project, reads their benchmarks, chooses some, and
// puts the sources into the bundles; nil stores nothing.
func (a *app) measureProject(ctx context.Context, f *runFlags, args []string, php domain.Runtime, runtimes []domain.RuntimeName, bundles domain.Bundles, selection *application.Selection) (err error) {
	states, err := a.states(ctx, &f.revisionFlags, php)
	defer func() {
		for _, s := range states {
			err = errors.Join(err, s.Close())
		}
	}()
	if err != nil {
		return err
	}
	of := f.owner(states)
	for i := range states {
		if states[i].suite, err = f.projectFlags.read(ctx, states[i].Root, f.catalogFlags.dirs, php, runtimes); err != nil {
			if len(states) > 1 && f.from != fromEach && i != of {
				states[i].suite = &suite{Catalog: catalog.Of()} // it runs those of another one
				continue
			}
			return usagef("%s: %w", states[i].Source.Name, err)
		}
	}
	owner := states[of]
	for _, line := range owner.suite.summary() {
		fmt.Fprintf(a.stderr, "benchbus: %s\n", line)
	}
	if selection.Benchmarks, err = owner.suite.choose(&f.selectFlags, args); err != nil {
		return err
	}
	var files []string // of the benchmarks
	for _, d := range owner.suite.phpbench.Details {
		files = append(append(files, d.File), d.Parents...)
	}
	own := map[string]map[string]*domain.Benchmark{}
	for i, s := range states {
		if f.from != fromEach && s.Tree != owner.Tree {
			if err := s.Overlay(ctx, owner.Tree, owner.suite.phpbench.Paths, files); err != nil {
				return usage(err)
			}
		}
		source, err := a.bundled(ctx, s.Tree, bundles)
		if err != nil {
			return err
		}
		if same := slices.IndexFunc(selection.Sources, func(s domain.Source) bool { return s.Digest == source.Digest }); same >= 0 {
			fmt.Fprintf(a.stderr, "benchbus: %s and %s have the same files, so that no difference is to be found\n", selection.Sources[same].Name, source.Name)
		}
		selection.Sources = append(selection.Sources, source)
		own[source.Name] = map[string]*domain.Benchmark{}
		for _, b := range states[i].suite.All() {
			own[source.Name][b.Slug] = b
		}
	}
	a.tellMissing(states, owner)
	f.budgets = budgets{owner.suite.phpbench.Details, selection.Sources}
	if f.from == fromEach {
		selection.Has = func(b *domain.Benchmark, s domain.Source) bool { return reflect.DeepEqual(own[s.Name][b.Slug], b) }
	}
	return nil
}

// owner is the index of the state whose benchmarks are chosen from.
func (r *revisionFlags) owner(states []state) int {
	if r.from == fromBase {
		return 0
	}
	return len(states) - 1
}

// tellMissing says which benchmarks only other states have.
func (a *app) tellMissing(states []state, owner state) {
	has := func(s state, slug string) bool {
		return slices.ContainsFunc(s.suite.All(), func(b *domain.Benchmark) bool { return b.Slug == slug })
	}
	for _, s := range states {
		var only []string
		for _, b := range s.suite.All() {
			if !has(owner, b.Slug) {
				only = append(only, b.Name)
			}
		}
		if len(only) > 0 {
			fmt.Fprintf(a.stderr, "benchbus: left out, since only %s has them: %s\n", s.Source.Name, few(only))
		}
	}
}

// few lists at most three names, and says how many more there are.
func few(names []string) string {
	const most = 3
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}
