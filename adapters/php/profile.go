package php

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/benchbus/benchbus/adapters/php/internal/callgrind"
	"github.com/benchbus/benchbus/domain"
)

// Profile finds out which functions of the runtime execute the instructions of the
// iteration's variants. It executes each variant in a process under valgrind's tool
// callgrind, and compares two parts of its batch. The second runs the code twice as often
// as the first. All else is as for counted instructions: the revolutions are about a
// fiftieth of a batch, and the limits, the time-out and the core are those of the
// iteration.
//
// keep gets what callgrind wrote of each part, with the index of the variant and the
// part's revolutions; nil keeps nothing. Its error ends the profile, as does the first
// variant that fails. CanCount tells beforehand whether valgrind works here.
func (e *Executor) Profile(ctx context.Context, it domain.Iteration, keep func(variant, revolutions int, file []byte) error) ([]domain.ProfilePair, error) {
	if err := check(it); err != nil {
		return nil, domain.Permanent(err)
	}
	e.tidy()
	it.CountInstructions = true
	t, err := e.prepare(ctx, it)
	defer t.leave()
	if err == nil {
		err = t.ready(ctx)
	}
	if err != nil {
		return nil, err
	}
	pairs := make([]domain.ProfilePair, len(t.orders))
	for i, o := range t.orders {
		err := t.failed[i]
		if err == nil {
			pairs[i], err = t.profile(ctx, o, keep)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.benchmark, err)
		}
	}
	return pairs, nil
}

// profile executes a variant.
func (t *try) profile(ctx context.Context, o order, keep func(variant, revolutions int, file []byte) error) (domain.ProfilePair, error) {
	o.counter, o.direct = t.counter, t.counting.directs.of(ctx, o.runtime, t.cfg)
	o.revolutions = countedRevolutions(o.revolutions)
	pair := domain.ProfilePair{Revolutions: o.revolutions}
	made, err := t.run(ctx, o)
	if err != nil {
		return pair, err
	}
	if keep != nil {
		if err := errors.Join(keep(o.variant, o.revolutions, made.counts.once), keep(o.variant, 2*o.revolutions, made.counts.twice)); err != nil {
			return pair, err
		}
	}
	once, twice, err := made.counts.profiles()
	if err != nil {
		return pair, domain.Fail(domain.ClassResult, "%s: %w", o.what(), err)
	}
	pair.Once, pair.Twice = byName(once), byName(twice)
	if pair.Total() <= 0 {
		return pair, domain.Fail(domain.ClassResult, "%s: %d revolutions executed no fewer instructions than %d: the code does not do the same each time, and its functions cannot be told; "+
			"give it the same input each time", o.what(), pair.Revolutions, 2*pair.Revolutions)
	}
	return pair, nil
}

// byName adds up what functions of the same name executed, and what functions without one
// executed in each object: static functions of a runtime whose symbols were removed, whose
// addresses say nothing about another version.
func byName(own map[callgrind.Function]int64) domain.Profile {
	p := domain.Profile{}
	for f, n := range own {
		name := f.Name
		if strings.HasPrefix(name, "0x") || name == nameless {
			name = "(no name, in " + objectName(f.Object) + ")"
		}
		p[name] += n
	}
	return p
}

// libraryVersion is the version in the name of a library such as libc-2.31.so.
var libraryVersion = regexp.MustCompile(`-[0-9]+(\.[0-9]+)+$`)

// nameless is what callgrind calls a function or an object without a name.
const nameless = "???"

// objectName is the name of a program or library, without the folder and the version.
func objectName(object string) string {
	name := path.Base(object)
	library, _, found := strings.Cut(name, ".so")
	switch {
	case object == "" || object == nameless:
		return "no file"
	case binaryName.MatchString(name):
		return "php"
	case found:
		return libraryVersion.ReplaceAllString(library, "") + ".so"
	}
	return name
}
