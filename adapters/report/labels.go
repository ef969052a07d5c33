package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// labels names the variants of a report by the factors in which they differ.
type labels struct {
	// names maps slugs to the names that are shown: the benchmark's name, or its slug
	// if another benchmark has the same name.
	names map[string]string
	// sources is true if variants differ in them. settings is true if variants of one
	// benchmark or group do: what a benchmark is always given, others need not have.
	settings, sources bool
	// prefix is the common prefix of the names of all settings, up to a dot. Tables
	// show it in the heading of the column and leave it out of the values. It may be
	// empty.
	prefix string
	// alike describes the settings and the source that all variants share. It may be
	// empty.
	alike string
}

func labelsOf(r *stats.Report) labels {
	l, owners := labels{names: map[string]string{}}, map[string]map[string]bool{}
	settings, sources := map[string]map[string]bool{}, map[string]bool{}
	for i := range r.Cells {
		c := &r.Cells[i]
		name := line(c.Benchmark.Name)
		l.names[c.Benchmark.Slug] = name
		if owners[name] == nil {
			owners[name] = map[string]bool{}
		}
		owners[name][c.Benchmark.Slug] = true
		within := cmp.Or(c.Benchmark.Group, "benchmark "+c.Benchmark.Slug)
		if settings[within] == nil {
			settings[within] = map[string]bool{}
		}
		settings[within][c.Settings.String()], sources[source(c.Source)] = true, true
	}
	for slug, name := range l.names {
		if len(owners[name]) > 1 {
			l.names[slug] = slug
		}
	}
	l.sources, l.prefix = len(sources) > 1, prefixOf(r)
	alike := true
	for i := range r.Cells {
		alike = alike && r.Cells[i].Settings.String() == r.Cells[0].Settings.String()
	}
	for _, within := range settings {
		l.settings = l.settings || len(within) > 1
	}
	if len(r.Cells) > 0 {
		l.alike = l.given(r.Cells[0].Variant, alike)
	}
	return l
}

// given describes the settings and the source of a variant if no variants differ in
// them.
func (l labels) given(v domain.Variant, alike bool) string {
	all := ""
	if alike && len(v.Settings) > 0 {
		all += " with " + cut(line(v.Settings.String()))
	}
	if !l.sources && v.Source != (domain.Source{}) {
		all += " from " + at(v.Source)
	}
	return all
}

// prefixOf returns the common prefix of the names of all settings, if it is short.
func prefixOf(r *stats.Report) (prefix string) {
	for i := range r.Cells {
		for _, s := range r.Cells[i].Settings {
			own, _, found := strings.Cut(s.Name, ".")
			if !found || len(own) > nameWidth || prefix != "" && own != prefix {
				return ""
			}
			prefix = own
		}
	}
	return prefix
}

func (l labels) of(b *domain.Benchmark) string { return l.names[b.Slug] }

// brief shows settings in a table. Variants without settings are shown by the name that
// selects them as a baseline.
func (l labels) brief(s domain.Settings) string {
	s = slices.Clone(s)
	for i := range s {
		s[i].Name = strings.TrimPrefix(s[i].Name, l.prefix+".")
	}
	return cmp.Or(s.String(), stats.NoSettings)
}

// source names a source in a table.
func source(s domain.Source) string { return cmp.Or(cut(line(s.Name)), none) }

// at names a source in a sentence, with its commit as short as version control shows it,
// where the name does not begin with it.
func at(s domain.Source) string {
	const most = 7
	if len(s.Revision) < most || strings.HasPrefix(s.Name, s.Revision[:most]) {
		return source(s)
	}
	return source(s) + " at " + s.Revision[:most] + s.Revision[len(strings.TrimSuffix(s.Revision, "+")):]
}

// phrase names a variant's level of a factor for use in a sentence. It is empty if the
// level need not be mentioned.
func (l labels) phrase(f stats.Factor, v domain.Variant) string {
	switch {
	case f == stats.ByRuntime:
		return "on " + string(v.Runtime)
	case f == stats.ByBenchmark:
		return l.of(v.Benchmark)
	case f == stats.BySettings && l.settings:
		return "with " + cmp.Or(v.Settings.String(), "default settings")
	case f == stats.BySource && l.sources && v.Source == (domain.Source{}):
		return "without a source"
	case f == stats.BySource && l.sources:
		return "from " + source(v.Source)
	}
	return ""
}

// circumstances names a variant's levels of all factors except that one and the
// benchmark.
func (l labels) circumstances(but stats.Factor, v domain.Variant) string {
	var all []string
	for _, f := range []stats.Factor{stats.ByRuntime, stats.BySettings, stats.BySource} {
		if text := l.phrase(f, v); f != but && text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, " ")
}

// variant names a variant within a sentence.
func (l labels) variant(v domain.Variant) string {
	return line(l.of(v.Benchmark) + " " + l.circumstances(stats.ByBenchmark, v))
}

// failed names the variant that failed, or the entry if all of it failed.
func (l labels) failed(f *stats.Failure, e domain.Entry) string {
	if f.Cell != nil {
		return l.variant(f.Cell.Variant)
	}
	if all := e.Benchmarks(); len(all) == 1 {
		return l.of(all[0])
	}
	return line(f.Entry)
}

// columns returns the columns that name a variant in a table. The method values returns
// their values.
func (l labels) columns() []Column {
	columns := []Column{{Title: "Benchmark", Width: nameWidth}, {Title: "Runtime", Width: runtimeWidth}}
	if l.settings {
		columns = append(columns, Column{Title: cmp.Or(l.prefix, "Settings"), Width: nameWidth})
	}
	if l.sources {
		columns = append(columns, Column{Title: "Source"})
	}
	return columns
}

func (l labels) values(v domain.Variant) []any {
	values := []any{l.of(v.Benchmark), v.Runtime}
	if l.settings {
		values = append(values, l.brief(v.Settings))
	}
	if l.sources {
		values = append(values, source(v.Source))
	}
	return values
}

// few lists at most three names, and says how many more there are.
func few(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
