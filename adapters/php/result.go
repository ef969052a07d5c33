package php

import (
	"strconv"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// maxBytes is the largest amount of memory that is accepted: 1 PiB.
const maxBytes = 1 << 50

// result makes a sample of the result that a process reported, and checks every field.
// There must be exactly one result. Errors have class ClassResult.
func (o order) result(r report, wall time.Duration, dir workdir) (domain.Sample, *domain.ExecutionError) {
	if len(r.results) != 1 {
		return domain.Sample{}, domain.Fail(domain.ClassResult, "the process reported %d results; there must be exactly 1", len(r.results))
	}
	if r.reading == nil {
		return domain.Sample{}, domain.Fail(domain.ClassResult, "the process did not say what it is")
	}
	f := fields{pairs: r.results[0]}
	s := domain.Sample{
		Variant:     o.variant,
		Revolutions: int(f.number("revolutions", 1, domain.MaxRevolutions)),
		Warmup:      int(f.number("warmup", 0, domain.MaxWarmup)),
		// A batch cannot last longer than the process.
		Batch:             time.Duration(f.number("batch_ns", 1, wall.Nanoseconds())),
		Wall:              wall,
		PeakMemory:        f.number("resident", 0, maxBytes),
		RuntimePeakMemory: f.number("memory", 1, maxBytes),
		Timer:             f.pairs["timer"],
		Notices:           o.notices(r, dir, &f),
	}
	switch {
	case f.err != nil:
		return domain.Sample{}, f.err
	case s.Timer != "hrtime" && s.Timer != "microtime":
		return domain.Sample{}, domain.Fail(domain.ClassResult, "the result's timer is %q; it must be hrtime or microtime", s.Timer)
	case o.target == 0 && (s.Revolutions != o.revolutions || s.Warmup != o.warmup):
		return domain.Sample{}, domain.Fail(domain.ClassResult, "the result is of %d revolutions after %d; asked for were %d after %d",
			s.Revolutions, s.Warmup, o.revolutions, o.warmup)
	}
	return s, nil
}

// fields reads the fields of a result and keeps the first error.
type fields struct {
	pairs map[string]string
	err   *domain.ExecutionError
}

// number reads a whole number that must lie within bounds.
func (f *fields) number(name string, least, most int64) int64 {
	text, ok := f.pairs[name]
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case f.err != nil:
	case !ok:
		f.err = domain.Fail(domain.ClassResult, "the result has no %s", name)
	case err != nil:
		f.err = domain.Fail(domain.ClassResult, "the result's %s is %q, which is not a whole number", name, text)
	case name == "batch_ns" && n == 0:
		f.err = domain.Fail(domain.ClassResult, "the batch took 0 ns by the clock: more revolutions are needed")
	case n < least || n > most:
		f.err = domain.Fail(domain.ClassResult, "the result's %s is %d, outside %d to %d", name, n, least, most)
	}
	return n
}
