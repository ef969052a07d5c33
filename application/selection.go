package application

import (
	"fmt"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Skip is a pair of benchmark and runtime that is not run, and why.
type Skip struct {
	Benchmark string
	Runtime   domain.RuntimeName
	// Unsupported says that the benchmark does not name the runtime; otherwise
	// the runtime is not here.
	Unsupported bool
}

func (s Skip) String() string {
	if s.Unsupported {
		return fmt.Sprintf("%s does not support %s", s.Benchmark, s.Runtime)
	}
	return fmt.Sprintf("%s on %s: the runtime is not here", s.Benchmark, s.Runtime)
}

// Select pairs benchmarks with runtimes: with those wanted, or, when none are,
// with all that the benchmark supports, as far as they are available. Nothing
// is left out in silence: every pair that is not in the entries is in skipped.
func Select(benchmarks []*domain.Benchmark, wanted, available []domain.RuntimeName) (entries []domain.Entry, skipped []Skip) {
	for _, b := range benchmarks {
		candidates := wanted
		if len(wanted) == 0 {
			candidates = b.Runtimes
		}
		var runtimes []domain.RuntimeName
		for _, r := range candidates {
			switch {
			case !b.Supports(r):
				skipped = append(skipped, Skip{Benchmark: b.Slug, Runtime: r, Unsupported: true})
			case !slices.Contains(available, r):
				skipped = append(skipped, Skip{Benchmark: b.Slug, Runtime: r})
			default:
				runtimes = append(runtimes, r)
			}
		}
		if len(runtimes) > 0 {
			entries = append(entries, domain.Entry{Benchmark: b, Runtimes: runtimes})
		}
	}
	return entries, skipped
}
