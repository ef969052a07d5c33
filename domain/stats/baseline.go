package stats

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// ErrBaseline is the error of a named baseline that the run does not have.
var ErrBaseline = errors.New("no such baseline in the run")

// NoSettings names, as a baseline, the variants without settings.
const NoSettings = "default"

// levels returns the names by which people may call a variant's level of a factor.
// The first is the one that error messages list.
func levels(f Factor, v domain.Variant) []string {
	switch f {
	case ByRuntime:
		return []string{string(v.Runtime)}
	case ByBenchmark:
		return []string{v.Benchmark.Slug, v.Benchmark.Name}
	case BySettings:
		if len(v.Settings) == 0 {
			return []string{NoSettings}
		}
		all := []string{v.Settings.String()}
		for _, s := range v.Settings {
			all = append(all, s.Name+"="+s.Value)
		}
		return all
	}
	return []string{v.Source.Name, v.Source.Revision, string(v.Source.Digest)}
}

// isNamed reports whether one of the baselines names the variant's level of the factor.
func isNamed(f Factor, v domain.Variant, baselines []string) bool {
	return slices.ContainsFunc(levels(f, v), func(level string) bool {
		return level != "" && slices.ContainsFunc(baselines, func(b string) bool { return strings.EqualFold(b, level) || isRuntime(f, v, b) })
	})
}

// Named returns how many of the baselines name the variant, by its level of some factor.
func Named(v domain.Variant, baselines []string) (n int) {
	for _, b := range baselines {
		if slices.ContainsFunc(Factors(), func(f Factor) bool { return isNamed(f, v, []string{b}) }) {
			n++
		}
	}
	return n
}

// isRuntime reports whether the factor is the runtime and the text is another way to
// write the variant's runtime, such as 8.4 for php84.
func isRuntime(f Factor, v domain.Variant, text string) bool {
	name, ok := domain.ParseRuntimeName(text)
	return f == ByRuntime && ok && name == v.Runtime
}

// CheckBaselines fails with ErrBaseline if a baseline names nothing in the plan, and
// the error lists the names that the plan has. A baseline may name a runtime, a
// benchmark by slug or name, one setting of a variant as name=value, or [NoSettings].
func CheckBaselines(plan domain.Plan, baselines []string) error {
	for _, b := range baselines {
		var known []string
		named := false
		for _, e := range plan.Entries {
			for _, v := range e.Variants {
				for _, f := range Factors() {
					named = named || isNamed(f, v, []string{b})
					if level := levels(f, v)[0]; level != "" && !slices.Contains(known, level) {
						known = append(known, level)
					}
				}
			}
		}
		if !named {
			slices.Sort(known)
			return fmt.Errorf("%w: %q; there are %s", ErrBaseline, b, strings.Join(known, ", "))
		}
	}
	return nil
}
