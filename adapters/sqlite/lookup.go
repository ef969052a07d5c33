package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const statusColumns = `id, state, created_at, started_at, finished_at, updated_at, planned, done, failed, duplicates, benchmarks_json, runtimes_json`

// scanStatus reads the status columns, and whatever comes after them.
func scanStatus(row interface{ Scan(...any) error }, more ...any) (domain.RunStatus, error) {
	var s domain.RunStatus
	var created, started, finished, updated sql.NullString
	var benchmarks, runtimes string
	if err := row.Scan(append([]any{&s.ID, &s.State, &created, &started, &finished, &updated, &s.Planned, &s.Done, &s.Failed, &s.Duplicates,
		&benchmarks, &runtimes}, more...)...); err != nil {
		return s, err
	}
	if rest := s.Planned - s.Done - s.Failed; s.State == domain.StateCancelled {
		s.Cancelled = rest
	} else {
		s.Outstanding = rest
	}
	for _, t := range []struct {
		text sql.NullString
		into *time.Time
	}{{created, &s.Created}, {started, &s.Started}, {finished, &s.Finished}, {updated, &s.Updated}} {
		if err := parseStamp(t.text, t.into); err != nil {
			return s, err
		}
	}
	return s, errors.Join(json.Unmarshal([]byte(benchmarks), &s.Benchmarks), json.Unmarshal([]byte(runtimes), &s.Runtimes))
}

// Run returns a run with its plan; see [domain.Store].
func (s *Store) Run(ctx context.Context, id domain.RunID) (domain.Run, error) {
	run, err := readRun(ctx, s.readers, id)
	return run, s.explain(ctx, err)
}

func readRun(ctx context.Context, db querier, id domain.RunID) (domain.Run, error) {
	var key int64
	var plan string
	status, err := scanStatus(db.QueryRowContext(ctx, `SELECT `+statusColumns+`, run, plan_json FROM runs WHERE id = ?`, id), &key, &plan)
	if err != nil {
		return domain.Run{}, found(err, id)
	}
	run := domain.Run{RunStatus: status}
	if err := json.Unmarshal([]byte(plan), &run.Plan); err != nil {
		return domain.Run{}, err
	}
	// Entries never change, so that this second look needs no transaction.
	rows, err := db.QueryContext(ctx, `SELECT snapshot_json, runtimes_json FROM entries JOIN definitions USING (definition)
		WHERE run = ? ORDER BY entry`, key)
	if err != nil {
		return domain.Run{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var snapshot, runtimes string
		var entry domain.Entry
		if err := rows.Scan(&snapshot, &runtimes); err != nil {
			return domain.Run{}, err
		}
		if err := errors.Join(json.Unmarshal([]byte(snapshot), &entry.Benchmark), json.Unmarshal([]byte(runtimes), &entry.Runtimes)); err != nil {
			return domain.Run{}, err
		}
		run.Plan.Entries = append(run.Plan.Entries, entry)
	}
	return run, rows.Err()
}

// Runs lists the runs; see [domain.Store].
func (s *Store) Runs(ctx context.Context, prefix string, limit int) ([]domain.RunStatus, error) {
	runs, err := listRuns(ctx, s.readers, prefix, limit)
	return runs, s.explain(ctx, err)
}

func listRuns(ctx context.Context, db querier, prefix string, limit int) ([]domain.RunStatus, error) {
	if limit <= 0 {
		limit = -1
	}
	rows, err := db.QueryContext(ctx, `SELECT `+statusColumns+` FROM runs
		WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT ?2`, prefix, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var runs []domain.RunStatus
	for rows.Next() {
		status, err := scanStatus(rows)
		if err != nil {
			return nil, err
		}
		runs = append(runs, status)
	}
	return runs, rows.Err()
}
