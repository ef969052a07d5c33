package catalog

import "github.com/benchbus/benchbus/domain"

// span is a range of whole numbers, both ends included.
type span struct{ low, high int }

// clamp returns the number of the range that is nearest to n.
func (s span) clamp(n int) int { return max(s.low, min(s.high, n)) }

// counts are the ranges of the fields that are numbers, by the files' names.
var counts = map[string]span{
	"warmupIterations": {1, 100},
	"warmup":           {0, domain.MaxWarmup},
	"innerIterations":  {10, 10_000},
	"revolutions":      {1, domain.MaxRevolutions},
}
