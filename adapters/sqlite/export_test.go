package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
)

// LimitPages limits the file to n pages, so that it behaves as on a full disk.
func (s *Store) LimitPages(n int) error {
	_, err := s.writer.Exec(`PRAGMA max_page_count = ` + strconv.Itoa(n))
	return err
}

// Pages returns the size of the file in pages.
func (s *Store) Pages() (n int, err error) {
	err = s.writer.QueryRow(`PRAGMA page_count`).Scan(&n)
	return n, err
}

// FailAfter executes the statement in a transaction, which then fails.
func (s *Store) FailAfter(ctx context.Context, statement string, failure error) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return errors.Join(err, failure)
	})
}

// Settings returns the settings of the connection that writes and of one that reads.
func (s *Store) Settings() (writer, reader string, err error) {
	const query = `SELECT 'journal ' || journal_mode || ', synchronous ' || synchronous || ', foreign keys ' || foreign_keys ||
			', timeout ' || timeout || ', query only ' || query_only
		FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_busy_timeout, pragma_query_only`
	err = errors.Join(s.writer.QueryRow(query).Scan(&writer), s.readers.QueryRow(query).Scan(&reader))
	return writer, reader, err
}
