package sqlite

import (
	"maps"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// pairs is a list of settings, or an environment, as the tables hold it: a JSON object
// of texts.
type pairs map[string]string

func pairsOf[S ~[]domain.Setting](settings S) pairs {
	p := make(pairs, len(settings))
	for _, s := range settings {
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

func encodeSettings(settings domain.Settings) (string, error) { return encode(pairsOf(settings)) }

func decodeSettings(text string) (domain.Settings, error) {
	p, err := decode[pairs](text)
	return p.sorted(), err
}
