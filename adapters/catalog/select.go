package catalog

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// Selection selects the benchmarks that match all of its fields. An empty field
// matches every benchmark. A field with several texts matches if any of them does.
// Upper and lower case are equal.
type Selection struct {
	// Names are slugs, display names, or patterns of them such as "hash-*".
	// A text may hold several, separated by commas. A comma within a known display
	// name does not separate.
	Names []string
	// Categories, Groups and Tags are whole names. A text may hold several, separated
	// by commas.
	Categories, Groups, Tags []string
	// Text is a part of the slug or of the display name, or a pattern that matches a
	// whole slug or name.
	Text string
	// Parameters maps names of parameters to values. They replace the values that a
	// definition lists, and choose among its named sets. A name that no selected
	// definition has is an error.
	Parameters map[string][]string
	// More returns further names and groups that a benchmark is selected by, such as the
	// class and the groups of a subject. Several benchmarks may share them. Defaults to
	// none.
	More func(*domain.Benchmark) (names, groups []string)
}

// more returns the further names and groups of a benchmark.
func (s Selection) more(b *domain.Benchmark) (names, groups []string) {
	if s.More == nil {
		return nil, nil
	}
	return s.More(b)
}

func (s Selection) namesOf(b *domain.Benchmark) []string {
	names, _ := s.more(b)
	return names
}

func (s Selection) groupsOf(b *domain.Benchmark) []string {
	_, groups := s.more(b)
	return append([]string{b.Group}, groups...)
}

// Select returns the benchmarks that the selection matches. They are in the order of
// its Names, or else in that of [Catalog.All]. A text that no benchmark of the
// catalogue matches is an error, and so is a selection that matches no benchmark; the
// error lists what could be selected. A definition with parameters gives a benchmark
// for each set of values.
func (c *Catalog) Select(s Selection) ([]*domain.Benchmark, error) {
	chosen, err := c.choose(s)
	if err != nil {
		return nil, err
	}
	var all []*domain.Benchmark
	var known []string
	for _, b := range chosen {
		p := c.parameters[b]
		if p == nil {
			all = append(all, b)
			continue
		}
		members, err := p.expanded(b, s.Parameters)
		if err != nil {
			return nil, err
		}
		all, known = append(all, members...), append(known, p.names...)
	}
	slices.Sort(known)
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("none of the benchmarks has the parameter %s; %s", quote(name), offers(name, slices.Compact(known)))
		}
	}
	return all, nil
}

// choose returns the definitions that the selection matches.
func (c *Catalog) choose(s Selection) ([]*domain.Benchmark, error) {
	chosen := c.All()
	if len(s.Names) > 0 {
		var err error
		if chosen, err = c.named(s); err != nil {
			return nil, err
		}
	}
	for _, by := range []struct {
		what   string
		wanted []string
		of     func(*domain.Benchmark) []string
	}{
		{"category", s.Categories, func(b *domain.Benchmark) []string { return []string{b.Category} }},
		{"group", s.Groups, s.groupsOf},
		{"tag", s.Tags, func(b *domain.Benchmark) []string { return b.Tags }},
	} {
		if len(by.wanted) == 0 {
			continue
		}
		wanted := c.split(by.wanted, by.of)
		for _, w := range wanted {
			if len(having(c.sorted, []string{w}, by.of)) == 0 {
				return nil, fmt.Errorf("no benchmark has the %s %s; %s", by.what, quote(w), offers(w, values(c.sorted, by.of)))
			}
		}
		left := having(chosen, wanted, by.of)
		if len(left) == 0 {
			return nil, fmt.Errorf("of the benchmarks that match the rest, none has the %s %s; %s",
				by.what, strings.Join(wanted, " or "), offers("", values(chosen, by.of)))
		}
		chosen = left
	}
	if s.Text == "" {
		return chosen, nil
	}
	left := slices.DeleteFunc(slices.Clone(chosen), func(b *domain.Benchmark) bool { return !contains(b, s.Text) })
	if len(left) == 0 {
		slugs := values(chosen, func(b *domain.Benchmark) []string { return []string{b.Slug} })
		return nil, fmt.Errorf("of the benchmarks that match the rest, none has %s in its slug or name; %s", quote(s.Text), offers(s.Text, slugs))
	}
	return left, nil
}

// named returns the benchmarks with those names, each once.
func (c *Catalog) named(s Selection) (found []*domain.Benchmark, err error) {
	nameable := func(b *domain.Benchmark) []string { return append([]string{b.Slug, b.Name}, s.namesOf(b)...) }
	for _, name := range c.split(s.Names, nameable) {
		matching := c.matching(name)
		if len(matching) == 0 {
			b, err := c.Find(name)
			if err == nil {
				matching = []*domain.Benchmark{b}
			} else if matching = having(c.sorted, []string{name}, s.namesOf); len(matching) == 0 {
				return nil, c.orMore(err, s)
			}
		}
		for _, b := range matching {
			if !slices.Contains(found, b) {
				found = append(found, b)
			}
		}
	}
	return found, nil
}

// orMore lets the error for an unknown name suggest further names of benchmarks, if no slug
// is similar.
func (c *Catalog) orMore(err error, s Selection) error {
	if missing := new(NotFoundError); errors.As(err, &missing) && len(missing.Suggestions) == 0 {
		near := Similar(missing.Name, values(c.sorted, s.namesOf))
		missing.Suggestions = near[:min(3, len(near))]
	}
	return err
}

// matching returns the benchmarks that a pattern matches. It returns none if the text is
// not a pattern, or if it is the exact name of a benchmark.
func (c *Catalog) matching(pattern string) []*domain.Benchmark {
	if !isPattern(pattern) {
		return nil
	}
	if _, err := c.Find(pattern); err == nil {
		return nil
	}
	return slices.DeleteFunc(c.All(), func(b *domain.Benchmark) bool { return !matches(pattern, b.Slug) && !matches(pattern, b.Name) })
}

// split splits the texts at their commas, except at those within a value that a
// benchmark has.
func (c *Catalog) split(texts []string, of func(*domain.Benchmark) []string) (all []string) {
	known := values(c.sorted, of)
	for _, text := range texts {
		parts := strings.Split(text, ",")
		for len(parts) > 0 {
			n := len(parts)
			for n > 1 && !containsFold(known, strings.TrimSpace(strings.Join(parts[:n], ","))) {
				n--
			}
			all = append(all, strings.TrimSpace(strings.Join(parts[:n], ",")))
			parts = parts[n:]
		}
	}
	return all
}

// having returns the benchmarks with any of the wanted values.
func having(benchmarks []*domain.Benchmark, wanted []string, of func(*domain.Benchmark) []string) (found []*domain.Benchmark) {
	for _, b := range benchmarks {
		if slices.ContainsFunc(of(b), func(v string) bool { return v != "" && containsFold(wanted, v) }) {
			found = append(found, b)
		}
	}
	return found
}

// values returns the values of the benchmarks, sorted, each once.
func values(benchmarks []*domain.Benchmark, of func(*domain.Benchmark) []string) (all []string) {
	for _, b := range benchmarks {
		all = append(all, of(b)...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(v string) bool { return v == "" })
}

// offers lists the words that are similar to the text, or else all words.
func offers(text string, words []string) string {
	const most = 20
	if near := Similar(text, words); len(near) > 0 {
		return "did you mean " + strings.Join(near[:min(3, len(near))], " or ") + "?"
	}
	switch rest := len(words) - most; {
	case len(words) == 0:
		return "they have none"
	case rest > 0:
		return fmt.Sprintf("there are: %s, and %d more", strings.Join(words[:most], ", "), rest)
	}
	return "there are: " + strings.Join(words, ", ")
}

// contains reports whether the slug or the name contains the text or matches it as a
// pattern.
func contains(b *domain.Benchmark, text string) bool {
	return slices.ContainsFunc([]string{b.Slug, b.Name}, func(name string) bool {
		return strings.Contains(strings.ToLower(name), strings.ToLower(text)) || isPattern(text) && matches(text, name)
	})
}

func isPattern(text string) bool { return strings.ContainsAny(text, "*?[") }

// matches reports whether the pattern is valid and matches the whole name. Names are not
// paths: a star matches a slash too.
func matches(pattern, name string) bool {
	plain := func(text string) string { return strings.ReplaceAll(strings.ToLower(text), "/", "\x00") }
	ok, err := path.Match(plain(pattern), plain(name))
	return ok && err == nil
}

func containsFold(all []string, text string) bool {
	return slices.ContainsFunc(all, func(one string) bool { return strings.EqualFold(one, text) })
}
