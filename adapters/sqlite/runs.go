package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// CreateRun adds a run; see [domain.Store].
func (s *Store) CreateRun(ctx context.Context, run domain.Run) error {
	return s.explain(ctx, s.write(ctx, func(tx *sql.Tx) error { return createRun(ctx, tx, run) }))
}

func createRun(ctx context.Context, tx *sql.Tx, run domain.Run) error {
	plan, err1 := encodePlan(run.Plan)
	benchmarks, err2 := encode(run.Benchmarks)
	runtimes, err3 := encode(run.Runtimes)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	var key int64
	err := tx.QueryRowContext(ctx, `INSERT INTO runs
			(id, state, created_at, started_at, finished_at, updated_at, planned, duplicates, benchmarks_json, runtimes_json, plan_json, entries)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING run`,
		run.ID, run.State, stamp(run.Created), stamp(run.Started), stamp(run.Finished), stamp(run.Updated), run.Planned, run.Duplicates,
		benchmarks, runtimes, plan, len(run.Plan.Entries)).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: %q", domain.ErrRunExists, run.ID)
	}
	for i, entry := range run.Plan.Entries {
		for index, variant := range entry.Variants {
			if err == nil {
				err = addVariant(ctx, tx, key, i+1, index, variant)
			}
		}
	}
	return err
}

func addVariant(ctx context.Context, tx *sql.Tx, run int64, entry, index int, v domain.Variant) error {
	snapshot, err1 := encodeBenchmark(v.Benchmark)
	settings, err2 := encodeSettings(v.Settings)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	sum := digest(snapshot)
	if _, err := tx.ExecContext(ctx, `INSERT INTO definitions (digest, slug, snapshot_json) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		sum, v.Benchmark.Slug, snapshot); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO variants (run, entry, variant, definition, runtime, settings_json, source, source_name, revision)
		SELECT ?, ?, ?, definition, ?, ?, ?, ?, ? FROM definitions WHERE digest = ?`, run, entry, index, string(v.Runtime), settings,
		v.Source.Digest, v.Source.Name, v.Source.Revision, sum)
	return err
}

// UpdateRun changes state, times and duplicates; see [domain.Store].
func (s *Store) UpdateRun(ctx context.Context, status domain.RunStatus) error {
	return s.explain(ctx, s.write(ctx, func(tx *sql.Tx) error {
		key, state, err := lookUp(ctx, tx, status.ID)
		if err != nil {
			return err
		}
		if state.Terminal() {
			return over(status.ID, state)
		}
		if status.State == domain.StateCompleted {
			if err := complete(ctx, tx, key, status.ID); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE runs SET state = ?, started_at = ?, finished_at = ?, updated_at = ?, duplicates = ? WHERE run = ?`,
			status.State, stamp(status.Started), stamp(status.Finished), stamp(status.Updated), status.Duplicates, key)
		return err
	}))
}

// complete returns an error unless every planned iteration of the run has a result.
func complete(ctx context.Context, tx *sql.Tx, key int64, id domain.RunID) error {
	var planned, missing int
	err := tx.QueryRowContext(ctx, `SELECT planned, planned - done - failed FROM runs WHERE run = ?`, key).Scan(&planned, &missing)
	if err == nil && missing != 0 {
		err = fmt.Errorf("%w: %d of %d in run %q", domain.ErrRunIncomplete, missing, planned, id)
	}
	return err
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// lookUp returns the key of a run in the other tables, and its state.
func lookUp(ctx context.Context, db querier, id domain.RunID) (key int64, state domain.State, err error) {
	err = db.QueryRowContext(ctx, `SELECT run, state FROM runs WHERE id = ?`, id).Scan(&key, &state)
	return key, state, found(err, id)
}

func over(id domain.RunID, state domain.State) error {
	return fmt.Errorf("%w: %q is %s", domain.ErrRunOver, id, state)
}

// found turns the error of a query that looked for a run into domain.ErrRunNotFound if
// there is none.
func found(err error, id domain.RunID) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: %q", domain.ErrRunNotFound, id)
	}
	return err
}
