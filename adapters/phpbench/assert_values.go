package phpbench

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// units maps the units of time to microseconds and those of memory to bytes.
var units = map[string]float64{
	"ns": 1e-3, "nanosecond": 1e-3, "nanoseconds": 1e-3,
	"us": 1, "µs": 1, "μs": 1, "microsecond": 1, "microseconds": 1, "time": 1,
	"ms": 1e3, "millisecond": 1e3, "milliseconds": 1e3,
	"s": 1e6, "second": 1e6, "seconds": 1e6,
	"m": 60e6, "minute": 60e6, "minutes": 60e6,
	"hour": 3600e6, "hours": 3600e6, "day": 86400e6, "days": 86400e6,
	"b": 1, "bytes": 1, "memory": 1,
	"k": 1e3, "kb": 1e3, "kilobytes": 1e3, "mb": 1e6, "megabytes": 1e6, "gb": 1e9, "gigabytes": 1e9,
	"kib": 1 << 10, "kibibytes": 1 << 10, "mib": 1 << 20, "mebibytes": 1 << 20, "gib": 1 << 30, "gibibytes": 1 << 30,
}

// resultNames are the values that phpbench has of a benchmark.
var resultNames = []string{"time.avg", "time.net", "time.revs", "mem.peak", "mem.final", "mem.real"}

// path reads values such as variant.time.avg, of which the first word was read.
func (p *assertionParser) path(first string) node {
	var names []string
	for p.accept(".") != "" {
		t := p.peek()
		if t.kind != wordToken {
			return p.fail("a name is missing after %s.", first)
		}
		names = append(names, t.text)
		p.at++
	}
	name := strings.Join(names, ".")
	if first != "variant" && first != "baseline" || !slices.Contains(resultNames, name) {
		return p.fail("%s is none of the values variant.time.avg, .net and .revs, variant.mem.peak, .final and .real, and those of the baseline",
			strings.TrimSuffix(first+"."+name, "."))
	}
	baseline := first == "baseline"
	p.baseline = p.baseline || baseline
	return node{values: func(e *environ) ([]float64, error) {
		results := e.variant
		if baseline {
			results = e.baseline
		}
		if len(results[name]) == 0 {
			return nil, fmt.Errorf("there are no values of %s.%s", first, name)
		}
		return results[name], nil
	}}
}

// functions maps functions to what they make of several values, of which there is at least
// one. stdev and what comes of it take the values as all there are, as phpbench does.
var functions = map[string]func([]float64) float64{
	"mean": mean, "min": slices.Min[[]float64], "max": slices.Max[[]float64], "median": median, "mode": mode,
	"sum":      sumOf,
	"count":    func(all []float64) float64 { return float64(len(all)) },
	"variance": variance,
	"stdev":    func(all []float64) float64 { return math.Sqrt(variance(all)) },
	"rstdev":   func(all []float64) float64 { return 100 * math.Sqrt(variance(all)) / mean(all) },
}

// function reads the arguments of a function, whose name and bracket were read.
func (p *assertionParser) function(name string) node {
	of := functions[name]
	if of == nil {
		return p.fail("%s() is none of the functions %s", name, strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	}
	argument := p.operand()
	p.expect(")")
	if p.err == nil && argument.values == nil {
		return p.fail("%s() takes values, such as variant.time.avg", name)
	}
	return node{number: func(e *environ) (float64, error) {
		all, err := argument.values(e)
		if err != nil {
			return 0, err
		}
		return of(all), nil
	}}
}

func sumOf(all []float64) (sum float64) {
	for _, v := range all {
		sum += v
	}
	return sum
}

func mean(all []float64) float64 { return sumOf(all) / float64(len(all)) }

func variance(all []float64) float64 {
	m, sum := mean(all), 0.0
	for _, v := range all {
		sum += (v - m) * (v - m)
	}
	return sum / float64(len(all))
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// modePoints is the number of points at which the density is taken.
const modePoints = 512

// mode returns where the values are densest, by a Gaussian kernel of Scott's width, out of
// modePoints points from the smallest value to the largest.
func mode(all []float64) float64 {
	low, high := slices.Min(all), slices.Max(all)
	if low == high {
		return low
	}
	n := float64(len(all))
	width := math.Sqrt(variance(all)*n/(n-1)) * math.Pow(n, -0.2)
	best, densest, ties := 0.0, -1.0, 0.0
	for i := range modePoints {
		x := low + (high-low)*float64(i)/(modePoints-1)
		density := 0.0
		for _, v := range all {
			z := (v - x) / width
			density += math.Exp(-z * z / 2)
		}
		switch {
		case density > densest:
			best, densest, ties = x, density, 1
		case density == densest:
			best, ties = best+x, ties+1
		}
	}
	return best / ties
}
