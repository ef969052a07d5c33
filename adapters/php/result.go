package php

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const (
	// maxBytes is the largest amount of memory that is accepted: 1 PiB.
	maxBytes = 1 << 50
	// maxSwitches is how many context switches of a batch are accepted.
	maxSwitches = 1 << 40
)

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
		Variant:             o.variant,
		Revolutions:         int(f.number("revolutions", 1, domain.MaxRevolutions)),
		Warmup:              int(f.number("warmup", 0, domain.MaxWarmup)),
		VoluntarySwitches:   f.number("voluntary", 0, maxSwitches),
		InvoluntarySwitches: f.number("involuntary", 0, maxSwitches),
		Wall:                wall,
		PeakMemory:          f.number("resident", 0, maxBytes),
		RuntimePeakMemory:   f.number("memory", 1, maxBytes),
		Timer:               f.pairs["timer"],
		Notices:             o.notices(r, dir, &f),
	}
	f.parts(&s)
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

// parts reads the times of the batch's parts, as wall:cpu or, where the CPU time
// cannot be asked, as wall.
func (f *fields) parts(s *domain.Sample) {
	with := 0 // CPU time
	for i, text := range strings.Split(f.pairs["parts"], ",") {
		name := fmt.Sprintf("part %d", i+1)
		wall, cpu, known := strings.Cut(text, ":")
		part := domain.SubBatch{Wall: f.duration(name, wall, s.Wall)}
		if known {
			with++
			// The clock of the CPU steps by a microsecond, and a process may have threads.
			part.CPU = f.duration(name+"'s CPU time", cpu, 1024*(s.Wall+time.Millisecond))
		}
		s.SubBatches = append(s.SubBatches, part)
		s.Batch, s.BatchCPU = s.Batch+part.Wall, s.BatchCPU+part.CPU
	}
	switch {
	case f.err != nil:
	case with != 0 && with != len(s.SubBatches):
		f.err = domain.Fail(domain.ClassResult, "some parts of the batch have a CPU time, and others none")
	case len(s.SubBatches) > domain.MaxSubBatches:
		f.err = domain.Fail(domain.ClassResult, "the result has %d parts; at most %d are allowed", len(s.SubBatches), domain.MaxSubBatches)
	case s.Batch > s.Wall: // a batch cannot last longer than the process
		f.err = domain.Fail(domain.ClassResult, "the batch took %v, longer than its process, %v", s.Batch, s.Wall)
	case slices.ContainsFunc(s.SubBatches, func(p domain.SubBatch) bool { return p.Wall == 0 }):
		f.err = domain.Fail(domain.ClassResult, "the batch took 0 ns by the clock: more revolutions are needed")
	}
}

// duration reads nanoseconds of at most that long.
func (f *fields) duration(name, text string, most time.Duration) time.Duration {
	return time.Duration(f.parse(name, text, 0, int64(most)))
}

// number reads a field, a whole number that must lie within bounds.
func (f *fields) number(name string, least, most int64) int64 {
	text, ok := f.pairs[name]
	if !ok && f.err == nil {
		f.err = domain.Fail(domain.ClassResult, "the result has no %s", name)
	}
	return f.parse(name, text, least, most)
}

func (f *fields) parse(name, text string, least, most int64) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case f.err != nil:
	case err != nil:
		f.err = domain.Fail(domain.ClassResult, "the result's %s is %q, which is not a whole number", name, text)
	case n < least || n > most:
		f.err = domain.Fail(domain.ClassResult, "the result's %s is %d, outside %d to %d", name, n, least, most)
	}
	return n
}
