package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// labels say what the variants of a report are, by what tells them apart.
type labels struct {
	// names gives each benchmark, by its slug, the name that people see: its name,
	// or its slug where another benchmark has the same name.
	names map[string]string
	// settings and sources tell that variants differ in them.
	settings, sources bool
	// prefix is what the names of all settings begin with, up to a dot; tables have
	// it as the heading of the column and leave it out of its values. Empty: none.
	prefix string
	// alike says what all variants have been told alike; empty: nothing.
	alike string
}

func labelsOf(r *stats.Report) labels {
	l, owners := labels{names: map[string]string{}}, map[string]map[string]bool{}
	settings, sources := map[string]bool{}, map[string]bool{}
	for i := range r.Cells {
		c := &r.Cells[i]
		name := line(c.Benchmark.Name)
		l.names[c.Benchmark.Slug] = name
		if owners[name] == nil {
			owners[name] = map[string]bool{}
		}
		owners[name][c.Benchmark.Slug] = true
		settings[c.Settings.String()], sources[c.Source] = true, true
	}
	for slug, name := range l.names {
		if len(owners[name]) > 1 {
			l.names[slug] = slug
		}
	}
	l.settings, l.sources, l.prefix = len(settings) > 1, len(sources) > 1, prefixOf(r)
	if len(r.Cells) > 0 {
		l.alike = l.given(r.Cells[0].Variant)
	}
	return l
}

// given says what a variant was told of that in which no variants differ.
func (l labels) given(v domain.Variant) string {
	all := ""
	if !l.settings && len(v.Settings) > 0 {
		all += " with " + cut(line(v.Settings.String()))
	}
	if !l.sources && v.Source != "" {
		all += " from " + line(source(v.Source))
	}
	return all
}

// prefixOf is what the names of all settings begin with, if that is short.
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

// brief shows settings in a table; none are called what names them as a baseline.
func (l labels) brief(s domain.Settings) string {
	s = slices.Clone(s)
	for i := range s {
		s[i].Name = strings.TrimPrefix(s[i].Name, l.prefix+".")
	}
	return cmp.Or(s.String(), stats.NoSettings)
}

// source names a source by the beginning of its digest, as long as version control
// shows one.
func source(id string) string {
	const most = 7
	_, digest, found := strings.Cut(id, ":")
	if !found {
		digest = id
	}
	return cmp.Or(digest[:min(most, len(digest))], none)
}

// phrase says, within a sentence, how a variant stands in a factor; empty where that
// goes without saying.
func (l labels) phrase(f stats.Factor, v domain.Variant) string {
	switch {
	case f == stats.ByRuntime:
		return "on " + string(v.Runtime)
	case f == stats.ByBenchmark:
		return l.of(v.Benchmark)
	case f == stats.BySettings && l.settings:
		return "with " + cmp.Or(v.Settings.String(), "default settings")
	case f == stats.BySource && l.sources && v.Source == "":
		return "without a source"
	case f == stats.BySource && l.sources:
		return "from " + source(v.Source)
	}
	return ""
}

// circumstances say how a variant stands in all factors but that one and the
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

// failed names what failed: a variant, or all of an entry.
func (l labels) failed(f *stats.Failure, e domain.Entry) string {
	if f.Cell != nil {
		return l.variant(f.Cell.Variant)
	}
	if all := e.Benchmarks(); len(all) == 1 {
		return l.of(all[0])
	}
	return line(f.Entry)
}

// columns are those that name a variant in a table; values are what they hold.
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
