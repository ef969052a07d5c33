package watermillbus

import (
	"maps"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// pairs encodes names and values as a JSON object, in which each name occurs once.
type pairs map[string]string

func pairsOf[S ~[]domain.Setting](settings S) pairs {
	var p pairs
	for _, s := range settings {
		if p == nil {
			p = pairs{}
		}
		p[s.Name] = s.Value
	}
	return p
}

// sorted returns the settings by name, or nil if there are none.
func (p pairs) sorted() (settings []domain.Setting) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		settings = append(settings, domain.Setting{Name: name, Value: p[name]})
	}
	return settings
}
