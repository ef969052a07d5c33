package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

// projectFlags choose a project whose benchmarks are used in place of the built-in ones.
type projectFlags struct {
	dir, config, revolutions, compare string
	paths                             []string
}

func (p *projectFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&p.dir, "project", "", "folder of a project: its phpbench suite, and its benchbus.yaml or benchmarks/*.yaml, in place of the built-in benchmarks")
	flags.StringVar(&p.config, "phpbench-config", "", "configuration of the suite, relative to the project (default: phpbench.json or phpbench.json.dist, there or in config/)")
	flags.StringArrayVar(&p.paths, "phpbench-path", nil, "file or folder of the suite's benchmarks, relative to the project, such as tests/Benchmark; may be repeated (default: those of its configuration)")
	flags.StringVar(&p.revolutions, "revs", string(phpbench.Calibrated), "revolutions of a suite's subjects: calibrated, or suite for its own")
	flags.StringVar(&p.compare, "compare", string(phpbench.CompareNone), "which subjects of a suite are compared with each other: none, class for those of a class, group for those of a class and group")
}

// check refuses what no suite can be read with.
func (p *projectFlags) check() error {
	for _, flag := range []struct {
		name, value string
		allowed     []string
	}{
		{"revs", p.revolutions, []string{string(phpbench.Calibrated), string(phpbench.SuiteRevolutions)}},
		{"compare", p.compare, []string{string(phpbench.CompareNone), string(phpbench.CompareClass), string(phpbench.CompareGroup)}},
	} {
		if !slices.Contains(flag.allowed, flag.value) {
			return usagef("--%s is %q; it must be %s", flag.name, flag.value, strings.Join(flag.allowed, " or "))
		}
	}
	return nil
}

// readFlags are what commands need that show benchmarks and execute none.
type readFlags struct {
	projectFlags
	phpFlags
	runtimes []string
}

func (r *readFlags) register(flags *pflag.FlagSet) {
	r.projectFlags.register(flags)
	namesFlag(flags, &r.runtimes, "php-version", "PHP that reads the suite of --project (default: the newest that is here)")
	r.phpFlags.register(flags)
}

// read returns the benchmarks of the project, or else of the catalogue.
func (a *app) read(r *readFlags, c *catalogFlags) (*suite, error) {
	if r.dir == "" {
		all, err := c.load()
		return &suite{Catalog: all}, err
	}
	if err := r.projectFlags.check(); err != nil {
		return nil, err
	}
	wanted, err := runtimeNames(r.runtimes)
	if err != nil {
		return nil, err
	}
	executor, err := r.executor(a.logger(), nil)
	if err != nil {
		return nil, err
	}
	php, err := reflecting(executor, wanted)
	if err != nil {
		return nil, err
	}
	found, err := r.projectFlags.read(a.stop.drain, r.dir, c.dirs, php, wanted)
	return found, ofProject(a.stop.drain, err)
}

// suite is what a project or the catalogue has of benchmarks.
type suite struct {
	*catalog.Catalog
	// root is the project's folder. It is empty for the catalogue.
	root string
	// phpbench is the project's phpbench suite. It is empty if there is none.
	phpbench phpbench.Suite
}

// read reads the benchmarks of the project in the folder, and those of the folders with
// definitions. PHP reflects on the suite, and its benchmarks get the runtimes; without any,
// that of PHP.
func (p *projectFlags) read(ctx context.Context, root string, catalogs []string, php domain.Runtime, runtimes []domain.RuntimeName) (*suite, error) {
	found := &suite{Catalog: catalog.Of(), root: p.dir}
	files, err := definitionsIn(root)
	if err != nil {
		return nil, err
	}
	files = append(files, catalogs...)
	for _, file := range files {
		more, err := catalog.Load(file)
		if err != nil {
			return nil, usage(err)
		}
		found.Catalog = found.Merge(more)
	}
	if !p.hasSuite(root, len(files)) {
		return found, nil
	}
	var paths []string
	for _, p := range p.paths {
		paths = append(paths, filepath.ToSlash(filepath.Clean(p))) // as the shell completes it, with a slash at its end
	}
	read, err := phpbench.Read(ctx, root, phpbench.Config{
		PHP: php.Command, Runtimes: runtimes, File: p.config, Paths: paths, Revolutions: phpbench.RevolutionsMode(p.revolutions), Compare: phpbench.Compare(p.compare),
	})
	if above := suiteAbove(p.dir); errors.Is(err, phpbench.ErrNoPath) && above != "" {
		return nil, usagef("%s has no suite, but %s above it has one; name that folder with --project", p.dir, above)
	} else if errors.Is(err, phpbench.ErrNoPath) {
		return nil, usagef("%w with --phpbench-path, such as --phpbench-path tests/Benchmark", err)
	} else if err != nil {
		return nil, usage(err)
	}
	found.phpbench, found.Catalog = *read, found.Merge(catalog.Of(read.Benchmarks...))
	return found, nil
}

// hasSuite reports whether a phpbench suite is wanted of the folder: by a flag, by its
// configuration, or because there is nothing else.
func (p *projectFlags) hasSuite(root string, definitions int) bool {
	return definitions == 0 || p.config != "" || len(p.paths) > 0 || phpbench.Configured(root)
}

// definitionsIn returns the files and folders of a project that may hold definitions.
func definitionsIn(root string) (found []string, err error) {
	switch info, err := os.Stat(root); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("the project %s does not exist; name the folder that holds its files", root)
	case err != nil:
		return nil, usagef("the project cannot be read: %w", err)
	case !info.IsDir():
		return nil, usagef("%s is a file; name the folder that it is in", root)
	}
	for _, name := range []string{"benchbus.yaml", "benchbus.yml"} {
		if _, err := os.Stat(filepath.Join(root, name)); err == nil {
			found = append(found, filepath.Join(root, name))
		}
	}
	folder := filepath.Join(root, "benchmarks")
	_ = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)) {
			found = append(found, folder)
			return fs.SkipAll
		}
		return nil
	})
	return found, nil
}

// suiteAbove returns the nearest folder above that has the configuration of a suite, or ""
// if there is none.
func suiteAbove(root string) string {
	full, err := filepath.Abs(root)
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(full); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if phpbench.Configured(dir) {
			return dir
		}
	}
	return ""
}

// describe adds what a phpbench suite says of a benchmark.
func (s *suite) describe(b *domain.Benchmark, add func(name, value string)) {
	d, ok := s.phpbench.Details[b.Slug]
	if !ok {
		return
	}
	add("file", d.File)
	add("subject", d.Class+"::"+d.Method)
	add("parameter set", d.Set)
	add("groups", strings.Join(d.Groups, " "))
	for _, assertion := range d.Assertions {
		add("assertion", assertion.Text)
	}
}

// summary says what was read of the suite and cannot be used, in a line each.
func (s *suite) summary() (lines []string) {
	const most = 3
	for _, r := range s.phpbench.Refused[:min(most, len(s.phpbench.Refused))] {
		lines = append(lines, fmt.Sprintf("left out: %s: %s", r.Where, r.Reason))
	}
	if more := len(s.phpbench.Refused) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("left out: %d more; `benchbus validate --project` lists all", more))
	}
	if n := len(s.phpbench.Notes); n > 0 {
		lines = append(lines, fmt.Sprintf("%s on the suite, such as %s; `benchbus validate --project` lists all", count(n, "note"), noted(s.phpbench.Notes[n-1])))
	}
	return lines
}

// noted says what a note of a suite says.
func noted(n phpbench.Note) string {
	text := n.Where + ": " + strings.TrimPrefix(n.Text, n.Where+": ")
	if n.Count > 1 {
		text += fmt.Sprintf(" (%d times)", n.Count)
	}
	return text
}

// reflecting returns the PHP that reads suites: the newest of the wanted runtimes that is
// here, or else the newest that is. An older one may not know attributes, or be too old for
// what composer has installed.
func reflecting(executor *php.Executor, wanted []domain.RuntimeName) (domain.Runtime, error) {
	found := executor.Runtimes()
	if len(found) == 0 {
		return domain.Runtime{}, noPHP()
	}
	for _, r := range slices.Backward(found) {
		if slices.Contains(wanted, r.Name) {
			return r, nil
		}
	}
	return found[len(found)-1], nil
}
