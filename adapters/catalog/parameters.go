package catalog

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/domain"
)

// maxLabel limits the bytes of the values in a slug.
const maxLabel = 80

// maxSets limits the sets that the parameters of one definition make.
const maxSets = 100

// value is a value of a parameter, as people write it and as PHP code.
type value struct{ text, code string }

// parameters holds the parameters of a definition. Each set of values makes a benchmark
// of its own. The definition has either lists, whose product gives the sets, or named
// sets.
type parameters struct {
	names  []string
	lists  [][]value // of each name; nil if there are named sets
	labels []string  // of the named sets
	sets   [][]value // of each label, in order of the names
}

var parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// readParameters reads the field with the parameters.
func readParameters(d *document, f field, node *yaml.Node) {
	if isNull(node) {
		return
	}
	if node.Kind != yaml.MappingNode || len(node.Content) == 0 {
		d.wrong(node, f.name, "must be a mapping, such as {size: [10, 1000]} or {small: {size: 10}, large: {size: 1000}}, not %s", kindOf(node))
		return
	}
	p := &parameters{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, content := node.Content[i], resolve(node.Content[i+1])
		if content.Kind != resolve(node.Content[1]).Kind {
			d.wrong(key, f.name, "holds lists as well as sets; give one or the other")
			return
		}
		switch content.Kind {
		case yaml.SequenceNode:
			p.addList(d, f, key, content)
		case yaml.MappingNode:
			p.addSet(d, f, key, content)
		default:
			d.wrong(key, f.name, "%s must be a list of values, or a set such as {size: 10}, not %s", quote(key.Value), kindOf(content))
		}
	}
	if n := p.count(); n > maxSets {
		d.wrong(node, f.name, "makes %d sets; at most %d are allowed", n, maxSets)
		return
	}
	if !d.bad[f.name] {
		d.parameters = p
	}
}

// addList adds a parameter with its list of values.
func (p *parameters) addList(d *document, f field, key, content *yaml.Node) {
	if !d.variable(f, key) {
		return
	}
	var values []value
	for _, node := range content.Content {
		if v, ok := d.literal(f, resolve(node)); ok {
			if slices.Contains(values, v) {
				d.wrong(node, f.name, "%s has %s twice", key.Value, quote(v.text))
			}
			values = append(values, v)
		}
	}
	if len(content.Content) == 0 {
		d.wrong(key, f.name, "%s has no value", quote(key.Value))
	}
	p.names, p.lists = append(p.names, key.Value), append(p.lists, values)
}

// addSet adds a named set. All sets must set the same variables.
func (p *parameters) addSet(d *document, f field, key, content *yaml.Node) {
	if !labelPattern.MatchString(key.Value) {
		d.wrong(key, f.name, "%s is no name of a set: lower-case letters and digits, with single '-' or '_' between them", quote(key.Value))
	}
	set := map[string]value{}
	var names []string
	for i := 0; i+1 < len(content.Content); i += 2 {
		name, node := content.Content[i], resolve(content.Content[i+1])
		if !d.variable(f, name) {
			continue
		}
		if v, ok := d.literal(f, node); ok {
			set[name.Value] = v
			names = append(names, name.Value)
		}
	}
	if p.names == nil {
		p.names = names
	}
	var values []value
	for _, name := range p.names {
		v, ok := set[name]
		if !ok {
			d.wrong(key, f.name, "the set %s does not say what $%s is, as others do", quote(key.Value), name)
		}
		values = append(values, v)
	}
	if len(set) > len(p.names) {
		d.wrong(key, f.name, "the set %s has variables that others lack", quote(key.Value))
	}
	p.labels, p.sets = append(p.labels, key.Value), append(p.sets, values)
}

// variable reports whether the key is a valid name of a variable.
func (d *document) variable(f field, key *yaml.Node) bool {
	switch {
	case !parameterName.MatchString(key.Value) || key.Value == "this":
		d.wrong(key, f.name, "%s is no name of a variable: letters, digits and underscores, beginning with no digit", quote(key.Value))
		return false
	case strings.HasPrefix(key.Value, "__bb_"):
		d.wrong(key, f.name, "%s: names that begin with __bb_ are taken", quote(key.Value))
		return false
	}
	return true
}

// literal reads a value.
func (d *document) literal(f field, node *yaml.Node) (value, bool) {
	if node.Kind == yaml.ScalarNode {
		switch node.ShortTag() {
		case "!!int":
			var n int64
			if node.Decode(&n) == nil {
				return number64(n), true
			}
		case "!!float":
			var x float64
			if node.Decode(&x) == nil && !math.IsNaN(x) && !math.IsInf(x, 0) {
				return float(x), true
			}
		case "!!bool":
			var b bool
			if node.Decode(&b) == nil {
				return truth(b), true
			}
		case "!!str":
			return textValue(node.Value), true
		}
	}
	d.wrong(node, f.name, "a value must be a number, a text, true or false, not %s", kindOf(node))
	return value{}, false
}

func number64(n int64) value { return value{strconv.FormatInt(n, 10), strconv.FormatInt(n, 10)} }

func truth(b bool) value { return value{strconv.FormatBool(b), strconv.FormatBool(b)} }

// float makes a value that PHP reads as a float, even if it is a whole number.
func float(x float64) value {
	text := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return value{text, text}
}

func textValue(text string) value {
	return value{text, "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"}
}

// typed makes a value of a text from the command line. It is a number, true or false if
// it is written like one, or else a text.
func typed(text string) value {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return number64(n)
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && floatPattern.MatchString(text) {
		return float(x)
	}
	if text == "true" || text == "false" {
		return truth(text == "true")
	}
	return textValue(text)
}

var floatPattern = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$`)

// Parameters lists the parameters of a benchmark with their values. The list is empty if
// it has none.
func (c *Catalog) Parameters(b *domain.Benchmark) (all []string) {
	p := c.parameters[b]
	if p == nil {
		return nil
	}
	join := func(values []value, format func(int, value) string, sep string) string {
		var texts []string
		for i, v := range values {
			texts = append(texts, format(i, v))
		}
		return strings.Join(texts, sep)
	}
	for i, values := range p.lists {
		all = append(all, p.names[i]+" = "+join(values, func(_ int, v value) string { return v.text }, ", "))
	}
	for i, set := range p.sets {
		all = append(all, p.labels[i]+": "+join(set, func(n int, v value) string { return p.names[n] + " = " + v.text }, ", "))
	}
	return all
}

// count returns the number of sets.
func (p *parameters) count() int {
	if p.lists == nil {
		return len(p.sets)
	}
	n := 1
	for _, values := range p.lists {
		if n *= len(values); n > maxSets {
			break
		}
	}
	return n
}

// expanded returns the benchmarks of the definition, one for each set. The given values
// replace those of a parameter's list, or choose among the named sets.
func (p *parameters) expanded(b *domain.Benchmark, given map[string][]string) ([]*domain.Benchmark, error) {
	if p.lists == nil {
		return p.named(b, given)
	}
	combinations := [][]value{nil}
	for i, name := range p.names {
		values := p.lists[i]
		if texts, ok := given[name]; ok {
			values = nil
			for _, text := range texts {
				values = append(values, typed(text))
			}
		}
		var more [][]value
		for _, c := range combinations {
			for _, v := range values {
				more = append(more, append(slices.Clone(c), v))
			}
		}
		if combinations = more; len(combinations) > maxSets {
			return nil, fmt.Errorf("the parameters of %s make more than %d sets: give fewer values", quote(b.Slug), maxSets)
		}
	}
	var all []*domain.Benchmark
	for _, c := range combinations {
		all = append(all, p.member(b, "", c))
	}
	return apart(all), nil
}

// apart numbers equal slugs. Different values may give the same slug, since a slug
// allows few characters.
func apart(members []*domain.Benchmark) []*domain.Benchmark {
	taken := map[string]bool{}
	for _, m := range members {
		slug := m.Slug
		for n := 2; taken[m.Slug]; n++ {
			m.Slug = fmt.Sprintf("%s-%d", slug, n)
		}
		taken[m.Slug] = true
	}
	return members
}

// named returns the benchmarks of the named sets that have the given values.
func (p *parameters) named(b *domain.Benchmark, given map[string][]string) ([]*domain.Benchmark, error) {
	var all []*domain.Benchmark
	for i, set := range p.sets {
		fits := true
		for n, name := range p.names {
			texts, asked := given[name]
			fits = fits && (!asked || slices.Contains(texts, set[n].text))
		}
		if fits {
			all = append(all, p.member(b, p.labels[i], set))
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no set of parameters of %s has these values", quote(b.Slug))
	}
	return all, nil
}

var (
	labelPattern = regexp.MustCompile(`^[a-z0-9]+([-_][a-z0-9]+)*$`)
	notInSlug    = regexp.MustCompile(`[^a-z0-9]+`)
)

// member returns the benchmark with one set of values. Its setup begins with the values.
// If the definition has no group, the benchmarks of its sets form one.
func (p *parameters) member(b *domain.Benchmark, label string, set []value) *domain.Benchmark {
	m := b.Clone()
	var shown, slug []string
	assignments := ""
	for i, name := range p.names {
		shown, slug = append(shown, name+"="+set[i].text), append(slug, name, set[i].text)
		assignments += "$" + name + " = " + set[i].code + "; "
	}
	if label == "" {
		label = strings.ToLower(strings.Join(slug, "-"))
		label = strings.Trim(notInSlug.ReplaceAllString(label[:min(len(label), maxLabel)], "-"), "-")
		m.Name += " (" + strings.Join(shown, ", ") + ")"
	} else {
		m.Name += " (" + label + ")"
	}
	if m.Group == "" {
		m.Group = b.Slug
	}
	m.Slug, m.Setup = b.Slug+"-"+label, assignments+b.Setup
	return m
}
