package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// OpenForReading opens an existing store and makes no file. If the store's file or
// folder cannot be written, reading still works, and methods that write fail with
// ErrAccess. Otherwise it returns what [Open] returns.
func OpenForReading(ctx context.Context, path string, cfg Config) (*Store, error) {
	cfg = cfg.WithDefaults()
	cfg.MustExist = true
	s, err := Open(ctx, path, cfg)
	if !errors.Is(err, ErrAccess) {
		return s, err
	}
	// SQLite can read beside a writer through the files that the writer made. If these
	// are missing, nobody writes, and SQLite must not try to make them.
	setting := "mode=ro"
	if _, err := os.Stat(path + "-wal"); err != nil {
		setting = "immutable=1"
	}
	s = &Store{path: path}
	if s.readers, err = connect(path, cfg, setting+"&_query_only=1"); err != nil {
		return nil, s.explain(ctx, err)
	}
	s.writer = s.readers
	if err = inspect(ctx, s); err != nil {
		if err = s.explain(ctx, err); errors.Is(err, ErrAccess) {
			err = fmt.Errorf("the store %s %w", path, ErrUnread)
		}
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// inspect returns an error if the file is not a store, or is not up to date.
func inspect(ctx context.Context, s *Store) error {
	var id int
	if err := s.readers.QueryRowContext(ctx, `SELECT application_id FROM pragma_application_id`).Scan(&id); err != nil {
		return err
	}
	if id != applicationID {
		return ErrNotStore
	}
	latest, err := latestVersion()
	if err != nil {
		return err
	}
	have, err := version(ctx, s.readers)
	if err == nil && have < latest {
		return ErrOlder
	}
	if err == nil && have > latest {
		return newer(have, latest)
	}
	return err
}
