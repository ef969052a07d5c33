package domain

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of what a message may say. Whoever can send to the bus can write any
// number: one beyond these is refused before anything is computed from it.
const (
	MaxAttempts = 1000 // tries of one iteration
	MaxRuntimes = 256  // of one worker
	MaxSlots    = 4096 // of one worker

	MaxNotices       = 8   // severities that a sample has notices of
	MaxNoticeMessage = 200 // bytes

	maxName    = 255              // bytes of a name
	maxText    = 64 << 10         // bytes of a failure's message and output
	maxMemory  = 1 << 50          // bytes
	maxCores   = 1 << 16          // of a host
	maxLoad    = 1e6              // processes that want to run
	maxStops   = 1 << 30          // periods of a quota
	maxTook    = 24 * time.Hour   // of an iteration on its worker
	maxCPUTime = 1000 * time.Hour // of a process on all of its cores

	maxSwitches     = 1 << 40 // of context, in a batch
	maxInstructions = 1 << 53 // of a sample

	maxSchemas = 16 // that a worker accepts

	maxSeverity = 32      // bytes of a severity's name
	maxNotices  = 1 << 53 // of one severity in a process
)

// bounds collects the first value of a message that is beyond its bounds.
type bounds struct{ problem error }

func (b *bounds) refuse(format string, args ...any) {
	if b.problem == nil {
		b.problem = Fail(ClassUnreadable, format, args...)
	}
}

// number refuses what is outside of least to most.
func number[N ~int | ~int64 | ~float64](b *bounds, name string, value, least, most N) {
	if !(value >= least && value <= most) { // a NaN is not
		b.refuse("%s %v is outside %v to %v", name, value, least, most)
	}
}

// text refuses what is longer than most bytes.
func (b *bounds) text(name, value string, most int) {
	if len(value) > most {
		b.refuse("%s is %d bytes long; at most %d are allowed", name, len(value), most)
	}
}

// present refuses what is empty or longer than most bytes.
func (b *bounds) present(name, value string, most int) {
	if value == "" {
		b.refuse("%s is missing", name)
	}
	b.text(name, value, most)
}

// moment refuses a time that no clock shows; zero means that it has not come.
func (b *bounds) moment(name string, at time.Time) {
	if !at.IsZero() && (at.Year() < 2000 || at.Year() > 2200) {
		b.refuse("%s is in the year %d; 2000 to 2200 are allowed", name, at.Year())
	}
}

func (b *bounds) runtimes(name string, all []RuntimeName) {
	number(b, "the number of "+name, len(all), 0, MaxRuntimes)
	for _, r := range all {
		if !r.Valid() {
			b.refuse("%s: %.100q is not a runtime's name", name, r)
		}
	}
}

// check refuses a fingerprint that no machine has.
func (h Host) check(b *bounds) {
	b.text("host.key", h.Key, maxName)
	b.text("host.name", h.Name, maxName)
	b.text("host.os", h.OS, maxName)
	b.text("host.arch", h.Arch, maxName)
	b.text("host.kernel", h.Kernel, maxName)
	b.text("host.cpu_model", h.CPUModel, maxName)
	b.text("host.virtualisation", h.Virtualisation, maxName)
	number(b, "host.cores", h.Cores, 0, maxCores)
	number(b, "host.memory_gib", h.MemoryGiB, 0, maxMemory>>30)
}

func (l Load) check(b *bounds) {
	number(b, "load.load1", l.Load1, 0, maxLoad)
	number(b, "load.steal", l.Steal, 0, 1)
	number(b, "load.stops", l.Stops, 0, maxStops)
}

func (f Failure) check(b *bounds) {
	b.text("failure.class", string(f.Class), maxName)
	b.text("failure.message", f.Message, maxText)
	b.text("failure.output", f.Output, maxText)
	number(b, "failure.attempts", f.Attempts, 1, MaxAttempts)
}

// check refuses numbers that no process measures.
func (s Sample) check() error {
	var b bounds
	number(&b, "variant", s.Variant, 0, MaxVariants-1)
	number(&b, "position", s.Position, 1, MaxSamples*MaxVariants)
	b.text("timer", s.Timer, maxName)
	number(&b, "revolutions", s.Revolutions, 1, MaxRevolutions)
	number(&b, "warmup", s.Warmup, 0, MaxRevolutions) // calls that found out the revolutions are among them
	number(&b, "batch_ns", int64(s.Batch), 1, int64(MaxIterationTime))
	number(&b, "batch_cpu_ns", int64(s.BatchCPU), 0, int64(maxCPUTime))
	number(&b, "voluntary_switches", s.VoluntarySwitches, 0, maxSwitches)
	number(&b, "involuntary_switches", s.InvoluntarySwitches, 0, maxSwitches)
	number(&b, "the number of sub_batches", len(s.SubBatches), 0, min(MaxSubBatches, max(0, s.Revolutions)))
	var wall, cpu time.Duration
	for _, part := range s.SubBatches {
		wall, cpu = wall+part.Wall, cpu+part.CPU
		number(&b, "sub_batches.wall_ns", int64(part.Wall), 1, int64(MaxIterationTime))
		number(&b, "sub_batches.cpu_ns", int64(part.CPU), 0, int64(maxCPUTime))
	}
	if len(s.SubBatches) > 0 && b.problem == nil && (wall != s.Batch || cpu != s.BatchCPU) {
		b.refuse("the sub_batches took %v, and %v of CPU time; the batch %v and %v", wall, cpu, s.Batch, s.BatchCPU)
	}
	number(&b, "instructions", s.Instructions, 0, maxInstructions)
	number(&b, "counted_revolutions", s.CountedRevolutions, 0, MaxRevolutions)
	if (s.Instructions > 0) != (s.CountedRevolutions > 0) {
		b.refuse("there are %d instructions of %d counted_revolutions; either both are above 0 or none", s.Instructions, s.CountedRevolutions)
	}
	number(&b, "wall_ns", int64(s.Wall), 0, int64(maxTook))
	number(&b, "user_cpu_ns", int64(s.UserCPU), 0, int64(maxCPUTime))
	number(&b, "system_cpu_ns", int64(s.SystemCPU), 0, int64(maxCPUTime))
	number(&b, "peak_memory_bytes", s.PeakMemory, 0, maxMemory)
	number(&b, "runtime_peak_memory_bytes", s.RuntimePeakMemory, 0, maxMemory)
	if s.CPU != nil {
		number(&b, "cpu", *s.CPU, 0, maxCores)
	}
	number(&b, "the number of notices", len(s.Notices), 0, MaxNotices)
	for _, n := range s.Notices {
		b.present("notice.severity", n.Severity, maxSeverity)
		number(&b, "notice.count", n.Count, 1, maxNotices)
		b.text("notice.message", n.Message, MaxNoticeMessage)
	}
	if b.problem != nil {
		return fmt.Errorf("the sample at position %d, of variant %d: %w", s.Position, s.Variant, b.problem)
	}
	return nil
}

// Shorten cuts a text to at most that many bytes, and says so where it did. What
// is not UTF-8 is replaced.
func Shorten(text string, most int) string {
	const note = " … (cut)"
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	if len(text) <= most {
		return text
	}
	cut := max(0, most-len(note))
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + note
}
