package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

// choose returns the benchmarks of the suite that the arguments and flags choose.
func (s *suite) choose(f *selectFlags, args []string) ([]*domain.Benchmark, error) {
	selection := f.Selection
	selection.Names = slices.Concat(args, f.Names)
	selection.More = s.more
	found, err := s.Select(selection)
	if missing := new(catalog.NotFoundError); errors.As(err, &missing) && len(missing.Suggestions) == 0 && len(s.phpbench.Benchmarks) > 0 {
		return nil, usagef("the project has no benchmark %q; it has %s", missing.Name, few(s.titles()))
	}
	if err != nil {
		return nil, usage(err)
	}
	return found, nil
}

// more returns what people call a subject of a phpbench suite beside its slug and its name:
// its class, with or without its namespace, and its method; and its groups.
func (s *suite) more(b *domain.Benchmark) (names, groups []string) {
	d, ok := s.phpbench.Details[b.Slug]
	if !ok {
		return nil, nil
	}
	class := shortClass(d.Class)
	return []string{class, d.Class, d.Method, class + "::" + d.Method, d.Class + "::" + d.Method}, d.Groups
}

func shortClass(class string) string { return class[strings.LastIndex(class, "\\")+1:] }

// titles lists the classes of a suite, and the benchmarks that are not part of it, each once.
func (s *suite) titles() (titles []string) {
	for _, b := range s.All() {
		title := b.Slug
		if d, ok := s.phpbench.Details[b.Slug]; ok {
			title = shortClass(d.Class)
		}
		if !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return titles
}

// groups lists what --group selects the benchmark by.
func (s *suite) groups(b *domain.Benchmark) string {
	_, groups := s.more(b)
	if b.Group != "" {
		groups = append([]string{b.Group}, groups...)
	}
	return strings.Join(groups, " ")
}
