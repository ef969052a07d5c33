package phpbench

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// subject is a method that is measured, with what the suite says of it.
type subject struct {
	method                    string
	doc                       string
	before, after, providers  []string
	groups                    []string
	revolutions, warmup, iter []int
	assertions                []string
	skip                      bool
	// ignored are the annotations that have no effect.
	ignored map[string]bool
	// problems say why it cannot be used.
	problems []error
}

// metadata is what the suite says of a class.
type metadata struct {
	subjects                []*subject
	beforeClass, afterClass []string
}

// interpreter reads annotations and attributes as the configuration says.
type interpreter struct {
	options options
	pattern *regexp.Regexp
}

func newInterpreter(o options) (*interpreter, error) {
	pattern, err := regexp.Compile(o.subjectPattern)
	if err != nil {
		return nil, fmt.Errorf("subject_pattern: %q cannot be used: %w", o.subjectPattern, err)
	}
	return &interpreter{o, pattern}, nil
}

// interpret returns what annotations, attributes and the configuration say of a class,
// whose parents follow it. Annotations come before attributes; both apply where both are.
func (ip *interpreter) interpret(classes []class) (*metadata, error) {
	m := &metadata{}
	var problems []error
	if ip.options.annotations {
		problems = append(problems, ip.read(m, annotationsOf(classes)))
	}
	if ip.options.attributes {
		second := &metadata{}
		problems = append(problems, ip.read(second, attributesOf(classes)))
		m.merge(second)
	}
	for _, s := range m.subjects {
		s.complete(ip.options)
	}
	return m, errors.Join(problems...)
}

// layer is one class of a hierarchy, by one style.
type layer struct {
	instructions []instruction
	methods      []layerMethod
}

type layerMethod struct {
	name, doc    string
	instructions []instruction
}

// annotationsOf reads doc blocks. Parents come first, so that what a class says replaces
// what its parents say, also of a method that it overrides.
func annotationsOf(classes []class) (layers []layer) {
	for _, c := range slices.Backward(classes) {
		l := layer{instructions: understandAll(docAnnotations(c.Doc), false)}
		for _, m := range c.Methods {
			l.methods = append(l.methods, layerMethod{m.Name, m.Doc, understandAll(docAnnotations(m.Doc), false)})
		}
		layers = append(layers, l)
	}
	return layers
}

// attributesOf reads attributes. The class comes first, and a method that it overrides does
// not count; what its parents' classes say is added to what it says itself.
func attributesOf(classes []class) (layers []layer) {
	seen := map[string]bool{}
	for _, c := range classes {
		l := layer{instructions: understandAll(attributeAnnotations(c.Attributes), true)}
		for _, m := range c.Methods {
			if !seen[m.Name] {
				seen[m.Name] = true
				l.methods = append(l.methods, layerMethod{m.Name, m.Doc, understandAll(attributeAnnotations(m.Attributes), true)})
			}
		}
		layers = append(layers, l)
	}
	return layers
}

// read applies the layers. Every class's annotations apply to each of the subjects, and
// then the subject's own.
func (ip *interpreter) read(m *metadata, layers []layer) error {
	var all []instruction
	var problems []error
	for _, l := range layers {
		for _, in := range l.instructions {
			all = append(all, in)
			switch {
			case in.err != nil:
				problems = append(problems, in.err)
			case in.name == "BeforeClassMethods":
				m.beforeClass = in.texts
			case in.name == "AfterClassMethods":
				m.afterClass = in.texts
			}
		}
	}
	for _, l := range layers {
		for _, method := range l.methods {
			if !ip.pattern.MatchString(method.name) && !has(method.instructions, "Subject") {
				continue
			}
			s := m.subject(method.name)
			s.doc = method.doc
			for _, in := range all {
				s.apply(in)
			}
			for _, in := range method.instructions {
				if in.name == "BeforeClassMethods" || in.name == "AfterClassMethods" {
					in.err = fmt.Errorf("%s stands at a method: it belongs to the class", in.name)
				}
				if in.err != nil {
					s.problems = append(s.problems, in.err)
				}
				s.apply(in)
			}
		}
	}
	return errors.Join(problems...)
}

// subject returns the subject of that method, and makes it if there is none.
func (m *metadata) subject(method string) *subject {
	for _, s := range m.subjects {
		if s.method == method {
			return s
		}
	}
	s := &subject{method: method, ignored: map[string]bool{}}
	m.subjects = append(m.subjects, s)
	return s
}

// apply applies one annotation.
func (s *subject) apply(in instruction) {
	list := func(current []string) []string {
		if in.extend {
			return slices.Concat(current, in.texts)
		}
		return in.texts
	}
	switch in.name {
	case "BeforeMethods":
		s.before = list(s.before)
	case "AfterMethods":
		s.after = list(s.after)
	case "ParamProviders":
		s.providers = list(s.providers)
	case "Groups":
		s.groups = list(s.groups)
	case "Revs":
		s.revolutions = in.numbers
	case "Warmup":
		s.warmup = in.numbers
	case "Iterations":
		s.iter = in.numbers
	case "Assert":
		s.assertions = append(s.assertions, in.texts...)
	case "Skip":
		s.skip = true
	}
	if ignoredAnnotations[in.name] != "" {
		s.ignored[in.name] = true
	}
}

// merge adds what attributes say to what annotations say.
func (m *metadata) merge(other *metadata) {
	m.beforeClass = append(m.beforeClass, other.beforeClass...)
	m.afterClass = append(m.afterClass, other.afterClass...)
	for _, o := range other.subjects {
		s := m.subject(o.method)
		s.doc = o.doc
		s.before, s.after = append(s.before, o.before...), append(s.after, o.after...)
		s.providers, s.groups = append(s.providers, o.providers...), append(s.groups, o.groups...)
		s.revolutions, s.warmup, s.iter = append(s.revolutions, o.revolutions...), append(s.warmup, o.warmup...), append(s.iter, o.iter...)
		s.assertions = append(s.assertions, o.assertions...)
		s.problems = append(s.problems, o.problems...)
		s.skip = s.skip || o.skip
		maps.Copy(s.ignored, o.ignored)
	}
}

// complete fills in what only the configuration says.
func (s *subject) complete(o options) {
	if len(s.revolutions) == 0 {
		s.revolutions = o.revolutions
	}
	if len(s.iter) == 0 {
		s.iter = o.iterations
	}
	if len(s.warmup) == 0 || slices.Equal(s.warmup, []int{0}) {
		s.warmup = o.warmup
	}
	if len(s.assertions) == 0 {
		s.assertions = o.assertions
	}
	s.groups, s.assertions = distinct(s.groups), distinct(s.assertions)
	s.revolutions, s.warmup = distinct(s.revolutions), distinct(s.warmup)
}

// distinct returns the values, each once.
func distinct[T comparable](all []T) (out []T) {
	for _, v := range all {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
