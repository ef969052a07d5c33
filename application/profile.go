package application

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// FunctionDifference is what one function executes for one revolution in two variants.
type FunctionDifference struct {
	Function        string
	Baseline, Other float64
}

// Difference is what the other executes more.
func (d FunctionDifference) Difference() float64 { return d.Other - d.Baseline }

// ProfileDifference is where the instructions of two variants differ.
type ProfileDifference struct {
	// Baseline and Other are the indexes of the variants. Baseline is -1 where there is
	// only one variant, which is then compared with nothing.
	Baseline, Other int
	// BaselineTotal and OtherTotal are what one revolution of each executes.
	BaselineTotal, OtherTotal float64
	// Functions are those that do not execute the same number: the largest difference
	// first, and then by name.
	Functions []FunctionDifference
}

// Difference is what the other variant executes more.
func (d ProfileDifference) Difference() float64 { return d.OtherTotal - d.BaselineTotal }

// Share is which share these functions have of the differences of all functions, whatever
// the sign of each. It is 1 where there are no differences.
func (d ProfileDifference) Share(of []FunctionDifference) float64 {
	if len(d.Functions) == 0 {
		return 1
	}
	return sizes(of) / sizes(d.Functions)
}

func sizes(of []FunctionDifference) (sum float64) {
	for _, f := range of {
		sum += math.Abs(f.Difference())
	}
	return sum
}

// CompareProfiles compares each variant with the baseline, and a single one with nothing.
// The profiles are those of the variants, in their order. The baseline is the variant that
// most of the names call; among those, the one with the fewest instructions.
func CompareProfiles(variants []domain.Variant, profiles []domain.ProfilePair, baselines []string) ([]ProfileDifference, error) {
	if len(variants) != len(profiles) || len(variants) == 0 {
		return nil, errors.New("each variant needs a profile, and there must be one at least")
	}
	if len(variants) == 1 {
		alone := difference(domain.ProfilePair{}, profiles[0])
		alone.Baseline = -1
		return []ProfileDifference{alone}, nil
	}
	base := 0
	for i := range variants {
		if cmp.Or(
			cmp.Compare(stats.Named(variants[i], baselines), stats.Named(variants[base], baselines)),
			cmp.Compare(profiles[base].PerRevolution(), profiles[i].PerRevolution()),
		) > 0 {
			base = i
		}
	}
	var all []ProfileDifference
	for i := range variants {
		if i != base {
			d := difference(profiles[base], profiles[i])
			d.Baseline, d.Other = base, i
			all = append(all, d)
		}
	}
	return all, nil
}

// difference compares two profiles, function by function.
func difference(baseline, other domain.ProfilePair) ProfileDifference {
	d := ProfileDifference{BaselineTotal: baseline.PerRevolution(), OtherTotal: other.PerRevolution()}
	names := map[string]bool{}
	for _, p := range []domain.Profile{baseline.Once, baseline.Twice, other.Once, other.Twice} {
		for name := range p {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := FunctionDifference{name, baseline.Instructions(name), other.Instructions(name)}
		if f.Difference() != 0 {
			d.Functions = append(d.Functions, f)
		}
	}
	slices.SortStableFunc(d.Functions, func(a, b FunctionDifference) int {
		return cmp.Compare(math.Abs(b.Difference()), math.Abs(a.Difference()))
	})
	return d
}
