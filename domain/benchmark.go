package domain

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Limits of a [Benchmark].
const (
	MaxWarmup      = 1_000_000
	MaxRevolutions = 1_000_000_000
	MaxCodeBytes   = 1 << 20

	maxSlug = 200 // bytes
)

// Benchmark is a definition. It says which code to execute, on which runtimes, and how
// often.
//
// A message carries the whole definition. So a worker needs no catalogue, and a change
// of the catalogue does not affect runs that have begun.
type Benchmark struct {
	// Slug identifies the benchmark within a catalogue: lower-case letters,
	// digits, and single hyphens, underscores or dots between them.
	Slug string
	// Name is the name that people see.
	Name string
	// Category groups benchmarks in listings.
	Category string
	// Description says in a sentence or two what the benchmark measures. It may be
	// empty.
	Description string
	// Icon is a hint for user interfaces. It may be empty.
	Icon string
	// Tags are free words for filtering. There may be none.
	Tags []string
	// Group names a set of benchmarks that do the same thing in different ways. A
	// report compares the members of a group. It may be empty.
	Group string
	// Runtimes are the runtimes that can execute the code. There must be at least one.
	Runtimes []RuntimeName
	// Bootstrap is a file of the source, relative to its root, that each process includes
	// before the setup, in a scope of its own. It may be empty.
	Bootstrap string
	// BeforeIteration and AfterIteration run once an iteration for each variant, before its
	// first sample and after its last, each in a process of its own. What they write into
	// the source's folder the samples see, and no other iteration. They may be empty.
	BeforeIteration, AfterIteration string
	// Setup runs once in each process, untimed, before the warm-up.
	Setup string
	// Code is the code that is measured.
	Code string
	// Teardown runs once in each process, untimed, after the batch.
	Teardown string
	// Settings are given to the runtime in addition to its defaults, in every variant.
	// There may be none.
	Settings map[string]string
	// Env holds variables of the environment of each process. There may be none.
	Env map[string]string
	// Warmup is the number of untimed executions of the code before the batch, from 0
	// to MaxWarmup. Nil lets the executor choose.
	Warmup *int
	// Revolutions is the number of executions of the code in the timed batch, from 1 to
	// MaxRevolutions. 0 lets the executor calibrate it to the run's target batch time.
	Revolutions int
	// Clock selects the clock that the values are read from. If it is empty, the report
	// selects it, and then the samples do; see ClockAuto.
	Clock Clock
	// Margin is the relative difference up to which two values count as the same, at
	// most MaxMargin. 0 leaves it to the report.
	Margin float64
	// Floor is the difference in time per revolution that never counts, however large
	// it is relative to the values. 0 means none.
	Floor time.Duration
}

// MaxMargin is the largest margin, 50 %.
const MaxMargin = 0.5

// Clone returns a copy that shares nothing with the original.
func (b *Benchmark) Clone() *Benchmark {
	copied := *b
	copied.Tags, copied.Runtimes = slices.Clone(b.Tags), slices.Clone(b.Runtimes)
	copied.Settings, copied.Env = maps.Clone(b.Settings), maps.Clone(b.Env)
	if b.Warmup != nil {
		copied.Warmup = new(*b.Warmup)
	}
	return &copied
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+([-_.][a-z0-9]+)*$`)

// FieldError is one reason why a definition is invalid.
type FieldError struct {
	// Field is the field's name in snake case, such as "code".
	Field string
	// Reason says what is wrong and what is allowed.
	Reason string
}

func (p FieldError) Error() string { return p.Field + ": " + p.Reason }

// Validate returns every reason why the definition is invalid, in the order of the
// fields, and nothing if it is valid. It cannot know whether the code compiles, because
// only the runtime can.
func (b *Benchmark) Validate() []FieldError {
	var out []FieldError
	add := func(field, format string, args ...any) {
		out = append(out, FieldError{Field: field, Reason: fmt.Sprintf(format, args...)})
	}
	switch {
	case b.Slug == "":
		add("slug", "is missing")
	case len(b.Slug) > maxSlug:
		add("slug", "has %d bytes; at most %d are allowed", len(b.Slug), maxSlug)
	case !slugPattern.MatchString(b.Slug):
		add("slug", "%q may hold only lower-case letters and digits, with single '-', '_' or '.' between them", b.Slug)
	}
	if strings.TrimSpace(b.Name) == "" {
		add("name", "is missing")
	}
	if strings.TrimSpace(b.Category) == "" {
		add("category", "is missing")
	}
	if len(b.Runtimes) == 0 {
		add("runtimes", "is missing: name at least one, such as php84")
	}
	for i, r := range b.Runtimes {
		if !r.Valid() {
			add("runtimes", "%q is not a runtime's name, such as php84", r)
		} else if slices.Contains(b.Runtimes[:i], r) {
			add("runtimes", "%q stands twice", r)
		}
	}
	if strings.TrimSpace(b.Code) == "" {
		add("code", "is missing")
	}
	for _, part := range []struct{ field, text string }{{"before_iteration", b.BeforeIteration}, {"after_iteration", b.AfterIteration}, {"setup", b.Setup}, {"code", b.Code}, {"teardown", b.Teardown}} {
		if len(part.text) > MaxCodeBytes {
			add(part.field, "has %d bytes; at most %d are allowed", len(part.text), MaxCodeBytes)
		}
	}
	if err := b.With(nil).problem(); err != nil {
		add("settings", "%v", err)
	}
	if b.Bootstrap != "" && !LocalPath(b.Bootstrap) {
		add("bootstrap", "%.100q is not a path within the project, such as vendor/autoload.php", b.Bootstrap)
	}
	if err := envProblem(b.Env); err != nil {
		add("env", "%v", err)
	}
	if b.Warmup != nil && (*b.Warmup < 0 || *b.Warmup > MaxWarmup) {
		add("warmup", "%d is outside 0 to %d", *b.Warmup, MaxWarmup)
	}
	if b.Revolutions < 0 || b.Revolutions > MaxRevolutions {
		add("revolutions", "%d is outside 1 to %d; leave it out to have it calibrated", b.Revolutions, MaxRevolutions)
	}
	if b.Clock != "" && !slices.Contains(Clocks(), b.Clock) {
		add("clock", "%q is none of auto, cpu, wall", b.Clock)
	}
	if !(b.Margin >= 0 && b.Margin <= MaxMargin) {
		add("margin", "%v is outside 0 to %v", b.Margin, MaxMargin)
	}
	if b.Floor < 0 || b.Floor > MaxIterationTime {
		add("floor", "%v is outside 0 to %v", b.Floor, MaxIterationTime)
	}
	return out
}

// bytesOfCode returns the size of all code of the benchmark.
func (b *Benchmark) bytesOfCode() int {
	return len(b.BeforeIteration) + len(b.AfterIteration) + len(b.Setup) + len(b.Code) + len(b.Teardown)
}

// Supports reports whether the benchmark names the runtime.
func (b *Benchmark) Supports(r RuntimeName) bool { return slices.Contains(b.Runtimes, r) }

// With returns the benchmark's own settings, overridden by the given ones.
func (b *Benchmark) With(settings Settings) Settings {
	all := maps.Clone(b.Settings)
	for _, s := range settings {
		if all == nil {
			all = map[string]string{}
		}
		all[s.Name] = s.Value
	}
	var sorted Settings
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, Setting{Name: name, Value: all[name]})
	}
	return sorted
}
