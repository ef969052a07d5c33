package sqlite

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// stampLayout is RFC 3339 with a fixed number of decimals, so that the texts
// sort like the times.
const stampLayout = "2006-01-02T15:04:05.000000000Z"

// stamp writes a time as the tables hold it; zero is NULL.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(stampLayout)
}

// parseStamp reads what stamp wrote.
func parseStamp(text sql.NullString, into *time.Time) (err error) {
	if text.Valid {
		*into, err = time.Parse(stampLayout, text.String)
	}
	return err
}

// encoded is a value as JSON.
func encoded(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// pairs are names and values as the tables hold them: as an object.
type pairs map[string]string

func pairsOf[S ~[]domain.Setting](settings S) pairs {
	p := make(pairs, len(settings))
	for _, s := range settings {
		p[s.Name] = s.Value
	}
	return p
}

// sorted are the settings; nil where there are none.
func (p pairs) sorted() (settings []domain.Setting) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		settings = append(settings, domain.Setting{Name: name, Value: p[name]})
	}
	return settings
}
