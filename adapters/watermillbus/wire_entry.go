package watermillbus

import (
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireEntry is an entry as JSON. It holds each definition once, and the variants point
// at them.
type wireEntry struct {
	Benchmarks []*wireBenchmark `json:"benchmarks"`
	Variants   []wireVariant    `json:"variants"`
}

// wireBenchmark has the fields of a [domain.Benchmark] in the same order. So a pointer
// to one converts to a pointer to the other, and the compiler reports a field that one
// of them lacks.
type wireBenchmark struct {
	Slug            string               `json:"slug"`
	Name            string               `json:"name"`
	Category        string               `json:"category"`
	Description     string               `json:"description,omitempty"`
	Icon            string               `json:"icon,omitempty"`
	Tags            []string             `json:"tags,omitempty"`
	Group           string               `json:"group,omitempty"`
	Runtimes        []domain.RuntimeName `json:"runtimes"`
	Bootstrap       string               `json:"bootstrap,omitempty"`
	BeforeIteration string               `json:"before_iteration,omitempty"`
	AfterIteration  string               `json:"after_iteration,omitempty"`
	Setup           string               `json:"setup,omitempty"`
	Code            string               `json:"code"`
	Teardown        string               `json:"teardown,omitempty"`
	Settings        map[string]string    `json:"settings,omitempty"`
	Env             map[string]string    `json:"env,omitempty"`
	Warmup          *int                 `json:"warmup,omitempty"`
	Revolutions     int                  `json:"revolutions,omitempty"`
	Clock           domain.Clock         `json:"clock,omitempty"`
	Margin          float64              `json:"margin,omitempty"`
	Floor           time.Duration        `json:"floor_ns,omitempty"`
}

type wireVariant struct {
	// Benchmark is an index of the benchmarks, from 0.
	Benchmark int                `json:"benchmark"`
	Runtime   domain.RuntimeName `json:"runtime"`
	Settings  pairs              `json:"settings,omitempty"`
	Source    *wireSource        `json:"source,omitempty"`
}

type wireSource struct {
	Name     string        `json:"name"`
	Digest   domain.Digest `json:"digest"`
	Revision string        `json:"revision,omitempty"`
}

// wireSourceOf returns nil for no source.
func wireSourceOf(s domain.Source) *wireSource {
	if s == (domain.Source{}) {
		return nil
	}
	return (*wireSource)(&s)
}

func (w *wireSource) source() domain.Source {
	if w == nil {
		return domain.Source{}
	}
	return domain.Source(*w)
}

func wireEntryOf(e domain.Entry) wireEntry {
	benchmarks := e.Benchmarks()
	return wireEntry{
		Benchmarks: convertEach(benchmarks, func(b *domain.Benchmark) *wireBenchmark { return (*wireBenchmark)(b) }),
		Variants: convertEach(e.Variants, func(v domain.Variant) wireVariant {
			return wireVariant{slices.Index(benchmarks, v.Benchmark), v.Runtime, pairsOf(v.Settings), wireSourceOf(v.Source)}
		}),
	}
}

func (w wireEntry) entry() (domain.Entry, error) {
	var e domain.Entry
	if len(w.Variants) > domain.MaxVariants {
		return e, domain.Fail(domain.ClassUnreadable, "there are %d variants; at most %d are allowed", len(w.Variants), domain.MaxVariants)
	}
	for _, v := range w.Variants {
		if v.Benchmark < 0 || v.Benchmark >= len(w.Benchmarks) || w.Benchmarks[v.Benchmark] == nil {
			return e, domain.Fail(domain.ClassUnreadable, "a variant is of benchmark %d; the message has %d", v.Benchmark, len(w.Benchmarks))
		}
		e.Variants = append(e.Variants, domain.Variant{
			Benchmark: (*domain.Benchmark)(w.Benchmarks[v.Benchmark]), Runtime: v.Runtime, Settings: v.Settings.sorted(), Source: v.Source.source(),
		})
	}
	return e, nil
}
