package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

// selectFlags choose benchmarks.
type selectFlags struct {
	catalogFlags
	catalog.Selection
}

func (s *selectFlags) register(flags *pflag.FlagSet) {
	namesFlag(flags, &s.Names, "test", "benchmark, by slug, display name, or a pattern such as 'hash-*'; separate several by commas, or repeat it; arguments are the same (default: all)")
	namesFlag(flags, &s.Groups, "group", "only benchmarks of the group")
	namesFlag(flags, &s.Categories, "category", "only benchmarks of the category")
	namesFlag(flags, &s.Tags, "tag", "only benchmarks with the tag")
	flags.Func("filter", "only benchmarks with this `text` in their slug or display name; or a pattern such as '*sort*'", func(text string) error {
		s.Text = text
		return notEmpty(text)
	})
	flags.Func("param", "`name=value,...` of a parameter of the benchmarks, in place of the values that they list; may be repeated", func(text string) error {
		name, list, ok := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); !ok || name == "" || list == "" {
			return errors.New("it is not of the form name=value, or name=value,value")
		}
		if s.Parameters == nil {
			s.Parameters = map[string][]string{}
		}
		for value := range strings.SplitSeq(list, ",") {
			if value = strings.TrimSpace(value); slices.Contains(s.Parameters[name], value) {
				return fmt.Errorf("it has the value %q twice", value)
			}
			s.Parameters[name] = append(s.Parameters[name], value)
		}
		return nil
	})
	s.catalogFlags.register(flags)
}

// choose returns the benchmarks that the arguments and the flags choose, or all.
func (s *selectFlags) choose(args []string) ([]*domain.Benchmark, error) {
	all, err := s.catalogFlags.load()
	if err != nil {
		return nil, err
	}
	selection := s.Selection
	selection.Names = slices.Concat(args, s.Names)
	found, err := all.Select(selection)
	if err != nil {
		return nil, usage(err)
	}
	return found, nil
}

// variantFlags choose what a benchmark is executed with.
type variantFlags struct{ runtimes, set []string }

func (v *variantFlags) register(flags *pflag.FlagSet) {
	namesFlag(flags, &v.runtimes, "php-version", "runtimes, such as php84,php82; --runtime is the same (default: all that are here)")
	flags.StringArrayVar(&v.set, "set", nil, "`name=value,...` of a PHP setting; several values are compared with each other, such as opcache.jit=off,tracing; short: opcache=on, jit=tracing; may be repeated")
}

// parse returns the runtimes, and the settings that are compared with each other.
func (v *variantFlags) parse() ([]domain.RuntimeName, []domain.Settings, error) {
	wanted, err := runtimeNames(v.runtimes)
	if err != nil {
		return nil, nil, err
	}
	settings, err := settingsOf(v.set)
	return wanted, settings, err
}
