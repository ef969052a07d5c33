// Package sqlite keeps runs and results in a SQLite file, which several
// processes may use at once. docs/store.md describes its tables.
//
// The file is in write-ahead mode with synchronous=NORMAL: what was recorded
// survives a crash of the process. A power failure may take the last moments,
// but never harms what is older. The file must not lie on a network drive.
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
	// BusyTimeout is how long a write waits, at least, while another process
	// writes. Below 1 ms it does not wait. Defaults to 10 s.
	BusyTimeout time.Duration
	// MustExist makes Open refuse to make the file: ErrMissing where there is
	// none. Defaults to false.
	MustExist bool
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.BusyTimeout == 0 {
		c.BusyTimeout = 10 * time.Second
	}
	return c
}

// Store is a [domain.Store] in a SQLite file.
//
// Its errors are sentences that say what a person can do, and match the Err…
// variables of this package and of domain.
type Store struct {
	path   string
	closed atomic.Bool
	// Writers take turns at one connection; SQLite has one writer at a time.
	// Where the file was opened for reading, it is the same as readers.
	writer  *sql.DB
	readers *sql.DB

	preparing sync.Mutex
	inserts   *inserts // made by the first Record
}

var _ domain.Store = (*Store)(nil)

// Open opens the store, and makes the file and its folders where there are
// none. A store of an older version is brought up to date; one that is being
// written by another process can be opened all the same.
func Open(ctx context.Context, path string, cfg Config) (*Store, error) {
	cfg = cfg.WithDefaults()
	if path == "" {
		return nil, errors.New("the store needs the path of a file; name one")
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("the store %s %w, such as %s", path, ErrFolder, filepath.Join(path, "benchbus.db"))
	case err == nil && !writable(path):
		// SQLite would leave files beside it that its owner cannot write.
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
	return errors.Join(err, s.writer.Close()) // the last one tidies the file up
}

// write runs the function in a transaction, which is committed when it returns
// nil.
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
