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

// maxLabel is how many bytes of the values stand in a slug.
const maxLabel = 80

// maxSets bounds how many sets the parameters of one definition make.
const maxSets = 100

// value is what a parameter is set to: as people write it, and as PHP.
type value struct{ text, code string }

// parameters are what a definition is executed with: each set makes a benchmark of
// its own. Either lists, of which the product is taken, or named sets.
type parameters struct {
	names  []string
	lists  [][]value // of each name; nil where there are named sets
	labels []string  // of the named sets
	sets   [][]value // of each label, in order of the names
}

var parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// readParameters reads the field.
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

// addList adds a parameter with the values that it takes.
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

// addSet adds a named set; all sets set the same variables.
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

// variable tells whether the key can name a variable.
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

// float is written so that PHP reads a float, whatever its size.
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

// typed is the value that a person wrote on the command line: a number as one writes
// it, true, false, or else a text.
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

// Parameters says what the parameters of a benchmark are set to; nothing where it has
// none.
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

// count is how many sets there are.
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

// expanded are the benchmarks of the definition, one for each set. given replaces the
// values of a parameter's list, or chooses among the named sets.
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

// apart numbers slugs that came out alike: a slug holds few characters.
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

// named are the benchmarks of the named sets that have the given values.
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

// member is the benchmark with one set of values, a member of the definition's group
// or of one of its own. Its setup begins with the values.
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
