package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// Record adds results; see [domain.Store]. One that is of another run, or that
// cannot be counted (see [domain.IterationExecuted.Check]), is an error.
func (s *Store) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	for i := range results {
		if results[i].RunID != run {
			return nil, fmt.Errorf("a result of run %q cannot be recorded for run %q", results[i].RunID, run)
		}
		if err := results[i].Check(); err != nil {
			return nil, fmt.Errorf("iteration %d cannot be recorded: %w", results[i].Iteration, err)
		}
	}
	inserts, err := s.prepared(ctx)
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	var fresh []bool
	err = s.write(ctx, func(tx *sql.Tx) error {
		key, _, err := lookUp(ctx, tx, run)
		if err != nil {
			return err
		}
		fresh, err = record(ctx, tx, inserts, key, results)
		return err
	})
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	return fresh, nil
}

func record(ctx context.Context, tx *sql.Tx, inserts *inserts, run int64, results []domain.IterationExecuted) ([]bool, error) {
	hosts, environmentsKnown := map[domain.Host]int64{}, map[string]int64{}
	place := make(map[int]int, len(results)) // of the first result of an iteration
	values := make([]any, 0, len(results)*inserts.iterations.columns)
	for i := range results {
		r := &results[i]
		if _, again := place[r.Iteration]; again {
			continue
		}
		place[r.Iteration] = i
		host, known := hosts[r.Host]
		if !known {
			var err error
			if host, err = hostKey(ctx, tx, r.Host); err != nil {
				return nil, err
			}
			hosts[r.Host] = host
		}
		environments, err := environmentsKey(ctx, tx, r.Environments, environmentsKnown)
		if err != nil {
			return nil, err
		}
		values = append(values, run, r.Iteration, r.Entry, r.Attempt, r.Worker, host, r.Load.Load1, r.Load.Steal, r.Load.Stops,
			stamp(r.Started), int64(r.Took), r.Failure != nil, environments)
	}
	fresh := make([]bool, len(results))
	if err := inserts.iterations.add(ctx, tx, values, func(n int) { fresh[place[n]] = true }); err != nil {
		return nil, err
	}
	clear(values)
	values = values[:0]
	done, failed := 0, 0
	for i := range results {
		if !fresh[i] {
			continue
		}
		r := &results[i]
		for n := range r.Samples {
			var err error
			if values, err = appendSample(values, run, r.Iteration, n+1, &r.Samples[n]); err != nil {
				return nil, err
			}
		}
		for _, f := range r.VariantFailures {
			if err := addVariantFailure(ctx, tx, run, r.Iteration, f); err != nil {
				return nil, err
			}
		}
		if r.Failure == nil {
			done++
			continue
		}
		failed++
		if err := addFailure(ctx, tx, run, r); err != nil {
			return nil, err
		}
	}
	if err := inserts.samples.add(ctx, tx, values, func(int) {}); err != nil {
		return nil, err
	}
	_, err := tx.ExecContext(ctx, `UPDATE runs SET done = done + ?, failed = failed + ? WHERE run = ?`, done, failed, run)
	return fresh, err
}

func appendSample(values []any, run int64, iteration, number int, s *domain.Sample) ([]any, error) {
	var cpu any
	if s.CPU != nil {
		cpu = *s.CPU
	}
	notices, err := encodeNotices(s.Notices)
	if err != nil {
		return nil, err
	}
	parts, err := encodeSubBatches(s.SubBatches)
	if err != nil {
		return nil, err
	}
	return append(values, run, iteration, number, s.Position, s.Variant, s.Revolutions, s.Warmup, int64(s.Batch), int64(s.Wall),
		int64(s.UserCPU), int64(s.SystemCPU), s.PeakMemory, s.RuntimePeakMemory, s.Timer, cpu, notices,
		int64(s.BatchCPU), s.VoluntarySwitches, s.InvoluntarySwitches, parts, s.Instructions, s.CountedRevolutions), nil
}

func addFailure(ctx context.Context, tx *sql.Tx, run int64, r *domain.IterationExecuted) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO failures (run, iteration, class, message, output, attempts) VALUES (?, ?, ?, ?, ?, ?)`,
		run, r.Iteration, string(r.Failure.Class), r.Failure.Message, r.Failure.Output, r.Failure.Attempts)
	return err
}

func addVariantFailure(ctx context.Context, tx *sql.Tx, run int64, iteration int, f domain.VariantFailure) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO variant_failures (run, iteration, variant, class, message, output, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		run, iteration, f.Variant, string(f.Class), f.Message, f.Output, f.Attempts)
	return err
}
