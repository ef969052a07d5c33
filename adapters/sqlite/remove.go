package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// RemoveRun deletes a run and its results; see [domain.Store]. The file does not
// shrink, but later runs use the room.
func (s *Store) RemoveRun(ctx context.Context, id domain.RunID, at time.Time) error {
	return s.explain(ctx, s.write(ctx, func(tx *sql.Tx) error { return removeRun(ctx, tx, id, at) }))
}

func removeRun(ctx context.Context, tx *sql.Tx, id domain.RunID, at time.Time) error {
	var key int64
	status, err := scanStatus(tx.QueryRowContext(ctx, `SELECT `+statusColumns+`, run FROM runs WHERE id = ?`, id), &key)
	if err != nil {
		return found(err, id)
	}
	if state := status.At(at).State; state.Active() {
		return fmt.Errorf("%w: %q is %s", domain.ErrRunActive, id, state)
	}
	hosts, err := hostsOf(ctx, tx, key)
	if err != nil {
		return err
	}
	for _, table := range []string{"samples", "variant_failures", "failures", "iterations", "variants", "runs"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE run = ?`, key); err != nil {
			return err
		}
	}
	// Delete only what no other run shares.
	if _, err := tx.ExecContext(ctx, `DELETE FROM definitions WHERE definition NOT IN (SELECT definition FROM variants)`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM environments WHERE environments NOT IN (SELECT environments FROM iterations WHERE environments IS NOT NULL)`); err != nil {
		return err
	}
	for _, host := range hosts {
		if _, err := tx.ExecContext(ctx, `DELETE FROM hosts WHERE host = ?1 AND NOT EXISTS (SELECT 1 FROM iterations WHERE host = ?1)`, host); err != nil {
			return err
		}
	}
	return nil
}

// hostsOf returns the keys of the machines that executed the run.
func hostsOf(ctx context.Context, tx *sql.Tx, key int64) (hosts []int64, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT host FROM iterations WHERE run = ?`, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var host int64
		if err := rows.Scan(&host); err != nil {
			return nil, err
		}
		hosts = append(hosts, host)
	}
	return hosts, rows.Err()
}
