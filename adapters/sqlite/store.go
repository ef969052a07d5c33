// Package sqlite keeps runs and results in a SQLite file, which several processes may
// use at once. docs/store.md describes its tables.
//
// The file is in write-ahead mode with synchronous=NORMAL, so recorded results survive
// a crash of the process. A power failure may lose the last moments, but never harms
// older data. The file must not lie on a network drive.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Config holds the optional settings of a [Store]; the zero value works.
type Config struct {
	// BusyTimeout is the least time for which a write waits while another process
	// writes. Below 1 ms it does not wait. Defaults to 10 s.
	BusyTimeout time.Duration
	// MustExist makes Open return ErrMissing if there is no file, instead of making
	// one. Defaults to false.
	MustExist bool
}

// WithDefaults returns a copy in which every setting that is zero has its default.
func (c Config) WithDefaults() Config {
	if c.BusyTimeout == 0 {
		c.BusyTimeout = 10 * time.Second
	}
	return c
}

// Store is a [domain.Store] in a SQLite file.
//
// Its errors are sentences that say what a person can do. They match the Err… variables
// of this package and of domain.
type Store struct {
	path   string
	closed atomic.Bool
	// Writers take turns at one connection, because SQLite has one writer at a time. If
	// the file was opened for reading, writer is the same as readers.
	writer  *sql.DB
	readers *sql.DB

	preparing sync.Mutex
	inserts   *inserts // the first Record makes it
}

var _ domain.Store = (*Store)(nil)

// Open opens the store, and makes the file and its folders if they are missing. It
// brings a store of an older version up to date. It can open a store while another
// process writes to it.
func Open(ctx context.Context, path string, cfg Config) (*Store, error) {
	cfg = cfg.WithDefaults()
	if path == "" {
		return nil, errors.New("the store needs the path of a file; name one")
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("the store %s %w, such as %s", path, ErrFolder, filepath.Join(path, "benchbus.db"))
	case err == nil && !writable(path):
		// SQLite would leave files beside it that the store's owner cannot write.
		return nil, fmt.Errorf("the store %s %w", path, ErrAccess)
	case errors.Is(err, fs.ErrNotExist) && cfg.MustExist:
		return nil, fmt.Errorf("the store %s %w", path, ErrMissing)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("the folder of the store %s cannot be made; name another file: %w", path, err)
	}
	s := &Store{path: path}
	var err error
	if s.writer, err = connect(path, cfg, "_txlock=immediate"); err != nil {
		return nil, s.explain(ctx, err)
	}
	s.writer.SetMaxOpenConns(1)
	if s.readers, err = connect(path, cfg, "_query_only=1"); err != nil {
		return nil, errors.Join(s.explain(ctx, err), s.Close())
	}
	s.readers.SetMaxIdleConns(4)
	if err := setUp(ctx, s.writer, cfg.BusyTimeout); err != nil {
		err = s.explain(ctx, err)
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the store; see [domain.Store].
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	var err error
	if s.readers != nil && s.readers != s.writer {
		err = s.readers.Close()
	}
	return errors.Join(err, s.writer.Close()) // last, because the last connection to close tidies up the file
}

// write calls f in a transaction, and commits it if f returns nil.
func (s *Store) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
