package domain

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Limits of a definition.
const (
	MaxWarmup      = 1_000_000
	MaxRevolutions = 1_000_000_000
	MaxCodeBytes   = 1 << 20

	maxSlug = 200 // bytes
)

// Benchmark is a definition: what to execute, on which runtimes, and how often.
//
// A message carries the whole definition, so that a change of the catalogue in
// mid-run changes nothing, and a worker needs no catalogue.
type Benchmark struct {
	// Slug identifies the benchmark within a catalogue: lower-case letters,
	// digits, and single hyphens, underscores or dots between them.
	Slug string
	// Name is what people see.
	Name string
	// Category puts benchmarks on one shelf, for listings.
	Category string
	// Description says what is measured, in a sentence or two. May be empty.
	Description string
	// Icon is a hint for user interfaces. May be empty.
	Icon string
	// Tags are free words for filtering. May be empty.
	Tags []string
	// Group names a set of benchmarks that do the same thing in different
	// ways; a report sets the members of a group side by side. May be empty.
	Group string
	// Runtimes are the runtimes that can execute the code; at least one.
	Runtimes []RuntimeName
	// Setup runs once in each process, untimed, before the warm-up.
	Setup string
	// Code is what is measured.
	Code string
	// Teardown runs once in each process, untimed, after the batch.
	Teardown string
	// Settings are what the runtime is always told beside its defaults. May be empty.
	Settings map[string]string
	// Warmup is how often the code runs, untimed, before the batch, from 0 to
	// MaxWarmup. Nil lets the executor choose.
	Warmup *int
	// Revolutions is how often the code runs inside the timed batch, from 1
	// to MaxRevolutions. 0 means calibrated to the run's target batch time.
	Revolutions int
	// Clock is what its values are read from. Empty leaves it to the report, and then
	// to the samples; see ClockAuto.
	Clock Clock
	// Margin is the share by which its values may differ from another's and count as
	// the same, at most MaxMargin. 0 leaves it to the report.
	Margin float64
	// Floor is a difference in time per revolution that does not count, however large
	// its share is. 0: none.
	Floor time.Duration
}

// MaxMargin is the largest margin: half as much again.
const MaxMargin = 0.5

// Clone returns a copy that shares nothing with the original.
func (b *Benchmark) Clone() *Benchmark {
	copied := *b
	copied.Tags, copied.Runtimes, copied.Settings = slices.Clone(b.Tags), slices.Clone(b.Runtimes), maps.Clone(b.Settings)
	if b.Warmup != nil {
		copied.Warmup = new(*b.Warmup)
	}
	return &copied
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+([-_.][a-z0-9]+)*$`)

// FieldError is one reason why a definition is not valid.
type FieldError struct {
	// Field is the field's name in snake case, such as "code".
	Field string
	// Reason says what is wrong and what would be right.
	Reason string
}

func (p FieldError) Error() string { return p.Field + ": " + p.Reason }

// Validate returns every reason why the definition cannot be run, in the order
// of the fields; none means that it is valid. It cannot know whether the code
// compiles: only the runtime can.
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
	for _, part := range []struct{ field, text string }{{"setup", b.Setup}, {"code", b.Code}, {"teardown", b.Teardown}} {
		if len(part.text) > MaxCodeBytes {
			add(part.field, "has %d bytes; at most %d are allowed", len(part.text), MaxCodeBytes)
		}
	}
	if err := b.With(nil).problem(); err != nil {
		add("settings", "%v", err)
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

// Supports tells whether the benchmark names the runtime.
func (b *Benchmark) Supports(r RuntimeName) bool { return slices.Contains(b.Runtimes, r) }

// With returns the benchmark's own settings with those put over them.
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
