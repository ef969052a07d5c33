package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const statusColumns = `id, state, created_at, started_at, finished_at, planned, done, failed, duplicates, benchmarks_json, runtimes_json`

// scanStatus reads the status columns, and whatever comes after them.
func scanStatus(row interface{ Scan(...any) error }, more ...any) (domain.RunStatus, error) {
	var s domain.RunStatus
	var created, started, finished sql.NullString
	var benchmarks, runtimes string
	if err := row.Scan(append([]any{&s.ID, &s.State, &created, &started, &finished, &s.Planned, &s.Done, &s.Failed, &s.Duplicates,
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
	}{{created, &s.Created}, {started, &s.Started}, {finished, &s.Finished}} {
		if err := parseTime(t.text, t.into); err != nil {
			return s, err
		}
	}
	return s, errors.Join(json.Unmarshal([]byte(benchmarks), &s.Benchmarks), json.Unmarshal([]byte(runtimes), &s.Runtimes))
}

func parseTime(text sql.NullString, into *time.Time) (err error) {
	if text.Valid {
		*into, err = time.Parse(time.RFC3339Nano, text.String)
	}
	return err
}

// Run returns a run with its plan; see [domain.Store].
func (s *Store) Run(ctx context.Context, id domain.RunID) (domain.Run, error) {
	run, err := s.run(ctx, id)
	if err != nil && !errors.Is(err, domain.ErrRunNotFound) {
		err = explain(s.path, err)
	}
	return run, err
}

func (s *Store) run(ctx context.Context, id domain.RunID) (domain.Run, error) {
	var run domain.Run
	var key int64
	var plan string
	row := s.readers.QueryRowContext(ctx, `SELECT `+statusColumns+`, run, plan_json FROM runs WHERE id = ?`, id)
	status, err := scanStatus(row, &key, &plan)
	if errors.Is(err, sql.ErrNoRows) {
		return run, fmt.Errorf("%w: %q", domain.ErrRunNotFound, id)
	}
	if err != nil {
		return run, err
	}
	run.RunStatus = status
	if err := json.Unmarshal([]byte(plan), &run.Plan); err != nil {
		return run, err
	}
	run.Plan.Entries = nil
	rows, err := s.readers.QueryContext(ctx, `SELECT snapshot_json, runtimes_json FROM entries JOIN definitions USING (definition)
		WHERE run = ? ORDER BY position`, key)
	if err != nil {
		return run, err
	}
	defer rows.Close()
	for rows.Next() {
		var snapshot, runtimes string
		var entry domain.Entry
		if err := rows.Scan(&snapshot, &runtimes); err != nil {
			return run, err
		}
		if err := errors.Join(json.Unmarshal([]byte(snapshot), &entry.Benchmark), json.Unmarshal([]byte(runtimes), &entry.Runtimes)); err != nil {
			return run, err
		}
		run.Plan.Entries = append(run.Plan.Entries, entry)
	}
	return run, rows.Err()
}

// Runs lists the runs; see [domain.Store].
func (s *Store) Runs(ctx context.Context, prefix string, limit int) ([]domain.RunStatus, error) {
	if limit <= 0 {
		limit = -1
	}
	rows, err := s.readers.QueryContext(ctx, `SELECT `+statusColumns+` FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT ?2`, prefix, limit)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer rows.Close()
	var found []domain.RunStatus
	for rows.Next() {
		status, err := scanStatus(rows)
		if err != nil {
			return nil, explain(s.path, err)
		}
		found = append(found, status)
	}
	return found, explain(s.path, rows.Err())
}

// page is how many iterations are read at once: the rows in between are
// released, so that a slow reader keeps nobody from tidying up.
const page = 1000

// Recorded yields what has a result; see [domain.Store].
func (s *Store) Recorded(ctx context.Context, id domain.RunID) iter.Seq2[domain.Recorded, error] {
	return pages(ctx, s, id, func(ctx context.Context, key int64, after int) ([]domain.Recorded, int, error) {
		rows, err := s.readers.QueryContext(ctx, `SELECT iteration, failed FROM iterations WHERE run = ? AND iteration > ? ORDER BY iteration LIMIT ?`, key, after, page)
		if err != nil {
			return nil, 0, err
		}
		defer rows.Close()
		var found []domain.Recorded
		for rows.Next() {
			var r domain.Recorded
			if err := rows.Scan(&r.Iteration, &r.Failed); err != nil {
				return nil, 0, err
			}
			found, after = append(found, r), r.Iteration
		}
		return found, after, rows.Err()
	})
}

// Results yields the results; see [domain.Store].
func (s *Store) Results(ctx context.Context, id domain.RunID) iter.Seq2[domain.IterationExecuted, error] {
	return pages(ctx, s, id, func(ctx context.Context, key int64, after int) ([]domain.IterationExecuted, int, error) {
		return s.results(ctx, id, key, after)
	})
}

// pages yields what read returns, page by page.
func pages[T any](ctx context.Context, s *Store, id domain.RunID, read func(ctx context.Context, key int64, after int) ([]T, int, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var key int64
		err := s.readers.QueryRowContext(ctx, `SELECT run FROM runs WHERE id = ?`, id).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			yield(none, fmt.Errorf("%w: %q", domain.ErrRunNotFound, id))
			return
		}
		for after := 0; err == nil; {
			var found []T
			if found, after, err = read(ctx, key, after); err == nil && len(found) == 0 {
				return
			}
			for _, one := range found {
				if !yield(one, nil) {
					return
				}
			}
		}
		yield(none, explain(s.path, err))
	}
}

func (s *Store) results(ctx context.Context, id domain.RunID, key int64, after int) ([]domain.IterationExecuted, int, error) {
	// One view of the tables, whatever is recorded meanwhile.
	tx, err := s.readers.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := tx.QueryContext(ctx, `SELECT iteration, benchmark, attempt, worker, fingerprint_json, load1, steal, started_at, took_ns,
			class, message, output, attempts
		FROM iterations JOIN hosts USING (host) LEFT JOIN failures USING (run, iteration)
		WHERE run = ? AND iteration > ? ORDER BY iteration LIMIT ?`, key, after, page)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var found []domain.IterationExecuted
	places := map[int]int{}
	for rows.Next() {
		r := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: id}
		var host string
		var started, class, message, output sql.NullString
		var attempts sql.NullInt64
		if err := rows.Scan(&r.Iteration, &r.Benchmark, &r.Attempt, &r.Worker, &host, &r.Load.Load1, &r.Load.Steal, &started, &r.Took,
			&class, &message, &output, &attempts); err != nil {
			return nil, 0, err
		}
		if err := errors.Join(json.Unmarshal([]byte(host), &r.Host), parseTime(started, &r.Started)); err != nil {
			return nil, 0, err
		}
		if class.Valid {
			r.Failure = &domain.Failure{Class: domain.FailureClass(class.String), Message: message.String, Output: output.String, Attempts: int(attempts.Int64)}
		}
		places[r.Iteration] = len(found)
		found = append(found, r)
	}
	if err := rows.Err(); err != nil || len(found) == 0 {
		return nil, after, err
	}
	last := found[len(found)-1].Iteration
	return found, last, addSamples(ctx, tx, key, after, last, func(n int) *domain.IterationExecuted { return &found[places[n]] })
}

// addSamples reads the samples of the iterations behind after up to last.
func addSamples(ctx context.Context, tx *sql.Tx, key int64, after, last int, of func(iteration int) *domain.IterationExecuted) error {
	rows, err := tx.QueryContext(ctx, `SELECT iteration, position, runtime, revolutions, warmup, batch_ns, wall_ns, user_cpu_ns,
			system_cpu_ns, peak_memory_bytes, runtime_peak_memory_bytes, timer, cpu
		FROM samples WHERE run = ? AND iteration > ? AND iteration <= ? ORDER BY iteration, number`, key, after, last)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var sample domain.Sample
		var cpu sql.NullInt64
		if err := rows.Scan(&n, &sample.Position, &sample.Runtime, &sample.Revolutions, &sample.Warmup, &sample.Batch, &sample.Wall, &sample.UserCPU,
			&sample.SystemCPU, &sample.PeakMemory, &sample.RuntimePeakMemory, &sample.Timer, &cpu); err != nil {
			return err
		}
		if cpu.Valid {
			core := int(cpu.Int64)
			sample.CPU = &core
		}
		r := of(n)
		r.Samples = append(r.Samples, sample)
	}
	return rows.Err()
}
