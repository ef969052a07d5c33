package phpbench

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// builder makes benchmarks of subjects.
type builder struct {
	cfg       Config
	bootstrap string
	runtimes  []domain.RuntimeName
	settings  map[string]string
	env       map[string]string

	suite   *Suite
	notes   *notes
	names   []named
	details []Details
}

func (b *builder) refuse(where, format string, args ...any) {
	b.suite.Refused = append(b.suite.Refused, Refused{Where: where, Reason: fmt.Sprintf(format, args...)})
}

// add makes the benchmarks of a subject, one of each parameter set, and of each number of
// revolutions and of warm-up executions if those are the suite's. sets is nil if there are
// no providers.
func (b *builder) add(c call, s *subject, sets []set) {
	where := c.class + "::" + s.method
	details := Details{File: c.file, Parents: c.parents, Class: c.class, Method: s.method, Groups: s.groups, Revolutions: s.revolutions}
	if len(details.Revolutions) == 0 {
		details.Revolutions = []int{1}
	}
	if len(s.iter) > 0 {
		details.Iterations = slices.Max(s.iter)
	}
	for _, text := range s.assertions {
		if a, err := ParseAssertion(text); err != nil {
			b.notes.add(where, fmt.Sprintf("the assertion %q cannot be read, and is left out: %v", text, err))
		} else {
			details.Assertions = append(details.Assertions, a)
		}
	}
	b.remark(where, s)
	hasSet := sets != nil
	if !hasSet {
		sets = []set{{Empty: true}}
	}
	for _, set := range sets {
		c.data, c.picks = set.Data, nil
		switch {
		case set.Error != "":
			b.notes.add(where+nameOf(set.Name, hasSet), "its providers make the parameters anew in each process, before what is measured: "+set.Error)
			for i, place := range set.Places {
				c.picks = append(c.picks, pick{s.providers[i], place})
			}
		case set.Empty:
			c.data = ""
		}
		d := details
		d.Set = set.Name
		for _, r := range b.revolutions(s) {
			for _, w := range b.warmups(s) {
				b.one(c, s, d, hasSet, r, w)
			}
		}
	}
}

// remark notes what the suite says of a subject and has no effect.
func (b *builder) remark(where string, s *subject) {
	for _, name := range slices.Sorted(maps.Keys(s.ignored)) {
		b.notes.add(where, name+": "+ignoredAnnotations[name])
	}
	if b.cfg.Revolutions == Calibrated {
		switch {
		case len(s.revolutions) > 1:
			b.notes.add(where, "several numbers of revs: they are calibrated, and there is one benchmark in place of several")
		case slices.Equal(s.revolutions, []int{1}):
			b.notes.add(where, "Revs(1): revolutions are calibrated, so that the object meets the subject more than once; take the suite's revolutions if it must not")
		}
		if len(s.warmup) > 1 {
			b.notes.add(where, "several numbers of warm-up executions: the largest is taken")
		}
	}
	if len(s.iter) > 1 {
		b.notes.add(where, "several numbers of iterations: the largest is taken")
	}
}

// revolutions returns the numbers of revolutions; 0 is calibrated.
func (b *builder) revolutions(s *subject) []int {
	switch {
	case b.cfg.Revolutions == Calibrated:
		return []int{0}
	case len(s.revolutions) == 0:
		return []int{1}
	}
	return s.revolutions
}

// warmups returns the numbers of warm-up executions; nil leaves one to the executor.
func (b *builder) warmups(s *subject) []*int {
	if len(s.warmup) == 0 {
		if b.cfg.Revolutions == SuiteRevolutions {
			return []*int{new(0)}
		}
		return []*int{nil}
	}
	if b.cfg.Revolutions == Calibrated {
		return []*int{new(slices.Max(s.warmup))}
	}
	var all []*int
	for _, w := range s.warmup {
		all = append(all, new(w))
	}
	return all
}

// one makes one benchmark. Its slug comes later, when all are known.
func (b *builder) one(c call, s *subject, d Details, hasSet bool, revolutions int, warmup *int) {
	var variants []string
	if len(b.revolutions(s)) > 1 {
		variants = append(variants, fmt.Sprintf("revs-%d", revolutions))
	}
	if len(b.warmups(s)) > 1 {
		variants = append(variants, fmt.Sprintf("warmup-%d", *warmup))
	}
	variant := strings.Join(variants, ".")
	short := shortName(c.class)
	name := short + "::" + s.method + nameOf(d.Set, hasSet)
	if variant != "" {
		name += " " + variant
	}
	benchmark := &domain.Benchmark{
		Name: domain.Shorten(strings.ToValidUTF8(name, "?"), 255), Category: short, Description: domain.Shorten(summary(s.doc), 255),
		Tags: s.groups, Group: b.group(c, s, d), Runtimes: b.runtimes, Bootstrap: b.bootstrap,
		BeforeIteration: c.hooks(c.beforeClass), AfterIteration: c.hooks(c.afterClass),
		Setup: c.setup(), Code: c.code(), Teardown: c.teardown(),
		Settings: b.settings, Env: b.env, Warmup: warmup, Revolutions: revolutions,
	}
	benchmark.Slug = "unknown"
	if problems := benchmark.Clone().Validate(); len(problems) > 0 {
		b.refuse(c.class+"::"+s.method+nameOf(d.Set, hasSet), "%v", problems[0])
		return
	}
	b.names = append(b.names, named{class: c.class, method: s.method, set: d.Set, hasSet: hasSet, variant: variant})
	b.suite.Benchmarks = append(b.suite.Benchmarks, benchmark.Clone())
	b.details = append(b.details, d)
}

// nameOf returns the parameter set as part of a name.
func nameOf(set string, hasSet bool) string {
	if !hasSet {
		return ""
	}
	return " (" + set + ")"
}

// group returns the group whose members are compared, or nothing.
func (b *builder) group(c call, s *subject, d Details) string {
	group := ""
	switch {
	case b.cfg.Compare == CompareClass:
		group = shortName(c.class)
	case b.cfg.Compare == CompareGroup && len(s.groups) > 0:
		group = shortName(c.class) + " " + s.groups[0]
	}
	if group != "" && d.Set != "" {
		group += " (" + d.Set + ")"
	}
	return domain.Shorten(group, 255)
}

// finish gives the benchmarks their slugs, and files their details under them.
func (b *builder) finish() {
	for i, slug := range slugs(b.names) {
		b.suite.Benchmarks[i].Slug = slug
		b.suite.Details[slug] = b.details[i]
	}
}
