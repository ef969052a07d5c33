package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

func encodeEnvironments(environments []domain.Environment) (string, error) {
	list := make([]pairs, len(environments))
	for i, e := range environments {
		list[i] = pairsOf(e)
	}
	return encode(list)
}

func decodeEnvironments(text string) ([]domain.Environment, error) {
	list, err := decode[[]pairs](text)
	environments := make([]domain.Environment, len(list))
	for i, p := range list {
		environments[i] = p.sorted()
	}
	return environments, err
}

// environmentsKey returns the key of the environments in the iterations' table, and
// stores them if they are new. It returns nil if there are none. known holds those of
// this call, by their JSON.
func environmentsKey(ctx context.Context, tx *sql.Tx, environments []domain.Environment, known map[string]int64) (any, error) {
	if len(environments) == 0 {
		return nil, nil
	}
	text, err := encodeEnvironments(environments)
	if err != nil {
		return nil, err
	}
	if key, ok := known[text]; ok {
		return key, nil
	}
	var key int64
	sum := digest(text)
	err = tx.QueryRowContext(ctx, `SELECT environments FROM environments WHERE digest = ?`, sum).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.QueryRowContext(ctx, `INSERT INTO environments (digest, environments_json) VALUES (?, ?) RETURNING environments`, sum, text).Scan(&key)
	}
	known[text] = key
	return key, err
}

// parsed holds the environments that were read already, by their JSON, because nearly
// all iterations have the same ones.
type parsed map[string][]domain.Environment

// parse decodes environments. Each caller gets a copy of the list.
func (p parsed) parse(text string) ([]domain.Environment, error) {
	if text == "" {
		return nil, nil
	}
	if known, ok := p[text]; ok {
		return slices.Clone(known), nil
	}
	environments, err := decodeEnvironments(text)
	if err != nil {
		return nil, err
	}
	p[text] = environments
	return slices.Clone(environments), nil
}
