package domain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Limits of an [Entry] and its variants.
const (
	MaxVariants     = 24      // of one iteration
	MaxMessageCode  = 1 << 20 // bytes of all code, setups and teardowns of one iteration
	MaxSettings     = 32      // of one variant
	MaxSettingValue = 255     // bytes
)

// Variant is one of the things that an iteration compares: code, the runtime that
// executes it, and the settings. Within a run, its index in its [Entry] identifies it.
// Reports identify it by what differs from the other variants.
type Variant struct {
	// Benchmark is the definition. Variants share it, so it is read only.
	Benchmark *Benchmark
	// Runtime executes the code. The benchmark must support it.
	Runtime RuntimeName
	// Settings are given to the runtime in addition to its defaults. There may be none.
	Settings Settings
	// Source is the project that the code includes. It is zero if there is none.
	Source Source
}

// equal reports whether both variants measure the same.
func (v Variant) equal(w Variant) bool {
	return v.Benchmark.Slug == w.Benchmark.Slug && v.Runtime == w.Runtime && slices.Equal(v.Settings, w.Settings) && v.Source == w.Source
}

// Setting is one setting of a runtime, such as opcache.jit = tracing, in the executor's
// words.
type Setting struct{ Name, Value string }

// Settings are sorted by name. Each name occurs once.
type Settings []Setting

// String returns the settings as people write them, or nothing if there are none.
func (s Settings) String() string {
	all := make([]string, len(s))
	for i, setting := range s {
		all[i] = setting.Name + "=" + setting.Value
	}
	return strings.Join(all, " ")
}

// Environment describes the process in which a variant was executed, as the executor
// found it there, such as version = 8.4.2. It is sorted by name, and each name occurs
// once.
type Environment []Setting

// SlowedBy is the name of a property of an [Environment]. Its value names debuggers,
// profilers and the like, which observe the code and slow it down, separated by spaces.
const SlowedBy = "slowed_by"

func (e Environment) check(b *bounds) {
	if err := Settings(e).problem(); err != nil {
		b.refuse("environment: %w", err)
	}
}

// Get returns the value of that name, or nothing if there is none.
func (e Environment) Get(name string) string {
	for _, s := range e {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

var settingPattern = regexp.MustCompile(`^[a-z][a-z0-9_.-]{0,63}$`)

// problem returns the first reason why the settings are invalid, or nil.
func (s Settings) problem() error {
	if len(s) > MaxSettings {
		return fmt.Errorf("there are %d settings; at most %d are allowed", len(s), MaxSettings)
	}
	for i, setting := range s {
		switch {
		case !settingPattern.MatchString(setting.Name):
			return fmt.Errorf("%.100q is not a setting's name, such as opcache.jit", setting.Name)
		case i > 0 && setting.Name <= s[i-1].Name:
			return fmt.Errorf("the settings %q and %q are not in order of their names, each once", s[i-1].Name, setting.Name)
		case len(setting.Value) > MaxSettingValue:
			return fmt.Errorf("the value of %s is %d bytes long; at most %d are allowed", setting.Name, len(setting.Value), MaxSettingValue)
		case strings.ContainsFunc(setting.Value, unicode.IsControl):
			return fmt.Errorf("the value of %s, %q, holds characters that are none", setting.Name, setting.Value)
		}
	}
	return nil
}

// Entry holds the variants that one iteration interleaves and one set of tests
// compares.
type Entry struct {
	// Variants holds 1 to MaxVariants variants, no two of them equal.
	Variants []Variant
}

// NewEntry makes an entry that compares runtimes on one benchmark.
func NewEntry(b *Benchmark, runtimes ...RuntimeName) Entry {
	var e Entry
	for _, r := range runtimes {
		e.Variants = append(e.Variants, Variant{Benchmark: b, Runtime: r})
	}
	return e
}

// Benchmarks returns the benchmarks of the variants, each once, in order.
func (e Entry) Benchmarks() []*Benchmark {
	all := distinct(e.Variants, func(v Variant) *Benchmark { return v.Benchmark })
	return slices.DeleteFunc(all, func(b *Benchmark) bool { return b == nil })
}

// Runtimes returns the runtimes of the variants, each once, in order.
func (e Entry) Runtimes() []RuntimeName {
	return distinct(e.Variants, func(v Variant) RuntimeName { return v.Runtime })
}

// Sources returns the sources of the variants, each content once, in order.
func (e Entry) Sources() (all []Source) {
	for _, v := range e.Variants {
		same := func(s Source) bool { return s.Digest == v.Source.Digest }
		if v.Source != (Source{}) && !slices.ContainsFunc(all, same) {
			all = append(all, v.Source)
		}
	}
	return all
}

// distinct returns the values of a property of the variants, each once.
func distinct[T comparable](variants []Variant, of func(Variant) T) (all []T) {
	for _, v := range variants {
		if value := of(v); !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

// Name returns the slug of the benchmark or, if several are compared, the name of their
// group. It has at most 255 bytes.
func (e Entry) Name() string { return Shorten(e.name(), maxName) }

func (e Entry) name() string {
	all := e.Benchmarks()
	switch {
	case len(all) == 0:
		return ""
	case len(all) == 1:
		return all[0].Slug
	case all[0].Group != "":
		return all[0].Group
	}
	return fmt.Sprintf("%s and %d more", all[0].Slug, len(all)-1)
}

// Clone returns a copy that shares nothing with the original. Variants of one benchmark
// still share it.
func (e Entry) Clone() Entry {
	benchmarks := map[*Benchmark]*Benchmark{}
	variants := slices.Clone(e.Variants)
	for i, v := range variants {
		if benchmarks[v.Benchmark] == nil {
			benchmarks[v.Benchmark] = v.Benchmark.Clone()
		}
		variants[i].Benchmark, variants[i].Settings = benchmarks[v.Benchmark], slices.Clone(v.Settings)
	}
	return Entry{Variants: variants}
}

// Check returns an error if the entry cannot be executed. The error names the first
// problem, and has class ClassUnreadable.
func (e Entry) Check() error {
	if problems := e.problems(); len(problems) > 0 {
		return Fail(ClassUnreadable, "%w", problems[0])
	}
	return nil
}

// problems returns every reason why the entry cannot be executed.
func (e Entry) problems() (problems []error) {
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if len(e.Variants) == 0 {
		add("there is nothing to execute: name at least one variant")
	}
	if len(e.Variants) > MaxVariants {
		add("there are %d variants; at most %d are allowed", len(e.Variants), MaxVariants)
		return problems
	}
	code, slugs := 0, map[string]*Benchmark{}
	for i, v := range e.Variants {
		b := v.Benchmark
		if b == nil {
			add("variant %d has no benchmark", i+1)
			continue
		}
		if first := slugs[b.Slug]; first == nil {
			slugs[b.Slug] = b
			code += b.bytesOfCode()
			for _, problem := range b.Validate() {
				add("benchmark %q: %w", b.Slug, problem)
			}
		} else if first != b {
			add("two benchmarks have the slug %q", b.Slug)
		}
		if !b.Supports(v.Runtime) {
			add("benchmark %q does not support runtime %q; it supports %v", b.Slug, v.Runtime, b.Runtimes)
		}
		if err := v.Settings.problem(); err != nil {
			add("benchmark %q: %w", b.Slug, err)
		}
		if err := v.Source.problem(); err != nil {
			add("benchmark %q: %w", b.Slug, err)
		}
		if slices.ContainsFunc(e.Variants[:i], func(w Variant) bool { return w.Benchmark != nil && w.equal(v) }) {
			add("benchmark %q has a variant twice: %s", b.Slug, strings.TrimSpace(fmt.Sprint(v.Runtime, " ", v.Settings)))
		}
	}
	if code > MaxMessageCode {
		add("the code of %s has %d bytes; at most %d are allowed in one iteration", e.Name(), code, MaxMessageCode)
	}
	return problems
}
