package phpbench

import (
	"fmt"
	"slices"
	"strings"
)

// instruction is an annotation whose arguments were understood.
type instruction struct {
	name    string
	texts   []string
	numbers []int
	// extend says that the texts are added to those that are there, and do not replace
	// them.
	extend bool
	err    error
}

// parameterOf maps the attributes with arguments that have an effect to the names of the
// parameters.
var parameterOf = map[string]string{
	"AfterClassMethods": "methods", "AfterMethods": "methods", "BeforeClassMethods": "methods", "BeforeMethods": "methods",
	"ParamProviders": "providers", "Groups": "groups", "Assert": "expression",
	"Revs": "revs", "Warmup": "revs", "Iterations": "iterations",
}

// understand interprets the arguments. attribute says that it is an attribute: its texts
// are always added to those that are there.
func (a annotation) understand(attribute bool) instruction {
	in := instruction{name: a.name, extend: attribute, err: a.err}
	parameter, takes := parameterOf[a.name]
	if !takes || in.err != nil {
		return in
	}
	value, given := a.named[parameter], false
	if _, given = a.named[parameter]; !given {
		value, given = a.named["value"]
	}
	if !given && len(a.values) > 0 {
		value, given = a.values[0], true
	}
	extend, isBool := a.named["extend"].(bool)
	in.extend = in.extend || isBool && extend
	switch {
	case !given && a.bare && a.name != "Assert":
		// Such as @Warmup in a sentence. phpbench takes it for an empty list, too.
	case !given:
		in.err = fmt.Errorf("it has no argument")
	case parameter == "revs" || parameter == "iterations":
		in.numbers, in.err = integers(value)
	case parameter == "expression":
		in.texts = []string{fmt.Sprint(value)} // older suites have numbers there, which will be a note
	default:
		in.texts, in.err = texts(value)
	}
	if in.err != nil {
		in.err = fmt.Errorf("%s: %w", a.name, in.err)
	}
	return in
}

// understandAll interprets annotations in their order.
func understandAll(all []annotation, attribute bool) []instruction {
	out := make([]instruction, len(all))
	for i, a := range all {
		out[i] = a.understand(attribute)
	}
	return out
}

// attributeNamespace holds phpbench's attributes.
const attributeNamespace = `phpbench\attributes\`

// attributeAnnotations returns phpbench's attributes, in order.
func attributeAnnotations(all []attribute) (out []annotation) {
	for _, found := range all {
		short, ours := strings.CutPrefix(strings.ToLower(found.Name), attributeNamespace)
		name, known := annotationNames[short]
		if !ours || !known {
			continue
		}
		a := annotation{name: name, values: found.Values, named: found.Named}
		if found.Error != "" {
			a.err = fmt.Errorf("the arguments of #[%s] cannot be read: %s", name, found.Error)
		}
		out = append(out, a)
	}
	return out
}

// has reports whether an instruction of that name is among them.
func has(all []instruction, name string) bool {
	return slices.ContainsFunc(all, func(in instruction) bool { return in.name == name })
}
