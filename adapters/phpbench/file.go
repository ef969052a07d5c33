package phpbench

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// file reads the class of a file. An error ends the whole suite; what is wrong with the
// file is refused.
func (r *reader) file(ctx context.Context, f candidate) error {
	if f.attributes && r.options.attributes && !r.attributes {
		r.builder.refuse(f.path, "PHP %s has no attributes, with which this file says what to measure: let PHP 8 or later read the suite", r.version)
		return nil
	}
	answer, reason, err := r.reflector.reflect(ctx, f.path, f.class)
	switch {
	case err != nil:
		return err
	case reason != "":
		r.builder.refuse(f.path, "%s", reason)
		return nil
	case answer.Abstract:
		return nil // its children are read
	}
	if answer.Elsewhere {
		r.notes.add(f.path, "the class is declared by another file, which the bootstrap loads: that one is measured")
	}
	m, err := r.interpreter.interpret(answer.Classes)
	if err != nil {
		if len(m.subjects) > 0 {
			r.builder.refuse(f.class, "%v", err)
		}
		return nil
	}
	if f.classes > 1 {
		r.notes.add(f.path, "a file with several classes: the first one is read, as in phpbench")
	}
	for _, s := range m.subjects {
		if err := r.subject(ctx, f, answer, m, s); err != nil {
			return err
		}
	}
	return nil
}

// subject makes the benchmarks of one subject.
func (r *reader) subject(ctx context.Context, f candidate, answer reflected, m *metadata, s *subject) error {
	where := f.class + "::" + s.method
	if s.skip {
		r.suite.Skipped = append(r.suite.Skipped, where)
		return nil
	}
	if err := usable(answer, m, s); err != nil {
		r.builder.refuse(where, "%v", err)
		return nil
	}
	parents := slices.DeleteFunc(slices.Clone(answer.Files), func(file string) bool {
		return file == f.path || !slices.ContainsFunc(r.suite.Paths, func(p string) bool { return p == "." || file == p || strings.HasPrefix(file, p+"/") })
	})
	c := call{file: f.path, parents: parents, class: answer.Classes[0].Name, method: s.method, before: s.before, after: s.after, beforeClass: m.beforeClass, afterClass: m.afterClass}
	if len(s.providers) == 0 {
		r.builder.add(c, s, nil)
		return nil
	}
	sets, reason, err := r.reflector.provide(ctx, f.path, f.class, s.providers)
	if err != nil {
		return err
	}
	if reason != "" {
		r.builder.refuse(where, "its parameters cannot be had: %s", reason)
		return nil
	}
	r.builder.add(c, s, sets)
	return nil
}

// usable returns why the subject cannot be executed, or nil.
func usable(answer reflected, m *metadata, s *subject) error {
	methods := map[string]method{}
	for _, found := range answer.Classes[0].Methods {
		methods[found.Name] = found
	}
	switch {
	case len(s.problems) > 0:
		return s.problems[0]
	case answer.Arguments > 0:
		return fmt.Errorf("the constructor needs %d arguments: nothing gives it any", answer.Arguments)
	case !answer.Instantiable:
		return fmt.Errorf("nobody can make an object of the class: is its constructor public?")
	case !methods[s.method].Public:
		return fmt.Errorf("the method is not public")
	}
	for _, hook := range []struct {
		what    string
		methods []string
		static  bool
	}{{"before", s.before, false}, {"after", s.after, false}, {"before class", m.beforeClass, true}, {"after class", m.afterClass, true}} {
		for _, name := range hook.methods {
			found, ok := methods[name]
			switch {
			case !ok:
				return fmt.Errorf("there is no method %s, which is named as a %s method", name, hook.what)
			case !found.Public:
				return fmt.Errorf("the %s method %s is not public", hook.what, name)
			case found.Static != hook.static:
				return fmt.Errorf("the %s method %s must %sbe static", hook.what, name, map[bool]string{false: "not "}[hook.static])
			}
		}
	}
	return nil
}
