package sqlite

import (
	"context"
	"database/sql"
	"strings"
)

// insert adds many rows with one statement. Beside it, a statement a row recorded 0.88
// of the results a second in calls of one, 0.83 in calls of 16, 0.61 in calls of 64
// and 0.50 in calls of 256, which is what a runner gets that has fallen behind. (Rows
// as one JSON text, taken apart by json_each, took two and a half times as long.) The
// statements for so many rows are prepared once.
type insert struct {
	columns int
	of      [len(rowCounts)]*sql.Stmt
}

// rowCounts are the numbers of rows that there are statements for.
var rowCounts = [...]int{64, 8, 1}

func prepareInsert(ctx context.Context, db *sql.DB, into string, columns int, tail string) (*insert, error) {
	made := &insert{columns: columns}
	row := "(" + strings.Repeat("?, ", columns-1) + "?)"
	for i, n := range rowCounts {
		var err error
		query := "INSERT INTO " + into + " VALUES " + strings.Repeat(row+", ", n-1) + row + tail
		if made.of[i], err = db.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// add inserts the rows, whose values stand one after the other, and calls each
// with what the statement returns.
func (in *insert) add(ctx context.Context, tx *sql.Tx, values []any, each func(returned int)) error {
	for i, n := range rowCounts {
		stmt := tx.StmtContext(ctx, in.of[i])
		for part := n * in.columns; len(values) >= part; values = values[part:] {
			if err := collect(ctx, stmt, values[:part], each); err != nil {
				return err
			}
		}
	}
	return nil
}

func collect(ctx context.Context, stmt *sql.Stmt, values []any, each func(returned int)) error {
	rows, err := stmt.QueryContext(ctx, values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var returned int
		if err := rows.Scan(&returned); err != nil {
			return err
		}
		each(returned)
	}
	return rows.Err()
}

// inserts are those of Record.
type inserts struct{ iterations, samples *insert }

// prepared returns the inserts, and makes them the first time: who only reads
// does not pay for them.
func (s *Store) prepared(ctx context.Context) (*inserts, error) {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if s.inserts != nil {
		return s.inserts, nil
	}
	iterations, err := prepareInsert(ctx, s.writer, `iterations (run, iteration, entry_name, attempt, worker, host, load1, steal, stops,
		started_at, took_ns, failed, environments)`, 13, ` ON CONFLICT DO NOTHING RETURNING iteration`)
	if err != nil {
		return nil, err
	}
	samples, err := prepareInsert(ctx, s.writer, `samples (run, iteration, sample, position, variant, revolutions, warmup, batch_ns, wall_ns,
		user_cpu_ns, system_cpu_ns, peak_memory_bytes, runtime_peak_memory_bytes, timer, cpu, notices_json,
		batch_cpu_ns, voluntary_switches, involuntary_switches, sub_batches_json, instructions, counted_revolutions)`, 22, ``)
	if err != nil {
		return nil, err
	}
	s.inserts = &inserts{iterations, samples}
	return s.inserts, nil
}
