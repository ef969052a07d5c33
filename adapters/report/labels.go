package report

import (
	"fmt"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// labels gives each benchmark of a report, by its slug, the name that people
// see: its name, or its slug where another benchmark has the same name.
type labels map[string]string

func labelsOf(r *stats.Report) labels {
	names, owners := labels{}, map[string]map[string]bool{}
	for _, c := range r.Cells {
		name := line(c.Benchmark.Name)
		names[c.Benchmark.Slug] = name
		if owners[name] == nil {
			owners[name] = map[string]bool{}
		}
		owners[name][c.Benchmark.Slug] = true
	}
	for slug, name := range names {
		if len(owners[name]) > 1 {
			names[slug] = slug
		}
	}
	return names
}

func (l labels) of(b *domain.Benchmark) string { return l[b.Slug] }

// cell names a cell within a sentence.
func (l labels) cell(c *stats.Cell) string {
	return fmt.Sprintf("%s on %s", l.of(c.Benchmark), c.Runtime)
}

// few lists at most three names, and says how many more there are.
func few(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
