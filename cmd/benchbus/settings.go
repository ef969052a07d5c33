package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// settingsOf parses the values of --set. Each is a name with one or more values. The
// result holds every combination, to be compared.
func settingsOf(flags []string) ([]domain.Settings, error) {
	combinations := []domain.Settings{nil}
	var names []string
	for _, text := range flags {
		name, list, ok := strings.Cut(text, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" {
			return nil, usagef("--set %q is not of the form name=value, or name=value,value", text)
		}
		if slices.Contains(names, name) {
			return nil, usagef("--set %s is given twice; separate several values by commas: --set %s=a,b", name, name)
		}
		names = append(names, name)
		var values []string
		for value := range strings.SplitSeq(list, ",") {
			value = strings.TrimSpace(value)
			if slices.Contains(values, value) {
				return nil, usagef("--set %s has the value %q twice", name, value)
			}
			values = append(values, value)
		}
		var more []domain.Settings
		for _, c := range combinations {
			for _, value := range values {
				more = append(more, append(slices.Clone(c), domain.Setting{Name: name, Value: value}))
			}
		}
		if combinations = more; len(combinations) > maxCombinations {
			return nil, usagef("the settings make more than %d combinations: give fewer values", maxCombinations)
		}
	}
	for _, c := range combinations {
		slices.SortFunc(c, func(x, y domain.Setting) int { return strings.Compare(x.Name, y.Name) })
	}
	if len(names) == 0 {
		return nil, nil
	}
	return combinations, nil
}

// maxCombinations limits the combinations, so that a typing error does not plan hours
// of work.
const maxCombinations = 256

// checkSettings refuses settings that the executor would give to no PHP. It runs before
// anything is measured.
func (w *target) checkSettings(settings []domain.Settings) error {
	if w.executor == nil {
		return nil
	}
	for _, s := range settings {
		if err := w.executor.CheckSettings(s); err != nil {
			return usage(fmt.Errorf("%w", err))
		}
	}
	return nil
}
