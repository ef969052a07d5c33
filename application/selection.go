package application

import (
	"fmt"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Selection says what a run compares.
type Selection struct {
	// Benchmarks are the benchmarks to run. Those of the same group are compared with
	// each other. Required.
	Benchmarks []*domain.Benchmark
	// Runtimes are the wanted runtimes. Defaults to all that a benchmark supports.
	Runtimes []domain.RuntimeName
	// Settings are the settings to compare with each other. Each is laid over the
	// benchmark's own. Defaults to the benchmark's own alone.
	Settings []domain.Settings
	// Sources are the sources to compare with each other. Defaults to none.
	Sources []domain.Source
	// Has reports whether a source has the benchmark. Defaults to all having it.
	Has func(b *domain.Benchmark, s domain.Source) bool
	// Available holds the runtimes of each worker. Required.
	Available [][]domain.RuntimeName
}

// Skip is a pair of benchmark and runtime that is not run, with the reason, or one of
// benchmark and source.
type Skip struct {
	Benchmark string
	// Runtime is empty if the source is the reason.
	Runtime domain.RuntimeName
	// Source is the name of a source that does not have the benchmark.
	Source string
	// Unsupported is true if the benchmark does not name the runtime. Otherwise no
	// worker has the runtime.
	Unsupported bool
}

func (s Skip) String() string {
	if s.Source != "" {
		return fmt.Sprintf("%s is not in %s", s.Benchmark, s.Source)
	}
	if s.Unsupported {
		return fmt.Sprintf("%s does not support %s", s.Benchmark, s.Runtime)
	}
	return fmt.Sprintf("%s on %s: the runtime is not here", s.Benchmark, s.Runtime)
}

// Entries makes one entry of each group, and of each benchmark that has none. Its
// variants are members × runtimes × settings × sources. skipped holds every pair that is not
// in the entries. Entries splits an entry if no worker has all of
// its runtimes, or if it has too many variants for one iteration. In the latter case
// each part contains the first member.
func (s Selection) Entries() (entries []domain.Entry, skipped []Skip) {
	var order []string
	members := map[string][][]domain.Variant{}
	for _, b := range s.Benchmarks {
		variants, left := s.variants(b)
		skipped = append(skipped, left...)
		if len(variants) == 0 {
			continue
		}
		key := "group " + b.Group
		if b.Group == "" {
			key = "benchmark " + b.Slug
		}
		if members[key] == nil {
			order = append(order, key)
		}
		members[key] = append(members[key], variants)
	}
	for _, key := range order {
		for _, part := range s.byWorker(members[key]) {
			entries = append(entries, split(part)...)
		}
	}
	return entries, skipped
}

// variants returns the variants of one benchmark.
func (s Selection) variants(b *domain.Benchmark) (variants []domain.Variant, skipped []Skip) {
	wanted, settings := s.Runtimes, s.Settings
	if len(wanted) == 0 {
		wanted = b.Runtimes
	}
	if len(settings) == 0 {
		settings = []domain.Settings{nil}
	}
	sources, skipped := s.sources(b)
	if len(sources) == 0 {
		return nil, skipped
	}
	for _, r := range wanted {
		has := func(runtimes []domain.RuntimeName) bool { return slices.Contains(runtimes, r) }
		switch {
		case !b.Supports(r):
			skipped = append(skipped, Skip{Benchmark: b.Slug, Runtime: r, Unsupported: true})
		case !slices.ContainsFunc(s.Available, has):
			skipped = append(skipped, Skip{Benchmark: b.Slug, Runtime: r})
		default:
			for _, set := range settings {
				for _, source := range sources {
					variants = append(variants, domain.Variant{Benchmark: b, Runtime: r, Settings: b.With(set), Source: source})
				}
			}
		}
	}
	return variants, skipped
}

// sources returns the sources that have the benchmark. Without any source, it is the zero
// one.
func (s Selection) sources(b *domain.Benchmark) (sources []domain.Source, skipped []Skip) {
	if len(s.Sources) == 0 {
		return []domain.Source{{}}, nil
	}
	for _, source := range s.Sources {
		if s.Has == nil || s.Has(b, source) {
			sources = append(sources, source)
		} else {
			skipped = append(skipped, Skip{Benchmark: b.Slug, Source: source.Name})
		}
	}
	return sources, skipped
}

// byWorker splits the members by what a worker has. The first part is what the most
// capable worker can execute, and so on with the rest.
func (s Selection) byWorker(members [][]domain.Variant) (parts [][][]domain.Variant) {
	for len(members) > 0 {
		var best, rest [][]domain.Variant
		most := 0
		for _, runtimes := range s.Available {
			can, cannot := divide(members, runtimes)
			if n := len(slices.Concat(can...)); n > most {
				best, rest, most = can, cannot, n
			}
		}
		parts, members = append(parts, best), rest
	}
	return parts
}

// divide splits the variants of the members into those that the runtimes can execute
// and the others.
func divide(members [][]domain.Variant, runtimes []domain.RuntimeName) (can, cannot [][]domain.Variant) {
	lacks := func(v domain.Variant) bool { return !slices.Contains(runtimes, v.Runtime) }
	for _, variants := range members {
		if own := slices.DeleteFunc(slices.Clone(variants), lacks); len(own) > 0 {
			can = append(can, own)
		}
		if others := slices.DeleteFunc(slices.Clone(variants), func(v domain.Variant) bool { return !lacks(v) }); len(others) > 0 {
			cannot = append(cannot, others)
		}
	}
	return can, cannot
}

// split makes as many entries as the variants need. Each begins with the first member
// or, if two members are too many for one entry, with the first variant.
func split(members [][]domain.Variant) (entries []domain.Entry) {
	all := slices.Concat(members...)
	if len(all) <= domain.MaxVariants {
		return []domain.Entry{{Variants: all}}
	}
	pieces := members
	if slices.ContainsFunc(members, func(m []domain.Variant) bool { return len(members[0])+len(m) > domain.MaxVariants }) {
		pieces = slices.Collect(slices.Chunk(all, 1))
	}
	first := pieces[0]
	next := slices.Clone(first)
	for _, piece := range pieces[1:] {
		if len(next)+len(piece) > domain.MaxVariants {
			entries = append(entries, domain.Entry{Variants: next})
			next = slices.Clone(first)
		}
		next = append(next, piece...)
	}
	return append(entries, domain.Entry{Variants: next})
}
