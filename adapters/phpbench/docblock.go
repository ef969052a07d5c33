package phpbench

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// annotation is an annotation of a doc block or an attribute, with its arguments.
type annotation struct {
	// name is one of the names of annotationNames.
	name string
	// values are the arguments without names, and named those with names.
	values []any
	named  map[string]any
	// bare says that there are no brackets: it may be a word in a sentence.
	bare bool
	// err says that the arguments cannot be read.
	err error
}

// annotationNames maps the names that phpbench knows, in lower case, to themselves.
var annotationNames = func() map[string]string {
	all := map[string]string{}
	for _, name := range []string{
		"AfterClassMethods", "AfterMethods", "Assert", "BeforeClassMethods", "BeforeMethods", "Executor", "Format", "Groups", "Iterations",
		"OutputMode", "OutputTimeUnit", "ParamProviders", "RetryThreshold", "Revs", "Skip", "Sleep", "Subject", "Timeout", "Warmup",
	} {
		all[strings.ToLower(name)] = name
	}
	return all
}()

// annotationStart matches the @ and the name of an annotation. What precedes it must be
// blank, or the text is an address or the like.
var annotationStart = regexp.MustCompile(`(?:^|[\s*(])@([A-Za-z_\\][A-Za-z0-9_\\]*)`)

// docAnnotations returns phpbench's annotations of a doc block, in order.
func docAnnotations(doc string) (all []annotation) {
	body := docText(doc)
	for at := 0; at < len(body); {
		m := annotationStart.FindStringSubmatchIndex(body[at:])
		if m == nil {
			break
		}
		full := body[at+m[2] : at+m[3]]
		at += m[3]
		name, known := annotationNames[strings.ToLower(full[strings.LastIndexByte(full, '\\')+1:])]
		if !known {
			continue
		}
		a := annotation{name: name, named: map[string]any{}}
		p := &docParser{text: body, at: at}
		if p.accept("(") {
			p.arguments(&a)
			at = p.at
		} else {
			a.bare = true
		}
		if p.err != nil {
			a.err = fmt.Errorf("@%s cannot be read: %w", full, p.err)
		}
		all = append(all, a)
	}
	return all
}

var docMargin = regexp.MustCompile(`(?m)^[ \t]*\*[ \t]?`)

// docText returns the text of a doc block without the stars at the margin.
func docText(doc string) string {
	doc = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(doc), "/**"), "*/")
	return docMargin.ReplaceAllString(strings.ReplaceAll(doc, "\r\n", "\n"), "")
}

// summary returns the first sentence of a doc block as one line, or nothing.
func summary(doc string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(docText(doc)), "\n\n")
	if at := annotationStart.FindStringIndex(first); at != nil {
		first = first[:at[0]]
	}
	return strings.ToValidUTF8(strings.Join(strings.Fields(first), " "), "?")
}

// docParser reads the arguments of an annotation.
type docParser struct {
	text  string
	at    int
	depth int
	err   error
}

func (p *docParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *docParser) blank() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// accept skips the mark, and blanks before it, if it comes next.
func (p *docParser) accept(mark string) bool {
	p.blank()
	if strings.HasPrefix(p.text[p.at:], mark) {
		p.at += len(mark)
		return true
	}
	return false
}

// arguments reads what follows the opening bracket, and the closing one.
func (p *docParser) arguments(a *annotation) {
	for p.err == nil && !p.accept(")") {
		key, value := p.pair()
		if name, ok := key.(string); ok {
			a.named[name] = value
		} else {
			a.values = append(a.values, value)
		}
		if !p.accept(",") && p.err == nil {
			if !p.accept(")") {
				p.fail("a ) is missing")
			}
			return
		}
	}
}

// pair reads a value, and the key before it, if there is one.
func (p *docParser) pair() (key, value any) {
	value = p.value()
	if p.err == nil && (p.accept("=") || p.accept(":")) {
		if c, ok := value.(constant); ok {
			value = string(c)
		}
		return value, p.plain(p.value())
	}
	return nil, p.plain(value)
}

// constant is a word that names a constant, unless it is a key.
type constant string

func (p *docParser) plain(value any) any {
	if c, ok := value.(constant); ok {
		p.fail("%s is a constant, which is not looked up: write its value", c)
	}
	return value
}

var (
	docNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`)
	docWord   = regexp.MustCompile(`^[A-Za-z_\\][A-Za-z0-9_\\]*(::[A-Za-z_][A-Za-z0-9_]*)?`)
)

// value reads a text, a number, a word or a list.
func (p *docParser) value() any {
	if p.depth++; p.depth > 20 {
		p.fail("its lists are nested too deeply")
	}
	defer func() { p.depth-- }()
	p.blank()
	if p.err != nil || p.at >= len(p.text) {
		p.fail("a ) is missing")
		return nil
	}
	rest := p.text[p.at:]
	if p.accept("{") {
		return p.list()
	}
	if rest[0] == '"' {
		return p.quotedText()
	}
	if m := docNumber.FindString(rest); m != "" {
		p.at += len(m)
		if n, err := strconv.Atoi(m); err == nil {
			return n
		}
		f, _ := strconv.ParseFloat(m, 64)
		return f
	}
	if m := docWord.FindString(rest); m != "" {
		p.at += len(m)
		switch strings.ToLower(m) {
		case "true":
			return true
		case "false":
			return false
		case "null":
			return nil
		}
		return constant(m)
	}
	p.fail("%.20q is no value: texts stand in double quotes, and lists in { }", strings.TrimSpace(rest))
	return nil
}

// quotedText reads a text in double quotes. Two of them stand for one.
func (p *docParser) quotedText() any {
	var out strings.Builder
	for i := p.at + 1; i < len(p.text); i++ {
		if p.text[i] != '"' {
			out.WriteByte(p.text[i])
			continue
		}
		if i++; i >= len(p.text) || p.text[i] != '"' {
			p.at = i
			return out.String()
		}
		out.WriteByte('"')
	}
	p.fail("a text is not closed")
	return nil
}

// list reads what follows the opening brace. With keys it is a mapping.
func (p *docParser) list() any {
	list, named := []any{}, map[string]any{}
	for p.err == nil && !p.accept("}") {
		if key, value := p.pair(); key != nil {
			named[fmt.Sprint(key)] = value
		} else {
			list = append(list, value)
		}
		if !p.accept(",") && p.err == nil {
			if !p.accept("}") {
				p.fail("a } is missing")
			}
			break
		}
	}
	if len(named) > 0 {
		return named
	}
	return list
}
