package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// NotFoundError is the error if no benchmark has the slug or name.
type NotFoundError struct {
	Name string
	// Suggestions are similar slugs, at most three, the nearest first.
	Suggestions []string
}

func (e *NotFoundError) Error() string {
	if len(e.Suggestions) == 0 {
		return fmt.Sprintf("there is no benchmark %s; `benchbus list` shows all", quote(e.Name))
	}
	return fmt.Sprintf("there is no benchmark %s; did you mean %s?", quote(e.Name), strings.Join(e.Suggestions, " or "))
}

// AmbiguousError is the error if several benchmarks have the name. That only happens in
// merged catalogues, since [Load] refuses definitions with the same name.
type AmbiguousError struct {
	Name  string
	Slugs []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s is the name of %s; give the slug", quote(e.Name), strings.Join(e.Slugs, " and "))
}

// Find returns the benchmark with that slug, or else with that display name. It ignores
// case. The error is a [*NotFoundError] or an [*AmbiguousError].
func (c *Catalog) Find(name string) (*domain.Benchmark, error) {
	name = strings.TrimSpace(name)
	var named []*domain.Benchmark
	for _, b := range c.sorted {
		if strings.EqualFold(b.Slug, name) {
			return b, nil
		}
		if strings.EqualFold(b.Name, name) {
			named = append(named, b)
		}
	}
	switch len(named) {
	case 0:
		return nil, &NotFoundError{Name: name, Suggestions: c.suggest(name)}
	case 1:
		return named[0], nil
	}
	e := &AmbiguousError{Name: name}
	for _, b := range named {
		e.Slugs = append(e.Slugs, b.Slug)
	}
	return nil, e
}

// suggest returns the slugs of benchmarks with similar slugs or names.
func (c *Catalog) suggest(name string) []string {
	slugOf := map[string]string{}
	var words []string
	for _, b := range c.sorted {
		for _, word := range []string{b.Slug, strings.ToLower(b.Name)} {
			slugOf[word] = b.Slug
			words = append(words, word)
		}
	}
	var slugs []string
	for _, word := range Similar(name, words) {
		if slug := slugOf[word]; !slices.Contains(slugs, slug) && len(slugs) < 3 {
			slugs = append(slugs, slug)
		}
	}
	return slugs
}
