package sqlite

import (
	"context"
	"database/sql"

	"github.com/benchbus/benchbus/domain"
)

// Reopen deletes the failures of those iterations, so that they are outstanding again;
// see [domain.Store].
func (s *Store) Reopen(ctx context.Context, run domain.RunID, iterations []int) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		key, state, err := lookUp(ctx, tx, run)
		if err != nil {
			return err
		}
		if state == domain.StateCancelled {
			return over(run, state)
		}
		forgotten := int64(0)
		for _, n := range iterations {
			if _, err := tx.ExecContext(ctx, `DELETE FROM failures WHERE run = ? AND iteration = ?`, key, n); err != nil {
				return err
			}
			result, err := tx.ExecContext(ctx, `DELETE FROM iterations WHERE run = ? AND iteration = ? AND failed = 1`, key, n)
			if err != nil {
				return err
			}
			deleted, err := result.RowsAffected()
			if err != nil {
				return err
			}
			forgotten += deleted
		}
		if forgotten == 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE runs SET failed = failed - ?, state = ?, finished_at = NULL WHERE run = ?`,
			forgotten, string(domain.StateInterrupted), key)
		return err
	})
	return s.explain(ctx, err)
}
