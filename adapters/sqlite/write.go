package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// writer is the one connection that writes, with its statements prepared.
type writer struct {
	mu     sync.Mutex // one transaction at a time
	db     *sql.DB
	closed bool

	addIteration, addSample, addFailure, count *sql.Stmt
	hosts                                      map[domain.Host]int64 // known to be stored
}

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	w := &writer{db: db, hosts: map[domain.Host]int64{}}
	for _, s := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&w.addIteration, `INSERT INTO iterations (run, iteration, benchmark, attempt, worker, host, load1, steal, started_at, took_ns, failed)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&w.addSample, `INSERT INTO samples (run, iteration, number, position, runtime, revolutions, warmup, batch_ns, wall_ns,
			user_cpu_ns, system_cpu_ns, peak_memory_bytes, runtime_peak_memory_bytes, timer, cpu)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&w.addFailure, `INSERT INTO failures (run, iteration, class, message, output, attempts) VALUES (?, ?, ?, ?, ?, ?)`},
		{&w.count, `UPDATE runs SET done = done + ?, failed = failed + ? WHERE run = ?`},
	} {
		stmt, err := db.PrepareContext(ctx, s.query)
		if err != nil {
			return nil, err
		}
		*s.into = stmt
	}
	return w, nil
}

var errClosed = errors.New("sqlite: the store is closed")

// transaction runs the function in a transaction that is committed when it
// returns nil.
func (w *writer) transaction(ctx context.Context, f func(*sql.Tx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed
	}
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	return w.db.Close()
}

// stamp writes a time as the tables hold it.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func asJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// CreateRun adds a run; see [domain.Store].
func (s *Store) CreateRun(ctx context.Context, run domain.Run) error {
	err := s.writer.transaction(ctx, func(tx *sql.Tx) error { return createRun(ctx, tx, run) })
	if errors.Is(err, domain.ErrRunExists) {
		return err
	}
	return explain(s.path, err)
}

func createRun(ctx context.Context, tx *sql.Tx, run domain.Run) error {
	plan := run.Plan
	plan.Entries = nil
	benchmarks, err1 := asJSON(run.Benchmarks)
	runtimes, err2 := asJSON(run.Runtimes)
	planText, err3 := asJSON(plan)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	added, err := tx.ExecContext(ctx, `INSERT INTO runs (id, state, created_at, started_at, finished_at, planned, duplicates, benchmarks_json, runtimes_json, plan_json)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		run.ID, run.State, stamp(run.Created), stamp(run.Started), stamp(run.Finished), run.Planned, run.Duplicates, benchmarks, runtimes, planText)
	if err != nil {
		return err
	}
	if n, err := added.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, domain.ErrRunExists)
	}
	key, err := added.LastInsertId()
	if err != nil {
		return err
	}
	for i, entry := range run.Plan.Entries {
		snapshot, err := asJSON(entry.Benchmark)
		if err != nil {
			return err
		}
		runtimes, err := asJSON(entry.Runtimes)
		if err != nil {
			return err
		}
		var definition int64
		if err := tx.QueryRowContext(ctx, `INSERT INTO definitions (snapshot_json, slug) VALUES (?, ?)
			ON CONFLICT (snapshot_json) DO UPDATE SET slug = slug RETURNING definition`, snapshot, entry.Benchmark.Slug).Scan(&definition); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO entries (run, position, definition, runtimes_json) VALUES (?, ?, ?, ?)`,
			key, i, definition, runtimes); err != nil {
			return err
		}
	}
	return nil
}

// UpdateRun writes state, times and duplicates; see [domain.Store].
func (s *Store) UpdateRun(ctx context.Context, status domain.RunStatus) error {
	err := s.writer.transaction(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE runs SET state = ?, started_at = ?, finished_at = ?, duplicates = ? WHERE id = ?`,
			status.State, stamp(status.Started), stamp(status.Finished), status.Duplicates, status.ID)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, domain.ErrRunNotFound)
		}
		return nil
	})
	if errors.Is(err, domain.ErrRunNotFound) {
		return err
	}
	return explain(s.path, err)
}

// Record adds results; see [domain.Store].
func (s *Store) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	fresh := make([]bool, len(results))
	learned := map[domain.Host]int64{}
	err := s.writer.transaction(ctx, func(tx *sql.Tx) error {
		return s.writer.record(ctx, tx, run, results, fresh, learned)
	})
	switch {
	case errors.Is(err, domain.ErrRunNotFound):
		return nil, err
	case err != nil:
		return nil, explain(s.path, err)
	}
	s.writer.remember(learned)
	return fresh, nil
}

// remember notes hosts whose rows are committed.
func (w *writer) remember(learned map[domain.Host]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for host, key := range learned {
		w.hosts[host] = key
	}
}

func (w *writer) record(ctx context.Context, tx *sql.Tx, run domain.RunID, results []domain.IterationExecuted, fresh []bool, learned map[domain.Host]int64) error {
	var key int64
	if err := tx.QueryRowContext(ctx, `SELECT run FROM runs WHERE id = ?`, run).Scan(&key); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return domain.ErrRunNotFound
		}
		return err
	}
	addIteration, addSample, addFailure := tx.StmtContext(ctx, w.addIteration), tx.StmtContext(ctx, w.addSample), tx.StmtContext(ctx, w.addFailure)
	done, failed := 0, 0
	for i, r := range results {
		host, err := w.host(ctx, tx, r.Host, learned)
		if err != nil {
			return err
		}
		failure := 0
		if r.Failure != nil {
			failure = 1
		}
		added, err := addIteration.ExecContext(ctx, key, r.Iteration, r.Benchmark, r.Attempt, r.Worker, host,
			r.Load.Load1, r.Load.Steal, stamp(r.Started), int64(r.Took), failure)
		if err != nil {
			return err
		}
		if n, err := added.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			continue
		}
		fresh[i] = true
		for number, sample := range r.Samples {
			if _, err := addSample.ExecContext(ctx, key, r.Iteration, number, sample.Position, string(sample.Runtime), sample.Revolutions,
				sample.Warmup, int64(sample.Batch), int64(sample.Wall), int64(sample.UserCPU), int64(sample.SystemCPU),
				sample.PeakMemory, sample.RuntimePeakMemory, sample.Timer, sample.CPU); err != nil {
				return err
			}
		}
		if f := r.Failure; f != nil {
			failed++
			if _, err := addFailure.ExecContext(ctx, key, r.Iteration, string(f.Class), f.Message, f.Output, f.Attempts); err != nil {
				return err
			}
		} else {
			done++
		}
	}
	_, err := tx.StmtContext(ctx, w.count).ExecContext(ctx, done, failed, key)
	return err
}

// host returns the key of a fingerprint's row.
func (w *writer) host(ctx context.Context, tx *sql.Tx, h domain.Host, learned map[domain.Host]int64) (int64, error) {
	if key, ok := w.hosts[h]; ok {
		return key, nil
	}
	if key, ok := learned[h]; ok {
		return key, nil
	}
	fingerprint, err := asJSON(h)
	if err != nil {
		return 0, err
	}
	var key int64
	if err := tx.QueryRowContext(ctx, `INSERT INTO hosts (fingerprint_json, host_key, name) VALUES (?, ?, ?)
		ON CONFLICT (fingerprint_json) DO UPDATE SET name = name RETURNING host`, fingerprint, h.Key, h.Name).Scan(&key); err != nil {
		return 0, fmt.Errorf("record the host: %w", err)
	}
	learned[h] = key
	return key, nil
}
