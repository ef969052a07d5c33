package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const statusColumns = `id, state, created_at, started_at, finished_at, updated_at, planned, done, failed, duplicates, benchmarks_json, runtimes_json`

// scanStatus reads the status columns and then the columns in more.
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
	var err1, err2 error
	s.Benchmarks, err1 = decode[[]string](benchmarks)
	s.Runtimes, err2 = decode[[]domain.RuntimeName](runtimes)
	return s, errors.Join(err1, err2)
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
	if run.Plan, err = decodePlan(plan); err != nil {
		return domain.Run{}, err
	}
	// Variants never change, so this second query needs no transaction with the first.
	run.Plan.Entries, err = readEntries(ctx, db, key)
	return run, err
}

// readEntries reads the entries of a run. Variants of the same definition share it.
func readEntries(ctx context.Context, db querier, key int64) (entries []domain.Entry, err error) {
	rows, err := db.QueryContext(ctx, `SELECT entry, definition, snapshot_json, runtime, settings_json, source, source_name, revision
		FROM variants JOIN definitions USING (definition) WHERE run = ? ORDER BY entry, variant`, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[int64]*domain.Benchmark{}
	for rows.Next() {
		var entry int
		var definition int64
		var snapshot, settings string
		var v domain.Variant
		if err := rows.Scan(&entry, &definition, &snapshot, &v.Runtime, &settings, &v.Source.Digest, &v.Source.Name, &v.Source.Revision); err != nil {
			return nil, err
		}
		if known[definition] == nil {
			if known[definition], err = decodeBenchmark(snapshot); err != nil {
				return nil, err
			}
		}
		v.Benchmark = known[definition]
		if v.Settings, err = decodeSettings(settings); err != nil {
			return nil, err
		}
		if entry > len(entries) {
			entries = append(entries, domain.Entry{})
		}
		entries[len(entries)-1].Variants = append(entries[len(entries)-1].Variants, v)
	}
	return entries, rows.Err()
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
