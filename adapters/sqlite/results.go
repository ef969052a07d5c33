package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/benchbus/benchbus/domain"
)

// Results are read in pages of at most so many iterations and about so many
// samples. Between pages nothing is held, so that a slow reader neither keeps
// the write-ahead file from being tidied up nor occupies a connection.
const (
	pageIterations = 1000
	pageSamples    = 16_000
)

// Recorded yields what has a result; see [domain.Store].
func (s *Store) Recorded(ctx context.Context, id domain.RunID) iter.Seq2[domain.Recorded, error] {
	return pages(ctx, s, id, func(key int64, after int) ([]domain.Recorded, int, error) {
		rows, err := s.readers.QueryContext(ctx, `SELECT iteration, failed FROM iterations
			WHERE run = ? AND iteration > ? ORDER BY iteration LIMIT ?`, key, after, pageIterations)
		if err != nil {
			return nil, 0, err
		}
		defer rows.Close()
		var page []domain.Recorded
		for rows.Next() {
			var r domain.Recorded
			if err := rows.Scan(&r.Iteration, &r.Failed); err != nil {
				return nil, 0, err
			}
			page, after = append(page, r), r.Iteration
		}
		return page, after, rows.Err()
	})
}

// Results yields the results; see [domain.Store]. What is recorded while they
// are read is yielded too, where its turn has not passed.
func (s *Store) Results(ctx context.Context, id domain.RunID) iter.Seq2[domain.IterationExecuted, error] {
	limit := 16 // until it is known how many samples an iteration has
	return pages(ctx, s, id, func(key int64, after int) ([]domain.IterationExecuted, int, error) {
		page, err := s.readPage(ctx, id, key, after, limit)
		if err != nil || len(page) == 0 {
			return nil, 0, err
		}
		samples := 0
		for i := range page {
			samples += len(page[i].Samples)
		}
		limit = min(pageIterations, max(1, pageSamples*len(page)/max(1, samples)))
		return page, page[len(page)-1].Iteration, nil
	})
}

// pages yields what read returns, page by page, up to one that is empty. read
// gets the iteration after which the page begins and returns its last. The key
// of a run that is removed meanwhile may be another's by the time of the reading.
func pages[T any](ctx context.Context, s *Store, id domain.RunID, read func(key int64, after int) ([]T, int, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		key, _, err := lookUp(ctx, s.readers, id)
		for after := 0; err == nil; {
			var page []T
			if page, after, err = read(key, after); err == nil {
				_, _, err = lookUp(ctx, s.readers, id)
			}
			if err != nil {
				break
			}
			if len(page) == 0 {
				return
			}
			for _, one := range page {
				if !yield(one, nil) {
					return
				}
			}
		}
		var none T
		yield(none, s.explain(ctx, err))
	}
}

// readPage reads results, at most limit of them, in one view of the tables,
// whatever is recorded meanwhile.
func (s *Store) readPage(ctx context.Context, id domain.RunID, key int64, after, limit int) ([]domain.IterationExecuted, error) {
	tx, err := s.readers.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	page, err := readIterations(ctx, tx, id, key, after, limit)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	if err := addSamples(ctx, tx, key, page); err != nil {
		return nil, err
	}
	return page, addVariantFailures(ctx, tx, key, page)
}

func readIterations(ctx context.Context, tx *sql.Tx, id domain.RunID, key int64, after, limit int) ([]domain.IterationExecuted, error) {
	rows, err := tx.QueryContext(ctx, `SELECT iteration, entry_name, attempt, worker, load1, steal, stops, started_at, took_ns,
			key, name, os, arch, kernel, cpu_model, cores, memory_gib, virtualisation,
			class, message, output, attempts, environments_json
		FROM iterations JOIN hosts USING (host) LEFT JOIN failures USING (run, iteration) LEFT JOIN environments USING (environments)
		WHERE run = ? AND iteration > ? ORDER BY iteration LIMIT ?`, key, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []domain.IterationExecuted
	known := parsed{}
	for rows.Next() {
		r := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: id}
		h := &r.Host
		var started, class, message, output, environments sql.NullString
		var attempts sql.NullInt64
		if err := rows.Scan(&r.Iteration, &r.Entry, &r.Attempt, &r.Worker, &r.Load.Load1, &r.Load.Steal, &r.Load.Stops, &started, &r.Took,
			&h.Key, &h.Name, &h.OS, &h.Arch, &h.Kernel, &h.CPUModel, &h.Cores, &h.MemoryGiB, &h.Virtualisation,
			&class, &message, &output, &attempts, &environments); err != nil {
			return nil, err
		}
		if r.Environments, err = known.parse(environments.String); err != nil {
			return nil, err
		}
		if err := parseStamp(started, &r.Started); err != nil {
			return nil, err
		}
		if class.Valid {
			r.Failure = &domain.Failure{Class: domain.FailureClass(class.String), Message: message.String, Output: output.String, Attempts: int(attempts.Int64)}
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

// addSamples reads the samples of a page, which come in the page's order.
func addSamples(ctx context.Context, tx *sql.Tx, key int64, page []domain.IterationExecuted) error {
	rows, err := tx.QueryContext(ctx, `SELECT iteration, position, variant, revolutions, warmup, batch_ns, wall_ns, user_cpu_ns,
			system_cpu_ns, peak_memory_bytes, runtime_peak_memory_bytes, timer, cpu, notices_json,
			batch_cpu_ns, voluntary_switches, involuntary_switches, sub_batches_json, instructions, counted_revolutions
		FROM samples WHERE run = ? AND iteration BETWEEN ? AND ? ORDER BY iteration, sample`,
		key, page[0].Iteration, page[len(page)-1].Iteration)
	if err != nil {
		return err
	}
	defer rows.Close()
	for i := 0; rows.Next(); {
		var iteration int
		var s domain.Sample
		var notices, parts sql.NullString
		if err := rows.Scan(&iteration, &s.Position, &s.Variant, &s.Revolutions, &s.Warmup, &s.Batch, &s.Wall, &s.UserCPU,
			&s.SystemCPU, &s.PeakMemory, &s.RuntimePeakMemory, &s.Timer, &s.CPU, &notices,
			&s.BatchCPU, &s.VoluntarySwitches, &s.InvoluntarySwitches, &parts, &s.Instructions, &s.CountedRevolutions); err != nil {
			return err
		}
		if s.Notices, err = decodeNotices(notices); err != nil {
			return fmt.Errorf("the notices of iteration %d: %w", iteration, err)
		}
		if s.SubBatches, err = decodeSubBatches(parts); err != nil {
			return fmt.Errorf("the parts of a batch of iteration %d: %w", iteration, err)
		}
		if i = place(page, i, iteration); page[i].Iteration == iteration {
			page[i].Samples = append(page[i].Samples, s)
		}
	}
	return rows.Err()
}

// place is where the iteration stands in the page, from i on.
func place(page []domain.IterationExecuted, i, iteration int) int {
	for page[i].Iteration < iteration { // at most to the last one
		i++
	}
	return i
}

// addVariantFailures reads why variants of a page have no samples.
func addVariantFailures(ctx context.Context, tx *sql.Tx, key int64, page []domain.IterationExecuted) error {
	rows, err := tx.QueryContext(ctx, `SELECT iteration, variant, class, message, output, attempts
		FROM variant_failures WHERE run = ? AND iteration BETWEEN ? AND ? ORDER BY iteration, variant`,
		key, page[0].Iteration, page[len(page)-1].Iteration)
	if err != nil {
		return err
	}
	defer rows.Close()
	for i := 0; rows.Next(); {
		var iteration int
		var f domain.VariantFailure
		if err := rows.Scan(&iteration, &f.Variant, &f.Class, &f.Message, &f.Output, &f.Attempts); err != nil {
			return err
		}
		if i = place(page, i, iteration); page[i].Iteration == iteration {
			page[i].VariantFailures = append(page[i].VariantFailures, f)
		}
	}
	return rows.Err()
}
