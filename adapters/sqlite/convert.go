package sqlite

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"time"
)

// stampLayout is RFC 3339 with a fixed number of decimals, so that the texts
// sort like the times.
const stampLayout = "2006-01-02T15:04:05.000000000Z"

// stamp writes a time as the tables hold it. The zero time is NULL.
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

// encode writes JSON for a …_json column. Its argument has its JSON tags in this
// package, or needs none, because the domain does not know how it is stored.
func encode(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// decode reads what encode wrote.
func decode[T any](text string) (v T, err error) {
	err = json.Unmarshal([]byte(text), &v)
	return v, err
}

// encodeList writes values as a table holds lists of them: as JSON, or as NULL if there
// are none.
func encodeList[T, S any](values []T, stored func(T) S) (any, error) {
	if len(values) == 0 {
		return nil, nil
	}
	list := make([]S, len(values))
	for i, v := range values {
		list[i] = stored(v)
	}
	return encode(list)
}

// decodeList reads what encodeList wrote.
func decodeList[S, T any](text sql.NullString, value func(S) T) (values []T, err error) {
	if !text.Valid {
		return nil, nil
	}
	list, err := decode[[]S](text.String)
	for _, s := range list {
		values = append(values, value(s))
	}
	return values, err
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
